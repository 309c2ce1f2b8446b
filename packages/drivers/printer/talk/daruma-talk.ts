/**
 * Daruma: two questions of one byte each, and no word for a job that is out. It says whether it prints; two looks in a row
 * at a printer that is idle and well, after everything was handed over, are what is known.
 */
import { ask, type Conversation, type Expected } from '../conversation.ts';
import { type PaperLevel, type PrinterStatus, UNREACHABLE } from '../port.ts';
import type { PrinterReply, ReplyParser } from './reply.ts';
import type { Talk } from './talk.ts';

/** ENQ and GS ENQ. */
export const DARUMA_QUESTIONS = { state: Uint8Array.of(0x05), sensors: Uint8Array.of(0x1d, 0x05) } as const;
export const DARUMA_BITS = {
  state: { printing: 0x01, error: 0x08, online: 0x10, paperOut: 0x20, coverOpen: 0x80 },
  sensors: { nearEnd: 0x01, paperOut: 0x02, offline: 0x08, fault: 0x40 },
} as const;
const IDLE_LOOKS = 2;

/** Every byte is an answer. */
export function createDarumaParser(): ReplyParser {
  return { push: (bytes) => Array.from(bytes, (byte) => ({ kind: 'single', byte })) };
}

export function darumaTalk(conversation: Conversation): Talk {
  let idleLooks = 0;
  let onIdle: (() => void) | undefined;
  const isSingle = ({ kind }: PrinterReply): boolean => kind === 'single';
  const byteOf = (reply: PrinterReply | null): number | null =>
    reply?.kind === 'single' ? reply.byte : null;
  return {
    status: async (replyMs) => {
      const state = byteOf(await ask(conversation, DARUMA_QUESTIONS.state, isSingle, replyMs));
      if (state === null) return UNREACHABLE;
      const sensors = byteOf(await ask(conversation, DARUMA_QUESTIONS.sensors, isSingle, replyMs));
      if (sensors === null) return UNREACHABLE;
      const status = readDarumaStatus(state, sensors);
      const isIdle = (state & DARUMA_BITS.state.printing) === 0 && status.online;
      idleLooks = isIdle ? idleLooks + 1 : 0;
      if (idleLooks >= IDLE_LOOKS) onIdle?.();
      return status;
    },
    complete: () => {
      idleLooks = 0;
      const line = conversation.expect(() => false);
      let isOut = false;
      onIdle = () => {
        isOut = true;
      };
      return { bytes: new Uint8Array(0), answer: whenIdle(line, () => isOut), provesPaper: false };
    },
    isSlipAtMouth: () => Promise.resolve(null),
    retract: () => undefined,
  };
}

/** An expectation that is met by what was seen, not by what was said. */
function whenIdle(line: Expected, isOut: () => boolean): Expected {
  return {
    reply: () => (isOut() ? { kind: 'single', byte: 0 } : null),
    within: (limitMs) => (isOut() ? Promise.resolve('arrived') : line.within(limitMs)),
    cancel: () => line.cancel(),
  };
}

export function readDarumaStatus(state: number, sensors: number): PrinterStatus {
  const { error, online, paperOut, coverOpen } = DARUMA_BITS.state;
  const isOut = (state & paperOut) !== 0 || (sensors & DARUMA_BITS.sensors.paperOut) !== 0;
  const isNear = (sensors & DARUMA_BITS.sensors.nearEnd) !== 0;
  const paper: PaperLevel = isOut ? 'out' : isNear ? 'near_end' : 'adequate';
  const hasError = (state & error) !== 0 || (sensors & DARUMA_BITS.sensors.fault) !== 0;
  return {
    reachable: true,
    online: (state & online) !== 0 && (sensors & DARUMA_BITS.sensors.offline) === 0,
    paper,
    coverOpen: (state & coverOpen) !== 0,
    error: hasError ? 'recoverable' : null,
  };
}
