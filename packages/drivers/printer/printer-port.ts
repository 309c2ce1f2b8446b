/**
 * The port over a printer on any link, in any dialect. A write that succeeded means nothing (the buffers between here and
 * the paper hold many tickets), so a job is confirmed only by an answer that the printer gives after it, and everything that
 * goes wrong once its first byte has left is `unknown`.
 */
import type { Timers } from '@totem/domain';
import { commandsOf } from './commands/command-set.ts';
import { converse, type Expected } from './conversation.ts';
import type { OpenLink } from './link.ts';
import {
  type PrinterCause,
  type PrinterPort,
  type PrinterStatus,
  type PrintOptions,
  type PrintOutcome,
  printable,
  UNREACHABLE,
} from './port.ts';
import type { PrinterProfile } from './profile.ts';
import { parserOf, type Talk, talkOver } from './talk/talk.ts';

/** Every wait of a job, in milliseconds, and every count. */
export interface PrinterLimits {
  readonly connectMs: number;
  /** One status question. */
  readonly statusReplyMs: number;
  /** The whole job into the system's and the printer's buffers. */
  readonly sendMs: number;
  /** Between looks at the status while the answer to the job is awaited. */
  readonly pollMs: number;
  /** Looks at a printer that has nothing to complain of, or that will recover by itself, before the job is given up. */
  readonly completionPollsMax: number;
  /** Looks at a printer that waits for a hand (paper, cover) before the job is given up. */
  readonly heldPollsMax: number;
  /** Between looks at the mouth of a presenter, and looks before the slip is drawn in. */
  readonly mouthPollMs: number;
  readonly mouthPollsMax: number;
  /** The goodbye. */
  readonly closeMs: number;
  /** Calls that run or wait their turn. */
  readonly callsMax: number;
}

export const PRINTER_LIMITS: PrinterLimits = {
  connectMs: 3_000,
  statusReplyMs: 1_500,
  sendMs: 15_000,
  pollMs: 500,
  completionPollsMax: 16,
  heldPollsMax: 60,
  mouthPollMs: 600,
  mouthPollsMax: 40,
  closeMs: 2_000,
  callsMax: 8,
};

export interface PrinterPortOptions {
  readonly openLink: OpenLink;
  readonly profile: PrinterProfile;
  readonly timers: Timers;
  readonly limits: PrinterLimits;
}

/** A job's end, and what the printer is still busy with before its next call. */
interface Ended<T> {
  readonly result: T;
  readonly rest?: Promise<void>;
}

/** A port that opens a link for each call and closes it afterwards: many printers refuse a second connection. */
export function createPrinterPort(options: PrinterPortOptions): PrinterPort {
  const closing = new AbortController();
  let calls = 0;
  let turn: Promise<unknown> = Promise.resolve();
  let jobs = 0;
  /** How the last job left the printer; `unheard` before the first, since another process may have been cut off. */
  let left: 'well' | 'unheard' | 'unsure' = 'unheard';
  /** What a job begins with: a printer in the middle of a command would swallow the start of it, and then confirm the rest. */
  const preface = (): Uint8Array => {
    if (left === 'well') return new Uint8Array(0);
    const { flush, start, newLine, cut } = commandsOf(options.profile);
    // Half a slip of somebody else is cut off.
    const rest = left === 'unsure' ? [start(), newLine(), cut()] : [];
    return Buffer.concat([flush(), ...rest]);
  };
  const remember = ({ kind }: PrintOutcome): void => {
    if (kind !== 'not_sent') left = kind === 'confirmed' ? 'well' : 'unsure';
  };

  const inTurn = async <T>(run: () => Promise<Ended<T>>): Promise<T> => {
    if (calls >= options.limits.callsMax) throw new RangeError('Too many calls wait for the printer.');
    calls += 1;
    const ended = turn.then(run);
    turn = ended
      .then(({ rest }) => rest)
      .catch(() => undefined)
      .finally(() => {
        calls -= 1;
      });
    return (await ended).result;
  };
  const either = (signal: AbortSignal | undefined): AbortSignal =>
    signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal]);

  return {
    status: (signal) => inTurn(() => readOnce(options, either(signal))),
    print: (job, { onFirstByte, onNotTaken, signal } = {}) => {
      if (job.length === 0) return Promise.reject(new RangeError('An empty job prints nothing.'));
      jobs += 1;
      const id = processId(job, jobs);
      return inTurn(async () => {
        const whole = Buffer.concat([preface(), job]);
        const ended = await printOnce(options, whole, id, {
          onFirstByte,
          onNotTaken,
          signal: either(signal),
        });
        remember(ended.result);
        return ended;
      });
    },
    close: async () => {
      closing.abort();
      await turn;
    },
  };
}

async function readOnce(options: PrinterPortOptions, signal: AbortSignal): Promise<Ended<PrinterStatus>> {
  const link = await options.openLink(signal);
  if (link === null) return { result: UNREACHABLE };
  const { limits, profile, timers } = options;
  const talk = talkOver(converse(link, timers, parserOf(profile)), profile);
  const result = await talk.status(limits.statusReplyMs);
  await link.end(limits.closeMs);
  return { result };
}

async function printOnce(
  options: PrinterPortOptions,
  job: Uint8Array,
  id: Uint8Array,
  { onFirstByte, onNotTaken, signal }: PrintOptions & { readonly signal: AbortSignal },
): Promise<Ended<PrintOutcome>> {
  const { limits, profile, timers } = options;
  const link = await options.openLink(signal);
  if (link === null) return { result: { kind: 'not_sent', cause: 'offline' } };
  let rest: Promise<void> | undefined;
  try {
    const conversation = converse(link, timers, parserOf(profile));
    const talk = talkOver(conversation, profile);
    const before = printable(await talk.status(limits.statusReplyMs));
    if (!before.ok) return { result: { kind: 'not_sent', cause: before.cause } };
    if (signal.aborted || !link.isOpen()) return { result: { kind: 'not_sent', cause: 'offline' } };

    const completing = talk.complete(id);
    const sent = conversation.send(Buffer.concat([job, completing.bytes]), limits.sendMs);
    onFirstByte?.();
    const cause = (await sent) ? await awaitCompletion(options, talk, completing.answer) : 'offline';
    completing.answer.cancel();
    if (cause !== null) return { result: { kind: 'unknown', cause } };
    const result = completing.provesPaper ? CONFIRMED : await judgeAfter(options, talk);
    if (result.kind === 'confirmed' && profile.presenter !== null) {
      rest = watchMouth(options, talk, signal, onNotTaken).finally(() => link.end(limits.closeMs));
      return { result, rest };
    }
    return { result };
  } finally {
    if (rest === undefined) await link.end(limits.closeMs);
  }
}

const CONFIRMED: PrintOutcome = { kind: 'confirmed' };

/**
 * Waits for the answer to the job, looking at the status in between. @returns null when it came, else why the wait was
 * given up.
 */
async function awaitCompletion(
  { limits }: PrinterPortOptions,
  talk: Talk,
  answer: Expected,
): Promise<PrinterCause | null> {
  let cause: PrinterCause = 'offline';
  let answers = true;
  let idlePolls = 0;
  let heldPolls = 0;
  while (idlePolls < limits.completionPollsMax && heldPolls < limits.heldPollsMax) {
    const waited = await answer.within(limits.pollMs);
    if (waited === 'arrived') return null;
    if (waited === 'closed') return cause;
    const status: PrinterStatus = answers ? await talk.status(limits.statusReplyMs) : UNREACHABLE;
    if (answer.reply() !== null) return null;
    answers = status.reachable;
    const verdict = printable(status);
    if (answers) cause = verdict.ok ? 'offline' : verdict.cause;
    if (status.error === 'cutter' || status.error === 'unrecoverable') return 'error';
    if (answers && (cause === 'paper_out' || cause === 'cover_open')) heldPolls += 1;
    else idlePolls += 1;
  }
  return cause;
}

/** An answer in order says only that the job was processed: a printer that now reports trouble may have met it in the last lines. */
async function judgeAfter({ limits }: PrinterPortOptions, talk: Talk): Promise<PrintOutcome> {
  const after = printable(await talk.status(limits.statusReplyMs));
  return after.ok ? CONFIRMED : { kind: 'unknown', cause: after.cause };
}

/** A slip that nobody takes has a person's number on it: it is drawn in before the next one is printed. */
async function watchMouth(
  { limits, timers }: PrinterPortOptions,
  talk: Talk,
  signal: AbortSignal,
  onNotTaken: (() => void) | undefined,
): Promise<void> {
  for (let poll = 0; poll < limits.mouthPollsMax; poll++) {
    if (signal.aborted || (await talk.isSlipAtMouth(limits.statusReplyMs)) !== true) return;
    await new Promise<void>((resolve) => {
      const cancel = timers.after(limits.mouthPollMs, resolve);
      signal.addEventListener('abort', () => {
        cancel();
        resolve();
      });
    });
  }
  talk.retract();
  onNotTaken?.();
}

const PROCESS_ID_LENGTH = 4;
const PROCESS_ID_FIRST = 32;
const PROCESS_ID_DIGITS = 95;

/**
 * Four printable characters for one job. They come from the job's own bytes (FNV-1a) and its number, because a printer
 * that held the rest of an earlier job may echo that one's id when this one is waited for, even after a restart of ours.
 */
function processId(job: Uint8Array, number: number): Uint8Array {
  let hash = 0x811c9dc5;
  for (const byte of job) hash = Math.imul(hash ^ byte, 0x01000193);
  let rest = (hash + number) >>> 0;
  return Uint8Array.from({ length: PROCESS_ID_LENGTH }, () => {
    const digit = rest % PROCESS_ID_DIGITS;
    rest = Math.floor(rest / PROCESS_ID_DIGITS);
    return PROCESS_ID_FIRST + digit;
  });
}
