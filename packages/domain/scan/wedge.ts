/**
 * A scanner that plays a keyboard: it types a code faster than any hand, and ends it with Enter or Tab. What is typed slower is
 * a hand's and no reading. Pure: keys come in with their times, so it runs in a page as in a test.
 */
import { READING_LENGTH_MAX, readingOf } from './reading.ts';

/** Between two keys of a reader. A quick typist needs 80 ms and more. */
export const WEDGE_GAP_MS_MAX = 50;
/** Shorter is no code of anything. */
export const WEDGE_LENGTH_MIN = 4;

export interface WedgeKey {
  /** As `KeyboardEvent.key` says it. */
  readonly key: string;
  readonly atMs: number;
}

export interface Wedge {
  readonly typed: string;
  readonly lastMs: number;
}
export const NOTHING_TYPED: Wedge = { typed: '', lastMs: 0 };

/** Whether a key at that time goes on with what is typed faster than a hand types. */
export function isBurst({ typed, lastMs }: Wedge, atMs: number): boolean {
  return typed !== '' && atMs - lastMs <= WEDGE_GAP_MS_MAX;
}

/** What follows a key: what is typed so far, and the reading that it completes. */
export function wedgeAfter(
  wedge: Wedge,
  { key, atMs }: WedgeKey,
): { readonly wedge: Wedge; readonly reading: string | null } {
  const { typed, lastMs } = wedge;
  const goesOn = isBurst(wedge, atMs);
  if (key === 'Enter' || key === 'Tab') {
    const isWhole = goesOn && typed.length >= WEDGE_LENGTH_MIN;
    return { wedge: NOTHING_TYPED, reading: isWhole ? readingOf(typed) : null };
  }
  // Shift comes between two letters of a reader, and is none.
  if (key.length !== 1)
    return { wedge: { typed: goesOn ? typed : '', lastMs: goesOn ? atMs : lastMs }, reading: null };
  const next = (goesOn ? typed : '') + key;
  // One too long stays too long until its end, and is then no reading.
  return { wedge: { typed: next.slice(0, READING_LENGTH_MAX + 1), lastMs: atMs }, reading: null };
}
