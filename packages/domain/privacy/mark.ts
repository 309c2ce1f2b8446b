/**
 * What a person is known by, and how two spellings of it are compared: people type documents with dots, telephones with
 * brackets, and names as they like.
 */

export const PERSON_MARKS = ['document', 'phone', 'email', 'name'] as const;
export type PersonMark = (typeof PERSON_MARKS)[number];

/** Why somebody is erased: a closed set, because what is typed freely names the person again. */
export const ERASURE_REASONS = ['asked', 'consent_withdrawn', 'collected_by_mistake'] as const;
export type ErasureReason = (typeof ERASURE_REASONS)[number];

/** A Brazilian number with its area has ten or eleven digits; what stands before is the country or a zero. */
const PHONE_DIGITS_MAX = 11;

/** The form in which a mark is compared; empty when nothing of it is left. */
export function comparableMark(by: PersonMark, value: string): string {
  switch (by) {
    case 'document':
      return value.replace(/[^0-9A-Za-z]/g, '').toUpperCase();
    case 'phone':
      return value.replace(/\D/g, '').slice(-PHONE_DIGITS_MAX);
    case 'email':
    case 'name':
      return value.normalize('NFC').trim().toLowerCase();
    default:
      return by satisfies never;
  }
}

/** What somebody is called after their account was erased: it says which account it was, and nothing else. */
export function pseudonymOf(id: string): string {
  return `#${id.replaceAll('-', '').slice(-8)}`;
}
