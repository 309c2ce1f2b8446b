/** What refunds write into the ledger: that one was asked for, each exchange about it, and what became of it. */
import type { ChargeRefundAnswer } from '@totem/api';
import type { EntryDraft, Env, Id, JsonObject, PaymentSessionRow, UserId } from '@totem/domain';
import { newId } from '@totem/domain';
import { exchangeOfRefund, type RefundAnswer } from '@totem/drivers/psp';
import { lockRows } from '../db/rows.ts';
import type { WriteHandle } from '../db/with-tenant.ts';
import { mergeEntries } from '../ledger/commit.ts';
import { noRows, PAYMENTS } from '../ledger/folded-tables.ts';
import type { ChargeRow } from './charge-rows.ts';
import { type RefundRow, refundOrderOf } from './refund-rows.ts';

/** What a field of an exchange may hold, in characters. */
const SAID_LENGTH_MAX = 500;
const FAILURE_LENGTH_MAX = 64;

type Payment = Pick<PaymentSessionRow, 'id' | 'siteId' | 'adapter'>;

/** That a refund is asked for, in the name of who asked. */
export function askDraft(payment: Payment, row: RefundRow): EntryDraft {
  const approved: JsonObject = row.approvedBy === null ? {} : { approvedBy: row.approvedBy };
  return draft(payment, 'PAYMENT_REFUND_ASK', row.askedBy, {
    ...named(row),
    reason: row.reason,
    ...approved,
  });
}

/** That a person has handed the money over. */
export function byHandDrafts(env: Env, payment: Payment, row: RefundRow): EntryDraft[] {
  return [
    exchangeDraft(env, payment, row.askedBy, {
      kind: 'refund',
      outcome: 'approved',
      externalId: wireName(row),
      amountCents: row.amountCents,
      raw: { answer: 'refunded', means: row.means },
    }),
    draft(payment, 'PAYMENT_REFUND_DONE', row.askedBy, named(row)),
  ];
}

/**
 * Writes down what a provider has said of a refund that a person asked for. While it has not ended, only the exchange is news.
 */
export async function recordRefundAnswer(
  tx: WriteHandle,
  env: Env,
  {
    row,
    charge,
    answer,
  }: { readonly row: RefundRow; readonly charge: ChargeRow; readonly answer: ChargeRefundAnswer },
): Promise<PaymentSessionRow | undefined> {
  const locked = noRows();
  const payment = (await lockRows(tx, PAYMENTS, [row.paymentSessionId])).get(row.paymentSessionId);
  if (payment === undefined) return undefined;
  locked.payment_session.set(payment.id, payment);
  const { said, ...exchange } = exchangeOfRefund(refundOrderOf(row, charge), answer as RefundAnswer);
  const drafts = [
    exchangeDraft(env, payment, null, { ...exchange, raw: bounded(said) }),
    ...endDrafts(payment, row, answer),
  ];
  const rows = await mergeEntries(tx, env, { locked, drafts });
  return rows.payment_session.get(payment.id) ?? payment;
}

function endDrafts(payment: Payment, row: RefundRow, answer: ChargeRefundAnswer): EntryDraft[] {
  switch (answer.kind) {
    case 'refunded':
      return [draft(payment, 'PAYMENT_REFUND_DONE', null, named(row))];
    case 'failed': {
      const failureCode = answer.cause.slice(0, FAILURE_LENGTH_MAX) || 'failed';
      return [draft(payment, 'PAYMENT_REFUND_FAIL', null, { ...named(row), failureCode })];
    }
    case 'pending':
    case 'unknown':
      return [];
    default:
      return answer satisfies never;
  }
}

function named(row: RefundRow) {
  return { refundId: row.id, amountCents: row.amountCents };
}

function wireName({ id }: RefundRow): string {
  return id.replaceAll('-', '');
}

function bounded(said: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(
    Object.entries(said).map(([name, text]) => [name, text.slice(0, SAID_LENGTH_MAX)]),
  );
}

function draft(
  payment: Payment,
  action: EntryDraft['action'],
  userId: UserId | null,
  data: JsonObject,
): EntryDraft {
  const entityId = payment.id as string as Id<string>;
  return { siteId: payment.siteId, userId, action, entity: 'payment_session', entityId, data };
}

function exchangeDraft(env: Env, payment: Payment, userId: UserId | null, data: JsonObject): EntryDraft {
  return {
    siteId: payment.siteId,
    userId,
    action: 'PAYMENT_TRANSACTION_CREATE',
    entity: 'payment_transaction',
    entityId: newId<string>(env),
    data: { paymentSessionId: payment.id, adapter: payment.adapter, ...data },
  };
}
