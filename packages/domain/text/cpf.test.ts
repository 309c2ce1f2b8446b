/** CPF: known numbers, and what no number survives. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCpf, parseCpf, withCheckDigits } from './cpf.ts';

const base = fc.stringMatching(/^\d{9}$/).filter((digits) => !/^(\d)\1*$/.test(digits));

describe('a CPF', () => {
  it.each(['529.982.247-25', '52998224725', '111.444.777-35', '012.345.678-90'])('%s is one', (text) => {
    expect(parseCpf(text)).toBe(text.replace(/\D/g, ''));
  });

  it.each([
    '',
    '529.982.247-26',
    '111.111.111-11',
    '00000000000',
    '5299822472',
    '529982247255',
    'x2998224725',
  ])('"%s" is none', (text) => {
    expect(parseCpf(text)).toBeUndefined();
  });

  it('one wrong digit is always found', () => {
    fc.assert(
      fc.property(base, fc.nat(10), fc.integer({ min: 1, max: 9 }), (digits, at, shift) => {
        const whole = withCheckDigits(digits);
        const wrong = [...whole].map((digit, place) => (place === at ? (Number(digit) + shift) % 10 : digit));
        // A sum modulo 11 of which ten stands for zero cannot tell these two check digits apart from each other.
        fc.pre(withCheckDigits(wrong.slice(0, 9).join('')) !== wrong.join(''));
        expect(parseCpf(whole)).toBe(whole);
        expect(parseCpf(wrong.join(''))).toBeUndefined();
      }),
    );
  });

  it('is written in groups while it is typed', () => {
    const steps = ['', '5', '529', '5299', '5299822', '529982247', '5299822472', '52998224725'].map(
      formatCpf,
    );
    expect(steps).toEqual([
      '',
      '5',
      '529',
      '529.9',
      '529.982.2',
      '529.982.247',
      '529.982.247-2',
      '529.982.247-25',
    ]);
  });
});
