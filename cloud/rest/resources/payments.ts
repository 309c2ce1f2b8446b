/** Payments and receipts, as resources. Nothing here changes them: they are folded from what totems and providers say. */
import type { QueryOf, Routes } from '@totem/api';
import { type Principal, ProblemError, type SiteId } from '@totem/domain';
import { and, count, desc, eq, gte, lt, sql } from 'drizzle-orm';
import { paymentSession, paymentTransaction, receipt } from '../../db/schema/money.ts';
import type { ReadHandle } from '../../db/with-tenant.ts';
import { owedCashOf } from '../../payments/owed-cash.ts';
import { type Handler, read } from '../mount.ts';
import { every, pageClauses, pageOfRows } from '../page.ts';
import { atSitesOf, requireSite } from '../scope.ts';

/** Exchanges of one payment in its answer. */
const TRANSACTIONS_MAX = 200;

type PaymentRow = typeof paymentSession.$inferSelect;

export const paymentHandlers = {
  listPayments: read(async (tx, { principal, query }) => {
    const rows = await paymentPage(tx, principal, query);
    return { body: pageOfRows(rows, query, ({ createdAt, id }) => ({ at: createdAt, id }), view) };
  }),
  getPaymentSummary: read(async (tx, { principal, query: { siteId, businessDay } }) => {
    await requireSite(tx, principal, siteId);
    return { body: { siteId, businessDay, totals: await takings(tx, siteId, businessDay) } };
  }),
  getPayment: read(async (tx, { principal, params }) => {
    const [row] = await tx.orm
      .select()
      .from(paymentSession)
      .where(
        every(
          eq(paymentSession.tenantId, tx.tenantId),
          eq(paymentSession.id, params.id),
          atSitesOf(principal, paymentSession.siteId),
        ),
      );
    if (row === undefined) throw new ProblemError('not_found');
    const isAdmin = principal.kind === 'user' && principal.role === 'admin';
    const transactions = (await newestExchanges(tx, row.id))
      .toReversed()
      .map(({ tenantId: _, folded: __, siteId: ___, paymentSessionId: ____, ...one }) => ({
        ...one,
        raw: isAdmin ? one.raw : null,
      }));
    const owedCash = (await owedCashOf(tx, row)) ?? null;
    return { body: { ...view(row), transactions, owedCash } };
  }),
  listReceipts: read(async (tx, { principal, query }) => {
    const rows = await receiptPage(tx, principal, query);
    return { body: pageOfRows(rows, query, ({ createdAt, id }) => ({ at: createdAt, id }), receiptView) };
  }),
  getReceipt: read(async (tx, { principal, params }) => {
    const [row] = await tx.orm
      .select()
      .from(receipt)
      .where(
        every(
          eq(receipt.tenantId, tx.tenantId),
          eq(receipt.id, params.id),
          atSitesOf(principal, receipt.siteId),
        ),
      );
    if (row === undefined) throw new ProblemError('not_found');
    return { body: receiptView(row) };
  }),
} satisfies { [N in keyof Routes]?: Handler<Routes[N]> };

/** One page of payments. */
export function paymentPage(tx: ReadHandle, principal: Principal, query: QueryOf<Routes['listPayments']>) {
  const { siteId, ticketId, status, method, adapter, externalId, businessDay, from, to } = query;
  const order = { at: paymentSession.createdAt, id: paymentSession.id, direction: 'newest first' } as const;
  const { after, orderBy, limit } = pageClauses(order, query);
  return tx.orm
    .select()
    .from(paymentSession)
    .where(
      every(
        eq(paymentSession.tenantId, tx.tenantId),
        atSitesOf(principal, paymentSession.siteId),
        siteId && eq(paymentSession.siteId, siteId),
        ticketId && eq(paymentSession.ticketId, ticketId),
        status && eq(paymentSession.status, status),
        method && eq(paymentSession.method, method),
        adapter === undefined ? undefined : eq(paymentSession.adapter, adapter),
        externalId === undefined ? undefined : eq(paymentSession.externalId, externalId),
        businessDay === undefined ? undefined : eq(paymentSession.businessDay, businessDay),
        from === undefined ? undefined : gte(paymentSession.createdAt, from),
        to === undefined ? undefined : lt(paymentSession.createdAt, to),
        after,
      ),
    )
    .orderBy(...orderBy)
    .limit(limit);
}

/** One page of receipts. */
export function receiptPage(tx: ReadHandle, principal: Principal, query: QueryOf<Routes['listReceipts']>) {
  const { siteId, ticketId, paymentId, code, from, to } = query;
  const order = { at: receipt.createdAt, id: receipt.id, direction: 'newest first' } as const;
  const { after, orderBy, limit } = pageClauses(order, query);
  return tx.orm
    .select()
    .from(receipt)
    .where(
      every(
        eq(receipt.tenantId, tx.tenantId),
        atSitesOf(principal, receipt.siteId),
        siteId && eq(receipt.siteId, siteId),
        ticketId && eq(receipt.ticketId, ticketId),
        paymentId && eq(receipt.paymentSessionId, paymentId),
        code === undefined ? undefined : eq(receipt.code, code),
        from === undefined ? undefined : gte(receipt.createdAt, from),
        to === undefined ? undefined : lt(receipt.createdAt, to),
        after,
      ),
    )
    .orderBy(...orderBy)
    .limit(limit);
}

/** What a site took on a day. Payments in conflict count too: their money came in. */
export function takings(tx: ReadHandle, siteId: SiteId, businessDay: string) {
  const { method, adapter, currency, paidCents, refundedCents } = paymentSession;
  return tx.orm
    .select({
      method,
      adapter,
      currency,
      payments: count(),
      paid: sql<number>`count(*) FILTER (WHERE ${paidCents} > 0)`.mapWith(Number),
      paidCents: sql<number>`sum(${paidCents})`.mapWith(Number),
      refundedCents: sql<number>`sum(${refundedCents})`.mapWith(Number),
    })
    .from(paymentSession)
    .where(
      and(
        eq(paymentSession.tenantId, tx.tenantId),
        eq(paymentSession.siteId, siteId),
        eq(paymentSession.businessDay, businessDay),
      ),
    )
    .groupBy(method, adapter, currency)
    .orderBy(method, adapter, currency);
}

/** The newest exchanges of a payment, the newest first. */
export function newestExchanges(tx: ReadHandle, id: PaymentRow['id']) {
  return tx.orm
    .select()
    .from(paymentTransaction)
    .where(and(eq(paymentTransaction.tenantId, tx.tenantId), eq(paymentTransaction.paymentSessionId, id)))
    .orderBy(desc(paymentTransaction.createdAt), desc(paymentTransaction.id))
    .limit(TRANSACTIONS_MAX);
}

function view({ tenantId: _, folded: __, ...row }: PaymentRow) {
  return row;
}

function receiptView({ tenantId: _, folded: __, paymentSessionId, ...row }: typeof receipt.$inferSelect) {
  return { ...row, paymentId: paymentSessionId };
}
