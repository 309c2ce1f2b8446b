/** When somebody may check in for an appointment: from some time before it, on its business day. Who is late is let in and ranks by arrival. */
import { epochMsOf } from '../env.ts';
import { type Refusal, refusal } from '../errors/problem.ts';
import { sitePolicy } from '../queue/book.ts';
import type { AppointmentRow, SiteRow } from '../rows/tables.ts';
import { businessDay } from '../time/business-day.ts';

/** Where the policy has no window of its own. */
export const CHECK_IN_BEFORE_MINUTES = 120;
const MINUTE_MS = 60_000;

type Calendar = Pick<SiteRow, 'queueRules' | 'tenantQueuePolicy' | 'timezone' | 'rolloverHour'>;

/** Why a booking gives no ticket now; nothing when it does. @param booking what the code names; undefined for nothing. */
export function refusesCheckIn(
  booking: Pick<AppointmentRow, 'state' | 'slot'> | undefined,
  site: Calendar,
  now: number,
): Refusal | undefined {
  if (booking === undefined) return refusal('appointment_code_unknown');
  const { state, slot } = booking;
  if (state === 'checked_in') return refusal('already_checked_in');
  if (state !== 'booked') return refusal('appointment_ended');
  const why = whyNoCheckIn(site, slot, now);
  if (why === undefined) return undefined;
  return 'minutes' in why ? refusal(why.code, { minutes: why.minutes }) : refusal(why.code);
}

/** Why not now; nothing when they may. @param slot the booked time. */
export function whyNoCheckIn(
  site: Calendar,
  slot: string,
  now: number,
):
  | { readonly code: 'check_in_too_early'; readonly minutes: number }
  | { readonly code: 'check_in_too_late' }
  | undefined {
  const before = Math.max(CHECK_IN_BEFORE_MINUTES, sitePolicy(site).appointments?.beforeMinutes ?? 0);
  const minutes = Math.ceil((epochMsOf(slot) - before * MINUTE_MS - now) / MINUTE_MS);
  if (minutes > 0) return { code: 'check_in_too_early', minutes };
  // A day that has ended is over for its appointments, too.
  return businessDay(now, site) > businessDay(epochMsOf(slot), site)
    ? { code: 'check_in_too_late' }
    : undefined;
}
