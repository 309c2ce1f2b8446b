/** Card numbers do not get past the door. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastFourOf, passesLuhn, withoutCardNumbers } from './card-data.ts';
import { paymentProofSchema } from './proof.ts';

/** Card numbers of 13 to 19 digits with their check digit, as cards are written. */
const cards = fc
  .tuple(fc.array(fc.nat(9), { minLength: 12, maxLength: 18 }), fc.constantFrom('', ' ', '-'))
  .map(([body, between]) => {
    const head = body.join('');
    const check = [...'0123456789'].find((digit) => passesLuhn(head + digit));
    return (head + check).replace(/(\d{4})(?=\d)/g, `$1${between}`);
  });

describe('card numbers', () => {
  it('I-PAY-8: no text keeps a full card number, wherever it stands in it', () => {
    fc.assert(
      fc.property(cards, fc.constantFrom('', 'CARTAO ', 'x=', '"'), (card, before) => {
        const cleaned = withoutCardNumbers(`${before}${card} APROVADA`);
        expect(cleaned).not.toContain(card);
        expect(cleaned.replace(/\D/g, '')).toHaveLength(4);
        expect(cleaned).toHaveLength(before.length + card.length + ' APROVADA'.length);
        expect(withoutCardNumbers(cleaned)).toBe(cleaned);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each(['4111 1111 1111 1111', '4111111111111111', '4111-1111-1111-1111'])(
    'I-PAY-8: %s is cut',
    (card) => {
      expect(withoutCardNumbers(card).replace(/[ -]/g, '')).toBe('************1111');
    },
  );

  it.each([
    'NSU 12345 4111 1111 1111 1111',
    '1234 4111 1111 1111 1111',
    '4111 1111 1111 1111 2345',
    ';4111111111111111=25121010000',
    'AMEX 3782 822463 10005',
  ])('I-PAY-8: no other digits beside it hide the card of "%s"', (text) => {
    expect(withoutCardNumbers(text)).toMatch(/\*{4}.*(?:1111|0005)/);
  });

  it.each(['R$ 45,90', 'NSU 000123456', '23/11/2026 18:45:12', '************4771'])('%s stays', (text) => {
    expect(withoutCardNumbers(text)).toBe(text);
  });

  it('I-PAY-8: a proof cannot carry one', () => {
    const proof = paymentProofSchema.parse({
      externalId: '1',
      amountCents: 1,
      currency: 'BRL',
      brand: 'VISA 4111111111111111',
    });
    expect(proof.brand).toBe('VISA ************1111');
  });

  it.each([
    ['************4771', '4771'],
    ['477100******1234 ', '1234'],
    ['****', undefined],
  ])('the last four of %s are %s', (card, expected) => {
    expect(lastFourOf(card)).toBe(expected);
  });
});
