/** Bounded waits of requests: each is over when its time is over or its client has left, and only so many wait at once. */
import type { Timers } from '@totem/domain';
import { createStopSource, type StopSignal } from './ports.ts';

export interface Hold {
  /** Raised when the wait is over. */
  readonly signal: StopSignal;
  /** Frees timer, listener and place. Must be called. */
  close(): void;
}

export interface Holds {
  /** How many wait now. */
  count(): number;
  /** A wait of at most `holdMs`, or undefined when too many wait already. */
  open(client: StopSignal, holdMs: number): Hold | undefined;
}

export function createHolds(timers: Timers, holdsMax: number): Holds {
  let count = 0;
  return {
    count: () => count,
    open: (client, holdMs) => {
      if (count >= holdsMax) return undefined;
      count += 1;
      const source = createStopSource();
      const cancelTimer = timers.after(holdMs, source.stop);
      client.addEventListener('abort', source.stop);
      if (client.aborted) source.stop();
      return {
        signal: source.signal,
        close: () => {
          cancelTimer();
          client.removeEventListener('abort', source.stop);
          count -= 1;
        },
      };
    },
  };
}
