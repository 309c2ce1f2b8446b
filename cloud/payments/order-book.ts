/** What is remembered of orders and refunds at PagBank, in the rows of charges and refunds that were written before the wire. */
import { type Env, epochMsOf, type Id, instantText, type TenantId } from '@totem/domain';
import type { KnownOrder, KnownRefund, OrderBook } from '@totem/drivers/psp';
import { and, asc, eq, gte, isNotNull, isNull, lt } from 'drizzle-orm';
import type { Database } from '../db/pool.ts';
import { charge, refundOrder } from '../db/schema/charges.ts';
import { readTenant, withTenant } from '../db/with-tenant.ts';
import type { ChargeRow } from './charge-rows.ts';
import type { PspAccountRow } from './psp-ports.ts';
import { isRefund, type RefundRow, refundById } from './refund-rows.ts';

/** The book of one account. */
export function createOrderBook(
  { db, env }: { readonly db: Database; readonly env: Env },
  account: Pick<PspAccountRow, 'tenantId' | 'id'>,
): OrderBook {
  const tenantId = account.tenantId as TenantId;
  const isOrder = (externalId: string) =>
    and(
      eq(charge.tenantId, tenantId),
      eq(charge.pspAccountId, account.id),
      eq(charge.externalId, externalId),
    );
  const rowOf = (externalId: string) =>
    readTenant(db, tenantId, async (tx) => {
      const [row] = await tx.orm
        .select({ createdAt: charge.createdAt, orderId: charge.providerId, answer: charge.answer })
        .from(charge)
        .where(isOrder(externalId));
      return row;
    });
  return {
    async begin(externalId) {
      const row = await rowOf(externalId);
      if (row === undefined) throw new Error('an order is asked for without its charge');
      return orderOf(row);
    },
    async read(externalId) {
      const row = await rowOf(externalId);
      return row === undefined || NOT_PLACED.includes(row.answer?.kind ?? '') ? undefined : orderOf(row);
    },
    // The charge desk keeps the answer that says it.
    notPlaced: async () => undefined,
    async name(externalId, orderId) {
      await withTenant(db, tenantId, (tx) =>
        tx.orm.update(charge).set({ providerId: orderId }).where(isOrder(externalId)),
      );
    },
    span: (fromMs, toMs) =>
      readTenant(db, tenantId, async (tx) => {
        const rows = await tx.orm
          .select({ externalId: charge.externalId, orderId: charge.providerId })
          .from(charge)
          .where(
            and(
              eq(charge.tenantId, tenantId),
              eq(charge.pspAccountId, account.id),
              gte(charge.createdAt, instantText(fromMs)),
              lt(charge.createdAt, instantText(toMs)),
              isNotNull(charge.providerId),
            ),
          )
          .orderBy(asc(charge.createdAt), asc(charge.id));
        return rows.flatMap(({ externalId, orderId }) => (orderId === null ? [] : [{ externalId, orderId }]));
      }),
    beginRefund: (refundId, refundedBeforeCents) =>
      withTenant(db, tenantId, async (tx) => {
        const id = idOf(refundId);
        await tx.orm
          .update(refundOrder)
          .set({ askedAt: instantText(env.now()), refundedBeforeCents })
          .where(and(isRefund(tx, id), isNull(refundOrder.askedAt)));
        const known = knownOf(await refundById(tx, id));
        if (known === undefined) throw new Error('a refund is asked for without its row');
        return known;
      }),
    readRefund: (refundId) =>
      readTenant(db, tenantId, async (tx) => knownOf(await refundById(tx, idOf(refundId)))),
  };
}

/** Answers after which PagBank has no such order. */
const NOT_PLACED: readonly string[] = ['not_sent', 'absent'];

function orderOf(row: Pick<ChargeRow, 'createdAt'> & { readonly orderId: string | null }): KnownOrder {
  return { askedAtMs: epochMsOf(row.createdAt), orderId: row.orderId };
}

function knownOf(row: RefundRow | undefined): KnownRefund | undefined {
  if (row === undefined || row.askedAt === null || row.refundedBeforeCents === null) return undefined;
  return { askedAtMs: epochMsOf(row.askedAt), refundedBeforeCents: row.refundedBeforeCents };
}

/** A provider's name for a refund is our id without its hyphens. */
function idOf(refundId: string): Id<'refund_order'> {
  return refundId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') as Id<'refund_order'>;
}
