/** The length of a text in UTF-8, counted without an encoder. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { byteLength } from './byte-length.ts';

/** Surrogates too, alone and where two of them become one character. Fast-check's own `binary` is slow to make ready. */
const codePoint = fc.oneof(fc.nat(0x7f), fc.nat(0x7ff), fc.nat(0xffff), fc.nat(0x10ffff));
const anyText = fc.array(codePoint).map((points) => String.fromCodePoint(...points));

it('counts the bytes of UTF-8', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(byteLength(text)).toBe(Buffer.byteLength(text, 'utf8'));
    }),
  );
  expect(byteLength('\ud800x')).toBe(Buffer.byteLength('\ud800x', 'utf8'));
});
