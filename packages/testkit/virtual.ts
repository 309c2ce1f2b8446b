/** A world that stands still until told otherwise: seeded randomness, a clock and timers that only a test moves. */
import type { Env, Timers } from '@totem/domain';

/** A seeded generator (mulberry32): the same seed gives the same run. Not for secrets. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** 2026-11-23, a Monday, 12:00 in São Paulo. */
export const NOON_MONDAY = Date.UTC(2026, 10, 23, 15);

export interface VirtualWorld {
  readonly env: Env;
  readonly timers: Timers;
  /** Moves clock and monotonic clock on, and runs the timers that fall due, in order. */
  advance(ms: number): void;
  /** Sets the wall clock alone, as a wrong or corrected clock would; timers do not notice. */
  setClock(epochMs: number): void;
  /** Timers that have not run. */
  pending(): number;
}

export function virtualWorld(options: { seed?: number; now?: number } = {}): VirtualWorld {
  const random = seededRandom(options.seed ?? 1);
  let now = options.now ?? NOON_MONDAY;
  let monotonic = 0;
  let queue: { at: number; order: number; run: () => void }[] = [];
  let order = 0;

  const runUntil = (until: number) => {
    for (;;) {
      const due = queue
        .filter((timer) => timer.at <= until)
        .sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (due === undefined) return;
      queue = queue.filter((timer) => timer !== due);
      now += due.at - monotonic;
      monotonic = due.at;
      due.run();
    }
  };
  return {
    env: {
      now: () => now,
      randomBytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(random() * 256)),
    },
    timers: {
      after(delayMs, run) {
        const timer = { at: monotonic + Math.max(0, delayMs), order: order++, run };
        queue.push(timer);
        return () => {
          queue = queue.filter((other) => other !== timer);
        };
      },
      monotonicMs: () => monotonic,
    },
    advance(ms) {
      const until = monotonic + ms;
      runUntil(until);
      now += until - monotonic;
      monotonic = until;
    },
    setClock(epochMs) {
      now = epochMs;
    },
    pending: () => queue.length,
  };
}
