/**
 * One process of the demo: started with a channel to its parent, so that it says when it is ready and ends when the parent
 * is gone, however the parent ended. Its log goes to a file. Where that is asked for, one that ends by itself, or is killed by
 * somebody else, is started again, later each time.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { type Ready, readySchema } from '@totem/host';

/** A process that has not said "ready" by then has failed to start. */
const READY_TIMEOUT_MS = 60_000;
/** After a polite signal it has this long, then it is killed. */
const STOP_TIMEOUT_MS = 10_000;
/** Before it is started again; twice as long each time. */
const RESTART_FIRST_MS = 500;
const RESTART_MOST_MS = 15_000;
/** One that has served for so long has recovered. */
const RECOVERED_AFTER_MS = 30_000;

export interface Child {
  readonly name: string;
  /** What it said last; undefined while it is not serving. */
  ready(): Ready | undefined;
  /** The process of now. */
  pid(): number | undefined;
  /** How often it was started again after it had ended by itself. */
  restarts(): number;
  /** Starts it. @returns when it serves. @throws Error when it ends or stays silent instead. */
  start(): Promise<Ready>;
  /** Stops it politely. */
  stop(): Promise<void>;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
}

export interface ChildOptions {
  readonly name: string;
  /** The module to run. */
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Of Node, beside those of all. */
  readonly nodeFlags?: readonly string[];
  /** Starts it again when it ends without being told to. */
  readonly isKept?: boolean;
}

export function childProcess(options: ChildOptions): Child {
  let running: ChildProcess | undefined;
  let said: Ready | undefined;
  let log: WriteStream | undefined;
  let restarts = 0;
  let failures = 0;
  let restartTimer: NodeJS.Timeout | undefined;

  const ended = (child: ChildProcess) =>
    child.exitCode !== null || child.signalCode !== null
      ? Promise.resolve()
      : new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const end = async (signal: NodeJS.Signals) => {
    clearTimeout(restartTimer);
    const child = running;
    if (child === undefined) return;
    // What is told to end is not started again.
    running = undefined;
    said = undefined;
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended(child);
    clearTimeout(timer);
  };
  const restartLater = (): void => {
    const waitMs = Math.min(RESTART_FIRST_MS * 2 ** failures, RESTART_MOST_MS);
    failures += 1;
    restartTimer = setTimeout(() => {
      restarts += 1;
      // One that cannot start ends, and is started again in its turn.
      start().catch(() => undefined);
    }, waitMs);
  };
  const start = async (): Promise<Ready> => {
    clearTimeout(restartTimer);
    log ??= createWriteStream(options.logFile, { flags: 'a' });
    const child = fork(options.entry, [], {
      // The follower of shapes looks for a browser's storage, of which this Node would warn at each start.
      execArgv: ['--disable-warning=ExperimentalWarning', ...(options.nodeFlags ?? [])],
      env: { ...process.env, ...options.env },
      // Its own group: Ctrl-C reaches the parent alone, which then stops its children in order.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    running = child;
    let servedAtMs: number | undefined;
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    child.once('exit', () => {
      if (running !== child) return;
      running = undefined;
      said = undefined;
      if (options.isKept !== true) return;
      if (servedAtMs !== undefined && performance.now() - servedAtMs > RECOVERED_AFTER_MS) failures = 0;
      restartLater();
    });
    const ready = await readyOf(options, child);
    if (running === child) said = ready;
    servedAtMs = performance.now();
    return ready;
  };
  return {
    name: options.name,
    ready: () => said,
    pid: () => running?.pid,
    restarts: () => restarts,
    start,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

function readyOf(options: ChildOptions, child: ChildProcess): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${options.name} ${why}; its log: ${options.logFile}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail('did not start in time');
    }, READY_TIMEOUT_MS);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      fail(`ended at its start (${signal ?? code})`);
    });
    child.on('message', (message) => {
      const ready = readySchema.safeParse(message);
      if (!ready.success) return;
      clearTimeout(timer);
      resolve(ready.data);
    });
  });
}
