/** What a site took in some days, by day, method, adapter, totem and operator: for the close of a day, as a report, as a file. */
import { ProblemError, type SiteId } from '@totem/domain';
import { and, between, count, eq, gt, inArray, sql } from 'drizzle-orm';
import { paymentSession } from '../db/schema/money.ts';
import { equipment } from '../db/schema/tenancy.ts';
import type { ReadHandle } from '../db/with-tenant.ts';
import { CSV_MARK, csvLine } from '../rest/csv.ts';
import { namesOfPeople } from '../rest/names.ts';

/** Business days of a site, both ends included. */
interface Days {
  readonly siteId: SiteId;
  readonly from: string;
  readonly to: string;
}

/** Of some days: methods times adapters times totems and people, far more than a site has. */
const LINES_MAX = 10_000;

/**
 * All of them, or nothing: sums of a part would be taken for the whole.
 * @throws ProblemError `limit_reached`
 */
export async function allTotals(tx: ReadHandle, days: Days, linesMax = LINES_MAX): Promise<DayTotals> {
  const totals = await dayTotals(tx, days, linesMax + 1);
  if (totals.length > linesMax) throw new ProblemError('limit_reached', { params: { max: linesMax } });
  return totals;
}

/** At most so many lines. Payments in conflict count too: their money came in. */
export function dayTotals(tx: ReadHandle, { siteId, from, to }: Days, linesMax: number) {
  const { businessDay, method, adapter, equipmentId, operatorId, currency, paidCents, refundedCents } =
    paymentSession;
  const groups = [businessDay, method, adapter, equipmentId, operatorId, currency] as const;
  return tx.orm
    .select({
      businessDay,
      method,
      adapter,
      equipmentId,
      operatorId,
      currency,
      payments: count(),
      paidCents: sql<number>`sum(${paidCents})`.mapWith(Number),
      refundedCents: sql<number>`sum(${refundedCents})`.mapWith(Number),
    })
    .from(paymentSession)
    .where(
      and(
        eq(paymentSession.tenantId, tx.tenantId),
        eq(paymentSession.siteId, siteId),
        between(businessDay, from, to),
        gt(paidCents, 0),
      ),
    )
    .groupBy(...groups)
    .orderBy(...groups)
    .limit(linesMax);
}

export type DayTotals = readonly Awaited<ReturnType<typeof dayTotals>>[number][];

/** The names of totems and operators, by their ids. */
export async function namesOfTotals(tx: ReadHandle, totals: DayTotals): Promise<ReadonlyMap<string, string>> {
  const people = await namesOfPeople(
    tx,
    totals.map(({ operatorId }) => operatorId),
  );
  const ids = [...new Set(totals.flatMap(({ equipmentId }) => equipmentId ?? []))];
  if (ids.length === 0) return people;
  const devices = await tx.orm
    .select({ id: equipment.id, name: equipment.identifier })
    .from(equipment)
    .where(and(eq(equipment.tenantId, tx.tenantId), inArray(equipment.id, ids)));
  return new Map([...people, ...devices.map(({ id, name }) => [id, name] as const)]);
}

const COLUMNS = [
  'business_day',
  'method',
  'adapter',
  'totem',
  'operator',
  'currency',
  'payments',
  'paid_cents',
  'refunded_cents',
  'net_cents',
];

/** As a file, amounts in cents; names by id. */
export function totalsFile(totals: DayTotals, names: ReadonlyMap<string, string>): string {
  const named = (id: string | null): string => (id === null ? '' : (names.get(id) ?? id));
  const lines = totals.map((one) =>
    csvLine([
      one.businessDay,
      one.method,
      one.adapter,
      named(one.equipmentId),
      named(one.operatorId),
      one.currency,
      String(one.payments),
      String(one.paidCents),
      String(one.refundedCents),
      String(one.paidCents - one.refundedCents),
    ]),
  );
  return CSV_MARK + csvLine(COLUMNS) + lines.join('');
}
