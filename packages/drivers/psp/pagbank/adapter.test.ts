/** PagBank over a true socket: the suite of all adapters, and what only this protocol has. */
import { cents } from '@totem/domain';
import { proof } from '@totem/testkit/proof';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { happenings, live } from '../../payment/conformance/interleavings.ts';
import { describePaymentPort, inShop, inShopNow } from '../../payment/conformance/payment-conformance.ts';
import type { RefundOrder } from '../../payment/port.ts';
import { TRIES_MAX } from '../calls.ts';
import { decodeBrCode } from '../pix/br-code.ts';
import { orderHinted } from './adapter.ts';
import { openPagBankRig, type PagBankRig } from './conformance/pagbank-rig.ts';
import { isPagBankSignature, pagBankSignature } from './signature.ts';

const what = { name: 'pagbank', open: () => openPagBankRig() };
const DAY_MS = 24 * 3_600_000;

describe('PagBank', () => {
  describePaymentPort(what);

  const runs = proof('payment/any interleaving, PagBank', { share: 40, full: 2_000, unit: 'seeds' });
  it('I-PAD-1: 13: whatever happens in whatever order, both books say the same in the end', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, (all) => live(what, all)),
      { numRuns: runs },
    );
  });

  it(
    'the QR can be read, and an order is placed once under one name',
    inShop(what, async (shop, rig) => {
      const { simulator, book } = rig as PagBankRig;
      rig.customers('walks_away');
      const shown: string[] = [];
      const charge = shop.charge();
      await shop.sellCharge(charge, { onShow: ({ copyCode }) => shown.push(copyCode ?? '') });
      expect(decodeBrCode(shown[0] ?? '')).toMatchObject({ ok: true });
      const [order] = simulator.orders.values();
      expect(order).toMatchObject({ reference: charge.externalId, valueCents: charge.amountCents });
      expect(book.orders.get(charge.externalId)?.orderId).toBe(order?.id);
    }),
  );

  it.each([-20_000, 20_000])(
    'a clock that is %i ms off ends nothing early or late by more than that',
    async (skewMs) => {
      await inShopNow({ name: 'pagbank', open: () => openPagBankRig({ skewMs }) }, async (shop, rig) => {
        expect(await shop.sell()).toMatchObject({ phase: 'confirmed' });
        rig.customers('walks_away');
        const began = rig.clock.timers.monotonicMs();
        expect(await shop.sell({ expiresInSeconds: 120 })).toMatchObject({ phase: 'expired' });
        const took = rig.clock.timers.monotonicMs() - began;
        expect(took).toBeGreaterThan(120_000 - skewMs);
        expect(took).toBeLessThan(140_000 - skewMs);
      });
    },
  );

  it(
    'an order whose answer was lost is found again by its key, and not placed twice',
    inShop(what, async (shop, rig) => {
      const { simulator } = rig as PagBankRig;
      simulator.fault('lost_after');
      expect(await shop.sell()).toMatchObject({ phase: 'confirmed' });
      expect(simulator.orders.size).toBe(1);
    }),
  );

  it(
    'once the key is forgotten nothing is placed again: a code that nobody has seen was not paid',
    inShop(what, async (shop, rig) => {
      const { simulator, clock } = rig as PagBankRig;
      const charge = shop.charge();
      simulator.fault('lost_after');
      shop.crashAt('answer_received');
      await expect(shop.sellCharge(charge)).rejects.toThrow('answer_received');
      clock.pass(DAY_MS + 3_600_000);
      shop.restart();
      expect(await shop.recover()).toBe(true);
      expect(simulator.orders.size).toBe(1);
      expect(shop.journal.read(charge.attemptId)?.attempt.phase).toBe('canceled');
    }),
  );

  it(
    'a payment that is looked into is waited for, and is paid when it counts',
    inShop(what, async (shop, rig) => {
      (rig as PagBankRig).simulator.fault('in_analysis');
      expect(await shop.sell()).toMatchObject({ phase: 'confirmed' });
    }),
  );

  it(
    'an account that may not charge yet is not offered, and says why',
    inShop({ name: 'pagbank', open: () => openPagBankRig({ isEnabled: false }) }, async (shop, rig) => {
      const answer = await rig.clock.run(shop.port().ready());
      expect(answer).toEqual({ ready: false, cause: 'token_403' });
      await expect(shop.sell()).rejects.toMatchObject({ code: 'payment_method_closed' });
    }),
  );

  it(
    'with a token that is not the account’s the method is closed, and nothing is written',
    inShop(what, async (shop, rig) => {
      const api = (rig as PagBankRig).openApi({ token: 'another' });
      expect(await rig.clock.run(api.authorize())).toEqual({ kind: 'not_sent', cause: 'token_401' });
      expect(shop.journal.records.size).toBe(0);
    }),
  );
});

describe('a refund at PagBank', () => {
  const ordered = async (
    shop: Parameters<Parameters<typeof inShop>[1]>[0],
    amountCents: number,
  ): Promise<RefundOrder> => {
    const charge = shop.charge({ amountCents: 5_000 });
    await shop.sellCharge(charge);
    const paid = shop.journal.read(charge.attemptId)?.attempt.proof;
    if (paid == null) throw new Error('nobody has paid');
    return { refundId: 'a'.repeat(32), charge, proof: paid, amountCents: cents(amountCents), reason: 'x' };
  };

  it(
    'is one however often it is asked for within the life of its key',
    inShop(what, async (shop, rig) => {
      const order = await ordered(shop, 1_000);
      const port = rig.open();
      for (let times = 0; times < 3; times += 1)
        expect((await rig.clock.run(port.refund(order))).kind).toBe('refunded');
      expect(rig.books()).toMatchObject([{ refundedCents: 1_000 }]);
    }),
  );

  it(
    'whose answer was lost is found a day later by the sums of its charge, and not asked for again',
    inShop(what, async (shop, rig) => {
      const order = await ordered(shop, 1_000);
      const earlier = { ...order, refundId: 'b'.repeat(32), amountCents: cents(500) };
      await rig.clock.run(rig.open().refund(earlier));
      await lost(rig as PagBankRig, order, 'lost_after');
      rig.clock.pass(DAY_MS + 3_600_000);
      expect((await rig.clock.run(rig.open().askRefund(order))).kind).toBe('refunded');
      expect(rig.books()).toMatchObject([{ refundedCents: 1_500 }]);
    }),
  );

  it(
    'that never arrived has failed a day later, and may be asked for under another name',
    inShop(what, async (shop, rig) => {
      const order = await ordered(shop, 1_000);
      await lost(rig as PagBankRig, order, 'lost_before');
      rig.clock.pass(DAY_MS + 3_600_000);
      expect(await rig.clock.run(rig.open().askRefund(order))).toEqual({
        kind: 'failed',
        cause: 'never_taken',
      });
      expect(rig.books()).toMatchObject([{ refundedCents: 0 }]);
    }),
  );

  it(
    'that PagBank refuses has failed, in its words',
    inShop(what, async (shop, rig) => {
      const order = await ordered(shop, 1_000);
      (rig as PagBankRig).simulator.fault('refund_refused');
      expect(await rig.clock.run(rig.open().refund(order))).toEqual({ kind: 'failed', cause: '40002' });
    }),
  );

  /** All tries of the request are lost. */
  async function lost(
    rig: PagBankRig,
    order: RefundOrder,
    fault: 'lost_after' | 'lost_before',
  ): Promise<void> {
    for (let times = 0; times < TRIES_MAX; times += 1) rig.simulator.fault(fault);
    expect((await rig.clock.run(rig.open().refund(order))).kind).toBe('unknown');
  }
});

describe('what PagBank calls at our address', () => {
  const token = 'A1B2C3D4-TESTE-TOKEN';
  const body = Buffer.from('{"id":"ORDE_TESTE","status":"PAID"}');
  const signature = '820d8b95ad373d3c236e954c2a6de5beb0b3718cb8cecc0eb40fbb3ff6ce3ffd';

  it('is signed over its bytes', () => {
    expect(pagBankSignature(token, body)).toBe(signature);
    expect(isPagBankSignature(token, body, signature)).toBe(true);
    for (const wrong of [
      undefined,
      '',
      signature.replace('8', '9'),
      signature.toUpperCase(),
      `${signature}0`,
    ])
      expect(isPagBankSignature(token, body, wrong)).toBe(false);
    expect(isPagBankSignature('another', body, signature)).toBe(false);
    expect(isPagBankSignature(token, Buffer.from(`${body} `), signature)).toBe(false);
  });

  it('names one order to ask for, and nothing else', () => {
    expect(orderHinted({ id: 'ORDE_1', reference_id: 'a', charges: [{ status: 'PAID' }] })).toBe('a');
    for (const other of [undefined, null, 'x', {}, { reference_id: 1 }, { reference_id: 'x'.repeat(65) }])
      expect(orderHinted(other)).toBeUndefined();
  });
});
