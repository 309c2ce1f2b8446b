/**
 * The browser's clock, randomness, timers and network behind the ports that the rest of the kit takes, so that what
 * decides when to try again can be run by a test in no time. Only this file of the kit touches the globals.
 */
import type { Env, Timers } from '@totem/domain';

/** What the kit needs of the world. */
export interface World {
  readonly env: Env;
  readonly timers: Timers;
  readonly fetch: typeof fetch;
}

/** The real one, of the page that runs this. */
export const browserWorld: World = {
  env: {
    now: () => Date.now(),
    // `randomUUID` exists only on secure origins; a panel on a branch's LAN may be on plain HTTP.
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  },
  timers: {
    after: (delayMs, run) => {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
    monotonicMs: () => performance.now(),
  },
  fetch: (input, init) => fetch(input, init),
};
