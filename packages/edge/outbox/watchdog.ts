/**
 * Watches an upload: when nothing has come of it for a while it is torn down, whatever it hangs on, so that it is tried again
 * on new connections. An upload that is stuck and says so to nobody is the worst that can happen to an outbox.
 */
import { ProblemError, type Timers } from '@totem/domain';

/** An upload without any progress is given up after this long. */
export const STALLED_MS = 60_000;

export interface Watched {
  /** Ends when the work is torn down, or is not wanted any more. */
  readonly signal: AbortSignal;
  /** Something has come of it: it has the whole time again. */
  progressed(): void;
}

/**
 * Runs `work` under the watch. @param onStall it is being torn down.
 * @throws ProblemError `unreachable` when it was torn down; what `work` throws.
 */
export async function watched<T>(
  timers: Timers,
  outer: AbortSignal,
  onStall: () => void,
  work: (watch: Watched) => Promise<T>,
): Promise<T> {
  const stalled = new AbortController();
  const torn = Promise.withResolvers<never>();
  // It is heard through the race, or nobody waits for it any more.
  torn.promise.catch(() => {});
  const bite = (): void => {
    onStall();
    const problem = new ProblemError('unreachable', { extra: { stalled: true } });
    stalled.abort(problem);
    torn.reject(problem);
  };
  let cancel = timers.after(STALLED_MS, bite);
  const progressed = (): void => {
    if (stalled.signal.aborted) return;
    cancel();
    cancel = timers.after(STALLED_MS, bite);
  };
  try {
    // Even what does not listen to its signal is not waited for.
    return await Promise.race([
      work({ signal: AbortSignal.any([outer, stalled.signal]), progressed }),
      torn.promise,
    ]);
  } finally {
    cancel();
  }
}
