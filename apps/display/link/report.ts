/** Telling the cloud that this screen is there, in a rhythm, and whether the room can hear it. */
import { soundState, type World } from '@totem/ui';
import { post } from './send.ts';

export const REPORT_EVERY_MS = 30_000;
/** After a word that was not heard, or before there was anything to show for it. */
const REPORT_AGAIN_MS = 5_000;

/** Begins to tell. @param token what is shown for it; null while there is none. @returns stops. */
export function startReports(world: World, homeUrl: string, token: () => string | null): () => void {
  let isOver = false;
  let cancel = (): void => {};
  const tell = async (): Promise<boolean> => {
    const shown = token();
    if (shown === null) return false;
    const sound = { part: 'sound', state: soundState() === 'ready' ? 'ok' : 'warning', detail: {} };
    const body = { appVersion: null, parts: [sound] };
    const said = await post(world, `${homeUrl}/v1/device/status`, body, { authorization: `Bearer ${shown}` });
    return said.status < 300;
  };
  const again = async (): Promise<void> => {
    const isHeard = await tell().catch(() => false);
    if (!isOver) cancel = world.timers.after(isHeard ? REPORT_EVERY_MS : REPORT_AGAIN_MS, () => void again());
  };
  void again();
  return () => {
    isOver = true;
    cancel();
  };
}
