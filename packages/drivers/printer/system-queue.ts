/**
 * A printer behind the operating system's own queue (CUPS), the last resort where no cable of ours reaches it. The queue takes
 * a job and says nothing of the paper, so a job is never confirmed here: its customer is asked. What the queue still holds
 * after a while is cancelled, or it would come out for somebody else after a refill.
 */
import { spawn } from 'node:child_process';
import type { Timers } from '@totem/domain';
import {
  type PrinterPort,
  type PrinterStatus,
  type PrintOptions,
  type PrintOutcome,
  printable,
  UNREACHABLE,
} from './port.ts';
import { PRINTER_LIMITS, type PrinterLimits } from './printer-port.ts';

export interface SystemQueueOptions {
  /** The queue's name, as `lpstat -e` lists it. */
  readonly queue: string;
  readonly timers: Timers;
  readonly limits?: Partial<PrinterLimits>;
  /** Where the programs are; by their names, in the system's path, by default. */
  readonly programs?: QueuePrograms;
}

export interface QueuePrograms {
  readonly lp: string;
  readonly lpstat: string;
  readonly cancel: string;
}

const PROGRAMS: QueuePrograms = { lp: 'lp', lpstat: 'lpstat', cancel: 'cancel' };
const NAME = /^[A-Za-z0-9_][\w.-]{0,126}$/;
const REQUEST_ID = /request id is ([\w.-]+-\d+)/;
const OUTPUT_BYTES_MAX = 64 * 1024;

export function isQueueName(name: string): boolean {
  return NAME.test(name);
}

/** The names of the queues; none where the system has no such thing. */
export async function findQueues(timers: Timers, programs = PROGRAMS): Promise<string[]> {
  const { output } = await run(timers, PRINTER_LIMITS.connectMs, programs.lpstat, ['-e']);
  return output
    .split('\n')
    .map((line) => line.trim())
    .filter(isQueueName);
}

/** Asks nothing yet. @throws RangeError for a name that `isQueueName` refuses. */
export function createSystemQueuePrinter(options: SystemQueueOptions): PrinterPort {
  const { queue, timers, programs = PROGRAMS } = options;
  if (!isQueueName(queue)) throw new RangeError('Not a name of a queue.');
  const limits = { ...PRINTER_LIMITS, ...options.limits };
  const closing = new AbortController();
  let turn: Promise<unknown> = Promise.resolve();
  let calls = 0;
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    if (calls >= limits.callsMax)
      return Promise.reject(new RangeError('Too many calls wait for the printer.'));
    calls += 1;
    const result = turn.then(work).finally(() => {
      calls -= 1;
    });
    turn = result.catch(() => undefined);
    return result;
  };
  const ask = (program: string, args: readonly string[], input?: Uint8Array) =>
    run(timers, limits.sendMs, program, args, input);

  const status = async (): Promise<PrinterStatus> => {
    if (closing.signal.aborted) return UNREACHABLE;
    const { isDone, output } = await ask(programs.lpstat, ['-p', queue]);
    if (!isDone) return UNREACHABLE;
    return {
      reachable: true,
      online: !/\bdisabled\b/.test(output),
      paper: 'unknown',
      coverOpen: false,
      error: null,
    };
  };
  /** Waits until the queue has handed the job on. @returns whether it did. */
  const isHandedOn = async (request: string, signal: AbortSignal): Promise<boolean> => {
    for (let poll = 0; poll < limits.completionPollsMax && !signal.aborted; poll++) {
      const { isDone, output } = await ask(programs.lpstat, ['-o', queue]);
      if (isDone && !output.split('\n').some((line) => line.startsWith(`${request} `))) return true;
      await new Promise<void>((resolve) => {
        timers.after(limits.pollMs, resolve);
      });
    }
    return false;
  };
  const print = async (
    job: Uint8Array,
    { onFirstByte }: PrintOptions,
    signal: AbortSignal,
  ): Promise<PrintOutcome> => {
    const before = printable(await status());
    if (!before.ok) return { kind: 'not_sent', cause: before.cause };
    if (signal.aborted) return { kind: 'not_sent', cause: 'offline' };
    const sent = ask(programs.lp, ['-d', queue, '-o', 'raw', '-'], job);
    onFirstByte?.();
    const { isDone, output } = await sent;
    const request = REQUEST_ID.exec(output)?.[1];
    if (!isDone || request === undefined) return { kind: 'unknown', cause: null };
    if (await isHandedOn(request, signal)) return { kind: 'unknown', cause: null };
    await ask(programs.cancel, [request]);
    return { kind: 'unknown', cause: 'offline' };
  };
  return {
    status: () => inTurn(status),
    print: (job, printOptions = {}) => {
      if (job.length === 0) return Promise.reject(new RangeError('An empty job prints nothing.'));
      const { signal } = printOptions;
      const either = signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal]);
      return inTurn(() => print(job, printOptions, either));
    },
    close: async () => {
      closing.abort();
      await turn;
    },
  };
}

interface Ran {
  /** The program ended by itself, and well. */
  readonly isDone: boolean;
  readonly output: string;
}

/** Runs a program with arguments that no shell sees. What goes wrong is an answer. */
function run(
  timers: Timers,
  limitMs: number,
  program: string,
  args: readonly string[],
  input?: Uint8Array,
): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, LC_ALL: 'C' },
    });
    const cancelTimer = timers.after(limitMs, () => child.kill('SIGKILL'));
    let output = '';
    child.stdout.on('data', (bytes: Buffer) => {
      if (output.length < OUTPUT_BYTES_MAX) output += bytes.toString('utf8');
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const end = (isDone: boolean): void => {
      cancelTimer();
      resolve({ isDone, output });
    };
    child.once('error', () => end(false));
    child.once('close', (code) => end(code === 0));
  });
}
