/** How often one caller may try something: a bucket of tries that refills with time. Kept in memory, for each node. */
import { ProblemError, type Timers } from '@totem/domain';

export interface RateLimit {
  /** Takes one try. @throws ProblemError `too_many_requests` with the seconds until the next. */
  take(key: string): void;
}

/** Callers remembered at once; the one that was idle longest makes room. */
const KEYS_MAX = 20_000;
const MINUTE_MS = 60_000;

/** @param perMinute tries in a burst, and for each minute after it. */
export function createRateLimit(timers: Timers, perMinute: number): RateLimit {
  const buckets = new Map<string, { tries: number; at: number }>();
  return {
    take(key) {
      const now = timers.monotonicMs();
      const known = buckets.get(key) ?? { tries: perMinute, at: now };
      const tries = Math.min(perMinute, known.tries + ((now - known.at) / MINUTE_MS) * perMinute);
      // Deleted and set again, so that the map's order is that of use.
      buckets.delete(key);
      if (buckets.size >= KEYS_MAX) buckets.delete(buckets.keys().next().value ?? '');
      buckets.set(key, { tries: Math.max(0, tries - 1), at: now });
      if (tries >= 1) return;
      const seconds = Math.ceil(((1 - tries) / perMinute) * (MINUTE_MS / 1_000));
      throw new ProblemError('too_many_requests', { params: { seconds }, retryAfter: seconds });
    },
  };
}
