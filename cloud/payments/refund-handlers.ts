/** Refunds that people ask for, as routes. The provider is asked after the transaction; what it has not said yet stays open. */
import { type QueryOf, ROUTES, type Routes } from '@totem/api';
import { type Principal, ProblemError } from '@totem/domain';
import { and, eq } from 'drizzle-orm';
import { refundOrder } from '../db/schema/charges.ts';
import { type ReadHandle, withTenant } from '../db/with-tenant.ts';
import { idOfKey, nameOf } from '../rest/idempotency.ts';
import { type Handler, idempotencyKeyOf, own, read } from '../rest/mount.ts';
import { every, pageClauses, pageOfRows } from '../rest/page.ts';
import { atSitesOf } from '../rest/scope.ts';
import type { Payments } from './payments.ts';
import { approveRefund, askRefund, type Person, rejectRefund } from './refund-asks.ts';
import type { RefundRow } from './refund-rows.ts';

export function refundHandlers({ ports, refunds }: Pick<Payments, 'ports' | 'refunds'>) {
  const settled = async ({ row, isNew }: { row: RefundRow; isNew: boolean }): Promise<RefundRow> =>
    row.state === 'open' ? refunds.settle(row, isNew) : row;
  return {
    refundPayment: own(async (c, { principal, params, body, env, vault }, { db }) => {
      const person = personOf(principal);
      const key = idempotencyKeyOf(ROUTES.refundPayment, c.req.header('idempotency-key')) ?? '';
      const id = idOfKey<'refund_order'>(vault, 'new refund', nameOf(person), key);
      const begun = await withTenant(db, person.tenantId, (tx) =>
        askRefund(tx, { env, ports, person }, params.id, id, body),
      );
      return c.json(view(await settled(begun)), 201);
    }),
    approveRefund: own(async (c, { principal, params, env }, { db }) => {
      const person = personOf(principal);
      const begun = await withTenant(db, person.tenantId, (tx) =>
        approveRefund(tx, { env, ports, person }, params.id),
      );
      return c.json(view(await settled(begun)));
    }),
    rejectRefund: own(async (c, { principal, params, body, env }, { db }) => {
      const person = personOf(principal);
      const row = await withTenant(db, person.tenantId, (tx) =>
        rejectRefund(tx, { env, person }, params.id, body.reason),
      );
      return c.json(view(row));
    }),
    listRefunds: read(async (tx, { principal, query }) => {
      const rows = await refundPage(tx, principal, query);
      return { body: pageOfRows(rows, query, ({ createdAt, id }) => ({ at: createdAt, id }), view) };
    }),
    getRefund: read(async (tx, { principal, params }) => {
      const [row] = await tx.orm
        .select()
        .from(refundOrder)
        .where(
          every(
            and(eq(refundOrder.tenantId, tx.tenantId), eq(refundOrder.id, params.id)),
            atSitesOf(principal, refundOrder.siteId),
          ),
        );
      if (row === undefined) throw new ProblemError('not_found');
      return { body: view(row) };
    }),
  } satisfies { [N in keyof Routes]?: Handler<Routes[N]> };
}

/** One page of refunds. */
export function refundPage(tx: ReadHandle, principal: Principal, query: QueryOf<Routes['listRefunds']>) {
  const { siteId, paymentId, state } = query;
  const order = { at: refundOrder.createdAt, id: refundOrder.id, direction: 'newest first' } as const;
  const { after, orderBy, limit } = pageClauses(order, query);
  return tx.orm
    .select()
    .from(refundOrder)
    .where(
      every(
        eq(refundOrder.tenantId, tx.tenantId),
        atSitesOf(principal, refundOrder.siteId),
        siteId && eq(refundOrder.siteId, siteId),
        paymentId && eq(refundOrder.paymentSessionId, paymentId),
        state && eq(refundOrder.state, state),
        after,
      ),
    )
    .orderBy(...orderBy)
    .limit(limit);
}

function view({
  tenantId: _,
  paymentSessionId,
  answer,
  askedAt: __,
  refundedBeforeCents: ___,
  ...row
}: RefundRow) {
  return { ...row, paymentId: paymentSessionId, cause: answer?.kind === 'failed' ? answer.cause : null };
}

/** The permission is people's alone. */
function personOf(principal: Principal): Person {
  if (principal.kind !== 'user') throw new ProblemError('forbidden');
  return principal;
}
