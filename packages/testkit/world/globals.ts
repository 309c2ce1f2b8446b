/**
 * What a program takes from its surroundings without being given it: `fetch`, and the timers and chance of the official shape
 * client. While a world runs they are the world's. Everybody else's timers, the database driver's above all, stay real.
 */
import { NOON_MONDAY, seededRandom } from '../virtual.ts';
import { currentLife } from './life.ts';
import type { Schedule } from './schedule.ts';

/** Answers a request to a host of the world. */
export type WorldFetch = (url: URL, init: RequestInit) => Promise<Response>;

const real = {
  fetch: globalThis.fetch,
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
  random: Math.random,
  now: Date.now,
} as const;

/** The real one, for a totem's own loopback address. */
export const realFetch = real.fetch;

const HOST_END = '.world';
/** In the stack of whoever is the shape client. */
const CLIENT = '@electric-sql/client';

interface WorldTimer {
  readonly worldCancel: () => void;
}

function isClient(): boolean {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 6;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = limit;
  return stack.includes(CLIENT);
}

function isWorldTimer(timer: unknown): timer is WorldTimer {
  return typeof timer === 'object' && timer !== null && 'worldCancel' in timer;
}

/** Puts the world in place of the surroundings. @returns puts them back. */
export function enterWorld(schedule: Schedule, seed: number, answer: WorldFetch): () => void {
  const random = seededRandom(seed);
  const worldTimeout = (run: (...given: unknown[]) => void, delayMs?: number, ...given: unknown[]) => {
    if (!isClient()) return real.setTimeout(run, delayMs, ...given);
    const life = currentLife();
    const due = () => {
      if (life?.isDead !== true) run(...given);
    };
    return { worldCancel: schedule.after(delayMs ?? 0, 'client', due) };
  };
  const worldInterval = (run: () => void, delayMs?: number) =>
    // The client's look at whether the machine slept: nothing here sleeps.
    isClient() ? { worldCancel: () => {} } : real.setInterval(run, delayMs);
  const clear = (realClear: (timer: NodeJS.Timeout | undefined) => void) => (timer: unknown) => {
    if (isWorldTimer(timer)) timer.worldCancel();
    else realClear(timer as NodeJS.Timeout | undefined);
  };
  Object.assign(globalThis, {
    setTimeout: worldTimeout,
    clearTimeout: clear(real.clearTimeout),
    setInterval: worldInterval,
    clearInterval: clear(real.clearInterval),
    fetch: (input: string | URL | Request, init: RequestInit = {}) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const life = currentLife();
      if (!url.hostname.endsWith(HOST_END) && life === undefined) return real.fetch(input, init);
      return life?.isDead === true ? Promise.reject(new TypeError('fetch failed')) : answer(url, init);
    },
  });
  Math.random = random;
  // What the client remembers of addresses, it remembers for a time.
  Date.now = () => (isClient() ? NOON_MONDAY + Math.round(schedule.now()) : real.now());
  return () => {
    const { random: realRandom, now: realNow, ...rest } = real;
    Object.assign(globalThis, rest);
    Math.random = realRandom;
    Date.now = realNow;
  };
}
