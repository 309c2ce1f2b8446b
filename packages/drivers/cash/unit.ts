/**
 * One device on the wire: a coin acceptor or a bill validator. It is read and told here, and what it says is in the book
 * before anybody acts on it (I-CSH-1). Which pieces may come, and what becomes of a note in escrow, the session decides.
 */
import { type Cents, cents } from '@totem/domain';
import type { CashBook, Piece, Seen, UnitState } from './book.ts';
import {
  type CashEvent,
  EVENTS_LENGTH,
  type EventBuffer,
  escrowIn,
  eventsIn,
  newSince,
  type UnitKind,
} from './events.ts';
import { type CashLine, SLOW_REPLY_MS } from './line.ts';
import { coinCents, noteCents } from './values.ts';

export interface UnitPlace {
  readonly kind: UnitKind;
  /** On the wire. By custom 2 for coins and 40 for notes. */
  readonly address: number;
}

/** What was found at one reading. */
export interface Look {
  /** The note in escrow: what it is worth, and which it is since the program began. */
  readonly escrow: { readonly valueCents: Cents; readonly number: number } | undefined;
  readonly wasRefused: boolean;
  readonly hasLever: boolean;
  readonly hasJam: boolean;
  /** It has no events since its power came: it may have lost what it was told. */
  readonly isFresh: boolean;
}

export interface CashUnit {
  readonly kind: UnitKind;
  /** What it can tell apart, in cents; known once it was met. */
  values(): readonly number[];
  /** Between two readings, as it wishes. */
  pollMs(): number;
  /** Gets to know it, and counts what it took meanwhile. @returns why it cannot be used; undefined when it can. */
  meet(): Promise<string | undefined>;
  /** Reads what is new, and writes it down. Null when it is silent. */
  look(): Promise<Look | null>;
  /** Lets these values in and no others; none shuts it. @returns whether it obeys, as it says itself. */
  admit(values: readonly number[]): Promise<boolean>;
  /** Whether it lets anything in, as it says itself; null when it is silent. */
  isOpen(): Promise<boolean | null>;
  /** Sends the note in escrow on: to the stacker, which is written down first, or back to the customer. */
  route(to: 'stack' | 'return', valueCents: Cents): Promise<void>;
  /** Holds its meter against the book. @returns whether it could be asked. */
  audit(): Promise<boolean>;
}

/** Headers of the protocol. */
const SIMPLE_POLL = 254;
const POLLING_PRIORITY = 249;
const SERIAL_NUMBER = 242;
const SELF_CHECK = 232;
const SET_MASK = 231;
const SET_MASTER = 228;
const READ_MASTER = 227;
const READ_EVENTS = { coins: 229, notes: 159 } as const;
const ACCEPTANCE_METER = 225;
const PIECE_ID = { coins: 184, notes: 157 } as const;
const ID_LENGTH = { coins: 6, notes: 7 } as const;
const COUNTRY_SCALING = 156;
const ROUTE_NOTE = 154;
const NOTE_MODE = 153;

const COUNTRY = 'BR';
const TYPES = 16;
const USE_STACKER_AND_ESCROW = 3;
const ROUTES = { return: 0, stack: 1 } as const;
const METER_MODULUS = 2 ** 24;
const POLL_MS = 200;
const POLL_MS_MIN = 50;
const POLL_MS_MAX = 500;
/** What the units of the polling priority are, in milliseconds. */
const POLL_UNITS_MS: Readonly<Record<number, number>> = { 1: 1, 2: 10, 3: 1_000 };

/** What a self check finds, as causes that a technician reads. */
const CAUSES: Readonly<Record<number, string>> = {
  37: 'cash_jam',
  38: 'cash_stacker',
  39: 'cash_jam',
  44: 'cash_stacker',
  45: 'cash_full',
  51: 'cash_open',
};
export const SILENT = 'terminal_silent';

export function createCashUnit({ kind, address }: UnitPlace, line: CashLine, book: CashBook): CashUnit {
  /** Cents by type, from type 1 on; undefined until it was met. */
  let known: readonly number[] | undefined;
  let pollMs = POLL_MS;
  let serial = '';
  /** The type of the note in escrow. */
  let escrow: number | undefined;
  let notes = 0;

  const ask = (header: number, length: number, data: readonly number[] = [], more = {}) =>
    line.ask(address, header, data, { length, ...more });
  const events = async (): Promise<EventBuffer | null> => {
    const data = await ask(READ_EVENTS[kind], EVENTS_LENGTH);
    return data === null ? null : eventsIn(kind, data);
  };
  /** Null for a device without one. */
  const meter = async (): Promise<number | null> => {
    const data = await ask(ACCEPTANCE_METER, 3);
    return data === null ? null : fromBytes(data);
  };
  /** A meter that did not answer when it was met may answer now. */
  const trustMeter = async (): Promise<void> => {
    const state = book.unit(kind);
    if (state === undefined || state.meter !== null) return;
    const metered = await meter();
    const hasNews = metered !== null && (await events())?.counter !== state.counter;
    if (metered !== null && !hasNews) book.saw(kind, { ...state, meter: metered, pieces: [], uncounted: 0 });
  };
  const pieceOf = (type: number): Piece => ({ type, valueCents: cents(known?.[type - 1] ?? 0) });

  const learnPieces = async (): Promise<boolean> => {
    const read = await ask(COUNTRY_SCALING, 3, [...COUNTRY].map(codeOf));
    const [low = 0, high = 0, decimals = 0] = read ?? [];
    if (kind === 'notes' && (read === null || low + high === 0)) return false;
    const scaling = { factor: low + high * 256, decimals };
    const found: number[] = [];
    for (let type = 1; type <= TYPES; type += 1) {
      const id = await ask(PIECE_ID[kind], ID_LENGTH[kind], [type], { tries: 2 });
      const text = String.fromCharCode(...(id ?? []));
      found.push(kind === 'notes' ? noteCents(text, COUNTRY, scaling) : coinCents(text, COUNTRY));
    }
    if (!found.some((value) => value > 0)) return false;
    known = found;
    return true;
  };

  /**
   * Reads the events, and the meter before them where they cannot say all: whatever the meter has counted by then is among
   * them, or was seen by nobody. Null when it is silent.
   */
  const read = async (state: UnitState): Promise<{ buffer: EventBuffer; metered: number | null } | null> => {
    const buffer = await events();
    if (buffer === null) return null;
    const { isReset, isGap } = newSince(state.counter, buffer);
    if (state.meter === null || !(isReset || isGap)) return { buffer, metered: null };
    const metered = await meter();
    const again = metered === null ? null : await events();
    return again === null ? null : { buffer: again, metered };
  };
  /** What a reading has brought goes to the book, together with the counter that stands for it. */
  const write = (
    state: UnitState,
    { buffer, metered }: { buffer: EventBuffer; metered: number | null },
  ): readonly CashEvent['kind'][] => {
    const { fresh, isReset, isGap } = newSince(state.counter, buffer);
    const { counter } = buffer;
    const pieces = fresh.flatMap((event) => (event.kind === 'credit' ? [pieceOf(event.type)] : []));
    const isArrived = fresh.some(({ kind: what }) => what === 'credit' || what === 'returned');
    const stackingCents = isArrived ? null : state.stackingCents;
    const meterDue = state.meter === null ? null : (state.meter + pieces.length) % METER_MODULUS;
    const seen: Seen = { counter, meter: meterDue, stackingCents, pieces, uncounted: 0 };
    if (isReset || isGap) book.saw(kind, inDoubt(seen, metered));
    else if (fresh.length > 0) book.saw(kind, seen);
    return fresh.map((event) => event.kind);
  };

  const unit: CashUnit = {
    kind,
    values: () => (known ?? []).filter((value) => value > 0),
    pollMs: () => pollMs,
    async meet() {
      if ((await ask(SIMPLE_POLL, 0)) === null) return SILENT;
      const check = await ask(SELF_CHECK, 1, [], { waitMs: SLOW_REPLY_MS });
      if (check === null) return SILENT;
      const [fault = 0] = check;
      const number = await ask(SERIAL_NUMBER, 3);
      if (number === null) return SILENT;
      const isSame = serial === String(fromBytes(number));
      serial = String(fromBytes(number));
      if (known === undefined || !isSame) {
        const priority = await ask(POLLING_PRIORITY, 2);
        pollMs = pollMsIn(priority);
        if (!(await learnPieces())) return 'cash_pieces';
      }
      const stored = book.unit(kind);
      if (stored?.serial !== serial) {
        const buffer = await events();
        if (buffer === null) return SILENT;
        // Where the old one has left the note that it was moving, only people can see.
        if (stored?.stackingCents != null)
          book.saw(kind, { ...stored, stackingCents: null, pieces: [], uncounted: 1 });
        book.meet(kind, { serial, counter: buffer.counter, meter: await meter(), stackingCents: null });
      }
      if ((await unit.look()) === null) return SILENT;
      await trustMeter();
      return fault === 0 ? undefined : (CAUSES[fault] ?? 'cash_fault');
    },
    async look() {
      const state = book.unit(kind);
      const found = state === undefined ? null : await read(state);
      if (state === undefined || found === null) return null;
      const happened = write(state, found);
      escrow = escrowIn(found.buffer, escrow);
      notes += happened.filter((what) => what === 'escrow').length;
      return {
        escrow: escrow === undefined ? undefined : { valueCents: pieceOf(escrow).valueCents, number: notes },
        wasRefused: happened.at(-1) === 'refused',
        hasLever: happened.includes('lever'),
        hasJam: happened.includes('jam'),
        isFresh: found.buffer.counter === 0,
      };
    },
    async admit(values) {
      const isShut = values.length === 0;
      if (!isShut) {
        if (kind === 'notes') {
          const mode = await ask(NOTE_MODE, 0, [USE_STACKER_AND_ESCROW]);
          if (mode === null) return false;
        }
        if ((await ask(SET_MASK, 0, maskOf(known ?? [], values))) === null) return false;
      }
      if ((await ask(SET_MASTER, 0, [isShut ? 0 : 1])) === null) return false;
      return (await unit.isOpen()) === !isShut;
    },
    async isOpen() {
      const read = await ask(READ_MASTER, 1);
      return read === null ? null : ((read[0] ?? 0) & 1) === 1;
    },
    async route(to, valueCents) {
      if (to === 'stack') book.stacking(kind, valueCents);
      // Once only: the same again might meet another note. What became of it, the next reading tells.
      await ask(ROUTE_NOTE, 0, [ROUTES[to]], { tries: 1 });
    },
    async audit() {
      if (book.unit(kind)?.meter == null) return true;
      const metered = await meter();
      if (metered === null || (await unit.look()) === null) return false;
      const state = book.unit(kind);
      const missed = state === undefined ? 0 : missedBy(metered, state.meter);
      if (state !== undefined && missed > 0)
        book.saw(kind, { ...state, meter: metered, pieces: [], uncounted: missed });
      return true;
    },
  };
  return unit;
}

/** After a gap or a loss of power: the meter knows of the note that was being stacked, and of what nobody has seen. */
function inDoubt(seen: Seen, metered: number | null): Seen {
  const { stackingCents, pieces } = seen;
  const settled = { ...seen, stackingCents: null };
  // Without a meter nobody knows where that note is: people have to look.
  if (metered === null || seen.meter === null)
    return { ...settled, uncounted: stackingCents === null ? 0 : 1 };
  const missed = missedBy(metered, seen.meter);
  if (missed === 0) return settled;
  const meter = metered;
  return stackingCents === null
    ? { ...settled, meter, uncounted: missed }
    : {
        ...settled,
        meter,
        pieces: [...pieces, { type: 0, valueCents: stackingCents }],
        uncounted: missed - 1,
      };
}

/** How many pieces a meter has counted beyond what is known; none when it was read before the last of them. */
function missedBy(metered: number, due: number | null): number {
  const ahead = due === null ? 0 : (metered - due + METER_MODULUS) % METER_MODULUS;
  return ahead < METER_MODULUS / 2 ? ahead : 0;
}

/** Low byte first. */
function fromBytes(bytes: Uint8Array): number {
  return bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
}

function codeOf(letter: string): number {
  return letter.charCodeAt(0);
}

function pollMsIn(priority: Uint8Array | null): number {
  const [of = 0, value = 0] = priority ?? [];
  const wished = (POLL_UNITS_MS[of] ?? 0) * value;
  return wished === 0 ? POLL_MS : Math.min(POLL_MS_MAX, Math.max(POLL_MS_MIN, wished));
}

/** Two bytes, a bit for each type: 1 lets it in. */
function maskOf(known: readonly number[], values: readonly number[]): readonly number[] {
  const bits = known.reduce(
    (sum, value, at) => (value > 0 && values.includes(value) ? sum | (1 << at) : sum),
    0,
  );
  return [bits & 0xff, bits >> 8];
}
