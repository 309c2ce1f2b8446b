/** Codes and fingerprints, however people type them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CROCKFORD_ALPHABET, crockfordOfHex } from '../text/crockford.ts';
import { keyFingerprint, newPairingCode, pairingCodeOf, shownPairingCode } from './pairing.ts';

const bytes = fc.uint8Array({ minLength: 8, maxLength: 8 });
const codeOf = (drawn: Uint8Array) =>
  newPairingCode({ now: () => 0, randomBytes: () => Uint8Array.from(drawn) });

test('a code is read as it was meant, however it was typed', () => {
  const asTyped = fc.record({
    lower: fc.boolean(),
    o: fc.boolean(),
    l: fc.constantFrom('1', 'I', 'l', 'i', 'L'),
  });
  fc.assert(
    fc.property(bytes, asTyped, fc.constantFrom('-', ' ', '', ' – '), (drawn, { lower, o, l }, between) => {
      const code = codeOf(drawn);
      let typed = `${code.slice(0, 4)}${between}${code.slice(4)} `;
      if (lower) typed = typed.toLowerCase();
      if (o) typed = typed.replaceAll('0', 'o');
      expect(pairingCodeOf(typed.replaceAll('1', l))).toBe(code);
      expect(pairingCodeOf(shownPairingCode(code))).toBe(code);
    }),
  );
});

test('what cannot be a code is none', () => {
  for (const typed of ['', '7K3M', '7K3M-Q9TU', '7K3M-Q9TX-1', '7K3M_Q9TX', '７K3M-Q9TX'])
    expect(pairingCodeOf(typed), typed).toBeUndefined();
});

test('every sign is drawn as often as any other', () => {
  const all = codeOf(Uint8Array.from({ length: 256 }, (_, index) => index));
  for (const sign of CROCKFORD_ALPHABET) expect(all.split(sign).length - 1).toBe(8);
});

test('a fingerprint is of its key: one bit of it changes the fingerprint', () => {
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const named = (raw: Uint8Array) => keyFingerprint(Buffer.from(raw).toString('base64url'));
  fc.assert(
    fc.property(key, fc.nat(255), (raw, bit) => {
      const other = Uint8Array.from(raw);
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(named(raw)).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
      expect(named(other)).not.toBe(named(raw));
    }),
  );
});

test('the first bits of a number are written, the highest first', () => {
  expect(crockfordOfHex('ffffffffff', 8)).toBe('ZZZZZZZZ');
  expect(crockfordOfHex('0000000001', 8)).toBe('00000001');
  expect(crockfordOfHex('0843f00000', 4)).toBe('111Z');
});
