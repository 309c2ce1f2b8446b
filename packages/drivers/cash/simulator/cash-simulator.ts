/**
 * A cash machine at the other end of the wire, for tests and the demo: a bill validator and a coin acceptor that speak ccTalk,
 * keep books of their own, and go wrong on demand. What customers do to it, somebody else decides.
 */
import type { Timers } from '@totem/domain';
import {
  BUSY,
  type Check,
  decodeFrame,
  encodeFrame,
  type Frame,
  HOST,
  NAK,
  REPLY,
  sizeOf,
} from '../frame.ts';
import {
  createSimulatedUnit,
  NOTE_VALUES,
  type SimulatedUnit,
  type StoredPiece,
  type UnitTrouble,
} from './simulated-unit.ts';

/** What becomes of the next question that matters: a reading of events, or a command that lets in or sends on. */
export const CASH_FAULTS = [
  'request_lost',
  'reply_lost',
  'reply_late',
  'reply_twice',
  'reply_stale',
  'reply_broken',
  'reply_cut',
  'noise_first',
  'busy',
  'refused',
  'silent',
  'power_cut',
] as const;
export type CashFault = (typeof CASH_FAULTS)[number];

export interface CashSimulator {
  /** Bytes from the host. */
  receive(bytes: Uint8Array): void;
  /** Puts in a note or a coin, by its value. @returns whether it was taken in. */
  insert(valueCents: number, owner?: string): boolean;
  insertFalse(): void;
  pullLever(): void;
  /** Whether it lets anything in now. */
  isOpen(): boolean;
  hasEscrow(): boolean;
  power(isOn: boolean): void;
  /** Its power goes and comes back. */
  cutPower(): void;
  trouble(what: UnitTrouble): void;
  fault(kind: CashFault): void;
  /** No trouble and no faults any more, and power. */
  heal(): void;
  /** All that lies in it. */
  stored(): readonly StoredPiece[];
}

export interface CashSimulatorOptions {
  readonly timers: Timers;
  readonly send: (bytes: Uint8Array) => void;
  readonly check?: Check;
  /** Whether the host hears its own bytes back, as on the one wire that devices share. */
  readonly hasEcho?: boolean;
  readonly onBack?: (valueCents: number, owner: string) => void;
  /** Called for each question that was understood. */
  readonly onAsked?: (header: number, data: Uint8Array) => void;
}

const NOTES_ADDRESS = 40;
const COINS_ADDRESS = 2;
/** Longer than the host waits. */
const LATE_MS = 350;
const SILENT_QUESTIONS = 5;
const BUSY_TIMES = 3;
const NOISE = Uint8Array.of(0xff, 0x01, 0x00, 0x7e);
const MATTERS: readonly number[] = [159, 229, 154, 228];
/** A gap inside a frame begins a new one. */
const GAP_MS = 50;

export function openCashSimulator(options: CashSimulatorOptions): CashSimulator {
  const { timers, send, check = 'sum', hasEcho = true, onBack = () => undefined } = options;
  const notes = createSimulatedUnit({ kind: 'notes', timers, serial: 0x51a3b2, onBack });
  const coins = createSimulatedUnit({ kind: 'coins', timers, serial: 0xbc614e, onBack });
  const units: readonly SimulatedUnit[] = [notes, coins];
  const faults: CashFault[] = [];
  let pending = new Uint8Array();
  let heardMs = 0;
  let isOn = true;
  let quiet = 0;
  let busy = 0;
  let lastReply: Uint8Array | undefined;

  const reply = (from: number, header: number, data: Uint8Array): Uint8Array =>
    encodeFrame({ to: HOST, from, header, data }, check);
  /** Says it, in the way that the next fault wants. */
  const say = (from: number, data: Uint8Array | null, fault: CashFault | undefined): void => {
    const bytes = data === null ? reply(from, NAK, new Uint8Array()) : reply(from, REPLY, data);
    const stale = lastReply;
    lastReply = bytes;
    switch (fault) {
      case 'reply_lost':
        return;
      case 'reply_late':
        timers.after(LATE_MS, () => send(bytes));
        return;
      case 'reply_twice':
        send(Uint8Array.of(...bytes, ...bytes));
        return;
      case 'reply_stale':
        send(Uint8Array.of(...(stale ?? []), ...bytes));
        return;
      case 'reply_broken':
        send(bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 0x5a : byte)));
        return;
      case 'reply_cut':
        send(bytes.subarray(0, bytes.length - 2));
        return;
      case 'noise_first':
        send(Uint8Array.of(...NOISE, ...bytes));
        return;
      default:
        send(bytes);
    }
  };
  const answer = ({ to, header, data }: Frame): void => {
    const unit = to === NOTES_ADDRESS ? notes : to === COINS_ADDRESS ? coins : undefined;
    if (unit === undefined) return;
    options.onAsked?.(header, data);
    const fault = MATTERS.includes(header) ? faults.shift() : undefined;
    if (fault === 'silent') quiet = SILENT_QUESTIONS;
    if (fault === 'busy') busy = BUSY_TIMES;
    if (quiet > 0) {
      quiet -= 1;
      return;
    }
    if (busy > 0) {
      busy -= 1;
      send(reply(to, BUSY, new Uint8Array()));
      return;
    }
    if (fault === 'request_lost') return;
    if (fault === 'refused') say(to, null, undefined);
    else if (fault === 'power_cut') cutPower();
    else say(to, unit.answer(header, data), fault);
  };
  const cutPower = (): void => {
    for (const unit of units) {
      unit.power(false);
      unit.power(true);
    }
  };

  return {
    receive(bytes) {
      if (!isOn) return;
      const nowMs = timers.monotonicMs();
      if (nowMs - heardMs > GAP_MS) pending = new Uint8Array();
      heardMs = nowMs;
      if (hasEcho) send(bytes);
      pending = Uint8Array.of(...pending, ...bytes);
      for (;;) {
        const frame = decodeFrame(pending, check);
        if (frame === 'short') return;
        if (frame === undefined) {
          pending = new Uint8Array();
          return;
        }
        pending = pending.slice(sizeOf(frame.data.length));
        answer(frame);
      }
    },
    insert(valueCents, owner = '') {
      const unit = NOTE_VALUES.includes(valueCents) ? notes : coins;
      return isOn && unit.insert(valueCents, owner);
    },
    insertFalse: () => notes.insertFalse(),
    pullLever: () => coins.pullLever(),
    isOpen: () => isOn && units.some((unit) => unit.isOpen()),
    hasEscrow: () => notes.hasEscrow(),
    power(on) {
      isOn = on;
      for (const unit of units) unit.power(on);
    },
    cutPower,
    trouble: (what) => notes.trouble(what),
    fault: (kind) => void faults.push(kind),
    heal() {
      faults.splice(0);
      quiet = 0;
      busy = 0;
      for (const unit of units) {
        unit.trouble('none');
        unit.power(true);
      }
      isOn = true;
    },
    stored: () => units.flatMap((unit) => unit.stored),
  };
}
