/** What a scanner may say, and a scanner that plays a keyboard: bounded, and nothing but readings. */
import { describe, expect, it, test } from 'vitest';
import { READING_LENGTH_MAX, readingOf } from './reading.ts';
import { NOTHING_TYPED, WEDGE_GAP_MS_MAX, type Wedge, wedgeAfter } from './wedge.ts';

describe('a reading', () => {
  test.each<[string, string | null]>([
    ['AB12-34', 'AB12-34'],
    [']Q3https://totem.example/t/x', 'https://totem.example/t/x'],
    [']C1AB1234', 'AB1234'],
    ['  AB1234 ', 'AB1234'],
    ['', null],
    ['   ', null],
    ['A\u001bB', null],
    ['ação', null],
    ['x'.repeat(READING_LENGTH_MAX), 'x'.repeat(READING_LENGTH_MAX)],
    ['x'.repeat(READING_LENGTH_MAX + 1), null],
  ])('%j is %j', (raw, reading) => expect(readingOf(raw)).toBe(reading));
});

describe('a reader that plays a keyboard', () => {
  const typing = (text: string, everyMs: number): string | null => {
    let wedge: Wedge = NOTHING_TYPED;
    let found: string | null = null;
    for (const [index, key] of [...text, 'Enter'].entries()) {
      const after = wedgeAfter(wedge, { key, atMs: index * everyMs });
      wedge = after.wedge;
      found = after.reading ?? found;
    }
    return found;
  };
  test.each([
    ['a reader', 'AB12-34', 8, 'AB12-34'],
    ['a hand', 'AB12-34', WEDGE_GAP_MS_MAX + 1, null],
    ['two quick keys of a hand', 'ab', 10, null],
    ['a reader with something too long', 'x'.repeat(READING_LENGTH_MAX + 20), 1, null],
  ])('%s', (_who, text, everyMs, reading) => expect(typing(text, everyMs)).toBe(reading));

  it('is not disturbed by Shift, nor by what a hand has typed before', () => {
    let wedge: Wedge = NOTHING_TYPED;
    const keys = ['z', 'Shift', 'A', 'Shift', 'B', '1', '2'];
    let atMs = 0;
    for (const [index, key] of keys.entries()) {
      // After the hand's letter the reader begins.
      atMs += index === 1 ? 500 : 5;
      wedge = wedgeAfter(wedge, { key, atMs }).wedge;
    }
    expect(wedgeAfter(wedge, { key: 'Enter', atMs: atMs + 5 }).reading).toBe('AB12');
  });
});
