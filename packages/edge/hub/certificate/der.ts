/**
 * As much of DER (ITU-T X.690) as a certificate needs, for writing only: nothing here reads what others have made. Values are
 * bytes; the names are those of the standard.
 */

const TAGS = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** A tag, the length in its shortest form, and the content. */
export function tlv(tag: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(tag), lengthOf(content.length), content]);
}

function lengthOf(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Uint8Array.of(0x80 | bytes.length, ...bytes);
}

export const sequence = (...members: readonly Uint8Array[]) => tlv(TAGS.sequence, Buffer.concat(members));
export const set = (...members: readonly Uint8Array[]) => tlv(TAGS.set, Buffer.concat(members));
export const octetString = (content: Uint8Array) => tlv(TAGS.octetString, content);
export const utf8String = (text: string) => tlv(TAGS.utf8String, Buffer.from(text, 'utf8'));
/** DER writes true as all ones, and leaves out a false that is the default. */
export const trueValue = () => tlv(TAGS.boolean, Uint8Array.of(0xff));
/** Explicit tagging: the value within a constructed one. */
export const explicit = (tag: number, content: Uint8Array) => tlv(0xa0 | tag, content);
/** Implicit tagging of a primitive value. */
export const implicit = (tag: number, content: Uint8Array) => tlv(0x80 | tag, content);

/** A positive integer from its bytes, most significant first: without zeros in front, but for one that keeps it positive. */
export function integer(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Uint8Array.of(0) : bytes.subarray(first);
  const isNegative = ((digits[0] ?? 0) & 0x80) !== 0;
  return tlv(TAGS.integer, isNegative ? Buffer.concat([Uint8Array.of(0), digits]) : digits);
}

/** @param unused bits at the end of the last byte. */
export function bitString(content: Uint8Array, unused = 0): Uint8Array {
  return tlv(TAGS.bitString, Buffer.concat([Uint8Array.of(unused), content]));
}

/** An object identifier from its dotted form. */
export function objectIdentifier(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [40 * first + second, ...rest].flatMap((arc) => {
    const digits = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      digits.unshift(0x80 | (left % 128));
    return digits;
  });
  return tlv(TAGS.objectIdentifier, Uint8Array.from(bytes));
}

/** A time to the second: two digits of the year until 2049, four from then on (RFC 5280, 4.1.2.5). */
export function time(epochMs: number): Uint8Array {
  const iso = Temporal.Instant.fromEpochMilliseconds(Math.floor(epochMs / 1_000) * 1_000).toString();
  const digits = `${iso.replaceAll(/[-:T]|\.\d+|Z/g, '')}Z`;
  return digits < '2050'
    ? tlv(TAGS.utcTime, Buffer.from(digits.slice(2), 'ascii'))
    : tlv(TAGS.generalizedTime, Buffer.from(digits, 'ascii'));
}
