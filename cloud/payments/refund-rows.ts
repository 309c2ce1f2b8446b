/** The rows of refunds: what is to go back, written before it is asked for, and what became of it. */
import type { ChargeRefundAnswer } from '@totem/api';
import {
  cents,
  type Env,
  type Id,
  instantText,
  type PaymentProof,
  type PaymentSessionId,
  ProblemError,
} from '@totem/domain';
import type { RefundAnswer, RefundOrder } from '@totem/drivers/psp';
import { and, eq, inArray, ne } from 'drizzle-orm';
import { refundOrder } from '../db/schema/charges.ts';
import type { ReadHandle, WriteHandle } from '../db/with-tenant.ts';
import { type ChargeRow, chargeOf } from './charge-rows.ts';

export type RefundRow = typeof refundOrder.$inferSelect;
export type NewRefund = Pick<
  RefundRow,
  | 'id'
  | 'siteId'
  | 'paymentSessionId'
  | 'means'
  | 'amountCents'
  | 'reason'
  | 'askedBy'
  | 'equipmentId'
  | 'state'
>;

/** States in which money has gone back, or may be about to. */
const COUNTED = ['awaiting_approval', 'open', 'done'] as const;

/**
 * Writes down that money is to go back. The payment, or its charge, must be locked.
 * @param paidCents what may go back in all.
 * @throws ProblemError `payment_exists` for another refund under this id, `refund_exceeds`, `refund_in_progress`.
 */
export async function beginRefund(
  tx: WriteHandle,
  env: Env,
  order: NewRefund,
  paidCents: number,
): Promise<{ readonly row: RefundRow; readonly isNew: boolean }> {
  const all = await refundsOf(tx, order.paymentSessionId);
  const there = all.find(({ id }) => id === order.id) ?? (await refundById(tx, order.id));
  if (there !== undefined) {
    const isSame =
      there.paymentSessionId === order.paymentSessionId &&
      there.amountCents === order.amountCents &&
      there.reason === order.reason;
    if (!isSame) throw new ProblemError('payment_exists');
    return { row: there, isNew: false };
  }
  const counted = all.filter(({ state }) => (COUNTED as readonly string[]).includes(state));
  const takenCents = counted.reduce((sum, { amountCents }) => sum + amountCents, 0);
  if (takenCents + order.amountCents > paidCents) throw new ProblemError('refund_exceeds');
  if (counted.some(({ state }) => state !== 'done')) throw new ProblemError('refund_in_progress');
  const at = instantText(env.now());
  const [row] = await tx.orm
    .insert(refundOrder)
    .values({ ...order, tenantId: tx.tenantId, createdAt: at, updatedAt: at })
    .returning();
  if (row === undefined) throw new Error('a refund was written and is not there');
  return { row, isNew: true };
}

export function refundsOf(tx: ReadHandle, paymentSessionId: PaymentSessionId): Promise<RefundRow[]> {
  return tx.orm
    .select()
    .from(refundOrder)
    .where(and(eq(refundOrder.tenantId, tx.tenantId), eq(refundOrder.paymentSessionId, paymentSessionId)))
    .orderBy(refundOrder.createdAt, refundOrder.id);
}

export async function refundById(tx: ReadHandle, id: string): Promise<RefundRow | undefined> {
  const [row] = await tx.orm.select().from(refundOrder).where(isRefund(tx, id));
  return row;
}

/**
 * Keeps what became of a refund. An end is one for good.
 * @returns the row, and whether it has ended by this; undefined when another was faster.
 */
export async function keepRefundAnswer(
  tx: WriteHandle,
  env: Env,
  id: string,
  answer: ChargeRefundAnswer,
): Promise<RefundRow | undefined> {
  const state = answer.kind === 'refunded' ? 'done' : answer.kind === 'failed' ? 'failed' : 'open';
  const [row] = await tx.orm
    .update(refundOrder)
    .set({ answer, state, updatedAt: instantText(env.now()) })
    .where(and(isRefund(tx, id), eq(refundOrder.state, 'open')))
    .returning();
  return row;
}

/** Refunds at providers of which nobody knows yet what became, oldest first. */
export function openRefunds(tx: ReadHandle, limit: number): Promise<RefundRow[]> {
  return tx.orm
    .select()
    .from(refundOrder)
    .where(
      and(
        eq(refundOrder.tenantId, tx.tenantId),
        inArray(refundOrder.state, ['open']),
        ne(refundOrder.means, 'counter'),
      ),
    )
    .orderBy(refundOrder.createdAt, refundOrder.id)
    .limit(limit);
}

/** A refund as the port takes it. The provider's name for it has no hyphens. */
export function refundOrderOf(row: RefundRow, charge: ChargeRow): RefundOrder {
  if (charge.answer?.kind !== 'confirmed') throw new ProblemError('refund_not_paid');
  return {
    refundId: row.id.replaceAll('-', ''),
    charge: chargeOf(charge),
    proof: charge.answer.proof as PaymentProof,
    amountCents: cents(row.amountCents),
    reason: row.reason,
  };
}

/** An answer of a port without a second leg, as it goes over the wire. */
export function refundAnswerOf(answer: RefundAnswer): ChargeRefundAnswer {
  if (answer.kind === 'held' || answer.kind === 'pending_found')
    throw new Error('a provider behind the cloud has no second leg');
  return answer;
}

export function isRefund(tx: ReadHandle, id: string) {
  return and(eq(refundOrder.tenantId, tx.tenantId), eq(refundOrder.id, id as Id<'refund_order'>));
}
