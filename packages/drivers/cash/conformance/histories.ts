/**
 * What customers, faults, kills and cuts do to a cash machine in any order, and what must be true after it: what lies in the
 * machine is what was paid with it and what is owed, piece for piece.
 */
import { STATUS_OF_PHASE } from '@totem/domain';
import fc from 'fast-check';
import { expect } from 'vitest';
import { CRASH_POINTS, type CrashPoint } from '../../payment/cashier.ts';
import { CUSTOMERS, type Customer } from '../../payment/conformance/rig.ts';
import { Crash, openShop, type Shop } from '../../payment/conformance/shop.ts';
import { owedOf } from '../book.ts';
import { CASH_FAULTS, type CashFault } from '../simulator/cash-simulator.ts';
import { COIN_VALUES, NOTE_VALUES } from '../simulator/simulated-unit.ts';
import type { CashRig } from './cash-rig.ts';

/** In the middle of a sale, after so many milliseconds. */
type Sudden =
  | { readonly do: 'fault'; readonly fault: CashFault; readonly afterMs: number }
  | { readonly do: 'cut' | 'jam' | 'full' | 'cancel'; readonly afterMs: number };

export interface CashSale {
  readonly amountCents: number;
  readonly customer: Customer;
  /** Put in as they are, in place of the fewest that make the amount. */
  readonly pieces: readonly number[] | null;
  readonly suddenly: readonly Sudden[];
  /** The program dies before or after its n-th writing into the book. */
  readonly dies: { readonly write: number; readonly when: 'before' | 'after' } | null;
  readonly crash: CrashPoint | null;
}

const afterMs = fc.nat(12_000);
const sudden: fc.Arbitrary<Sudden> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('fault' as const),
      fault: fc.constantFrom(...CASH_FAULTS),
      afterMs,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('cut' as const, 'jam' as const, 'full' as const, 'cancel' as const),
      afterMs,
    }),
  },
);

export const cashSales: fc.Arbitrary<CashSale[]> = fc.array(
  fc.record({
    amountCents: fc.integer({ min: 1, max: 6_000 }),
    customer: fc.constantFrom<Customer>('pays', 'pays', 'pays', ...CUSTOMERS),
    pieces: fc.option(
      fc.array(fc.constantFrom(...NOTE_VALUES.slice(0, 4), ...COIN_VALUES), { minLength: 1, maxLength: 6 }),
      {
        freq: 2,
        nil: null,
      },
    ),
    suddenly: fc.array(sudden, { maxLength: 3 }),
    dies: fc.option(
      fc.record({ write: fc.nat(14), when: fc.constantFrom('before' as const, 'after' as const) }),
      {
        freq: 2,
        nil: null,
      },
    ),
    crash: fc.option(fc.constantFrom(...CRASH_POINTS), { freq: 4, nil: null }),
  }),
  { minLength: 1, maxLength: 6 },
);

/** Lets it all happen, then compares the books. */
export async function liveWithCash(open: () => Promise<CashRig>, sales: readonly CashSale[]): Promise<void> {
  const rig = await open();
  try {
    const shop = openShop(rig);
    for (const sale of sales) await sellCash(shop, rig, sale);
    rig.heal();
    shop.restart();
    expect(await shop.recover(), 'something stays open').toBe(true);
    expectCashBalanced(shop, rig);
    const hadPower = sales.every(({ suddenly }) => suddenly.every((one) => one.do !== 'cut' && !isCut(one)));
    if (hadPower) expect(rig.book.sessions.every(({ uncounted }) => uncounted === 0)).toBe(true);
  } finally {
    await rig.close();
  }
}

function isCut(one: Sudden): boolean {
  return one.do === 'fault' && one.fault === 'power_cut';
}

async function sellCash(shop: Shop, rig: CashRig, sale: CashSale): Promise<void> {
  const { simulator, clock, book } = rig;
  rig.customers(sale.customer);
  if (sale.pieces !== null) rig.pieces(sale.pieces);
  const cancel = new AbortController();
  for (const one of sale.suddenly)
    clock.timers.after(one.afterMs, () => {
      if (one.do === 'fault') simulator.fault(one.fault);
      else if (one.do === 'cancel') cancel.abort();
      else if (one.do === 'cut') simulator.cutPower();
      else simulator.trouble(one.do);
    });
  let writes = 0;
  const { dies } = sale;
  book.onWrite = (when) => {
    if (when === 'before') writes += 1;
    if (dies === null || when !== dies.when || writes !== dies.write + 1) return;
    book.onWrite = () => undefined;
    rig.die();
    throw new Crash('in the middle of a sale');
  };
  if (sale.crash !== null) shop.crashAt(sale.crash);
  try {
    await shop.sell({ amountCents: sale.amountCents, cancel: cancel.signal });
  } catch (error) {
    const isExpected = error instanceof Crash || (error instanceof Error && error.name === 'ProblemError');
    if (!isExpected) throw error;
    shop.restart();
  }
  shop.crashAt(undefined);
  book.onWrite = () => undefined;
  // Somebody clears a jam, or empties a box, sooner or later.
  simulator.trouble('none');
}

/** I-CSH-4. Both books, to the centavo, and to the piece where nobody could tell what it is worth. */
export function expectCashBalanced(shop: Shop, { simulator, book }: CashRig): void {
  const { sessions } = book;
  expect(
    sessions.every(({ isOpen }) => !isOpen),
    'a session is still open',
  ).toBe(true);
  const paid = [...shop.journal.records.values()].filter(
    ({ attempt }) => STATUS_OF_PHASE[attempt.phase] === 'paid',
  );
  const isPaid = new Set(paid.map(({ charge }) => charge.attemptId));
  for (const { attemptId, amountCents, storedCents } of sessions)
    expect(isPaid.has(attemptId), `${storedCents} of ${amountCents} stored`).toBe(storedCents >= amountCents);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const confirmed = sum(paid.map(({ attempt }) => attempt.paidCents));
  const owed = sum(sessions.map(owedOf)) + sum(book.unclaimed.map(({ valueCents }) => valueCents));
  const uncounted = sum(sessions.map((session) => session.uncounted)) + book.unclaimedUncounted;
  const stored = simulator.stored();
  // Nothing is in the book that is not in the machine, and what is missing in the book is what only the meter knows of.
  const unknown = stored.map(({ valueCents }) => valueCents);
  for (const { valueCents } of book.pieces) {
    const at = unknown.indexOf(valueCents);
    expect(at, `a piece of ${valueCents} is not in the machine`).not.toBe(-1);
    unknown.splice(at, 1);
  }
  expect(unknown, 'pieces that nobody told of').toHaveLength(uncounted);
  expect(confirmed + owed + sum(unknown)).toBe(sum(stored.map(({ valueCents }) => valueCents)));
  if (uncounted > 0 || book.unclaimed.length > 0) return;
  for (const { attemptId, storedCents } of sessions) {
    const own = stored.filter(({ owner }) => owner === attemptId);
    expect(sum(own.map(({ valueCents }) => valueCents)), 'somebody else’s money').toBe(storedCents);
  }
}
