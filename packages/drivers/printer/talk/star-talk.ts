/**
 * Star Line: one question is answered with the whole status, whose first byte tells how long it is. A job ends with ETB, and
 * a counter in the status goes up when the printer comes to it.
 */
import { ask, type Conversation } from '../conversation.ts';
import { type PaperLevel, type PrinterError, type PrinterStatus, UNREACHABLE } from '../port.ts';
import type { PrinterReply, ReplyParser } from './reply.ts';
import type { Talk } from './talk.ts';

/** ESC ACK SOH: the status, in real time. */
export const STAR_QUESTION = Uint8Array.of(0x1b, 0x06, 0x01);
export const ETB = 0x17;
/** Where things stand in the status, and their bits. */
export const STAR_BITS = {
  state: { at: 2, coverOpen: 0x20, offline: 0x08 },
  error: { at: 3, unrecoverable: 0x20, cutter: 0x08, mechanical: 0x04 },
  paper: { at: 5, end: 0x08, nearEnd: 0x04 },
  counter: { at: 7 },
} as const;
export const STAR_STATUS_BYTES = 9;
/** The counter has five bits. */
export const ETB_COUNTS = 32;
const STATUS_BYTES_MAX = 33;

/** The five bits of a length or a counter, as Star lays them out: 1 to 3, 5 and 6. */
export const starNumber = (byte: number): number => ((byte >> 2) & 0x18) | ((byte >> 1) & 0x07);
export const starBits = (number: number): number => ((number & 0x18) << 2) | ((number & 0x07) << 1);

export function createStarParser(): ReplyParser {
  let pending: number[] = [];
  const take = (byte: number): PrinterReply | null => {
    const [first] = pending;
    if (first === undefined) {
      const isStatus = (byte & 0x91) === 0x01 && starNumber(byte) > STAR_BITS.state.at;
      if (isStatus) pending = [byte];
      return null;
    }
    pending.push(byte);
    if (pending.length < Math.min(starNumber(first), STATUS_BYTES_MAX)) return null;
    const bytes = Uint8Array.from(pending);
    pending = [];
    return { kind: 'automatic', bytes };
  };
  return { push: (bytes) => [...bytes].map(take).filter((reply) => reply !== null) };
}

export function starTalk(conversation: Conversation): Talk {
  let counter = 0;
  return {
    status: async (replyMs) => {
      const isStatus = ({ kind }: PrinterReply): boolean => kind === 'automatic';
      const reply = await ask(conversation, STAR_QUESTION, isStatus, replyMs);
      if (reply?.kind !== 'automatic') return UNREACHABLE;
      counter = counterIn(reply.bytes);
      return readStarStatus(reply.bytes);
    },
    complete: () => {
      const next = (counter + 1) % ETB_COUNTS;
      return {
        bytes: Uint8Array.of(ETB),
        answer: conversation.watch((reply) => reply.kind === 'automatic' && counterIn(reply.bytes) === next),
        provesPaper: false,
      };
    },
    isSlipAtMouth: () => Promise.resolve(null),
    retract: () => undefined,
  };
}

const counterIn = (bytes: Uint8Array): number => starNumber(bytes[STAR_BITS.counter.at] ?? 0);

export function readStarStatus(bytes: Uint8Array): PrinterStatus {
  const { state } = STAR_BITS;
  const flags = bytes[state.at] ?? 0;
  return {
    reachable: true,
    online: (flags & state.offline) === 0,
    paper: paperIn(bytes),
    coverOpen: (flags & state.coverOpen) !== 0,
    error: errorIn(bytes),
  };
}

function paperIn(bytes: Uint8Array): PaperLevel {
  const { at, end, nearEnd } = STAR_BITS.paper;
  const flags = bytes[at];
  if (flags === undefined) return 'unknown';
  if ((flags & end) !== 0) return 'out';
  return (flags & nearEnd) !== 0 ? 'near_end' : 'adequate';
}

function errorIn(bytes: Uint8Array): PrinterError | null {
  const { at, unrecoverable, cutter, mechanical } = STAR_BITS.error;
  const flags = bytes[at] ?? 0;
  if ((flags & unrecoverable) !== 0) return 'unrecoverable';
  if ((flags & cutter) !== 0) return 'cutter';
  return (flags & mechanical) !== 0 ? 'recoverable' : null;
}
