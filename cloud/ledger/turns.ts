/**
 * Lets a batch that arrives slightly before its predecessor wait for it instead of being sent again: several batches of one
 * origin may be on their way at once, so that draining is not bound by round trips.
 */
import type { OriginId, Timers } from '@totem/domain';

export interface Turns {
  /** Tells those who wait that an origin has been acknowledged up to a seq. */
  moved(origin: OriginId, seq: number): void;
  /** Resolves when an origin has reached `seq`, or after `waitMs`. */
  waitFor(origin: OriginId, seq: number, waitMs: number): Promise<void>;
}

/** Batches that may wait at once, over all origins; more go away without waiting. */
const WAITING_MAX = 1_000;

interface Waiting {
  readonly origin: OriginId;
  readonly seq: number;
  go(): void;
}

export function createTurns(timers: Timers): Turns {
  const waiting = new Set<Waiting>();
  return {
    moved: (origin, seq) => {
      for (const one of [...waiting]) if (one.origin === origin && one.seq <= seq) one.go();
    },
    waitFor: (origin, seq, waitMs) =>
      new Promise((resolve) => {
        if (waiting.size >= WAITING_MAX) return resolve();
        const one: Waiting = {
          origin,
          seq,
          go: () => {
            waiting.delete(one);
            cancel();
            resolve();
          },
        };
        const cancel = timers.after(waitMs, one.go);
        waiting.add(one);
      }),
  };
}
