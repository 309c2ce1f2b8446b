/** Cash by ccTalk: the suite of all adapters over each kind of wire, and what only cash has. */
import { proof } from '@totem/testkit/proof';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { happenings, live } from '../payment/conformance/interleavings.ts';
import {
  type Conformance,
  describePaymentPort,
  inShop,
  inShopNow,
} from '../payment/conformance/payment-conformance.ts';
import type { CashToShow } from '../payment/port.ts';
import { hasSocat } from '../printer/conformance/serial-cable.ts';
import { type CashRig, openCashRig } from './conformance/cash-rig.ts';
import { cashSales, expectCashBalanced, liveWithCash } from './conformance/histories.ts';

const what: Conformance = { name: 'cash', open: () => openCashRig() };

describe('cash on a wire in memory, with echo', () => {
  describePaymentPort(what);

  const runs = proof('payment/any interleaving, cash', { share: 25, full: 1_500, unit: 'seeds' });
  it('I-PAD-1: 13: whatever happens in whatever order, both books say the same in the end', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, (all) => live(what, all)),
      { numRuns: runs },
    );
  });
});

describe('cash in single bytes, without echo, with a CRC', () => {
  describePaymentPort({
    name: 'bytes',
    open: () => openCashRig({ wire: 'bytes', hasEcho: false, check: 'crc' }),
  });
});

if (hasSocat())
  describe('cash over a serial cable', () => {
    describePaymentPort({ name: 'serial', open: () => openCashRig({ wire: 'serial' }) });
  });

it('a pair of pseudo-terminals can be made here', (context) => {
  if (!hasSocat()) context.skip('socat is not installed: nothing was tried over a serial cable');
  expect(hasSocat()).toBe(true);
});

describe('what lies in the machine', () => {
  const runs = proof('payment/any history of a cash machine', { share: 60, full: 3_000, unit: 'seeds' });
  it('I-CSH-4: is what was paid with it and what is owed, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(cashSales, (sales) => liveWithCash(openCashRig, sales)),
      { numRuns: runs },
    );
  });
});

const inCash = (body: (rig: CashRig, shop: Parameters<Parameters<typeof inShop>[1]>[0]) => Promise<void>) =>
  inShop(what, (shop, rig) => body(rig as CashRig, shop));

describe('cash', () => {
  it(
    'shows what is in, and takes only what can still be paid exactly',
    inCash(async (rig, shop) => {
      const shown: CashToShow[] = [];
      rig.pieces([2_000, 500, 200, 100]);
      const charge = shop.charge({ amountCents: 800 });
      await rig.clock.run(
        shop.cashier().sell({
          charge,
          deliver: async () => true,
          onShow: ({ cash }) => {
            if (cash !== undefined) shown.push(cash);
          },
        }),
      );
      expect(shown[0]).toMatchObject({ insertedCents: 0, isRefused: false });
      expect(shown[0]?.accepts).toContain(500);
      expect(shown[0]?.accepts).not.toContain(2_000);
      expect(shown.some(({ isRefused }) => isRefused)).toBe(true);
    }),
  );

  it(
    'that was put in before somebody ended it is owed, and said to be',
    inCash(async (rig, shop) => {
      rig.pieces([500, 200]);
      const cancel = new AbortController();
      const charge = shop.charge({ amountCents: 1_000 });
      const end = await rig.clock.run(
        shop.cashier().sell({
          charge,
          cancel: cancel.signal,
          deliver: async () => true,
          onShow: ({ cash }) => {
            if (cash?.insertedCents === 700) cancel.abort();
          },
        }),
      );
      expect(end).toEqual({ phase: 'canceled', cause: 'cash_owed' });
      expect(shop.journal.exchanges.at(-1)?.exchange.said).toMatchObject({
        stored_cents: '700',
        owed_cents: '700',
      });
      expectCashBalanced(shop, rig);
    }),
  );

  it(
    'in escrow goes back when somebody ends it, and nothing is owed',
    inCash(async (rig, shop) => {
      rig.pieces([]);
      const cancel = new AbortController();
      const charge = shop.charge({ amountCents: 1_000 });
      const end = await rig.clock.run(
        shop.cashier().sell({
          charge,
          cancel: cancel.signal,
          deliver: async () => true,
          onShow: () => {
            rig.simulator.insert(500, charge.attemptId);
            cancel.abort();
          },
        }),
      );
      expect(end).toEqual({ phase: 'canceled' });
      expect(rig.simulator.stored()).toEqual([]);
      expectCashBalanced(shop, rig);
    }),
  );

  it(
    'that got stuck is in doubt until somebody has cleared it',
    inCash(async (rig, shop) => {
      rig.simulator.trouble('none');
      rig.pieces([500, 500]);
      const charge = shop.charge({ amountCents: 1_000 });
      rig.clock.timers.after(1_500, () => rig.simulator.trouble('jam'));
      const end = await shop.sellCharge(charge);
      expect(end).toMatchObject({ phase: 'unknown', cause: 'cash_jam' });
      await expect(shop.sell()).rejects.toMatchObject({ code: 'payment_method_closed' });
      rig.simulator.trouble('none');
      expect(await shop.recover()).toBe(true);
      expect(shop.journal.read(charge.attemptId)?.attempt.phase).toBe('canceled');
      expectCashBalanced(shop, rig);
    }),
  );

  it(
    'I-CSH-1, I-CSH-2: of a dead program is found by the next, and completes its sale',
    inCash(async (rig, shop) => {
      const charge = shop.charge({ amountCents: 1_500 });
      let writes = 0;
      rig.book.onWrite = (when) => {
        writes += 1;
        // The note is in the box, and nobody has written it down.
        if (rig.simulator.stored().length < 2 || when === 'after') return;
        rig.book.onWrite = () => undefined;
        rig.die();
        throw new Error('killed');
      };
      await expect(shop.sellCharge(charge)).rejects.toThrow('killed');
      expect(writes).toBeGreaterThan(0);
      shop.restart();
      expect(await shop.recover()).toBe(true);
      expect(shop.journal.read(charge.attemptId)?.attempt.phase).toBe('confirmed');
      expectCashBalanced(shop, rig);
    }),
  );

  it.each(['full', 'open', 'jam'] as const)('is not offered by a machine that is %s', (trouble) =>
    inShopNow(what, async (shop, rig) => {
      const { simulator, clock } = rig as CashRig;
      simulator.trouble(trouble);
      expect(await clock.run(shop.port().ready())).toEqual({ ready: false, cause: `cash_${trouble}` });
      simulator.trouble('none');
      expect(await clock.run(shop.port().ready())).toEqual({ ready: true });
    }),
  );

  it(
    'of more than is put in by hand is not begun',
    inCash(async (rig, shop) => {
      const end = await shop.sell({ amountCents: 1_000_000 });
      expect(end).toEqual({ phase: 'canceled', cause: 'cash_amount' });
      expect(rig.book.sessions).toEqual([]);
    }),
  );

  it(
    'that came while nobody was asked for any is found, and is nobody’s',
    inCash(async (rig, shop) => {
      await shop.sell();
      const { counter = 0 } = rig.book.unit('coins') ?? {};
      // A coin that the acceptor took by itself.
      rig.simulator.receive(Uint8Array.of(2, 1, 1, 228, 1, 23));
      rig.simulator.receive(Uint8Array.of(2, 0, 1, 229, 24));
      expect(rig.simulator.insert(1, 'nobody')).toBe(true);
      await rig.clock.run(shop.port().ready());
      expect(rig.book.unit('coins')?.counter).not.toBe(counter);
      expect(rig.book.unclaimed).toEqual([{ type: 6, valueCents: 1 }]);
      expectCashBalanced(shop, rig);
    }),
  );
});
