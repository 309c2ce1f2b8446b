/** The thirteenth point: any order of customers, faults, crashes, refunds and late money keeps both books equal. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { CRASH_POINTS, type CrashPoint } from '../cashier.ts';
import type { Charge } from '../port.ts';
import { type Conformance, expectBalanced } from './payment-conformance.ts';
import { CUSTOMERS, type Customer, RIG_FAULTS, type RigFault } from './rig.ts';
import { openShop } from './shop.ts';

/** One thing that happens in a shop. */
type Happening =
  | {
      readonly do: 'sell';
      readonly customer: Customer;
      readonly fault: RigFault | null;
      readonly crash: CrashPoint | null;
      readonly isDelivered: boolean;
      readonly isCancelled: boolean;
      /** Tickets are few, so that one is tried to be paid again. */
      readonly ticket: number;
    }
  | {
      readonly do: 'refund';
      readonly which: number;
      readonly share: number;
      readonly fault: RigFault | null;
      readonly crash: CrashPoint | null;
    }
  | { readonly do: 'late' | 'hint'; readonly which: number }
  | { readonly do: 'restart' | 'recover' }
  | { readonly do: 'pass'; readonly ms: number };

const fault = fc.option(fc.constantFrom(...RIG_FAULTS.filter((kind) => kind !== 'amount_changed')), {
  freq: 2,
  nil: null,
});
const crash = fc.option(fc.constantFrom(...CRASH_POINTS), { freq: 2, nil: null });

export const happenings: fc.Arbitrary<Happening[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('sell' as const),
        customer: fc.constantFrom(...CUSTOMERS),
        fault,
        crash,
        isDelivered: fc.boolean(),
        isCancelled: fc.boolean(),
        ticket: fc.nat(3),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('refund' as const),
        which: fc.nat(9),
        share: fc.integer({ min: 1, max: 4 }),
        fault,
        crash,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constantFrom('late' as const, 'hint' as const), which: fc.nat(9) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('restart' as const, 'recover' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('pass' as const),
        ms: fc.integer({ min: 1, max: 26 * 3_600_000 }),
      }),
    },
  ),
  { minLength: 1, maxLength: 12 },
);

/** Lets it all happen, then compares the books. */
export async function live({ open }: Conformance, all: readonly Happening[]): Promise<void> {
  const rig = await open();
  try {
    const shop = openShop(rig);
    const charges: Charge[] = [];
    const paidLate = new Set<string>();
    const cut = async (work: () => Promise<unknown>): Promise<void> => {
      try {
        await work();
        shop.crashAt(undefined);
      } catch (error) {
        // A crash, or a refusal: both may be, and neither may move money.
        if (
          !(error instanceof Error) ||
          !(error.name === 'ProblemError' || error.constructor.name === 'Crash')
        )
          throw error;
        shop.restart();
      }
    };
    for (const one of all) {
      const charge = 'which' in one ? charges[one.which % Math.max(1, charges.length)] : undefined;
      if ('fault' in one && one.fault !== null) rig.fault(one.fault);
      if ('crash' in one && one.crash !== null) shop.crashAt(one.crash);
      if (one.do === 'sell') {
        rig.customers(one.customer);
        const wish = { ticket: `ticket ${one.ticket}`, deliver: () => one.isDelivered };
        const made = shop.charge(wish);
        charges.push(made);
        const cancel = new AbortController();
        await cut(() =>
          shop.sellCharge(made, {
            ...wish,
            cancel: cancel.signal,
            onShow: () => {
              if (one.isCancelled) cancel.abort();
            },
          }),
        );
      } else if (one.do === 'refund' && charge !== undefined) {
        const attempt = shop.journal.read(charge.attemptId)?.attempt;
        if (attempt?.proof == null) continue;
        const { extent } = shop.port().capabilities.refund;
        const amount = extent === 'partial' ? Math.ceil(charge.amountCents / one.share) : charge.amountCents;
        if (extent !== 'none') await cut(() => shop.refund(charge, amount));
      } else if (one.do === 'late' && charge !== undefined) {
        if (rig.paysLate(charge.externalId)) paidLate.add(charge.attemptId);
      } else if (one.do === 'hint' && charge !== undefined)
        await cut(() => rig.clock.run(shop.cashier().hint(charge.attemptId)));
      else if (one.do === 'restart') shop.restart();
      else if (one.do === 'recover') await cut(() => rig.clock.run(shop.cashier().recover()));
      else if (one.do === 'pass') rig.clock.pass(one.ms);
    }
    rig.heal();
    shop.restart();
    await shop.recover();
    // The night's reconciliation asks for every charge that the day has seen.
    for (const { attemptId } of charges)
      if (shop.journal.read(attemptId) !== undefined) await rig.clock.run(shop.cashier().hint(attemptId));
    await expectBalanced(shop, rig);
    // Money that only the night finds is an attempt that was given up too early, unless the customer came too late.
    for (const attemptId of shop.journal.late) expect(paidLate).toContain(attemptId);
    for (const { charge, attempt } of shop.journal.records.values())
      if (attempt.paidCents > 0) expect(attempt.paidCents).toBe(charge.amountCents);
  } finally {
    await rig.close();
  }
}
