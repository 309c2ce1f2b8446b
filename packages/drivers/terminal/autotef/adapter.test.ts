/** AutoTEF over a true socket: the suite of all adapters, and what only this protocol has. */
import { proof } from '@totem/testkit/proof';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { happenings, live } from '../../payment/conformance/interleavings.ts';
import { describePaymentPort, inShop } from '../../payment/conformance/payment-conformance.ts';
import type { ReceiptLines } from '../../payment/port.ts';
import { type AutoTefRig, openAutoTefRig } from './conformance/autotef-rig.ts';

const what = { name: 'autotef', open: () => openAutoTefRig() };

describe('AutoTEF', () => {
  describePaymentPort(what);

  const runs = proof('payment/any interleaving, AutoTEF', { share: 40, full: 2_000, unit: 'seeds' });
  it('I-PAD-1: 13: whatever happens in whatever order, both books say the same in the end', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, (all) => live(what, all)),
      { numRuns: runs },
    );
  });

  it(
    'both copies are kept line by line, but for a card number that should not be there',
    inShop(what, async (shop) => {
      const printed: (ReceiptLines | undefined)[] = [];
      await shop.sell({ amountCents: 4_590, deliver: (receipt) => printed.push(receipt) > 0 });
      const lines = ['STONE', '  VIA CLIENTE   CREDITO', 'CARTAO ************1111', 'VALOR R$ 45.90'];
      expect(printed[0]).toEqual({ customer: lines, merchant: lines, copies: 'customer' });
    }),
  );

  it(
    'a sale whose answer was lost holds the terminal until a person has looked, and is then what they found',
    inShop(what, async (shop, rig) => {
      const { simulator, clock } = rig as AutoTefRig;
      simulator.fault('lost_after');
      const charge = shop.charge({ ticket: 'one' });
      expect(await shop.sellCharge(charge)).toMatchObject({ phase: 'unknown' });
      expect(await clock.run(shop.cashier().recover())).toBe(false);
      await expect(shop.sell({ ticket: 'two' })).rejects.toMatchObject({ code: 'terminal_busy' });
      const found = rig.portal?.(charge);
      if (found == null) throw new Error('it was not charged');
      const other = { ...found, amountCents: (found.amountCents + 1) as never };
      await expect(clock.run(shop.cashier().decide(charge.attemptId, other))).rejects.toMatchObject({
        code: 'payment_amount_differs',
      });
      expect(await clock.run(shop.cashier().decide(charge.attemptId, found))).toBe('confirmed');
      await expect(clock.run(shop.cashier().decide(charge.attemptId, null))).rejects.toMatchObject({
        code: 'payment_phase',
      });
      expect(await shop.sell({ ticket: 'two' })).toMatchObject({ phase: 'confirmed' });
    }),
  );

  it(
    'a sale that a person did not find was not charged',
    inShop(what, async (shop, rig) => {
      (rig as AutoTefRig).simulator.fault('lost_before');
      const charge = shop.charge();
      expect(await shop.sellCharge(charge)).toMatchObject({ phase: 'unknown' });
      expect(await rig.clock.run(shop.cashier().decide(charge.attemptId, null))).toBe('canceled');
      expect(rig.books()).toEqual([]);
    }),
  );

  it(
    'a service that was started anew is told its pinpad; without one cards are not offered',
    inShop(what, async (shop, rig) => {
      const { simulator, clock } = rig as AutoTefRig;
      expect(await clock.run(shop.port().ready())).toEqual({ ready: true });
      simulator.plugPinpad(false);
      clock.pass(60_000);
      expect(await clock.run(shop.port().ready())).toEqual({ ready: false, cause: 'no_pinpad' });
      simulator.plugPinpad(true);
      expect(await clock.run(shop.port().ready())).toEqual({ ready: true });
    }),
  );

  it(
    'the reason of a refusal is said as far as the customer can do something about it',
    inShop(what, async (shop, rig) => {
      (rig as AutoTefRig).simulator.holders('has_no_funds');
      expect(await shop.sell()).toMatchObject({ phase: 'declined', cause: 'insufficient_funds' });
    }),
  );

  it(
    'a cancel whose answer was lost is asked for again, and returns nothing twice',
    inShop(what, async (shop, rig) => {
      const { simulator } = rig as AutoTefRig;
      const charge = shop.charge({ amountCents: 5_000 });
      await shop.sellCharge(charge);
      simulator.fault('lost_after');
      expect(await shop.refund(charge, 5_000)).toBe('refund_pending');
      expect(await shop.recover()).toBe(true);
      expect(shop.journal.read(charge.attemptId)?.attempt.phase).toBe('refunded');
      expect(rig.books()).toMatchObject([{ chargedCents: 5_000, refundedCents: 5_000 }]);
    }),
  );
});
