/**
 * The one door through which text written by people enters. What SQLite accepts and PostgreSQL refuses (NUL, lone
 * surrogates) would otherwise poison the outbox; control and bidirectional characters would reach printers and terminals.
 */

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}]/gu;
// A zero-width joiner holds emoji and some scripts together, but is an invisible difference in a name: it goes too.
const SPACES = /\s+/gu;

/** What is wrong with a text. */
export type TextFault = 'text_too_long' | 'text_empty';

/** Longest raw input that is even looked at, in UTF-16 units; beyond it, it is refused unread. */
export const RAW_TEXT_LENGTH_MAX = 4_000;

/**
 * Cleans one line of text: NFC, white space folded to single spaces, no control, format, private, surrogate or unassigned
 * characters. Idempotent.
 * @returns the clean text, or what is wrong with it. `maxLength` counts code points after cleaning.
 */
export function normaliseLine(
  raw: string,
  maxLength: number,
): { ok: true; text: string } | { ok: false; fault: TextFault } {
  if (raw.length > RAW_TEXT_LENGTH_MAX) return { ok: false, fault: 'text_too_long' };
  const text = raw
    .toWellFormed()
    .replace(SPACES, ' ')
    .replaceAll('�', '')
    .replace(INVISIBLE, '')
    .normalize('NFC')
    .replace(SPACES, ' ')
    .trim();
  if (text === '') return { ok: false, fault: 'text_empty' };
  return [...text].length > maxLength ? { ok: false, fault: 'text_too_long' } : { ok: true, text };
}
