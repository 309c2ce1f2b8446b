/**
 * A coin acceptor or bill validator as it behaves on the wire and to whoever puts something in, with a book of its own: which
 * pieces lie in it, and whose they were. Without power it forgets its events and its inhibits, and keeps its meter.
 */
import type { Timers } from '@totem/domain';
import type { UnitKind } from '../events.ts';

/** A piece as the machine's own book has it. `owner`: whoever put it in. */
export interface StoredPiece {
  readonly valueCents: number;
  readonly owner: string;
}

/** What a self check says. `jam`: the next note to be stacked gets stuck. */
export type UnitTrouble = 'none' | 'jam' | 'full' | 'open';

export interface SimulatedUnit {
  /** @returns the data of the reply; null for a header that it does not know. */
  answer(header: number, data: Uint8Array): Uint8Array | null;
  /** Puts a piece in. @returns whether it was taken in; what is not falls back at once. */
  insert(valueCents: number, owner: string): boolean;
  insertFalse(): void;
  pullLever(): void;
  power(isOn: boolean): void;
  trouble(what: UnitTrouble): void;
  isOpen(): boolean;
  hasEscrow(): boolean;
  readonly stored: readonly StoredPiece[];
}

export interface SimulatedUnitOptions {
  readonly kind: UnitKind;
  readonly timers: Timers;
  readonly serial: number;
  /** Told when a note comes back to whoever put it in. */
  readonly onBack: (valueCents: number, owner: string) => void;
}

/** Of the real: notes of 2 to 200 reais, coins of 1 centavo to 1 real. */
export const NOTE_VALUES: readonly number[] = [200, 500, 1_000, 2_000, 5_000, 10_000, 20_000];
export const COIN_VALUES: readonly number[] = [5, 10, 25, 50, 100, 1];

const RING = 5;
const COUNTER_MAX = 255;
/** Not asked for so long, it takes nothing more. */
const UNATTENDED_MS = 1_000;
/** After so long in escrow a note goes back. */
const ESCROW_MS = 10_000;
const STACKING_MS = 400;
const RETURNING_MS = 300;
const NOTE = { masterInhibit: 0, returned: 1, invalid: 2, inhibited: 4, jam: 6 } as const;
const COIN = { rejected: 1, inhibited: 2, lever: 254 } as const;
const FAULTS: Readonly<Record<UnitTrouble, number>> = { none: 0, jam: 39, full: 45, open: 51 };

interface Held {
  readonly type: number;
  readonly piece: StoredPiece;
  state: 'escrow' | 'stacking' | 'returning' | 'stuck';
}

export function createSimulatedUnit({ kind, timers, serial, onBack }: SimulatedUnitOptions): SimulatedUnit {
  const values = kind === 'notes' ? NOTE_VALUES : COIN_VALUES;
  const stored: StoredPiece[] = [];
  let counter = 0;
  let ring: (readonly [number, number])[] = [];
  let mask = 0;
  let isEnabled = false;
  let isOn = true;
  let meter = 0;
  let trouble: UnitTrouble = 'none';
  let held: Held | undefined;
  let polledMs = Number.NEGATIVE_INFINITY;

  const happened = (a: number, b: number): void => {
    counter = counter === COUNTER_MAX ? 1 : counter + 1;
    ring = [[a, b] as const, ...ring].slice(0, RING);
  };
  const store = (type: number, piece: StoredPiece): void => {
    stored.push(piece);
    meter += 1;
    happened(type, kind === 'notes' ? 0 : 1);
  };
  const giveBack = ({ piece }: Held): void => {
    held = undefined;
    happened(0, NOTE.returned);
    onBack(piece.valueCents, piece.owner);
  };
  const after = (ms: number, note: Held, state: Held['state'], run: () => void): void => {
    timers.after(ms, () => {
      if (held === note && note.state === state) run();
    });
  };
  const routed = (to: number): Uint8Array => {
    const note = held;
    if (note?.state !== 'escrow') return Uint8Array.of(254);
    if (to === 1) {
      note.state = 'stacking';
      after(STACKING_MS, note, 'stacking', () => {
        if (trouble === 'jam') {
          note.state = 'stuck';
          happened(0, NOTE.jam);
          return;
        }
        held = undefined;
        store(note.type, note.piece);
      });
    } else if (to === 0) {
      note.state = 'returning';
      after(RETURNING_MS, note, 'returning', () => giveBack(note));
    }
    return new Uint8Array();
  };
  const isOpen = (): boolean =>
    isOn &&
    isEnabled &&
    trouble !== 'full' &&
    trouble !== 'open' &&
    timers.monotonicMs() - polledMs < UNATTENDED_MS;
  const typeOf = (valueCents: number): number => values.indexOf(valueCents) + 1;

  return {
    stored,
    isOpen,
    hasEscrow: () => held !== undefined,
    answer: (header, data) => {
      const [first = 0, second = 0] = data;
      const none = new Uint8Array();
      switch (header) {
        case 254:
          return none;
        case 249:
          return Uint8Array.of(2, 15);
        case 242:
          return bytesOf(serial);
        case 232:
          return Uint8Array.of(FAULTS[trouble]);
        case 231:
          mask = first + second * 256;
          return none;
        case 228:
          isEnabled = (first & 1) === 1;
          return none;
        case 227:
          return Uint8Array.of(isEnabled ? 1 : 0);
        case 225:
          return bytesOf(meter);
        case kind === 'notes' ? 159 : 229: {
          polledMs = timers.monotonicMs();
          const pairs = Array.from({ length: RING }, (_, at) => ring[at] ?? [0, 0]);
          return Uint8Array.of(counter, ...pairs.flat());
        }
        case kind === 'notes' ? 157 : 184:
          return lettersOf(idOf(kind, values[first - 1]));
        case 156:
          return kind === 'notes' ? Uint8Array.of(100, 0, 2) : null;
        case 154:
          return kind === 'notes' ? routed(first) : null;
        case 153:
          return kind === 'notes' ? none : null;
        default:
          return null;
      }
    },
    insert(valueCents, owner) {
      const type = typeOf(valueCents);
      const isLetIn = isOpen() && type > 0 && (mask & (1 << (type - 1))) !== 0;
      // With a note inside the slot is shut.
      if (kind === 'notes' && held !== undefined) return false;
      if (!isLetIn) {
        if (isOn) happened(0, kind === 'notes' ? NOTE.inhibited : COIN.inhibited);
        return false;
      }
      const piece = { valueCents, owner };
      if (kind === 'coins') {
        store(type, piece);
        return true;
      }
      const note: Held = { type, piece, state: 'escrow' };
      held = note;
      happened(type, 1);
      after(ESCROW_MS, note, 'escrow', () => giveBack(note));
      return true;
    },
    insertFalse: () => happened(0, kind === 'notes' ? NOTE.invalid : COIN.rejected),
    pullLever() {
      if (isOn && kind === 'coins') happened(0, COIN.lever);
    },
    power(on) {
      if (on === isOn) return;
      isOn = on;
      if (on) return;
      powerGoesWith(held);
      counter = 0;
      ring = [];
      isEnabled = false;
      mask = 0;
    },
    trouble(what) {
      trouble = what;
      // Whoever clears a jam takes the note out.
      if (what !== 'jam' && held?.state === 'stuck') giveBack(held);
    },
  };

  /** Past the point of no return a note drops into the box, and nothing is left that could tell of it; another comes back. */
  function powerGoesWith(note: Held | undefined): void {
    if (note === undefined) return;
    const isStuck = note.state === 'stuck' || (note.state === 'stacking' && trouble === 'jam');
    if (isStuck) {
      note.state = 'stuck';
      return;
    }
    held = undefined;
    if (note.state === 'stacking') {
      stored.push(note.piece);
      meter += 1;
    } else onBack(note.piece.valueCents, note.piece.owner);
  }
}

function idOf(kind: UnitKind, valueCents: number | undefined): string {
  if (valueCents === undefined) return kind === 'notes' ? '.......' : '......';
  return kind === 'notes'
    ? `BR${String(valueCents / 100).padStart(4, '0')}A`
    : `BR${String(valueCents).padStart(3, '0')}A`;
}

/** Three, low first. */
function bytesOf(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff);
}

function lettersOf(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
