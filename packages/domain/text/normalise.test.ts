/** Text at the door: what is cleaned and what is refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseLine, RAW_TEXT_LENGTH_MAX } from './normalise.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 100 })
    .map((units) => String.fromCharCode(...units)),
);

describe('normaliseLine', () => {
  it('I-TXT-1: whatever is typed, nothing passes that a database, a printer or a screen would choke on', () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        const result = normaliseLine(raw, 60);
        if (!result.ok) return;
        expect(result.text).not.toMatch(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}]/u);
        expect(result.text.isWellFormed()).toBe(true);
        expect(result.text).toBe(result.text.normalize('NFC'));
        expect(result.text).toBe(result.text.trim());
        expect([...result.text].length).toBeLessThanOrEqual(60);
      }),
      { numRuns: 3_000 },
    );
  });

  it('I-TXT-2: cleaning twice is cleaning once', () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        const once = normaliseLine(raw, 1_000);
        if (once.ok) expect(normaliseLine(once.text, 1_000)).toEqual(once);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['  Ana\t Maria\n', 'Ana Maria'],
    ['A\u0303o', 'Ão'],
    ['Zé\u0000\u001b@\u001dV0', 'Zé@V0'],
    ['\u202eabc\u202c', 'abc'],
    ['x\ud800y', 'xy'],
  ])('%j is %j', (raw, text) => {
    expect(normaliseLine(raw, 60)).toEqual({ ok: true, text });
  });

  it('a text of nothing, and a text too long, have their own faults', () => {
    expect(normaliseLine(' \u200b\n', 60)).toEqual({ ok: false, fault: 'text_empty' });
    expect(normaliseLine('é'.repeat(61), 60)).toEqual({ ok: false, fault: 'text_too_long' });
    expect(normaliseLine(' '.repeat(RAW_TEXT_LENGTH_MAX + 1), 60)).toEqual({
      ok: false,
      fault: 'text_too_long',
    });
  });
});
