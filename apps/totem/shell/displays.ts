/** Which display shows what: the kiosk on the main one, and on a second one the branch's calls, where they are wanted. */
import type { Bounds } from './window-options.ts';

export interface Display {
  readonly id: number;
  readonly bounds: Bounds;
}

export interface Placed {
  readonly displayId: number;
  readonly bounds: Bounds;
  readonly shows: 'kiosk' | 'calls';
}

/** One window for each display that has something to show. Displays beyond the second stay as they are. */
export function placed(displays: readonly Display[], mainId: number, showsCalls: boolean): Placed[] {
  const main = displays.find(({ id }) => id === mainId) ?? displays[0];
  if (main === undefined) return [];
  const second = showsCalls ? displays.find(({ id }) => id !== main.id) : undefined;
  const at = ({ id: displayId, bounds }: Display, shows: Placed['shows']): Placed => ({
    displayId,
    bounds,
    shows,
  });
  return [at(main, 'kiosk'), ...(second === undefined ? [] : [at(second, 'calls')])];
}
