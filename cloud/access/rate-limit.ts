/** How often one caller may try something: a burst of tries that comes back with time. Kept in memory, for each node. */
import { ProblemError, type Timers } from '@totem/domain';

export interface RateLimit {
  /** Takes one try. @throws ProblemError `too_many_requests` with the seconds until the next. */
  take(key: string): void;
}

/** Callers remembered at once; the one that was idle longest makes room. */
const KEYS_MAX = 20_000;
const MINUTE_MS = 60_000;

/**
 * @param perMinute tries in a burst, and for each minute after it. Counted by the generic cell rate algorithm (ITU-T I.371):
 * for each caller one instant is kept, at which all its tries are back.
 */
export function createRateLimit(timers: Timers, perMinute: number): RateLimit {
  const intervalMs = MINUTE_MS / perMinute;
  const burstMs = MINUTE_MS - intervalMs;
  const restoredAt = new Map<string, number>();
  return {
    take(key) {
      const now = timers.monotonicMs();
      const restored = Math.max(now, restoredAt.get(key) ?? now);
      const waitMs = restored - now - burstMs;
      if (waitMs > 0) {
        const seconds = Math.ceil(waitMs / 1_000);
        throw new ProblemError('too_many_requests', { params: { seconds }, retryAfter: seconds });
      }
      // Deleted and set again, so that the map's order is that of use.
      restoredAt.delete(key);
      if (restoredAt.size >= KEYS_MAX) restoredAt.delete(restoredAt.keys().next().value ?? '');
      restoredAt.set(key, restored + intervalMs);
    },
  };
}
