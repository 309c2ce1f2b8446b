/**
 * How long somebody who takes a ticket now will probably wait. An estimate that people plan by: said in whole minutes, rounded
 * up, and not said at all where nobody calls.
 */
import type { ServiceId } from '../ids/id.ts';

export interface WaitView {
  /** Who would be called before, of the same service. */
  readonly peopleAhead: number;
  /** Counters that are open for the service now, and not paused. */
  readonly openCounters: number;
  /** What the service takes by the catalogue, in minutes. */
  readonly durationMinutes: number;
  /** What it took the last people who were served today, in milliseconds, in any order. */
  readonly servedMs: readonly number[];
}

/** How many services of today weigh as much as the catalogue's own figure. */
const PRIOR_WEIGHT = 5;
const MINUTE_MS = 60_000;

/** Whole minutes, 0 when nobody is ahead; null where no counter is open. */
export function expectedWaitMinutes(view: WaitView): number | null {
  const { peopleAhead, openCounters, durationMinutes, servedMs } = view;
  if (openCounters <= 0) return null;
  const known = servedMs.filter((ms) => ms > 0);
  const total = PRIOR_WEIGHT * durationMinutes * MINUTE_MS + known.reduce((sum, ms) => sum + ms, 0);
  const eachMs = total / (PRIOR_WEIGHT + known.length);
  return Math.ceil((peopleAhead * eachMs) / openCounters / MINUTE_MS);
}

/** What the queue of one service holds for whoever takes a ticket now, as a totem tells its kiosk. */
export interface ServiceOutlook {
  readonly serviceId: ServiceId;
  /** Tickets of today that are left to give; null where there is no quota. */
  readonly quotaLeft: number | null;
  /** For each tier of the tenant's priority classes. */
  readonly tiers: readonly TierOutlook[];
}

export interface TierOutlook {
  readonly tier: number;
  readonly peopleAhead: number;
  /** Whole minutes; null where no counter is open. */
  readonly waitMinutes: number | null;
}
