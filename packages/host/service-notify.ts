/**
 * What the system's service manager hears of this process: that it is ready, and again and again that its loop turns. Node cannot
 * open the manager's socket, so its own small program does. Without a manager nothing is said.
 */
import { execFile } from 'node:child_process';
import type { Timers } from '@totem/domain';
import type { Log } from './log.ts';

const PROGRAM = 'systemd-notify';
/** Said twice within the time after which silence means death. */
const SHARE_OF_LIMIT = 2;
const MICROSECONDS_IN_MS = 1_000;
const PROGRAM_MS_MAX = 5_000;

export interface ServiceNotifyOptions {
  readonly timers: Timers;
  readonly log: Log;
  /** NOTIFY_SOCKET and WATCHDOG_USEC, as systemd gives them. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly program?: string;
}

/** Says that the process is ready, and goes on saying that it is alive. @returns ends it. */
export function notifyService(options: ServiceNotifyOptions): () => void {
  const { timers, log, environment, program = PROGRAM } = options;
  if (environment.NOTIFY_SOCKET === undefined) return () => undefined;
  const say = (word: string): void => {
    const env = { ...environment };
    execFile(program, [word], { env, timeout: PROGRAM_MS_MAX }, (error) => {
      if (error !== null) log.warn({ err: error }, 'the service manager could not be told');
    });
  };
  say('READY=1');
  const limitMs = Number(environment.WATCHDOG_USEC ?? 0) / MICROSECONDS_IN_MS;
  if (!(limitMs > 0)) return () => undefined;
  let cancel = timers.after(limitMs / SHARE_OF_LIMIT, function again() {
    cancel = timers.after(limitMs / SHARE_OF_LIMIT, again);
    say('WATCHDOG=1');
  });
  return () => cancel();
}
