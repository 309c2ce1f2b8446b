/**
 * The virtual printer without its cable: what it holds, what it prints, what it answers. Bytes come in, answers and slips
 * come out. It behaves as real ones do where that hurts: bytes are held while it cannot print, go on after the refill, and
 * a status question is answered at once, even between the bytes of a picture.
 */
import type { Timers } from '@totem/domain';
import type { PrinterProfile, StatusQuestion } from '../profile.ts';
import { STATUS_BITS } from '../status.ts';
import { createDecoder } from './decoder.ts';
import type { Slip } from './paper.ts';
import { readToken, type Token } from './tokens.ts';

export const ROLLS = ['ok', 'low', 'out'] as const;
export type Roll = (typeof ROLLS)[number];

/** What a hand can do to the printer. */
export interface Switches {
  readonly paper: Roll;
  /** Rows until the roll ends by itself in the middle of whatever is printed; null for a long roll. */
  readonly paperRowsLeft: number | null;
  readonly coverOpen: boolean;
  /** Taken off line at its own button: it still answers status questions. */
  readonly offline: boolean;
  /** The next slip sticks after a few rows. Switching it off clears the jam: the slip is torn out, held bytes are lost. */
  readonly jam: boolean;
  /** Prints one row at a time, as paper really comes out. */
  readonly slow: boolean;
}

export interface MechanismState extends Switches {
  /** The jam has happened. */
  readonly jammed: boolean;
  readonly heldBytes: number;
}

export interface Mechanism {
  receive(bytes: Uint8Array): void;
  set(change: Partial<Switches>): void;
  state(): MechanismState;
  /** No more timers. */
  stop(): void;
}

export interface MechanismOptions {
  readonly profile: PrinterProfile;
  readonly timers: Timers;
  /** To whoever is connected now. */
  answer(bytes: Uint8Array): void;
  onSlip(slip: Slip): void;
  /** Fewer than `HELD_BYTES_MAX` bytes are held: more may be read. */
  onRoom(): void;
}

/** Held bytes beyond this are the sender's to keep: the cable stops reading. */
export const HELD_BYTES_MAX = 64 * 1024;
export const SLOW_ROW_MS = 60;
const JAM_AFTER_ROWS = 3;
const DLE = 0x10;
const EOT = 0x04;
/** Bits that every real-time answer has. */
const REALTIME = 0x12;

export function createMechanism({ profile, timers, answer, onSlip, onRoom }: MechanismOptions): Mechanism {
  const decoder = createDecoder(profile);
  let switches: Switches = {
    paper: 'ok',
    paperRowsLeft: null,
    coverOpen: false,
    offline: false,
    jam: false,
    slow: false,
  };
  let jammed = false;
  let held = new Uint8Array(0);
  let lastBytes = [0, 0];
  let automatic = false;
  let cancelTimer: (() => void) | null = null;

  const isOffline = (): boolean =>
    switches.offline || switches.coverOpen || switches.paper === 'out' || jammed;
  const answerAutomatic = (): void => {
    if (automatic) answer(automaticStatus(switches, jammed, isOffline()));
  };

  /** Obeys one command. @returns whether a row came out. */
  const obey = (token: Token): boolean => {
    const rowsBefore = decoder.rowCount();
    if (token.kind === 'paper_status') answer(Uint8Array.of(paperSensors(switches.paper)));
    if (token.kind === 'process_id') answer(Uint8Array.of(0x37, 0x22, ...token.id, 0x00));
    if (token.kind === 'automatic_status') {
      automatic = token.on;
      answerAutomatic();
    }
    const slip = decoder.take(token);
    if (slip !== null) onSlip(slip);
    return slip !== null || decoder.rowCount() > rowsBefore;
  };

  const afterRow = (): void => {
    const left = switches.paperRowsLeft;
    const rowsLeft = left === null ? null : left - 1;
    const ends = rowsLeft !== null && rowsLeft <= 0;
    switches = { ...switches, paperRowsLeft: ends ? null : rowsLeft, paper: ends ? 'out' : switches.paper };
    jammed = switches.jam && decoder.rowCount() >= JAM_AFTER_ROWS;
    if (isOffline()) answerAutomatic();
  };

  const print = (): void => {
    let at = 0;
    while (!isOffline() && cancelTimer === null) {
      const read = readToken(held, at);
      if (read === null) break;
      at += read.length;
      if (!obey(read.token)) continue;
      afterRow();
      if (switches.slow) {
        cancelTimer = timers.after(SLOW_ROW_MS, () => {
          cancelTimer = null;
          print();
        });
      }
    }
    held = held.slice(at);
    if (held.length < HELD_BYTES_MAX) onRoom();
  };

  const answerRealtime = (bytes: Uint8Array): void => {
    for (const byte of bytes) {
      const [first, second] = lastBytes;
      if (first === DLE && second === EOT && byte >= 1 && byte <= 4) {
        answer(Uint8Array.of(realtimeStatus(byte as StatusQuestion, switches, jammed, isOffline())));
      }
      lastBytes = [second ?? 0, byte];
    }
  };

  const stopPacing = (): void => {
    cancelTimer?.();
    cancelTimer = null;
  };

  const clearJam = (): void => {
    jammed = false;
    held = new Uint8Array(0);
    const slip = decoder.tear();
    if (slip !== null) onSlip(slip);
  };

  return {
    receive: (bytes) => {
      answerRealtime(bytes);
      held = Buffer.concat([held, bytes]);
      print();
    },
    set: (change) => {
      switches = { ...switches, ...change };
      if (change.paper !== undefined && change.paperRowsLeft === undefined) {
        switches = { ...switches, paperRowsLeft: null };
      }
      if (!switches.slow) stopPacing();
      if (!switches.jam && jammed) clearJam();
      answerAutomatic();
      print();
    },
    state: () => ({ ...switches, jammed, heldBytes: held.length }),
    stop: stopPacing,
  };
}

function realtimeStatus(
  question: StatusQuestion,
  switches: Switches,
  jammed: boolean,
  offline: boolean,
): number {
  const { printer, offlineCause, errorCause, paper } = STATUS_BITS;
  switch (question) {
    case 1:
      return REALTIME | (offline ? printer.offline : 0);
    case 2:
      return (
        REALTIME |
        (switches.coverOpen ? offlineCause.coverOpen : 0) |
        (switches.paper === 'out' ? offlineCause.paperEnd : 0) |
        (jammed ? offlineCause.error : 0)
      );
    case 3:
      return REALTIME | (jammed ? errorCause.mechanical : 0);
    case 4:
      return (
        REALTIME |
        (switches.paper === 'ok' ? 0 : paper.nearEnd) |
        // The presenter's bit goes with it on models without a presenter.
        (switches.paper === 'out' ? paper.end | 0x40 : 0)
      );
    default:
      return question satisfies never;
  }
}

/** The answer to GS r 1, and the third byte of automatic status. */
function paperSensors(paper: Roll): number {
  switch (paper) {
    case 'ok':
      return 0x00;
    case 'low':
      return 0x03;
    case 'out':
      return 0x0f;
    default:
      return paper satisfies never;
  }
}

function automaticStatus(switches: Switches, jammed: boolean, offline: boolean): Uint8Array {
  const first = 0x10 | (offline ? 0x08 : 0) | (switches.coverOpen ? 0x20 : 0);
  return Uint8Array.of(first, jammed ? 0x04 : 0, paperSensors(switches.paper), 0);
}
