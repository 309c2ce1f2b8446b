/** Timers as the shell is given them, so that tests need no time. */

export interface ShellTimers {
  /** Milliseconds on a clock that never jumps. */
  now(): number;
  /** @returns cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

export const realTimers: ShellTimers = {
  now: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
