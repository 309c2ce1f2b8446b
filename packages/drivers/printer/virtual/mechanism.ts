/**
 * The virtual printer without its cable: what it holds, what it prints, what it answers. Bytes come in, answers and slips
 * come out. It behaves as real ones do where that hurts: bytes are held while it cannot print, go on after the refill, and
 * a status question is answered at once, even between the bytes of a picture.
 */
import type { Timers } from '@totem/domain';
import type { PrinterProfile } from '../profile.ts';
import { type Condition, HEARD_BYTES_MAX, type Roll } from './accents/accent.ts';
import { ACCENTS } from './accents/accents.ts';
import { createDecoder } from './decoder.ts';
import type { Slip } from './paper.ts';
import type { Token } from './tokens.ts';

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
  /** Without power it hears and says nothing; what it held is lost, and the slip is torn. */
  readonly power: boolean;
  /** Bytes get lost on the way, in both directions, and neither end is told. */
  readonly deaf: boolean;
  /** Nobody takes the slip from the mouth of a presenter. */
  readonly slipStays: boolean;
  /** From now on, every so many bytes one is answered that nobody asked for; null for a printer that minds its words. */
  readonly babbleEvery: number | null;
}

export interface MechanismState extends Switches {
  /** The jam has happened. */
  readonly jammed: boolean;
  readonly heldBytes: number;
  readonly isSlipAtMouth: boolean;
  /** Slips that nobody took, and that were drawn in. */
  readonly retracted: number;
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
/** What a printer says that has lost its place: part of an automatic status. */
const BABBLE = Uint8Array.of(0x14, 0x00);

export function createMechanism({ profile, timers, answer, onSlip, onRoom }: MechanismOptions): Mechanism {
  const accent = ACCENTS[profile.dialect];
  const decoder = createDecoder(profile);
  let switches: Switches = {
    paper: 'ok',
    paperRowsLeft: null,
    coverOpen: false,
    offline: false,
    jam: false,
    slow: false,
    power: true,
    deaf: false,
    slipStays: false,
    babbleEvery: null,
  };
  let jammed = false;
  let held = new Uint8Array(0);
  const heard: number[] = [];
  let heardCount = 0;
  let automatic = false;
  let etbCount = 0;
  let isSlipAtMouth = false;
  let retracted = 0;
  let cancelTimer: (() => void) | null = null;

  const isOffline = (): boolean =>
    !switches.power || switches.offline || switches.coverOpen || switches.paper === 'out' || jammed;
  const condition = (): Condition => ({
    paper: switches.paper,
    coverOpen: switches.coverOpen,
    isOffline: isOffline(),
    jammed,
    isPrinting: cancelTimer !== null || held.length > 0,
    isSlipAtMouth,
    etbCount,
  });
  const isSilent = (): boolean => !switches.power || switches.deaf;
  const say = (bytes: Uint8Array | null): void => {
    if (bytes !== null && !isSilent()) answer(bytes);
  };
  const answerAutomatic = (): void => {
    if (automatic) say(accent.automatic(condition()));
  };

  /** Obeys one command. @returns whether a row came out. */
  const obey = (token: Token): boolean => {
    const rowsBefore = decoder.rowCount();
    say(accent.answerInTurn(token, condition()));
    if (token.kind === 'etb') etbCount += 1;
    if (token.kind === 'present') isSlipAtMouth = switches.slipStays;
    if (token.kind === 'retract' && isSlipAtMouth) {
      isSlipAtMouth = false;
      retracted += 1;
    }
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
      const read = accent.readToken(held, at);
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

  const answerAtOnce = (bytes: Uint8Array): void => {
    for (const byte of bytes) {
      heard.push(byte);
      if (heard.length > HEARD_BYTES_MAX) heard.shift();
      heardCount += 1;
      if (switches.babbleEvery !== null && heardCount % switches.babbleEvery === 0) answer(BABBLE);
      say(accent.answerAtOnce(heard, condition));
    }
  };

  const stopPacing = (): void => {
    cancelTimer?.();
    cancelTimer = null;
  };

  const forget = (): void => {
    jammed = false;
    held = new Uint8Array(0);
    const slip = decoder.tear();
    if (slip !== null) onSlip(slip);
  };

  return {
    receive: (bytes) => {
      if (isSilent()) return;
      answerAtOnce(bytes);
      held = Buffer.concat([held, bytes]);
      print();
    },
    set: (change) => {
      switches = { ...switches, ...change };
      if (change.paper !== undefined && change.paperRowsLeft === undefined) {
        switches = { ...switches, paperRowsLeft: null };
      }
      if (!switches.slow) stopPacing();
      if (!switches.slipStays) isSlipAtMouth = false;
      if (!switches.power || (!switches.jam && jammed)) forget();
      answerAutomatic();
      print();
    },
    state: () => ({ ...switches, jammed, heldBytes: held.length, isSlipAtMouth, retracted }),
    stop: stopPacing,
  };
}
