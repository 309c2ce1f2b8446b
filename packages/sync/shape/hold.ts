/** Bounded waits of requests: each is over when its time is over or its client has left, and only so many wait at once. */
import type { Timers } from '@totem/domain';
import { createStopSource, type StopSignal, type StopSource } from './ports.ts';

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
  /** Ends all waits; those that are opened later are over at once. */
  end(): void;
}

export function createHolds(timers: Timers, holdsMax: number): Holds {
  const open = new Set<StopSource>();
  let isEnded = false;
  return {
    count: () => open.size,
    open: (client, holdMs) => {
      if (open.size >= holdsMax) return undefined;
      const source = createStopSource();
      open.add(source);
      const cancelTimer = timers.after(holdMs, source.stop);
      client.addEventListener('abort', source.stop);
      if (client.aborted || isEnded) source.stop();
      return {
        signal: source.signal,
        close: () => {
          cancelTimer();
          client.removeEventListener('abort', source.stop);
          open.delete(source);
        },
      };
    },
    end: () => {
      isEnded = true;
      for (const source of [...open]) source.stop();
    },
  };
}
