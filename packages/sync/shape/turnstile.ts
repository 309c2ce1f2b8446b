/** Lets a bounded number of tasks run at once and a bounded number wait, in order of arrival. */

export interface Turnstile {
  /** Runs `task` when its turn comes; undefined at once when the queue is full. Rejects as `task` does. */
  run<T>(task: () => Promise<T>): Promise<T> | undefined;
}

export function createTurnstile(runningMax: number, waitingMax: number): Turnstile {
  const waiting: (() => void)[] = [];
  let running = 0;

  const passThrough = async <T>(task: () => Promise<T>): Promise<T> => {
    if (running < runningMax) running += 1;
    else await new Promise<void>((admit) => waiting.push(admit));
    try {
      return await task();
    } finally {
      // The place goes straight to the next in line, so that nobody who arrives now can take it first.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };

  return {
    run: (task) => (running >= runningMax && waiting.length >= waitingMax ? undefined : passThrough(task)),
  };
}
