/**
 * Keys on a kiosk, where a scanner may play a keyboard: which of them are a reading, which are a hand's, and which may not go on to
 * the page. A kiosk has no field to type in; what a scanner ends with would press the button that was touched last. Pure.
 */
import { isBurst, type Wedge, wedgeAfter } from '@totem/domain';

export interface PressedKey {
  /** As `KeyboardEvent.key` says it. */
  readonly key: string;
  readonly atMs: number;
  /** With Control, Alt or Meta: nobody's text. */
  readonly isChord: boolean;
}

export interface KeyOutcome {
  readonly wedge: Wedge;
  /** A whole reading that this key completes. */
  readonly reading: string | null;
  /** A letter to add to what is typed. */
  readonly letter: string | null;
  /** The key is a scanner's, or text: the page does not get it. */
  readonly isTaken: boolean;
}

/** What follows a key. @param isScanning whether a code is asked for: outside of it a reading is thrown away. */
export function afterKey(wedge: Wedge, { key, atMs, isChord }: PressedKey, isScanning: boolean): KeyOutcome {
  if (isChord) return { wedge, reading: null, letter: null, isTaken: false };
  const goesOn = isBurst(wedge, atMs);
  const next = wedgeAfter(wedge, { key, atMs });
  const isText = key.length === 1;
  // A space by itself presses a button, and Enter too: who uses the kiosk by its keys needs both.
  const isTaken = isText
    ? goesOn || (isScanning && key !== ' ')
    : goesOn && isEnd(key) && next.reading !== null;
  return {
    wedge: next.wedge,
    reading: isScanning ? next.reading : null,
    letter: isScanning && isText ? key : null,
    isTaken,
  };
}

function isEnd(key: string): boolean {
  return key === 'Enter' || key === 'Tab';
}
