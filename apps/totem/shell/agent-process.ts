/**
 * The agent in a process of its own: what the screen does, and how it ends, costs no ticket and no payment. It is started again
 * whenever it ends, at once the first time, and with longer and longer pauses while it keeps ending.
 */
import type { ShellTimers } from './timers.ts';

/** What a utility process is to its supervisor. */
export interface AgentChild {
  on(event: 'exit', listener: (code: number) => void): unknown;
  kill(): boolean;
}

export interface AgentSupervisor {
  start(): void;
  /** Ends it, and starts it no more. Resolves when it has ended. */
  stop(): Promise<void>;
}

export const RESTART_MS = 500;
export const RESTART_MS_MAX = 30_000;
/** One that has worked this long did not fail to start. */
export const STEADY_MS = 60_000;

export function createAgentSupervisor(parts: {
  readonly fork: () => AgentChild;
  readonly timers: ShellTimers;
  readonly onExit: (code: number, againInMs: number) => void;
}): AgentSupervisor {
  const { fork, timers, onExit } = parts;
  let child: AgentChild | undefined;
  let failures = 0;
  let isStopped = false;
  let cancel: (() => void) | undefined;
  let onEnded: (() => void) | undefined;

  const start = (): void => {
    if (isStopped) return;
    const startedAt = timers.now();
    const started = fork();
    child = started;
    started.on('exit', (code) => {
      if (child !== started) return;
      child = undefined;
      onEnded?.();
      if (isStopped) return;
      failures = timers.now() - startedAt >= STEADY_MS ? 0 : failures + 1;
      const pause = Math.min(RESTART_MS * 2 ** Math.max(0, failures - 1), RESTART_MS_MAX);
      onExit(code, pause);
      cancel = timers.after(pause, start);
    });
  };
  return {
    start,
    async stop() {
      isStopped = true;
      cancel?.();
      if (child === undefined) return;
      const ended = new Promise<void>((resolve) => {
        onEnded = resolve;
      });
      child.kill();
      await ended;
    },
  };
}
