/** What a site took on a day, by method, adapter, totem and operator: for the close of the day, and as a file. */
import type { SiteId } from '@totem/domain';
import { and, count, eq, gt, sql } from 'drizzle-orm';
import { paymentSession } from '../db/schema/money.ts';
import type { ReadHandle } from '../db/with-tenant.ts';
import { CSV_MARK, csvLine } from '../rest/csv.ts';

/** Payments in conflict count too: their money came in. */
export function dayTotals(tx: ReadHandle, siteId: SiteId, businessDay: string) {
  const { method, adapter, equipmentId, operatorId, currency, paidCents, refundedCents } = paymentSession;
  const groups = [method, adapter, equipmentId, operatorId, currency] as const;
  return tx.orm
    .select({
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
        eq(paymentSession.businessDay, businessDay),
        gt(paidCents, 0),
      ),
    )
    .groupBy(...groups)
    .orderBy(...groups);
}

export type DayTotals = Awaited<ReturnType<typeof dayTotals>>;

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
export function totalsFile(
  businessDay: string,
  totals: DayTotals,
  names: ReadonlyMap<string, string>,
): string {
  const named = (id: string | null): string => (id === null ? '' : (names.get(id) ?? id));
  const lines = totals.map((one) =>
    csvLine([
      businessDay,
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
