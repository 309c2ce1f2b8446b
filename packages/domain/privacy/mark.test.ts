/** Spellings of what a person is known by. */
import { describe, expect, it } from 'vitest';
import { comparableMark, type PersonMark, pseudonymOf } from './mark.ts';

describe('a mark', () => {
  it.each<[PersonMark, string, string]>([
    ['document', '123.456.789-09', '12345678909'],
    ['document', 'ab 12.3', 'AB123'],
    ['phone', '+55 (81) 99999-0000', '81999990000'],
    ['phone', '081 99999-0000', '81999990000'],
    ['email', ' Ana@Example.COM ', 'ana@example.com'],
    ['name', 'Zoe\u0308', 'zoë'],
    ['document', '.-/', ''],
  ])('%s "%s" is compared as "%s"', (by, value, compared) => {
    expect(comparableMark(by, value)).toBe(compared);
  });
});

describe('a pseudonym', () => {
  it('tells accounts apart that were made in one moment', () => {
    const [one, other] = ['0199d6f0-5b1e-7c3a-9f2d-3e1a5b7c9d01', '0199d6f0-5b1e-7c3a-9f2d-3e1a5b7c9d02'];
    expect(pseudonymOf(one)).toBe('#5b7c9d01');
    expect(pseudonymOf(other)).not.toBe(pseudonymOf(one));
  });
});
