/** Text to bytes: the published byte values, the typography, and that no text whatever can become a command. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteInPage, CODE_PAGES, type CodePage, charInPage } from './code-pages.ts';
import { encodeLine, graphemes, PRINTED_TEXT_LENGTH_MAX, pageLine, visibleLine } from './text.ts';

const LETTERS = 'À Á Â Ã Ç É Ê Í Ó Ô Õ Ú Ü à á â ã ç é ê í ó ô õ ú ü ª º ° §'.split(' ');
const VECTORS: Readonly<Record<CodePage, string>> = {
  cp850: 'b7 b5 b6 c7 80 90 d2 d6 e0 e2 e5 e9 9a 85 a0 83 c6 87 82 88 a1 a2 93 e4 a3 81 a6 a7 f8 f5',
  cp858: 'b7 b5 b6 c7 80 90 d2 d6 e0 e2 e5 e9 9a 85 a0 83 c6 87 82 88 a1 a2 93 e4 a3 81 a6 a7 f8 f5',
  cp860: '91 86 8f 8e 80 90 89 8b 9f 8c 99 96 9a 85 a0 83 84 87 82 88 a1 a2 93 94 a3 81 a6 a7 f8 -',
  cp1252: 'c0 c1 c2 c3 c7 c9 ca cd d3 d4 d5 da dc e0 e1 e2 e3 e7 e9 ea ed f3 f4 f5 fa fc aa ba b0 a7',
};
const EURO: Readonly<Record<CodePage, number | undefined>> = {
  cp850: undefined,
  cp858: 0xd5,
  cp860: undefined,
  cp1252: 0x80,
};

/** Any string at all: lone surrogates, controls, and the spans that hide or reorder text. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.string({
    unit: fc.constantFrom(
      '\u001b',
      '\u001d',
      '\u0010',
      '\u0004',
      '\u0000',
      '\u007f',
      '\u0085',
      '\u202e',
      'ã',
      'a\u0303',
      '€',
      '👩‍🦽',
    ),
  }),
);
const anyPage = fc.constantFrom(...CODE_PAGES);

describe.each(CODE_PAGES)('page %s', (page) => {
  test('has the published bytes of the Portuguese letters', () => {
    const bytes = LETTERS.map((letter) => byteInPage(letter, page)?.toString(16) ?? '-').join(' ');
    expect(bytes).toBe(VECTORS[page]);
    expect(byteInPage('€', page)).toBe(EURO[page]);
  });

  test('reads every byte it writes as the same character', () => {
    for (let byte = 0x20; byte <= 0xff; byte++) {
      const char = charInPage(byte, page);
      if (char !== '?') expect(byteInPage(char, page)).toBe(byte);
    }
  });

  test('has no byte for a control character', () => {
    for (let code = 0; code < 0xa0; code++) {
      if (code < 0x20 || code >= 0x7f) expect(byteInPage(String.fromCharCode(code), page)).toBeUndefined();
    }
  });
});

test.each([
  ['a tab or a break is one space', 'a\t\r\n\u0085b', 'a b'],
  ['controls vanish', 'J\u001b\u001dVo\u0000ã\u007fo', 'JVoão'],
  ['a decomposed letter is composed', 'Joa\u0303o', 'João'],
  ['a letter taken apart by an invisible joiner is composed', 'Joa\u200d\u0303o', 'João'],
  ['bidirectional and zero-width characters vanish', 'a\u202e\u2066\u200b\ufeffb', 'ab'],
  ['private, surrogate and unassigned characters vanish', 'a\ue000\ud800\u0378b', 'ab'],
  ['quotes are straight', '‘a’ “b”', '\'a\' "b"'],
  ['dashes are hyphens', 'a – b — c', 'a - b - c'],
  ['an ellipsis is three dots and a bullet a star', '• a…', '* a...'],
  ['spaces of every width are spaces', 'a\u00a0b\u2003c', 'a b c'],
])('%s', (_title, raw, clean) => {
  expect(visibleLine(raw)).toBe(clean);
});

test.each<[string, string, CodePage, string]>([
  ['the euro is written out where the page lacks it', '5 €', 'cp850', '5 EUR'],
  ['the euro stays where the page has it', '5 €', 'cp858', '5 €'],
  ['a foreign accent is taken off', 'Dvořák Škoda', 'cp850', 'Dvorák Skoda'],
  ['letters without an accent to take off are written out', 'Łukasz Þór Øst', 'cp860', 'Lukasz ?ór Ost'],
  ['a foreign letter is a question mark', '山田 Я', 'cp850', '?? ?'],
  ['what a reader sees as one is one question mark', 'a👩🏽b', 'cp850', 'a?b'],
  ['ligatures come apart', 'ﬁm', 'cp850', 'fim'],
  ['a sign that decomposes to typography is typewritten too', '︱', 'cp1252', '-'],
  ['the section sign that cp860 lacks is a question mark', '§ 1', 'cp860', '? 1'],
  ['a rule is drawn with hyphens where the page lacks line drawing', '──', 'cp1252', '--'],
])('%s', (_title, raw, page, printed) => {
  expect(pageLine(raw, page)).toBe(printed);
});

test('I-PRN-1 whatever the text, no byte is a control: none below 20 hex, none 7F', () => {
  fc.assert(
    fc.property(anyText, anyPage, (text, page) => {
      for (const byte of encodeLine(text, page)) if (byte < 0x20 || byte === 0x7f) return false;
      return true;
    }),
    { numRuns: 1_000 },
  );
});

test('I-PRN-2 cleaning and fitting are idempotent, and one column is one byte', () => {
  fc.assert(
    fc.property(anyText, anyPage, (text, page) => {
      const fitted = pageLine(text, page);
      expect(visibleLine(visibleLine(text))).toBe(visibleLine(text));
      expect(pageLine(fitted, page)).toBe(fitted);
      expect(encodeLine(text, page).length).toBe(graphemes(fitted).length);
    }),
    { numRuns: 1_000 },
  );
});

test('a text that never ends costs a bounded amount of work', () => {
  expect(visibleLine('x'.repeat(1_000_000)).length).toBe(PRINTED_TEXT_LENGTH_MAX);
});
