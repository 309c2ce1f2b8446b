/** The real world: the machine's clock, randomness and timers. Everything else gets them from here, by argument. */
import type { Env, Timers } from '@totem/domain';

export const systemEnv: Env = {
  now: () => Date.now(),
  randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
};

export const systemTimers: Timers = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  monotonicMs: () => performance.now(),
};
