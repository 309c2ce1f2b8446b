/** Pix over a true socket: the suite of all adapters, and what only this protocol has. */
import { cents } from '@totem/domain';
import { proof } from '@totem/testkit/proof';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHttpSend } from '../../http/send.ts';
import { happenings, live } from '../../payment/conformance/interleavings.ts';
import { describePaymentPort, inShop, inShopNow } from '../../payment/conformance/payment-conformance.ts';
import { chargesHinted } from './adapter.ts';
import { createPixApi } from './api.ts';
import { decodeBrCode } from './br-code.ts';
import { openPixRig, type PixRig } from './conformance/pix-rig.ts';

const what = { name: 'pix', open: () => openPixRig() };

describe('Pix', () => {
  describePaymentPort(what);

  const runs = proof('payment/any interleaving, Pix', { share: 40, full: 2_000, unit: 'seeds' });
  it('I-PAD-1: 13: whatever happens in whatever order, both books say the same in the end', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, (all) => live(what, all)),
      { numRuns: runs },
    );
  });

  it.each([true, false])(
    'the QR can be read, whether the provider tells its text or not (%s)',
    async (tellsCopyCode) => {
      await inShopNow({ name: 'pix', open: () => openPixRig({ tellsCopyCode }) }, async (shop, rig) => {
        rig.customers('walks_away');
        const shown: string[] = [];
        const charge = shop.charge();
        await shop.sellCharge(charge, { onShow: ({ copyCode }) => shown.push(copyCode ?? '') });
        expect(decodeBrCode(shown[0] ?? '')).toMatchObject({
          ok: true,
          code: { target: { kind: 'dynamic', url: `pix.example.com/qr/v2/${charge.externalId}` } },
        });
      });
    },
  );

  it.each([-600_000, 600_000])(
    'a clock that is wrong by %i ms ends nothing early or late',
    async (skewMs) => {
      await inShopNow({ name: 'pix', open: () => openPixRig({ skewMs }) }, async (shop, rig) => {
        expect(await shop.sell()).toMatchObject({ phase: 'confirmed' });
        rig.customers('walks_away');
        const began = rig.clock.timers.monotonicMs();
        expect(await shop.sell({ expiresInSeconds: 120 })).toMatchObject({ phase: 'canceled' });
        const took = rig.clock.timers.monotonicMs() - began;
        expect(took).toBeGreaterThan(120_000);
        expect(took).toBeLessThan(140_000);
      });
    },
  );

  it(
    'a token that has ended is asked for anew, once',
    inShop(what, async (shop, rig) => {
      (rig as PixRig).simulator.fault('token_ended');
      expect(await shop.sell()).toMatchObject({ phase: 'confirmed' });
    }),
  );

  it(
    'I-PAD-2: a refund whose state may not be read has not failed: it is known when it can be read',
    inShop(what, async (shop, rig) => {
      const { simulator } = rig as PixRig;
      const charge = shop.charge();
      await shop.sellCharge(charge);
      const { proof } = shop.journal.records.get(charge.attemptId)?.attempt ?? {};
      if (proof == null) throw new Error('nobody has paid');
      const amountCents = cents(1_000);
      const order = { refundId: 'a'.repeat(32), charge, proof, amountCents, reason: 'not given' };
      const port = rig.open();
      const denied = { kind: 'unknown', cause: 'AcessoNegado' };
      expect((await rig.clock.run(port.refund(order))).kind).toBe('pending');
      simulator.fault('reading_denied');
      expect(await rig.clock.run(port.askRefund(order))).toEqual(denied);
      // Asked for once more, which is refused because it is there.
      simulator.fault('reading_denied');
      expect(await rig.clock.run(port.refund(order))).toEqual(denied);
      expect((await rig.clock.run(port.askRefund(order))).kind).toBe('refunded');
      // What is refused and is not there has failed.
      const tooMuch = { ...order, refundId: 'b'.repeat(32), amountCents: cents(charge.amountCents) };
      expect(await rig.clock.run(port.refund(tooMuch))).toEqual({
        kind: 'failed',
        cause: 'PixDevolucaoInvalida',
      });
    }),
  );

  it(
    'with a secret that is not the account’s the method is closed, and nothing is written',
    inShop(what, async (shop, rig) => {
      const { config, clock } = rig as PixRig;
      const http = createHttpSend(clock.timers);
      const api = createPixApi({ ...config, clientSecret: 'another' }, { ...clock, send: http.send });
      expect(await api.authorize()).toEqual({ kind: 'not_sent', cause: 'token_401' });
      http.close();
      expect(shop.journal.records.size).toBe(0);
    }),
  );

  it(
    'all Pix of a span are listed, page by page',
    inShop(what, async (shop, rig) => {
      const { config, clock, simulator } = rig as PixRig;
      for (let sales = 0; sales < 3; sales += 1) await shop.sell();
      const [first] = simulator.cobs.values();
      for (let more = 0; more < 230; more += 1)
        first?.pix.push({ endToEndId: `E${more}`, valorCents: 1, atMs: clock.env.now(), refunds: [] });
      const http = createHttpSend(clock.timers);
      const api = createPixApi(config, { ...clock, send: http.send });
      const listed = await api.received(clock.env.now() - 86_400_000, clock.env.now());
      http.close();
      expect(listed.kind === 'done' && listed.value.length).toBe(233);
    }),
  );

  it('what a provider calls at our address names charges to ask for, and nothing else', () => {
    const pix = [{ txid: 'a', valor: '9.99' }, { txid: 'a' }, { endToEndId: 'E1' }, { txid: 'b' }];
    expect(chargesHinted({ pix })).toEqual(['a', 'b']);
    for (const body of [undefined, null, 'x', {}, { pix: 1 }, { pix: [null] }])
      expect(chargesHinted(body)).toEqual([]);
  });
});
