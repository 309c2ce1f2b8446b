/** The suite against the reference simulator, in both manners: what holds here is the cashier's and the journal's doing. */
import { proof } from '@totem/testkit/proof';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { happenings, live } from './conformance/interleavings.ts';
import { memoryRig } from './conformance/memory-provider.ts';
import { type Conformance, describePaymentPort } from './conformance/payment-conformance.ts';
import type { Answer, PaymentPort } from './port.ts';

describe.each(['polled', 'held'] as const)('a provider that is %s', (manner) => {
  const what: Conformance = { name: manner, open: () => memoryRig(manner) };
  describePaymentPort(what);

  const runs = proof(`payment/any interleaving, ${manner}`, { share: 300, full: 5_000, unit: 'seeds' });
  it('I-PAD-1: 13: whatever happens in whatever order, both books say the same in the end', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, (all) => live(what, all)),
      { numRuns: runs },
    );
  });
});

/** Faults that an adapter could have, each of which the thirteenth point must find. */
const PLANTED: readonly [string, 'polled' | 'held', (port: PaymentPort) => Partial<PaymentPort>][] = [
  [
    'silence is taken for a refusal',
    'polled',
    (port) => ({ ask: async (charge) => refused(await port.ask(charge)) }),
  ],
  ['a confirmation is not sent', 'held', () => ({ confirm: async () => 'taken' })],
  ['an undoing is not sent', 'held', () => ({ undo: async () => 'taken' })],
  ['what was not delivered is confirmed', 'held', (port) => ({ undo: (proof) => port.confirm(proof) })],
  [
    'an end is believed without a last question',
    'polled',
    () => ({ cancel: async () => ({ kind: 'canceled' }) }),
  ],
  [
    'a refund without an answer is taken for done',
    'polled',
    (port) => ({
      refund: async (order) => {
        const answer = await port.refund(order);
        return answer.kind === 'unknown' ? { kind: 'refunded' } : answer;
      },
    }),
  ],
];
const refused = (answer: Answer): Answer =>
  answer.kind === 'unknown' ? { kind: 'declined', cause: 'declined' } : answer;

describe('planted faults', () => {
  it.each(PLANTED)('I-PAD-2, I-PAD-3: are found: %s (%s)', async (_, manner, planted) => {
    const open = () => {
      const rig = memoryRig(manner);
      return {
        ...rig,
        open: () => {
          const port = rig.open();
          return { ...port, ...planted(port) };
        },
      };
    };
    const details = await fc.check(
      fc.asyncProperty(happenings, (all) => live({ name: manner, open }, all)),
      { numRuns: 500, seed: 1, endOnFailure: true },
    );
    expect(details.failed).toBe(true);
  });
});
