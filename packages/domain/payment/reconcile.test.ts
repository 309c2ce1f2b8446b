/** Two lists of what came in: what both have is matched, and whatever one changes is found, once. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareBooks, type OurPayment, type TheirPayment } from './reconcile.ts';

const hex = fc
  .array(fc.constantFrom(...'0123456789abcdef'), { minLength: 32, maxLength: 32 })
  .map((digits) => digits.join(''));
const payment = fc.record({
  externalId: hex,
  endToEndId: fc.uuid(),
  amountCents: fc.integer({ min: 1, max: 1_000_000 }),
  refundedCents: fc.integer({ min: 0, max: 1_000 }),
});
const payments = fc.uniqueArray(payment, { selector: ({ externalId }) => externalId, maxLength: 20 });
const ourOf = (one: TheirPayment & { readonly externalId: string }): OurPayment => ({
  ...one,
  chargeId: `charge ${one.externalId}`,
});

test('equal books agree', () => {
  fc.assert(
    fc.property(payments, (theirs) => {
      expect(compareBooks(theirs, theirs.map(ourOf))).toEqual({
        matched: theirs.length,
        strangers: 0,
        findings: [],
      });
    }),
  );
});

describe('one difference is one finding:', () => {
  const CHANGES: readonly [string, (one: OurPayment) => OurPayment | undefined][] = [
    ['only_theirs', () => undefined],
    ['amount_differs', (one) => ({ ...one, amountCents: one.amountCents + 1 })],
    ['refund_differs', (one) => ({ ...one, refundedCents: one.refundedCents + 1 })],
  ];
  test.each(CHANGES)('%s', (kind, change) => {
    fc.assert(
      fc.property(payments, fc.nat(), (theirs, pick) => {
        const at = theirs[pick % Math.max(1, theirs.length)];
        fc.pre(at !== undefined);
        const ours = theirs.map(ourOf).flatMap((one) => {
          return one.externalId === at?.externalId ? (change(one) ?? []) : one;
        });
        const { matched, findings } = compareBooks(theirs, ours);
        expect(findings.map((one) => [one.kind, one.endToEndId])).toEqual([[kind, at?.endToEndId]]);
        expect(matched).toBe(theirs.length - 1);
      }),
    );
  });

  test('only_ours, unless they list it a moment beside the span', () => {
    fc.assert(
      fc.property(payments, payment, (theirs, extra) => {
        fc.pre(theirs.every(({ externalId }) => externalId !== extra.externalId));
        const ours = [...theirs, extra].map(ourOf);
        expect(compareBooks(theirs, ours).findings).toMatchObject([
          { kind: 'only_ours', externalId: extra.externalId },
        ]);
        expect(compareBooks(theirs, ours, [extra]).findings).toEqual([]);
      }),
    );
  });

  test('paid_again', () => {
    const first = { externalId: 'a'.repeat(32), endToEndId: 'E1', amountCents: 10, refundedCents: 0 };
    const second = { ...first, endToEndId: 'E2' };
    expect(compareBooks([first, second], [ourOf(first)])).toMatchObject({
      matched: 1,
      findings: [{ kind: 'paid_again', endToEndId: 'E2', amountCents: 10 }],
    });
  });
});

test('what others pay to the same key is nobody’s business here', () => {
  const stranger = { externalId: null, endToEndId: 'E9', amountCents: 5, refundedCents: 0 };
  const theirs = [stranger, { ...stranger, endToEndId: 'E8', externalId: 'PEDIDO123' }];
  expect(compareBooks(theirs, [])).toEqual({ matched: 0, strangers: 2, findings: [] });
});
