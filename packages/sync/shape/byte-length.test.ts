/** The length of a text in UTF-8, counted without an encoder. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { byteLength } from './byte-length.ts';

it('counts the bytes of UTF-8', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(byteLength(text)).toBe(Buffer.byteLength(text, 'utf8'));
    }),
  );
  expect(byteLength('\ud800x')).toBe(Buffer.byteLength('\ud800x', 'utf8'));
});
