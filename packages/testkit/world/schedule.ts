/**
 * Virtual time for a whole world: one queue of what happens when, and the rule that the next thing happens only when all that
 * the last one began has come to rest. So a run with a real database in it still follows from its seed: real answers may
 * take as long as they like, and no two things are ever under way by accident.
 */
import type { Env, Timers } from '@totem/domain';
import { seededRandom } from '../virtual.ts';
import { untilRest } from './rest.ts';

interface Due {
  readonly at: number;
  /** Decides between things of one instant. */
  readonly key: string;
  readonly order: number;
  readonly run: () => void;
}

export interface Schedule {
  /** Milliseconds since the world began. */
  now(): number;
  /** @returns takes it back; harmless when it has run. */
  after(delayMs: number, key: string, run: () => void): () => void;
  /** Runs all that is due until then, one thing after the other, each until it rests. */
  advance(ms: number): Promise<void>;
  /** Called after each thing that has happened. */
  onStep(listener: () => void): void;
}

export function createSchedule(): Schedule {
  let now = 0;
  let order = 0;
  let queue: Due[] = [];
  const listeners: (() => void)[] = [];
  const isBefore = (a: Due, b: Due): boolean => {
    if (a.at !== b.at) return a.at < b.at;
    return a.key === b.key ? a.order < b.order : a.key < b.key;
  };
  const insert = (due: Due): void => {
    let low = 0;
    let high = queue.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = queue[middle];
      if (other !== undefined && isBefore(other, due)) low = middle + 1;
      else high = middle;
    }
    queue.splice(low, 0, due);
  };
  return {
    now: () => now,
    after(delayMs, key, run) {
      order += 1;
      const due = { at: now + Math.max(0, delayMs), key, order, run };
      insert(due);
      return () => {
        queue = queue.filter((other) => other !== due);
      };
    },
    async advance(ms) {
      const until = now + ms;
      await untilRest();
      for (;;) {
        const next = queue[0];
        if (next === undefined || next.at > until) break;
        queue.shift();
        now = next.at;
        next.run();
        await untilRest();
        for (const listener of listeners) listener();
      }
      now = until;
    },
    onStep: (listener) => void listeners.push(listener),
  };
}

/** An actor's own clock: off by some, running a little fast or slow, and now and then set anew. */
export interface ActorClock {
  readonly env: Env;
  /** Sets the wall clock forward or back. */
  jump(ms: number): void;
  setDrift(share: number): void;
}

export function createActorClock(schedule: Schedule, startsAt: number, seed: number): ActorClock {
  const random = seededRandom(seed);
  let offset = 0;
  let drift = 0;
  let driftSince = 0;
  return {
    env: {
      now: () => Math.floor(startsAt + schedule.now() + offset + (schedule.now() - driftSince) * drift),
      randomBytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(random() * 256)),
    },
    jump(ms) {
      offset += ms;
    },
    setDrift(share) {
      offset += (schedule.now() - driftSince) * drift;
      driftSince = schedule.now();
      drift = share;
    },
  };
}

/** The timers of one life of an actor: after its end none of them runs. */
export function timersOf(schedule: Schedule, name: string, isAlive: () => boolean): Timers {
  return {
    after: (delayMs, run) =>
      schedule.after(delayMs, name, () => {
        if (isAlive()) run();
      }),
    monotonicMs: () => schedule.now(),
  };
}
