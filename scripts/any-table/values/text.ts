/** Text as the server compares and matches it under the C collation, and its case as the database's locale has it. */
import { ConditionFault } from './fault.ts';

/** By code points, which is the order of UTF-8 bytes and not that of JavaScript's own comparison. */
export function compareText(left: string, right: string): number {
  const [a, b] = [left[Symbol.iterator](), right[Symbol.iterator]()];
  for (;;) {
    const [x, y] = [a.next(), b.next()];
    if (x.done === true || y.done === true) return (x.done === true ? 0 : 1) - (y.done === true ? 0 : 1);
    const difference = (x.value.codePointAt(0) ?? 0) - (y.value.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
}

/** How the database folds case: only ASCII under the C locale, every letter that has one counterpart elsewhere. */
export type CaseFolding = 'ascii' | 'unicode';

export function lower(text: string, folding: CaseFolding): string {
  return folding === 'ascii'
    ? text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    : mapped(text, (letter) => letter.toLowerCase());
}

export function upper(text: string, folding: CaseFolding): string {
  return folding === 'ascii'
    ? text.replace(/[a-z]/g, (letter) => letter.toUpperCase())
    : mapped(text, (letter) => letter.toUpperCase());
}

/** LIKE (manual, section 9.7.1), with the backslash as its escape. @throws ConditionFault for a pattern that ends in it. */
export function isLike(text: string, pattern: string): boolean {
  return matcherOf(pattern).test(text);
}

const MATCHERS_MAX = 1_000;
const matchers = new Map<string, RegExp>();

function matcherOf(pattern: string): RegExp {
  const known = matchers.get(pattern);
  if (known !== undefined) return known;
  const matcher = new RegExp(`^(?:${sourceOf(pattern)})$`, 'su');
  if (matchers.size >= MATCHERS_MAX) matchers.clear();
  matchers.set(pattern, matcher);
  return matcher;
}

function sourceOf(pattern: string): string {
  let source = '';
  const letters = pattern[Symbol.iterator]();
  for (let next = letters.next(); next.done !== true; next = letters.next()) {
    if (next.value === '%') source += '.*';
    else if (next.value === '_') source += '.';
    else if (next.value !== '\\') source += RegExp.escape(next.value);
    else {
      const escaped = letters.next();
      if (escaped.done === true) throw new ConditionFault('LIKE pattern must not end with escape character');
      source += RegExp.escape(escaped.value);
    }
  }
  return source;
}

function mapped(text: string, map: (letter: string) => string): string {
  return Array.from(text, (letter) => {
    const other = map(letter);
    return Array.from(other).length === 1 ? other : letter;
  }).join('');
}
