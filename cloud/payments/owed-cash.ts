/**
 * Cash that a machine has swallowed and that pays nothing: how much of it is still owed, and that a person has handed it over.
 * A refund gives back a price and says nothing of it; what was handed over is a fact of its own, in the ledger with who did it.
 */
import type { AnswerOf, BodyOf, Routes } from '@totem/api';
import {
  type Env,
  type Id,
  instantText,
  mayAt,
  newId,
  type PaymentSessionId,
  type PaymentSessionRow,
  ProblemError,
} from '@totem/domain';
import { and, asc, eq } from 'drizzle-orm';
import { lockRows } from '../db/rows.ts';
import { cashReturn } from '../db/schema/charges.ts';
import type { ReadHandle, Statement, WriteHandle } from '../db/with-tenant.ts';
import { recordEntries } from '../ledger/commit.ts';
import { PAYMENTS } from '../ledger/folded-tables.ts';
import type { Person } from './refund-asks.ts';

export type OwedCash = AnswerOf<Routes['returnOwedCash']>;

/** Of one payment in its answer: a customer is there once, or a few times. */
const RETURNS_MAX = 200;

/** Whether an exchange says that there is something to give back: as the index of these says it. */
export const SAYS_OWED = `kind = 'authorize' AND (raw->>'owed_cents' <> '0' OR raw ? 'uncounted')`;

/** Of the payment `p`: what the machine said last that it owes, what was handed over, and whether nobody has looked yet. */
export const OWED = `
  SELECT said.owed_cents, back.returned_cents, said.has_uncounted AND back.times = 0 AS is_uncounted
  FROM (
    SELECT coalesce((array_agg((t.raw->>'owed_cents')::int8 ORDER BY t.created_at DESC, t.id DESC)
        FILTER (WHERE t.kind = 'authorize' AND t.raw->>'owed_cents' ~ '^[0-9]{1,12}$'))[1], 0) AS owed_cents,
      coalesce(bool_or(t.raw ? 'uncounted'), false) AS has_uncounted
    FROM payment_transaction t WHERE t.tenant_id = p.tenant_id AND t.payment_session_id = p.id
  ) said CROSS JOIN (
    SELECT coalesce(sum(r.amount_cents), 0)::int8 AS returned_cents, count(*) AS times
    FROM cash_return r WHERE r.tenant_id = p.tenant_id AND r.payment_session_id = p.id
  ) back`;

const OWED_BY: Statement = {
  name: 'owed-cash-of-payment',
  text: `SELECT x.* FROM payment_session p CROSS JOIN LATERAL (${OWED}) x WHERE p.tenant_id = $1 AND p.id = $2`,
};

/** What a payment's machine owes; undefined where it has never owed anything, or still takes money. */
export async function owedCashOf(
  tx: ReadHandle,
  payment: Pick<PaymentSessionRow, 'id' | 'method' | 'status'> & { readonly amountCents: number },
): Promise<OwedCash | undefined> {
  if (payment.method !== 'cash' || payment.status === 'pending') return undefined;
  const row = await tx.one(OWED_BY, [tx.tenantId, payment.id]);
  const [owedCents, returnedCents] = [Number(row?.owed_cents), Number(row?.returned_cents)];
  const isUncounted = row?.is_uncounted === 't';
  const returns = await returnsOf(tx, payment.id);
  if (owedCents === 0 && !isUncounted && returns.length === 0) return undefined;
  const leftCents = Math.max(0, owedCents - returnedCents);
  // Pieces are let in only while their sum is not more than the price.
  const mostCents = isUncounted ? Math.max(leftCents, payment.amountCents) : leftCents;
  return { leftCents, mostCents, isUncounted, returns };
}

function returnsOf(tx: ReadHandle, paymentId: PaymentSessionId) {
  const { id, amountCents, returnedBy, createdAt } = cashReturn;
  return tx.orm
    .select({ id, amountCents, returnedBy, createdAt })
    .from(cashReturn)
    .where(and(eq(cashReturn.tenantId, tx.tenantId), eq(cashReturn.paymentSessionId, paymentId)))
    .orderBy(asc(createdAt), asc(id))
    .limit(RETURNS_MAX);
}

/**
 * Writes down that a person has handed owed cash over. One after another for each payment: of two at once the second sees
 * what the first has given.
 * @throws ProblemError `not_found`, `owed_cash_exceeds`; nothing may be given only where nobody has counted yet.
 */
export async function returnOwedCash(
  tx: WriteHandle,
  { env, person }: { readonly env: Env; readonly person: Person },
  paymentId: PaymentSessionId,
  { amountCents }: BodyOf<Routes['returnOwedCash']>,
): Promise<OwedCash> {
  const payment = (await lockRows(tx, PAYMENTS, [paymentId])).get(paymentId);
  if (payment === undefined || !mayAt(person, payment.siteId)) throw new ProblemError('not_found');
  const before = await owedCashOf(tx, payment);
  const isNothing = amountCents === 0 && before?.isUncounted !== true;
  if (before === undefined || isNothing || amountCents > before.mostCents)
    throw new ProblemError('owed_cash_exceeds');
  const id = newId<'cash_return'>(env);
  const about = { siteId: payment.siteId, paymentSessionId: payment.id, amountCents };
  const by = { returnedBy: person.userId, createdAt: instantText(env.now()) };
  await tx.orm.insert(cashReturn).values({ id, tenantId: tx.tenantId, ...about, ...by });
  await recordEntries(tx, env, [
    {
      siteId: payment.siteId,
      userId: person.userId,
      action: 'OWED_CASH_RETURNED',
      entity: 'payment_session',
      entityId: payment.id as string as Id<string>,
      data: { returnId: id, amountCents },
    },
  ]);
  const after = await owedCashOf(tx, payment);
  if (after === undefined) throw new Error('owed cash was returned and is not there');
  return after;
}
