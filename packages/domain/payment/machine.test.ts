/** The payment machine: every cell, and any order of steps. */
import { proof } from '@totem/testkit/proof';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cents } from '../money/money.ts';
import { type Attempt, newAttempt, type PaymentStep, SETTLERS, takeStep, whyNotStart } from './attempt.ts';
import {
  ENDED_PHASES,
  isInFlight,
  PAYMENT_ACTIONS,
  PAYMENT_BEFORES,
  PAYMENT_COMMANDS,
  PAYMENT_FACTS,
  PAYMENT_PHASES,
  RECOVERY_OF_PHASE,
  STATUS_OF_PHASE,
} from './machine.ts';
import type { PaymentProof } from './proof.ts';

const PRICE = cents(4590);
const proofOf = (amountCents: number): PaymentProof => ({
  externalId: 'E1',
  amountCents: cents(amountCents),
  currency: 'BRL',
});

const steps: fc.Arbitrary<PaymentStep> = fc.oneof(
  fc.constantFrom<PaymentStep>(
    { action: 'PAYMENT_SEND' },
    { action: 'PAYMENT_WAIT' },
    { action: 'PAYMENT_LOSE' },
    { action: 'PAYMENT_UNDO' },
    { action: 'PAYMENT_UNDONE' },
    { action: 'PAYMENT_REFUND_DONE' },
    { action: 'PAYMENT_REFUND_FAIL' },
    { action: 'PAYMENT_CONFIRM' },
  ),
  fc.constantFrom(PRICE, cents(4591), cents(1)).map(
    (amount): PaymentStep => ({
      action: 'PAYMENT_AUTHORIZE',
      proof: proofOf(amount),
    }),
  ),
  fc.constantFrom(PRICE, PRICE, cents(4589)).map(
    (amount): PaymentStep => ({
      action: 'PAYMENT_CONFIRM',
      proof: proofOf(amount),
    }),
  ),
  fc
    .record({
      action: fc.constantFrom(
        'PAYMENT_DECLINE' as const,
        'PAYMENT_CANCEL' as const,
        'PAYMENT_EXPIRE' as const,
      ),
      by: fc.constantFrom(...SETTLERS),
    })
    .map((step): PaymentStep => step),
  fc.integer({ min: -1, max: 5_000 }).map(
    (amount): PaymentStep => ({
      action: 'PAYMENT_REFUND_ASK',
      amountCents: cents(amount),
    }),
  ),
);

describe('the payment machine', () => {
  it.each(PAYMENT_ACTIONS)(
    'I-PAY-1: %s has a next phase or a refusal with a code in every phase',
    (action) => {
      for (const before of PAYMENT_BEFORES) {
        const cell = PAYMENT_COMMANDS[action][before];
        expect('to' in cell || cell.refuse.startsWith('payment_')).toBe(true);
      }
    },
  );

  it.each(PAYMENT_ACTIONS)('I-PAY-7: %s has one outcome on every row and on no row', (action) => {
    for (const before of PAYMENT_BEFORES) expect(PAYMENT_FACTS[action][before].do).toMatch(/^[a-z_]+$/);
    if (action !== 'PAYMENT_CREATE') expect(PAYMENT_FACTS[action].absent).toEqual({ do: 'park' });
  });

  it.each(PAYMENT_ACTIONS)('I-PAY-7: what %s may do by command, it does as a fact', (action) => {
    for (const before of PAYMENT_BEFORES) {
      const command = PAYMENT_COMMANDS[action][before];
      if ('to' in command) expect(PAYMENT_FACTS[action][before]).toEqual({ do: 'apply', to: command.to });
    }
  });

  it('I-PAY-4: no command leaves a phase that has ended', () => {
    for (const phase of ENDED_PHASES)
      for (const action of PAYMENT_ACTIONS) expect(PAYMENT_COMMANDS[action][phase]).toHaveProperty('refuse');
  });

  it('I-PAY-4: a proof that arrives after the end pays, and is shown as paid late', () => {
    for (const phase of ['declined', 'canceled', 'expired', 'undone'] as const)
      expect(PAYMENT_FACTS.PAYMENT_CONFIRM[phase]).toEqual({
        do: 'apply',
        to: 'confirmed',
        conflict: 'paid_late',
      });
  });

  it('a payment stays when somebody says that it failed', () => {
    for (const action of ['PAYMENT_DECLINE', 'PAYMENT_CANCEL', 'PAYMENT_EXPIRE', 'PAYMENT_UNDONE'] as const)
      for (const phase of ['confirmed', 'refund_pending', 'partially_refunded'] as const)
        expect(PAYMENT_FACTS[action][phase]).toEqual({ do: 'keep', conflict: 'ended_while_paid' });
  });

  it('every phase in flight asks for something at a start', () => {
    for (const phase of PAYMENT_PHASES)
      if (isInFlight(phase)) expect(RECOVERY_OF_PHASE[phase]).not.toBe('nothing');
    expect(RECOVERY_OF_PHASE.refund_pending).toBe('ask_refund');
  });
});

describe('attempts', () => {
  it('I-PAY-3: in any order of steps, nothing is paid without proof of the same amount and currency', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 30 }), (wanted) => {
        let attempt: Attempt = newAttempt(PRICE, 'BRL');
        for (const step of wanted) {
          const was = attempt;
          const taken = takeStep(attempt, step);
          if (taken.ok) attempt = taken.attempt;
          const isPaid = ['paid', 'refunded'].includes(STATUS_OF_PHASE[attempt.phase]);
          if (isPaid) expect(attempt.proof).toMatchObject({ amountCents: PRICE, currency: 'BRL' });
          expect(attempt.paidCents).toBe(isPaid ? PRICE : 0);
          // I-PAY-6
          expect(attempt.refundedCents + attempt.refundAskedCents).toBeLessThanOrEqual(attempt.paidCents);
          expect(attempt.phase === 'refunded').toBe(isPaid && attempt.refundedCents === PRICE);
          // I-PAY-4
          if ((ENDED_PHASES as readonly string[]).includes(was.phase)) expect(attempt).toEqual(was);
          // I-PAY-5
          if (was.phase === 'unknown' && attempt.phase !== 'unknown')
            expect('proof' in step || 'by' in step || step.action === 'PAYMENT_WAIT').toBe(true);
        }
      }),
      { numRuns: proof('payment/one attempt, any steps', { share: 2_000, full: 100_000 }) },
    );
  });

  it('I-PAY-2: two customers at two terminals, in any order: never two attempts in flight for a ticket or a terminal', () => {
    const move = fc.record({
      ticket: fc.nat(1),
      terminal: fc.nat(1),
      pick: fc.nat(9),
      step: fc.option(steps, { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
        const all: { ticket: number; terminal: number; attempt: Attempt }[] = [];
        const phases = (key: 'ticket' | 'terminal', of: number) =>
          all.filter((one) => one[key] === of).map(({ attempt }) => attempt.phase);
        for (const { ticket, terminal, pick, step } of moves) {
          const chosen = all[pick % Math.max(1, all.length)];
          if (step !== undefined && chosen !== undefined) {
            const taken = takeStep(chosen.attempt, step);
            if (taken.ok) chosen.attempt = taken.attempt;
          } else if (whyNotStart(PRICE, phases('ticket', ticket), phases('terminal', terminal)) === undefined)
            all.push({ ticket, terminal, attempt: newAttempt(PRICE, 'BRL') });
          for (const key of ['ticket', 'terminal'] as const)
            for (const of of [0, 1]) {
              expect(phases(key, of).filter(isInFlight).length).toBeLessThanOrEqual(1);
              if (key === 'ticket')
                expect(
                  phases(key, of).filter((phase) => STATUS_OF_PHASE[phase] === 'paid').length,
                ).toBeLessThanOrEqual(1);
            }
        }
      }),
      { numRuns: proof('payment/two tickets, two terminals', { share: 1_000, full: 50_000 }) },
    );
  });

  it('I-PAY-5: an attempt whose outcome is unknown is not ended by "never sent"', () => {
    const unknown: Attempt = { ...newAttempt(PRICE, 'BRL'), phase: 'unknown' };
    for (const action of ['PAYMENT_DECLINE', 'PAYMENT_CANCEL', 'PAYMENT_EXPIRE'] as const)
      expect(takeStep(unknown, { action, by: 'never_sent' })).toEqual({ ok: false, refuse: 'payment_phase' });
  });

  it('another amount than was asked for can be authorized, and can only be undone', () => {
    const sent: Attempt = { ...newAttempt(PRICE, 'BRL'), phase: 'sent' };
    const held = takeStep(sent, { action: 'PAYMENT_AUTHORIZE', proof: proofOf(4600) });
    if (!held.ok) throw new Error(held.refuse);
    expect(takeStep(held.attempt, { action: 'PAYMENT_CONFIRM' })).toEqual({
      ok: false,
      refuse: 'payment_amount_differs',
    });
    expect(takeStep(held.attempt, { action: 'PAYMENT_UNDO' }).ok).toBe(true);
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 53])('nothing is charged for %s cents', (amount) => {
    expect(whyNotStart(amount, [], [])).toBe('payment_amount');
  });
});
