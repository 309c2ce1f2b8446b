/**
 * Text on its way to paper. A name that a stranger typed reaches a device that obeys control bytes: cut, open the
 * drawer, switch off. So whatever text comes in, what leaves here are characters of one fixed code page and nothing
 * else. It is the second belt: the first is the normaliser of the domain, at the door.
 */
import { byteInPage, type CodePage } from './code-pages.ts';

/** Longest text that is looked at, in UTF-16 units; the rest is left out before any work is done on it. */
export const PRINTED_TEXT_LENGTH_MAX = 4_000;

const LINE_BREAKS_AND_TABS = /[\t\n\v\f\r\u0085]+/g;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}]/gu;
const SPACES = /\p{Z}/gu;
const MARKS = /\p{M}/gu;
const SUBSTITUTE = '?';

/** Typographic signs, as a typewriter would write them: on paper they look the same and every page has them. */
const TYPEWRITTEN: readonly (readonly [RegExp, string])[] = [
  [/[\u2018\u2019\u201a\u201b]/g, "'"],
  [/[\u201c\u201d\u201e\u201f]/g, '"'],
  [/[\u2010-\u2015\u2212]/g, '-'],
  [/\u2026/g, '...'],
  [/\u2022/g, '*'],
];

/** What to write for signs and letters that a page lacks and that have no accent to take off. */
const WRITTEN_OUT: ReadonlyMap<string, string> = new Map([
  ['€', 'EUR'],
  ['─', '-'],
  ['═', '='],
  ['⁄', '/'],
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['Æ', 'AE'],
  ['œ', 'oe'],
  ['Œ', 'OE'],
  ['ø', 'o'],
  ['Ø', 'O'],
  ['ł', 'l'],
  ['Ł', 'L'],
  ['đ', 'd'],
  ['Đ', 'D'],
  ['ð', 'd'],
  ['Ð', 'D'],
  ['ı', 'i'],
]);

const graphemeSegmenter = new Intl.Segmenter('pt-BR', { granularity: 'grapheme' });

/** What a reader sees as single characters. */
export function graphemes(text: string): string[] {
  return Array.from(graphemeSegmenter.segment(text), ({ segment }) => segment);
}

/**
 * One line of visible text: NFC; breaks and tabs become a space; no control, format (zero-width, bidirectional), private,
 * surrogate or unassigned characters; typography as a typewriter writes it. Idempotent within the length limit.
 */
export function visibleLine(raw: string): string {
  const visible = raw
    .slice(0, PRINTED_TEXT_LENGTH_MAX)
    .replace(LINE_BREAKS_AND_TABS, ' ')
    .replace(INVISIBLE, '')
    .replace(SPACES, ' ')
    .normalize('NFC');
  return TYPEWRITTEN.reduce((text, [pattern, plain]) => text.replace(pattern, plain), visible);
}

/**
 * The text with nothing but characters of the page: what it lacks is written out or loses its accent, and what is left
 * becomes one `?` for each character that a reader sees. Idempotent; each character of the result is one column wide.
 */
export function pageLine(raw: string, page: CodePage): string {
  return graphemes(visibleLine(raw))
    .map((grapheme) => inPage(grapheme, page))
    .join('');
}

function inPage(grapheme: string, page: CodePage): string {
  const parts = [...grapheme].map((char) => charForPage(char, page));
  return parts.includes(undefined) ? SUBSTITUTE : parts.join('');
}

function charForPage(char: string, page: CodePage): string | undefined {
  if (byteInPage(char, page) !== undefined) return char;
  // What a sign decomposes to may itself be typography: an upright dash becomes a dash, which becomes a hyphen.
  const written = WRITTEN_OUT.get(char) ?? visibleLine(char.normalize('NFKD').replace(MARKS, ''));
  const plain = [...written].map((part) => WRITTEN_OUT.get(part) ?? part).join('');
  return [...plain].every((part) => byteInPage(part, page) !== undefined) ? plain : undefined;
}

/**
 * The bytes of a text on a page. Whatever the text, no byte is below 20 hex and none is 7F: a character without a byte
 * becomes `?`.
 */
export function encodeLine(raw: string, page: CodePage): Uint8Array {
  const substitute = SUBSTITUTE.charCodeAt(0);
  return Uint8Array.from(pageLine(raw, page), (char) => byteInPage(char, page) ?? substitute);
}
