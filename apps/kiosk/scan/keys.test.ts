/** Keys of a scanner and of a hand on a kiosk: a reading is one code in scan mode, and presses nothing in any. */
import { NOTHING_TYPED, READING_LENGTH_MAX, WEDGE_GAP_MS_MAX } from '@totem/domain';
import { describe, expect, it } from 'vitest';
import { afterKey, type KeyOutcome } from './keys.ts';

function press(keys: readonly string[], everyMs: number, isScanning: boolean): KeyOutcome[] {
  let wedge = NOTHING_TYPED;
  return keys.map((key, index) => {
    const outcome = afterKey(wedge, { key, atMs: index * everyMs, isChord: false }, isScanning);
    wedge = outcome.wedge;
    return outcome;
  });
}
const scanned = [...'AB2CD3', 'Enter'];
const BY_HAND_MS = WEDGE_GAP_MS_MAX + 100;

describe('a scanner that plays a keyboard', () => {
  it('gives its code where one is asked for, and the page gets none of its keys', () => {
    const outcomes = press(scanned, 5, true);
    expect(outcomes.map(({ reading }) => reading).filter((reading) => reading !== null)).toEqual(['AB2CD3']);
    expect(outcomes.map(({ isTaken }) => isTaken)).toEqual(scanned.map(() => true));
  });

  it('gives nothing elsewhere, and its end presses no button', () => {
    const outcomes = press(scanned, 5, false);
    expect(outcomes.map(({ reading, letter }) => reading ?? letter)).toEqual(scanned.map(() => null));
    expect(outcomes.at(-1)?.isTaken).toBe(true);
  });

  it('gives nothing when it says too much', () => {
    const long = [...'9'.repeat(READING_LENGTH_MAX + 1), 'Enter'];
    expect(press(long, 1, true).some(({ reading }) => reading !== null)).toBe(false);
  });
});

describe('a hand', () => {
  it('types letters where a code is asked for, and its Enter and Space go on to the page', () => {
    const outcomes = press([...'ab', 'Enter', ' '], BY_HAND_MS, true);
    expect(outcomes.map(({ letter }) => letter)).toEqual(['a', 'b', null, ' ']);
    expect(outcomes.map(({ isTaken }) => isTaken)).toEqual([true, true, false, false]);
    expect(outcomes.every(({ reading }) => reading === null)).toBe(true);
  });

  it('is not in the way of what a chord is for', () => {
    const outcome = afterKey(NOTHING_TYPED, { key: 'a', atMs: 0, isChord: true }, true);
    expect(outcome).toMatchObject({ letter: null, isTaken: false });
  });
});
