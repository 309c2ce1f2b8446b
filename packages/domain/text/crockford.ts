/**
 * Crockford's base 32, for what people read aloud and type: nothing in it is taken for another sign, and what is taken for one
 * all the same (O, I, L, small letters) is read as what was meant. https://www.crockford.com/base32.html
 */
export const CROCKFORD_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const BITS_EACH = 5;

/** The first `length` signs of a number of `5 * length` bits, the highest bits first. @param hex of at least as many bits. */
export function crockfordOfHex(hex: string, length: number): string {
  const bits = length * BITS_EACH;
  const given = hex.slice(0, Math.ceil(bits / 4));
  let rest = BigInt(`0x${given}`) >> BigInt(given.length * 4 - bits);
  let text = '';
  for (let index = 0; index < length; index += 1) {
    text = (CROCKFORD_ALPHABET[Number(rest & 31n)] ?? '') + text;
    rest >>= 5n;
  }
  return text;
}

/** Signs drawn without a bias: 32 divides 256. */
export function crockfordOfBytes(bytes: Uint8Array): string {
  return [...bytes].map((byte) => CROCKFORD_ALPHABET[byte % CROCKFORD_ALPHABET.length]).join('');
}

/** What was meant by what was typed, without spaces and hyphens; undefined when a sign is none of ours. */
export function crockfordRead(typed: string): string | undefined {
  const text = typed
    .toUpperCase()
    .replace(/[\s\p{Dash}]/gu, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
  return [...text].every((sign) => CROCKFORD_ALPHABET.includes(sign)) ? text : undefined;
}

/** In groups of four, as it is shown: `7K3M-Q9TX`. */
export function inGroups(text: string): string {
  return text.replace(/(.{4})(?=.)/g, '$1-');
}
