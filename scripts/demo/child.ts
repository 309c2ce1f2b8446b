/**
 * One process of the demo: started with a channel to its parent, so that it says when it is ready and ends when the parent
 * is gone, however the parent ended. Its log goes to a file.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { type Ready, readySchema } from '@totem/host';

/** A process that has not said "ready" by then has failed to start. */
const READY_TIMEOUT_MS = 60_000;
/** After a polite signal it has this long, then it is killed. */
const STOP_TIMEOUT_MS = 10_000;

export interface Child {
  readonly name: string;
  /** What it said last; undefined while it is not serving. */
  ready(): Ready | undefined;
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
}

export function childProcess(options: ChildOptions): Child {
  let running: ChildProcess | undefined;
  let said: Ready | undefined;
  let log: WriteStream | undefined;

  const ended = (child: ChildProcess) =>
    child.exitCode !== null || child.signalCode !== null
      ? Promise.resolve()
      : new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const end = async (signal: NodeJS.Signals) => {
    const child = running;
    if (child === undefined) return;
    said = undefined;
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended(child);
    clearTimeout(timer);
  };
  return {
    name: options.name,
    ready: () => said,
    async start() {
      log ??= createWriteStream(options.logFile, { flags: 'a' });
      const child = fork(options.entry, [], {
        // The follower of shapes looks for a browser's storage, of which this Node would warn at each start.
        execArgv: ['--disable-warning=ExperimentalWarning'],
        env: { ...process.env, ...options.env },
        // Its own group: Ctrl-C reaches the parent alone, which then stops its children in order.
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      });
      running = child;
      child.stdout?.pipe(log, { end: false });
      child.stderr?.pipe(log, { end: false });
      child.once('exit', () => {
        if (running === child) {
          running = undefined;
          said = undefined;
        }
      });
      said = await readyOf(options, child);
      return said;
    },
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
