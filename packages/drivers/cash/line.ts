/**
 * The host's end of the one shared wire: one question at a time, asked again while nothing whole comes back. Whatever is sent
 * here may be sent twice without harm; what may not be is asked with `tries: 1`. A wire that echoes the host's own bytes and
 * one that does not are told apart by themselves: no reply begins with the address of a device.
 */
import type { Timers } from '@totem/domain';
import type { OpenLink, PrinterLink } from '../printer/link.ts';
import { BUSY, type Check, encodeFrame, type Frame, findFrame, HOST, NAK, REPLY } from './frame.ts';

/** A reply begins within 50 to 100 ms; this is also what a late one is waited for. */
export const REPLY_MS = 250;
/** A device that looks into itself takes its time. */
export const SLOW_REPLY_MS = 3_000;
const TRIES = 3;
const BUSY_MS = 200;
const BUSY_MAX = 10;
const CLOSE_MS = 500;
/** Of a wire that babbles: what is older than this is no part of an answer. */
const HEARD_MAX = 1_024;

export interface Ask {
  /** How long the data of a fitting reply is; others are an answer to something older. */
  readonly length: number;
  readonly tries?: number;
  readonly waitMs?: number;
}

export interface CashLine {
  /** @returns the reply's data, or null when nothing that fits came back: what was asked may have been done all the same. */
  ask(to: number, header: number, data: readonly number[], how: Ask): Promise<Uint8Array | null>;
  close(): Promise<void>;
}

export function createCashLine(parts: {
  readonly openLink: OpenLink;
  readonly timers: Timers;
  readonly check: Check;
}): CashLine {
  const { openLink, timers, check } = parts;
  const over = new AbortController();
  let link: PrinterLink | null = null;
  let heard = new Uint8Array();
  let onHeard: () => void = () => undefined;
  let onClosed: () => void = () => undefined;
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => void timers.after(ms, () => resolve()));

  const opened = async (): Promise<PrinterLink | null> => {
    if (over.signal.aborted) return null;
    if (link?.isOpen() === true) return link;
    link = await openLink(over.signal);
    void link?.closed.then(() => onClosed());
    link?.onData((bytes) => {
      heard = Uint8Array.of(...heard, ...bytes).slice(-HEARD_MAX);
      onHeard();
    });
    return link;
  };

  /** Says it once. @returns the first frame that answers it. */
  const once = async (bytes: Uint8Array, answers: (frame: Frame) => boolean, waitMs: number) => {
    const wire = await opened();
    if (wire === null) return undefined;
    // What came after the last answer was waited for in vain answers nothing any more.
    heard = new Uint8Array();
    const found = Promise.withResolvers<Frame | undefined>();
    onHeard = () => {
      const rest = withoutEcho(heard, bytes);
      const answer = rest === undefined ? undefined : findFrame(rest, check, answers);
      if (answer !== undefined) found.resolve(answer.frame);
    };
    const stop = timers.after(waitMs, () => found.resolve(undefined));
    onClosed = () => found.resolve(undefined);
    if (!(await wire.write(bytes))) found.resolve(undefined);
    const frame = await found.promise;
    stop();
    onHeard = () => undefined;
    onClosed = () => undefined;
    return frame;
  };

  const asked = async (bytes: Uint8Array, from: number, how: Ask): Promise<Uint8Array | null> => {
    const { length, tries = TRIES, waitMs = REPLY_MS } = how;
    const isFrom = (frame: Frame) => frame.from === null || frame.from === from;
    const fits = ({ header, data }: Frame) =>
      (header === REPLY && data.length === length) ||
      ((header === NAK || header === BUSY) && data.length === 0);
    let busy = 0;
    for (let tried = 0; tried < tries; ) {
      const frame = await once(bytes, (one) => one.to === HOST && isFrom(one) && fits(one), waitMs);
      if (frame?.header === REPLY) return frame.data;
      if (frame?.header === BUSY && busy < BUSY_MAX) {
        busy += 1;
        await pause(BUSY_MS);
      } else tried += 1;
    }
    return null;
  };

  return {
    ask: (to, header, data, how) => {
      const frame = { to, from: HOST, header, data: Uint8Array.from(data) };
      return inTurn(() => asked(encodeFrame(frame, check), to, how));
    },
    async close() {
      over.abort();
      await link?.end(CLOSE_MS);
    },
  };
}

/** What was heard beyond the echo of what was said; undefined while it is still coming in. */
function withoutEcho(heard: Uint8Array, said: Uint8Array): Uint8Array | undefined {
  const isEcho = said.every((byte, at) => at >= heard.length || heard[at] === byte);
  if (!isEcho) return heard;
  return heard.length < said.length ? undefined : heard.subarray(said.length);
}
