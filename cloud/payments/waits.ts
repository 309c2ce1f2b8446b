/** Those who wait on this node for news of one thing, and waking them. Kept in memory: nobody else needs to know. */
import type { Timers } from '@totem/domain';

export interface Wait {
  /** Until there is news, or this long. News since the wait was made count. */
  within(ms: number): Promise<void>;
  forget(): void;
}

export interface Waits {
  /** Begins to listen, before anything is looked at: so no news is missed between looking and waiting. */
  until(id: string): Wait;
  wake(id: string): void;
  isClosed(): boolean;
  /** Wakes everybody, and lets nobody wait any more. */
  close(): void;
}

export function createWaits(timers: Timers): Waits {
  const waiting = new Map<string, Set<() => void>>();
  let isClosed = false;

  return {
    until(id) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const all = waiting.get(id) ?? new Set();
      waiting.set(id, all.add(resolve));
      if (isClosed) resolve();
      const forget = (): void => {
        all.delete(resolve);
        if (all.size === 0 && waiting.get(id) === all) waiting.delete(id);
      };
      return {
        forget,
        within: async (ms) => {
          const stop = timers.after(ms, resolve);
          await promise;
          stop();
        },
      };
    },
    wake(id) {
      for (const resolve of waiting.get(id) ?? []) resolve();
    },
    isClosed: () => isClosed,
    close() {
      isClosed = true;
      for (const all of waiting.values()) for (const resolve of all) resolve();
    },
  };
}
