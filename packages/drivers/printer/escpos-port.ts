/**
 * The port over an ESC/POS printer on any link. A write that succeeded means nothing (the buffers between here and the
 * paper hold many tickets), so a job is confirmed only by an answer that the printer gives after it, and everything that
 * goes wrong once its first byte has left is `unknown`.
 */
import type { Timers } from '@totem/domain';
import { askStatus, type Conversation, converse, type Expected } from './conversation.ts';
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
import type { Completion, PrinterProfile } from './profile.ts';
import type { PrinterReply } from './status-parser.ts';

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
  closeMs: 2_000,
  callsMax: 8,
};

export interface EscPosPortOptions {
  readonly openLink: OpenLink;
  readonly profile: Pick<PrinterProfile, 'completion' | 'statusQuestions'>;
  readonly timers: Timers;
  readonly limits: PrinterLimits;
}

/** A port that opens a link for each call and closes it afterwards: many printers refuse a second connection. */
export function createEscPosPort(options: EscPosPortOptions): PrinterPort {
  const closing = new AbortController();
  let calls = 0;
  let turn: Promise<unknown> = Promise.resolve();
  let jobs = 0;

  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    if (calls >= options.limits.callsMax) {
      return Promise.reject(new RangeError('Too many calls wait for the printer.'));
    }
    calls += 1;
    const result = turn.then(run).finally(() => {
      calls -= 1;
    });
    turn = result.catch(() => undefined);
    return result;
  };
  const either = (signal: AbortSignal | undefined): AbortSignal =>
    signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal]);

  return {
    status: (signal) => inTurn(() => readOnce(options, either(signal))),
    print: (job, { onFirstByte, signal } = {}) => {
      if (job.length === 0) return Promise.reject(new RangeError('An empty job prints nothing.'));
      jobs += 1;
      const request = completionRequest(options.profile.completion, processId(job, jobs));
      return inTurn(() => printOnce(options, job, request, { onFirstByte, signal: either(signal) }));
    },
    close: async () => {
      closing.abort();
      await turn;
    },
  };
}

async function readOnce(options: EscPosPortOptions, signal: AbortSignal): Promise<PrinterStatus> {
  const link = await options.openLink(signal);
  if (link === null) return UNREACHABLE;
  const { limits, profile, timers } = options;
  const status = await askStatus(converse(link, timers), profile.statusQuestions, limits.statusReplyMs);
  await link.end(limits.closeMs);
  return status;
}

async function printOnce(
  options: EscPosPortOptions,
  job: Uint8Array,
  request: CompletionRequest,
  { onFirstByte, signal }: PrintOptions & { readonly signal: AbortSignal },
): Promise<PrintOutcome> {
  const { limits, profile, timers } = options;
  const link = await options.openLink(signal);
  if (link === null) return { kind: 'not_sent', cause: 'offline' };
  try {
    const conversation = converse(link, timers);
    const before = printable(await askStatus(conversation, profile.statusQuestions, limits.statusReplyMs));
    if (!before.ok) return { kind: 'not_sent', cause: before.cause };
    if (signal.aborted || !link.isOpen()) return { kind: 'not_sent', cause: 'offline' };

    const expected = conversation.expect(request.isAnswer);
    const sent = conversation.send(Buffer.concat([job, request.bytes]), limits.sendMs);
    onFirstByte?.();
    const cause = (await sent) ? await awaitCompletion(options, conversation, expected) : 'offline';
    expected.cancel();
    return cause === null ? await judgeAfter(options, conversation) : { kind: 'unknown', cause };
  } finally {
    await link.end(limits.closeMs);
  }
}

/**
 * Waits for the answer to the job, looking at the status in between. @returns null when it came, else why the wait was
 * given up.
 */
async function awaitCompletion(
  { limits, profile }: EscPosPortOptions,
  conversation: Conversation,
  expected: Expected,
): Promise<PrinterCause | null> {
  let cause: PrinterCause = 'offline';
  let answers = true;
  let idlePolls = 0;
  let heldPolls = 0;
  while (idlePolls < limits.completionPollsMax && heldPolls < limits.heldPollsMax) {
    const waited = await expected.within(limits.pollMs);
    if (waited === 'arrived') return null;
    if (waited === 'closed') return cause;
    const status: PrinterStatus = answers
      ? await askStatus(conversation, profile.statusQuestions, limits.statusReplyMs)
      : UNREACHABLE;
    if (expected.reply() !== null) return null;
    answers = status.reachable;
    const verdict = printable(status);
    if (answers) cause = verdict.ok ? 'offline' : verdict.cause;
    if (status.error === 'cutter' || status.error === 'unrecoverable') return 'error';
    if (answers && (cause === 'paper_out' || cause === 'cover_open')) heldPolls += 1;
    else idlePolls += 1;
  }
  return cause;
}

/**
 * The answer is there. An echoed id says that the job is on paper. An answer in order says only that it was processed:
 * a printer that now reports trouble may have met it in the last lines.
 */
async function judgeAfter(
  { limits, profile }: EscPosPortOptions,
  conversation: Conversation,
): Promise<PrintOutcome> {
  switch (profile.completion) {
    case 'process_id':
      return { kind: 'confirmed' };
    case 'paper_status': {
      const after = printable(await askStatus(conversation, profile.statusQuestions, limits.statusReplyMs));
      return after.ok ? { kind: 'confirmed' } : { kind: 'unknown', cause: after.cause };
    }
    default:
      return profile.completion satisfies never;
  }
}

/** What follows the job on the line, and how its answer is known. */
interface CompletionRequest {
  readonly bytes: Uint8Array;
  isAnswer(reply: PrinterReply): boolean;
}

const GS = 0x1d;
const PROCESS_ID_LENGTH = 4;
const PROCESS_ID_FIRST = 32;
const PROCESS_ID_DIGITS = 95;

function completionRequest(completion: Completion, id: Uint8Array): CompletionRequest {
  switch (completion) {
    case 'process_id':
      return {
        bytes: Uint8Array.of(GS, 0x28, 0x48, 0x06, 0x00, 0x30, 0x30, ...id),
        isAnswer: (reply) =>
          reply.kind === 'block' &&
          reply.header === 0x37 &&
          reply.data[0] === 0x22 &&
          id.every((digit, index) => reply.data[index + 1] === digit),
      };
    case 'paper_status':
      return { bytes: Uint8Array.of(GS, 0x72, 0x01), isAnswer: (reply) => reply.kind === 'single' };
    default:
      return completion satisfies never;
  }
}

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
