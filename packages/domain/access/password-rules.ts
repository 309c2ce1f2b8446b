/**
 * Which passwords are good enough, after NIST SP 800-63B (3.1.1.2): long, and not one of those that are tried first. There
 * are no rules of composition, because what they lead to (`Password1!`) is guessed first. Screens ask here while a person types;
 * the cloud asks again.
 */
import { GUESSED_WORDS } from './guessed-words.ts';

/** In characters as people count them. */
export const PASSWORD_CHARACTERS_MIN = 12;
/** In UTF-16 units; longer ones are refused unread, because hashing is slow on purpose. */
export const PASSWORD_LENGTH_MAX = 256;
/** Fewer different characters than this are no password, however long. */
const DIFFERENT_MIN = 5;
/** A password is easy when little more than this is left of it without the words that everybody tries. */
const OWN_CHARACTERS_MIN = 6;
/** Shorter words are found in any text by chance. */
const CONTEXT_WORD_MIN = 3;
/** Runs of neighbours on a keyboard or in the alphabet; either way round. */
const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol',
];
const RUN_MIN = 4;

export type PasswordFault = 'password_too_short' | 'password_common';

/** Signs that stand for letters. */
const LETTERS: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '!': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
  '7': 't',
};

/** The form in which a password is compared and hashed: keyboards compose letters in different ways. */
export function passwordText(typed: string): string {
  return typed.normalize('NFKC');
}

/**
 * What is wrong with a new password; undefined when nothing is.
 * @param context what anybody would try for this person: user name, full name, the company's name.
 */
export function passwordFault(typed: string, context: readonly string[]): PasswordFault | undefined {
  const password = passwordText(typed).toLowerCase();
  if ([...password].length < PASSWORD_CHARACTERS_MIN) return 'password_too_short';
  if (new Set(password).size < DIFFERENT_MIN) return 'password_common';
  const once = withoutRepetition(password);
  const words = context.flatMap(wordsOf);
  const isEasy = [once, unmasked(once)].some((text) => ownCharacters(text, words) < OWN_CHARACTERS_MIN);
  return isEasy ? 'password_common' : undefined;
}

/** `abcabcabc` is as good as `abc`. */
function withoutRepetition(text: string): string {
  return /^(.+?)\1+.{0,3}$/su.exec(text)?.[1] ?? text;
}

function unmasked(text: string): string {
  return [...text].map((sign) => LETTERS[sign] ?? sign).join('');
}

function wordsOf(text: string): string[] {
  const plain = passwordText(text).toLowerCase();
  return [plain, plain.replace(/[^\p{L}\p{N}]/gu, ''), ...plain.split(/[^\p{L}\p{N}]+/u)].filter(
    (word) => word.length >= CONTEXT_WORD_MIN,
  );
}

/**
 * How many different letters and digits are somebody's own thought: neither a word of the context, nor a common word that
 * stands alone or fills a run of letters, nor a run along the keyboard, nor a year.
 */
function ownCharacters(text: string, context: readonly string[]): number {
  let rest = text;
  for (const word of context.toSorted((a, b) => b.length - a.length)) rest = rest.replaceAll(word, ' ');
  rest = rest.replaceAll(/\p{L}+/gu, (run) => (isCommon(run) ? ' ' : run));
  rest = withoutRuns(rest).replaceAll(/(?:19|20)\d\d/g, ' ');
  return new Set(rest.replaceAll(/[^\p{L}\p{N}]/gu, '')).size;
}

/** One common word, or two of them written together. */
function isCommon(run: string): boolean {
  if (GUESSED_WORDS.has(run)) return true;
  for (let cut = CONTEXT_WORD_MIN; cut <= run.length - CONTEXT_WORD_MIN; cut += 1)
    if (GUESSED_WORDS.has(run.slice(0, cut)) && GUESSED_WORDS.has(run.slice(cut))) return true;
  return false;
}

function withoutRuns(text: string): string {
  const rows = [...ROWS, ...ROWS.map((row) => [...row].toReversed().join(''))];
  let rest = '';
  for (let at = 0; at < text.length; ) {
    const length = Math.max(...rows.map((row) => runLength(row, text, at)));
    if (length < RUN_MIN) rest += text[at] ?? '';
    at += length < RUN_MIN ? 1 : length;
  }
  return rest;
}

/** How far the text at `at` goes along a row. */
function runLength(row: string, text: string, at: number): number {
  let length = 1;
  while (at + length < text.length && row.includes(text.slice(at, at + length + 1))) length += 1;
  return length;
}
