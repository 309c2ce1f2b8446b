/**
 * Keeps card numbers out: whatever a terminal or provider says in free text passes here before anything stores, logs or
 * prints it elsewhere. PCI DSS 4.0 (3.4.1) allows more than we keep: we keep the last four digits.
 */

const DIGITS_MIN = 13;
const DIGITS_MAX = 19;
/** Card numbers in groups: by fours, or 4-6-5 and 4-6-4. */
const GROUPINGS = /^(?:(?:4-){3}[1-4](?:-[1-3])?|4-6-[45])$/;

/** Replaces every full card number in a text by stars and its last four digits; of the same length as before. Idempotent. */
export function withoutCardNumbers(text: string): string {
  const groups = [...text.matchAll(/\d+/g)].map(({ 0: digits, index }) => ({ digits, index }));
  const cleaned = text.split('');
  for (let first = 0; first < groups.length; first += 1)
    for (let last = first; last < groups.length && isJoined(text, groups, first, last); last += 1)
      if (isCard(groups.slice(first, last + 1).map(({ digits }) => digits)))
        starOut(cleaned, groups.slice(first, last + 1));
  return cleaned.join('');
}

interface Group {
  readonly digits: string;
  readonly index: number;
}

/** Whether the groups stand one blank or hyphen apart. */
function isJoined(text: string, groups: readonly Group[], first: number, last: number): boolean {
  const before = groups[last - 1];
  const group = groups[last];
  if (last === first || before === undefined || group === undefined) return group !== undefined;
  return /^[ -]$/.test(text.slice(before.index + before.digits.length, group.index));
}

function isCard(groups: readonly string[]): boolean {
  const digits = groups.join('');
  if (digits.length < DIGITS_MIN || digits.length > DIGITS_MAX) return false;
  const isWritten = groups.length === 1 || GROUPINGS.test(groups.map(({ length }) => length).join('-'));
  return isWritten && passesLuhn(digits);
}

function starOut(cleaned: string[], groups: readonly Group[]): void {
  const places = groups.flatMap(({ digits, index }) => [...digits].map((_, offset) => index + offset));
  for (const place of places.slice(0, -4)) cleaned[place] = '*';
}

/** The check of ISO/IEC 7812-1, annex B. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return digits.length > 0 && sum % 10 === 0;
}

/** The last four digits of a masked or full card number; undefined when there are none. */
export function lastFourOf(card: string): string | undefined {
  return /(\d{4})\D*$/.exec(card)?.[1];
}
