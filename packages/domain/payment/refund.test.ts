/** Refunds: rules as a table, and sums that hold for any order of asking. */
import { proof } from '@totem/testkit/proof';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cents } from '../money/money.ts';
import { type Attempt, newAttempt, takeStep } from './attempt.ts';
import { type RefundAsked, type RefundContext, whyNotRefund } from './refund.ts';

const DAY_MS = 86_400_000;
const asked = (over: Partial<RefundAsked> = {}): RefundAsked => ({
  amountCents: cents(1_000),
  reason: 'the service was not given',
  askedBy: 'ana',
  approvedBy: null,
  ...over,
});
const context = (over: Partial<RefundContext> = {}): RefundContext => ({
  phase: 'confirmed',
  paidCents: cents(4_590),
  refundedCents: cents(0),
  paidAtMs: 0,
  nowMs: DAY_MS,
  isSameDay: false,
  means: { extent: 'partial', windowDays: 90 },
  rules: { secondApproverFromCents: null },
  ...over,
});
const limit = { rules: { secondApproverFromCents: cents(1_500) } };

describe('refunds', () => {
  it.each<[string, RefundAsked, RefundContext, string | undefined]>([
    ['a part', asked(), context(), undefined],
    ['all of it', asked({ amountCents: cents(4_590) }), context(), undefined],
    [
      'the rest',
      asked({ amountCents: cents(590) }),
      context({ phase: 'partially_refunded', refundedCents: cents(4_000) }),
      undefined,
    ],
    [
      'more than the rest',
      asked({ amountCents: cents(591) }),
      context({ phase: 'partially_refunded', refundedCents: cents(4_000) }),
      'refund_exceeds',
    ],
    ['nothing', asked({ amountCents: cents(0) }), context(), 'refund_exceeds'],
    ['what was never paid', asked(), context({ phase: 'unknown' }), 'refund_not_paid'],
    ['what is all returned', asked(), context({ phase: 'refunded' }), 'refund_not_paid'],
    ['while another is on its way', asked(), context({ phase: 'refund_pending' }), 'refund_in_progress'],
    ['without a reason', asked({ reason: '  ' }), context(), 'refund_needs_reason'],
    [
      'a part where only all can be returned',
      asked(),
      context({ means: { extent: 'full', windowDays: 0 }, isSameDay: true }),
      'refund_full_only',
    ],
    [
      'all of it, the day after',
      asked({ amountCents: cents(4_590) }),
      context({ means: { extent: 'full', windowDays: 0 } }),
      'refund_too_late',
    ],
    ['on the last day', asked(), context({ nowMs: 90 * DAY_MS }), undefined],
    ['past the last day', asked(), context({ nowMs: 90 * DAY_MS + 1 }), 'refund_too_late'],
    [
      'where the provider cannot',
      asked(),
      context({ means: { extent: 'none', windowDays: null } }),
      'refund_unsupported',
    ],
    ['below the limit', asked(), context(limit), undefined],
    ['at the limit, alone', asked({ amountCents: cents(1_500) }), context(limit), 'refund_needs_approver'],
    [
      'at the limit, with oneself',
      asked({ amountCents: cents(1_500), approvedBy: 'ana' }),
      context(limit),
      'refund_needs_approver',
    ],
    [
      'at the limit, with another',
      asked({ amountCents: cents(1_500), approvedBy: 'rui' }),
      context(limit),
      undefined,
    ],
    [
      'past the limit in parts',
      asked(),
      context({ ...limit, phase: 'partially_refunded', refundedCents: cents(900) }),
      'refund_needs_approver',
    ],
  ])('I-PAY-6: %s', (_, wanted, where, expected) => {
    expect(whyNotRefund(wanted, where)).toBe(expected);
  });

  it('I-PAY-6: however refunds are asked for, answered and refused, no more is returned than was paid', () => {
    const move = fc.record({ amount: fc.integer({ min: 1, max: 3_000 }), succeeds: fc.boolean() });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 20 }), (moves) => {
        let attempt: Attempt = { ...newAttempt(cents(4_590), 'BRL'), phase: 'sent' };
        const step = (one: Parameters<typeof takeStep>[1]): boolean => {
          const taken = takeStep(attempt, one);
          if (taken.ok) attempt = taken.attempt;
          return taken.ok;
        };
        step({
          action: 'PAYMENT_CONFIRM',
          proof: { externalId: 'E1', amountCents: cents(4_590), currency: 'BRL' },
        });
        let returned = 0;
        for (const { amount, succeeds } of moves) {
          if (!step({ action: 'PAYMENT_REFUND_ASK', amountCents: cents(amount) })) continue;
          expect(step({ action: succeeds ? 'PAYMENT_REFUND_DONE' : 'PAYMENT_REFUND_FAIL' })).toBe(true);
          if (succeeds) returned += amount;
        }
        expect(attempt.refundedCents).toBe(returned);
        expect(returned).toBeLessThanOrEqual(4_590);
      }),
      { numRuns: proof('payment/refund sums', { share: 1_000, full: 50_000 }) },
    );
  });
});
