/**
 * What a scanner may say: short printable ASCII, without the symbology identifier that some readers put in front (ISO/IEC 15424,
 * `]Q3`). Whatever a code holds, nothing else of it is ever used. Pure.
 */

/** Longer than any code of ours, and than the address on a ticket. */
export const READING_LENGTH_MAX = 300;

const IDENTIFIER = /^\][A-Za-z][0-9A-Za-z]/;
const READABLE = /^[\x20-\x7e]+$/;

/** The reading in what a reader sent for one code; null for nothing, for rubbish, and for what is too long. */
export function readingOf(raw: string): string | null {
  const reading = raw.replace(IDENTIFIER, '').trim();
  if (reading === '' || reading.length > READING_LENGTH_MAX || !READABLE.test(reading)) return null;
  return reading;
}
