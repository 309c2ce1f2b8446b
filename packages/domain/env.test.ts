/** Instants as text: one form out, every form in, and no day that does not exist. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMsOf, instantText, isInstantText } from './env.ts';

const YEAR_0001 = Date.UTC(2000, 0, 1) - 1_999 * 365.2425 * 86_400_000 + 86_400_000 * 366;
const YEAR_9999 = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

describe('instants', () => {
  it('survive the way through text, in the form of rows and in that of PostgreSQL', () => {
    fc.assert(
      fc.property(fc.integer({ min: Math.ceil(YEAR_0001), max: YEAR_9999 }), (epochMs) => {
        const text = instantText(epochMs);
        expect(isInstantText(text)).toBe(true);
        expect(epochMsOf(text)).toBe(epochMs);
        expect(epochMsOf(text.replace('T', ' ').replace('Z', '+00'))).toBe(epochMs);
      }),
    );
  });

  it.each(['2026-02-31T00:00:00.000Z', '2026-04-31T00:00:00.000Z', '2026-13-01T00:00:00.000Z', 'soon'])(
    '%s is no instant',
    (text) => {
      expect(() => epochMsOf(text)).toThrow(RangeError);
    },
  );

  it('a year that rows cannot hold has no text', () => {
    expect(() => instantText(YEAR_9999 + 1)).toThrow(RangeError);
  });
});
