/**
 * What every payment adapter must do, seen against a simulator that keeps books of its own: whatever happens, a sale ends as
 * charged and served, or as not charged, and both sides' books say the same. The thirteen points are those of the reference
 * for payments; bytes that only one protocol has are tested beside its adapter.
 */
import { cents, type PaymentPhase, STATUS_OF_PHASE } from '@totem/domain';
import { expect, it, type TestContext } from 'vitest';
import type { SaleEnd } from '../cashier.ts';
import type { Charge } from '../port.ts';
import { isSettled } from './memory-journal.ts';
import type { Customer, Rig, RigFault } from './rig.ts';
import { openShop, SALE_POINTS, type Shop } from './shop.ts';

/** What a run hands to its test: it is closed when the test is over. */
export interface Conformance {
  readonly name: string;
  open(): Rig | Promise<Rig>;
}

type Body = (shop: Shop, rig: Rig, context: TestContext) => Promise<void>;

/** Runs one test in a world of its own; at its end nothing has leaked. */
export async function inShopNow(
  { open }: Conformance,
  body: (shop: Shop, rig: Rig) => Promise<void>,
): Promise<void> {
  const rig = await open();
  try {
    const shop = openShop(rig);
    await body(shop, rig);
    expectNothingLeaked(shop, rig);
  } finally {
    await rig.close();
  }
}

/** As a test's function, for bodies that may find that a protocol cannot have what they test. */
export function inShop(what: Conformance, body: Body): (context: TestContext) => Promise<void> {
  return (context) => inShopNow(what, (shop, rig) => body(shop, rig, context));
}

/** Settles everything, and compares the books, sale by sale. */
export async function expectBalanced(shop: Shop, rig: Rig): Promise<void> {
  rig.heal();
  expect(await shop.recover(), 'something stays open').toBe(true);
  if (rig.held() > 0) {
    // Some terminals name what they hold only when the next sale begins.
    rig.customers('is_declined');
    await shop.sell();
  }
  expect(rig.held(), 'an approval still waits for its second leg').toBe(0);
  const ours = [...shop.journal.records.values()];
  for (const record of ours) {
    expect(isSettled(record), `${record.attempt.phase} is no end`).toBe(true);
    if (record.attempt.paidCents > 0)
      expect(record.attempt.proof, 'paid without proof').toMatchObject({
        amountCents: record.charge.amountCents,
      });
  }
  const sorted = (amounts: readonly number[]) => amounts.filter((amount) => amount > 0).sort((a, b) => a - b);
  expect(sorted(ours.map(({ attempt }) => attempt.paidCents - attempt.refundedCents))).toEqual(
    sorted(rig.books().map(({ chargedCents, refundedCents }) => chargedCents - refundedCents)),
  );
}

function expectNothingLeaked(shop: Shop, rig: Rig): void {
  const kept = JSON.stringify([[...shop.journal.records.values()], shop.journal.exchanges]);
  for (const secret of rig.secrets)
    for (const trace of [kept, ...rig.traces()])
      expect(trace.includes(secret), 'a secret was kept').toBe(false);
}

const settledAs = (end: SaleEnd): string => STATUS_OF_PHASE[end.phase];

/** A sale that may be cut short by a planned crash. */
async function sellOrCrash(shop: Shop, charge: Charge, wish = {}): Promise<SaleEnd | undefined> {
  try {
    const end = await shop.sellCharge(charge, wish);
    shop.crashAt(undefined);
    return end;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    shop.restart();
    return undefined;
  }
}

function plan(rig: Rig, context: TestContext, fault: RigFault): void {
  if (!rig.fault(fault)) context.skip(`this protocol cannot have "${fault}"`);
}

export function describePaymentPort(what: Conformance): void {
  sales(what);
  crashes(what);
  faults(what);
  refunds(what);
}

function sales(what: Conformance): void {
  it.each([1, 99, 100, 4_590, 99_999])(
    '1: a sale of %i cents is charged to the centavo, and served once',
    (amountCents) =>
      inShopNow(what, async (shop, rig) => {
        const charge = shop.charge({ amountCents });
        expect(await shop.sellCharge(charge)).toMatchObject({ phase: 'confirmed' });
        expect(rig.books()).toMatchObject([{ chargedCents: amountCents, refundedCents: 0 }]);
        expect([...shop.served]).toEqual([charge.attemptId]);
        await expectBalanced(shop, rig);
      }),
  );

  it.each<[Customer, PaymentPhase[]]>([
    ['is_declined', ['declined', 'expired', 'canceled']],
    ['cancels', ['canceled', 'declined', 'expired']],
    ['walks_away', ['expired', 'canceled', 'declined']],
  ])('2: a customer who %s has paid nothing and is given nothing', (customer, ends) =>
    inShopNow(what, async (shop, rig) => {
      rig.customers(customer);
      const end = await shop.sell();
      // A bank's app shows a refusal to its customer, who may also walk away: the host sees no more than that.
      expect(ends).toContain(end.phase);
      expect(shop.served.size).toBe(0);
      expect(rig.books()).toEqual([]);
      await expectBalanced(shop, rig);
      expect(await shop.sell()).toMatchObject({ phase: 'confirmed' });
      await expectBalanced(shop, rig);
    }),
  );

  it(
    '3: the host ends it while the customer is asked',
    inShop(what, async (shop, rig, context) => {
      if (!shop.port().capabilities.canCancel)
        context.skip('this protocol has no way for the host to end it');
      rig.customers('walks_away');
      const cancel = new AbortController();
      const end = await shop.sell({ cancel: cancel.signal, onShow: () => cancel.abort() });
      expect(settledAs(end)).toBe('canceled');
      await expectBalanced(shop, rig);
    }),
  );

  it(
    '3: ending it races with the payment: the money wins, and is served',
    inShop(what, async (shop, rig, context) => {
      if (!shop.port().capabilities.canCancel)
        context.skip('this protocol has no way for the host to end it');
      rig.customers('pays_at_last');
      const cancel = new AbortController();
      const end = await shop.sell({ cancel: cancel.signal, onShow: () => cancel.abort() });
      expect(end.phase).toBe('confirmed');
      expect(shop.served.size).toBe(1);
      await expectBalanced(shop, rig);
    }),
  );

  it(
    '3: a host that wishes to end what it cannot end waits for the answer',
    inShop(what, async (shop, rig, context) => {
      if (shop.port().capabilities.canCancel) context.skip('this protocol lets the host end it');
      expect(await shop.sell({ cancel: AbortSignal.abort() })).toMatchObject({ phase: 'confirmed' });
      rig.customers('walks_away');
      const end = await shop.sell({ cancel: AbortSignal.abort() });
      expect(settledAs(end)).toBe('canceled');
      await expectBalanced(shop, rig);
    }),
  );

  it(
    '9: what could not be delivered is undone where the protocol can, and never called unpaid where it cannot',
    inShop(what, async (shop, rig) => {
      const end = await shop.sell({ deliver: () => false });
      const { isTwoPhase } = shop.port().capabilities;
      expect(end.phase).toBe(isTwoPhase ? 'undone' : 'confirmed');
      expect(rig.books()).toHaveLength(isTwoPhase ? 0 : 1);
      await expectBalanced(shop, rig);
    }),
  );

  it(
    '11: two sessions at once: the second is refused, not queued',
    inShop(what, async (shop, rig) => {
      const first = shop.charge();
      const second = shop.charge();
      const ends = await rig.clock.run(
        Promise.allSettled(
          [first, second].map((charge) => shop.cashier().sell({ charge, deliver: async () => true })),
        ),
      );
      expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(ends.find(({ status }) => status === 'rejected')).toMatchObject({
        reason: { code: 'terminal_busy' },
      });
      await expectBalanced(shop, rig);
    }),
  );

  it(
    'a ticket that is paid, or whose payment is in doubt, is not charged again',
    inShop(what, async (shop, rig) => {
      await shop.sell({ ticket: 'one' });
      await expect(shop.sell({ ticket: 'one' })).rejects.toMatchObject({ code: 'payment_already_paid' });
      await expectBalanced(shop, rig);
    }),
  );
}

function crashes(what: Conformance): void {
  for (const point of SALE_POINTS)
    for (const customer of ['pays', 'is_declined', 'walks_away'] as const)
      it(`4: killed at ${point} while the customer ${customer}: charged and served, or not charged`, () =>
        inShopNow(what, async (shop, rig) => {
          rig.customers(customer);
          const charge = shop.charge();
          shop.crashAt(point);
          await sellOrCrash(shop, charge);
          await expectBalanced(shop, rig);
          expect(rig.books().length).toBeLessThanOrEqual(1);
          // The next customer is served as if nothing had been.
          rig.customers('pays');
          expect(await shop.sell()).toMatchObject({ phase: 'confirmed' });
          await expectBalanced(shop, rig);
        }));

  for (const point of SALE_POINTS)
    it(
      `5: killed at ${point} when the other side's power goes too`,
      inShop(what, async (shop, rig, context) => {
        plan(rig, context, 'power_cut');
        shop.crashAt(point);
        await sellOrCrash(shop, shop.charge());
        await expectBalanced(shop, rig);
        expect(await shop.sell()).toMatchObject({ phase: 'confirmed' });
        await expectBalanced(shop, rig);
      }),
    );
}

const ANSWER_FAULTS = [
  'answer_lost',
  'answer_late',
  'answer_twice',
  'answer_stale',
  'answer_broken',
] as const;
const NETWORK_FAULTS = ['refused', 'request_lost', 'overloaded', 'power_cut', 'certificate_wrong'] as const;

function faults(what: Conformance): void {
  for (const fault of [...ANSWER_FAULTS, ...NETWORK_FAULTS])
    for (const customer of ['pays', 'is_declined'] as const)
      it(
        `6, 7: ${fault} while the customer ${customer}: both sides agree in the end`,
        inShop(what, async (shop, rig, context) => {
          plan(rig, context, fault);
          rig.customers(customer);
          const charge = shop.charge();
          const end = await sellOrCrash(shop, charge);
          if (end !== undefined && settledAs(end) === 'paid')
            expect(shop.served.has(charge.attemptId)).toBe(true);
          await expectBalanced(shop, rig);
          rig.customers('pays');
          expect(await shop.sell()).toMatchObject({ phase: 'confirmed' });
          await expectBalanced(shop, rig);
        }),
      );

  it(
    '6: while an outcome is unknown nothing else is charged there',
    inShop(what, async (shop, rig, context) => {
      for (let times = 0; times < 12; times += 1) plan(rig, context, 'answer_lost');
      const end = await shop.sell({ ticket: 'one' });
      if (end.phase !== 'unknown') context.skip('this protocol finds its answer again');
      for (let times = 0; times < 12; times += 1) rig.fault('answer_lost');
      await expect(shop.sell({ ticket: 'two' })).rejects.toMatchObject({ code: 'terminal_busy' });
      await expectBalanced(shop, rig);
    }),
  );

  it(
    'another amount than was asked for is never called paid',
    inShop(what, async (shop, rig, context) => {
      plan(rig, context, 'amount_changed');
      const end = await shop.sell();
      expect(end.cause).toBe('payment_amount_differs');
      expect(STATUS_OF_PHASE[end.phase]).not.toBe('paid');
      expect(shop.served.size).toBe(0);
      if (shop.port().capabilities.isTwoPhase) await expectBalanced(shop, rig);
    }),
  );

  it(
    'a second leg that is lost is told again until it is taken, and nothing is sold before',
    inShop(what, async (shop, rig, context) => {
      if (!shop.port().capabilities.isTwoPhase) context.skip('this protocol has no second leg');
      const charge = shop.charge();
      await shop.sellCharge(charge, {
        deliver: () => {
          plan(rig, context, 'leg_lost');
          return true;
        },
      });
      expect(shop.journal.read(charge.attemptId)).toMatchObject({
        attempt: { phase: 'confirmed' },
        owed: { leg: 'confirm' },
      });
      await expectBalanced(shop, rig);
      expect(shop.journal.read(charge.attemptId)?.owed).toBeNull();
    }),
  );

  it(
    'money that comes after the end is recorded as paid late, and never dropped',
    inShop(what, async (shop, rig, context) => {
      rig.customers('walks_away');
      const charge = shop.charge();
      const end = await shop.sellCharge(charge);
      expect(settledAs(end)).toBe('canceled');
      if (!rig.paysLate(charge.externalId)) context.skip('nothing can be paid after its end here');
      for (let times = 0; times < 3; times += 1) await rig.clock.run(shop.cashier().hint(charge.attemptId));
      expect(shop.journal.read(charge.attemptId)).toMatchObject({ attempt: { phase: 'confirmed' } });
      expect(shop.journal.late.has(charge.attemptId)).toBe(true);
      await expectBalanced(shop, rig);
    }),
  );
}

/** Asks for a refund, and for what became of it. */
async function refunded(shop: Shop, charge: Charge, amountCents: number): Promise<string | undefined> {
  await shop.refund(charge, amountCents);
  await shop.recover();
  return shop.journal.read(charge.attemptId)?.attempt.phase;
}

function refunds(what: Conformance): void {
  const sold = async (shop: Shop, context: TestContext, amountCents = 5_000): Promise<Charge> => {
    if (shop.port().capabilities.refund.extent === 'none') context.skip('this protocol returns no money');
    const charge = shop.charge({ amountCents });
    expect(await shop.sellCharge(charge)).toMatchObject({ phase: 'confirmed' });
    return charge;
  };

  it(
    '10: all of it is returned',
    inShop(what, async (shop, rig, context) => {
      const charge = await sold(shop, context);
      expect(await refunded(shop, charge, 5_000)).toBe('refunded');
      expect(rig.books()).toMatchObject([{ chargedCents: 5_000, refundedCents: 5_000 }]);
      await expectBalanced(shop, rig);
    }),
  );

  it(
    '10: parts of it are returned, and no more than all',
    inShop(what, async (shop, rig, context) => {
      const charge = await sold(shop, context);
      if (shop.port().capabilities.refund.extent !== 'partial')
        context.skip('this protocol returns all or nothing');
      expect(await refunded(shop, charge, 2_000)).toBe('partially_refunded');
      await expect(async () => shop.refund(charge, 3_001)).rejects.toMatchObject({ code: 'refund_exceeds' });
      expect(await refunded(shop, charge, 3_000)).toBe('refunded');
      await expectBalanced(shop, rig);
    }),
  );

  it(
    '10: a refund that fails in the end leaves the payment as it was, and can be asked for again',
    inShop(what, async (shop, rig, context) => {
      const charge = await sold(shop, context);
      plan(rig, context, 'refund_fails');
      await shop.refund(charge, 5_000);
      expect(await shop.recover()).toBe(true);
      expect(shop.journal.read(charge.attemptId)?.attempt).toMatchObject({
        phase: 'confirmed',
        refundedCents: 0,
      });
      expect(await refunded(shop, charge, 5_000)).toBe('refunded');
      await expectBalanced(shop, rig);
    }),
  );

  for (const point of ['refund_written', 'refund_answered'] as const)
    it(
      `10, 4: killed at ${point}: returned once, or not at all`,
      inShop(what, async (shop, rig, context) => {
        const charge = await sold(shop, context);
        shop.crashAt(point);
        await expect(shop.refund(charge, 5_000)).rejects.toThrow(point);
        shop.restart();
        await expectBalanced(shop, rig);
        const { attempt } = shop.journal.read(charge.attemptId) ?? {};
        if (attempt?.phase === 'confirmed') expect(await refunded(shop, charge, 5_000)).toBe('refunded');
        await expectBalanced(shop, rig);
      }),
    );

  for (const fault of ['answer_lost', 'overloaded', 'refused'] as const)
    it(
      `10, 6: ${fault} of a refund: returned once, or not at all`,
      inShop(what, async (shop, rig, context) => {
        const charge = await sold(shop, context);
        plan(rig, context, fault);
        await shop.refund(charge, cents(5_000));
        await expectBalanced(shop, rig);
      }),
    );
}
