/**
 * The buffered events of coin acceptors and bill validators: a counter and the five newest, newest first. The counter is 0 only
 * after power-up, then goes from 1 to 255 and on to 1. What has happened while nobody listened is found by the difference.
 */

export const UNIT_KINDS = ['notes', 'coins'] as const;
export type UnitKind = (typeof UNIT_KINDS)[number];

/** The counter and five pairs. */
export const EVENTS_LENGTH = 11;
const PAIRS = 5;
const COUNTER_MAX = 255;

/** What one event says, whichever of the two devices said it. `type` counts from 1. */
export type CashEvent =
  | { readonly kind: 'credit'; readonly type: number }
  | { readonly kind: 'escrow'; readonly type: number }
  /** The note has left the escrow towards the customer. */
  | { readonly kind: 'returned' }
  | { readonly kind: 'refused' }
  /** The customer has pulled the coin return lever. */
  | { readonly kind: 'lever' }
  /** A note got stuck on its way: where it is only people can see. */
  | { readonly kind: 'jam' }
  | { readonly kind: 'other' };

export interface EventBuffer {
  readonly counter: number;
  /** Newest first. */
  readonly events: readonly CashEvent[];
}

/** @param data of a reply that is `EVENTS_LENGTH` long. */
export function eventsIn(kind: UnitKind, data: Uint8Array): EventBuffer {
  const eventOf = kind === 'notes' ? noteEvent : coinEvent;
  const events = Array.from({ length: PAIRS }, (_, at) =>
    eventOf(data[1 + at * 2] ?? 0, data[2 + at * 2] ?? 0),
  );
  return { counter: data[0] ?? 0, events };
}

const NOTE_JAMS: readonly number[] = [6, 7, 13, 15, 16];
const NOTE_REFUSALS: readonly number[] = [2, 3, 4, 5, 8, 9, 17, 18];

function noteEvent(a: number, b: number): CashEvent {
  if (a > 0)
    return b === 0 ? { kind: 'credit', type: a } : b === 1 ? { kind: 'escrow', type: a } : { kind: 'other' };
  if (b === 1) return { kind: 'returned' };
  if (NOTE_JAMS.includes(b)) return { kind: 'jam' };
  return NOTE_REFUSALS.includes(b) ? { kind: 'refused' } : { kind: 'other' };
}

const LEVER = 254;

function coinEvent(a: number, b: number): CashEvent {
  if (a > 0) return { kind: 'credit', type: a };
  if (b === LEVER) return { kind: 'lever' };
  return b === 0 ? { kind: 'other' } : { kind: 'refused' };
}

/**
 * What is new since a counter was last read.
 * - `reset`: the device had no power meanwhile. What it had said before stands.
 * - `isGap`: more has happened than it remembers.
 */
export function newSince(
  last: number,
  { counter, events }: EventBuffer,
): { readonly fresh: readonly CashEvent[]; readonly isReset: boolean; readonly isGap: boolean } {
  if (counter === last) return { fresh: [], isReset: false, isGap: false };
  if (counter === 0) return { fresh: [], isReset: true, isGap: false };
  const passed = counter > last ? counter - last : counter + COUNTER_MAX - last;
  // Oldest first, as they happened.
  return { fresh: events.slice(0, passed).toReversed(), isReset: false, isGap: passed > PAIRS };
}

/**
 * The type of the note in escrow, as the newest event about a note says; undefined when there is none.
 * @param before what was said before these events, which may have pushed it out; forgotten with the power.
 */
export function escrowIn({ counter, events }: EventBuffer, before?: number): number | undefined {
  const newest = events.find(({ kind }) => kind === 'escrow' || kind === 'credit' || kind === 'returned');
  if (newest === undefined) return counter === 0 ? undefined : before;
  return newest.kind === 'escrow' ? newest.type : undefined;
}
