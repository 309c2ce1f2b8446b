/** The calls that one screen shows: of all counters and services of its site, or of those that the office has chosen for it. */
import type { DisplaySettings, ServiceRow } from '@totem/domain';
import type { Call } from './announcer.ts';
import { serviceOfCode } from './service-of-code.ts';

/**
 * @param services of the site; they may come later than the calls.
 * @returns undefined while it cannot be said yet: a call that turns out to be shown would be taken for a new one.
 */
export function shownCalls<C extends Call>(
  calls: readonly C[],
  { serviceIds, counterIds }: Pick<DisplaySettings, 'serviceIds' | 'counterIds'>,
  services: readonly ServiceRow[],
): readonly C[] | undefined {
  if (serviceIds === null && counterIds === null) return calls;
  if (serviceIds !== null && services.length === 0) return undefined;
  return calls.filter(({ code, counterId }) => {
    if (counterIds !== null && !counterIds.some((id) => id === counterId)) return false;
    if (serviceIds === null) return true;
    const service = serviceOfCode(code, services);
    return serviceIds.some((id) => id === service?.id);
  });
}
