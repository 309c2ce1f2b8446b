/**
 * A request that takes too long is answered all the same: whoever waits learns that it may be tried again. What was begun for
 * it may still be done, which is why a write carries a key by which it can be repeated.
 */
import { ProblemError, type Timers } from '@totem/domain';
import type { MiddlewareHandler } from 'hono';

/** Longer than any answer takes on purpose. Long-polls are not answered here, and a stream is an answer once it begins. */
export const REQUEST_TIME_MS_MAX = 30_000;

/** @throws ProblemError `request_timeout` */
export function timeLimit(timers: Timers, limitMs: number = REQUEST_TIME_MS_MAX): MiddlewareHandler {
  return async (_, next) => {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const cancel = timers.after(limitMs, () =>
      reject(new ProblemError('request_timeout', { retry: 'unknown' })),
    );
    try {
      await Promise.race([next(), late]);
    } finally {
      cancel();
    }
  };
}
