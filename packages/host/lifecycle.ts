/** The life of a process: what was started is stopped, in reverse order, on a signal or a failure, and within a bounded time. */
import type { Log } from './log.ts';

/** A whole stop takes at most this long; then the process ends anyway. */
const STOP_TIMEOUT_MS = 15_000;

export interface Lifecycle {
  /** Registers how to stop what was just started. */
  onStop(name: string, stop: () => Promise<void> | void): void;
  /** Stops everything, last started first. A second call waits for the first. */
  stop(): Promise<void>;
}

/** A list of things to stop, without signals: for servers inside tests and for parts of a process. */
export function createLifecycle(log: Log): Lifecycle {
  const stops: { name: string; stop: () => Promise<void> | void }[] = [];
  let stopping: Promise<void> | undefined;
  const run = async () => {
    for (const { name, stop } of stops.reverse()) {
      try {
        await stop();
      } catch (error) {
        log.error({ err: error, part: name }, 'could not stop cleanly');
      }
    }
  };
  return {
    onStop: (name, stop) => void stops.push({ name, stop }),
    stop: () => {
      stopping ??= run();
      return stopping;
    },
  };
}

/** Ties a lifecycle to the process: the first SIGINT or SIGTERM stops it cleanly, a second ends it at once. */
export function stopOnSignals(lifecycle: Lifecycle, log: Log): void {
  let asked = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (asked) process.exit(1);
    asked = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    void lifecycle.stop().then(() => process.exit(0));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}
