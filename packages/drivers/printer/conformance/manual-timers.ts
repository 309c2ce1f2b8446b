/**
 * Timers that a test runs by name: a timer is known by its delay, and nothing elapses by itself. So a test on real
 * sockets says which wait is over, once the code under test is in it, and never how long anything takes.
 */
import type { Timers } from '@totem/domain';

export interface ManualTimers extends Timers {
  /** Runs the oldest timer of this delay, waiting until the code arms one. */
  fire(delayMs: number): Promise<void>;
  /** From now on, timers of this delay run as soon as the loop is free. */
  fireAlways(delayMs: number): void;
  /** Ends that. */
  fireNever(delayMs: number): void;
  /** Timers that were armed and neither ran nor were cancelled. */
  armed(): number;
}

export function manualTimers(): ManualTimers {
  let armed: { readonly delayMs: number; readonly run: () => void }[] = [];
  const waiting: { readonly delayMs: number; readonly resolve: () => void }[] = [];
  const always = new Set<number>();

  const runOldest = (delayMs: number): void => {
    const timer = armed.find((other) => other.delayMs === delayMs);
    armed = armed.filter((other) => other !== timer);
    timer?.run();
  };
  return {
    monotonicMs: () => 0,
    armed: () => armed.length,
    after: (delayMs, run) => {
      const timer = { delayMs, run };
      armed.push(timer);
      const index = waiting.findIndex((waiter) => waiter.delayMs === delayMs);
      if (index >= 0) waiting.splice(index, 1)[0]?.resolve();
      if (always.has(delayMs)) setImmediate(() => runOldest(delayMs));
      return () => {
        armed = armed.filter((other) => other !== timer);
      };
    },
    fire: async (delayMs) => {
      const isArmed = armed.some((timer) => timer.delayMs === delayMs);
      if (!isArmed) await new Promise<void>((resolve) => waiting.push({ delayMs, resolve }));
      runOldest(delayMs);
    },
    fireAlways: (delayMs) => {
      always.add(delayMs);
      if (armed.some((timer) => timer.delayMs === delayMs)) setImmediate(() => runOldest(delayMs));
    },
    fireNever: (delayMs) => {
      always.delete(delayMs);
    },
  };
}
