/** The tables of payments that cloud and totem share, as declared data. */
import type { Folded } from '../ledger/outcome.ts';
import type { ExchangeKind, ExchangeOutcome } from '../payment/data.ts';
import type { PaymentConflict, PaymentMethod, PaymentPhase, PaymentStatus } from '../payment/machine.ts';
import { centsColumn, day, instant, int4, json, nullable, text, uuid } from './column.ts';
import { defineTable, type RowOf } from './table.ts';

/** One attempt to pay one ticket. */
export const paymentSessionTable = defineTable('payment_session', {
  tenantId: uuid<'tenant'>(),
  id: uuid<'payment_session'>(),
  createdAt: instant(),
  siteId: uuid<'site'>(),
  ticketId: uuid<'ticket'>(),
  attempt: int4(),
  method: text<PaymentMethod>(),
  adapter: text(),
  externalId: nullable(text()),
  currency: text(),
  amountCents: centsColumn(),
  paidCents: centsColumn(),
  refundedCents: centsColumn(),
  status: text<PaymentStatus>(),
  phase: text<PaymentPhase>(),
  failureCode: nullable(text()),
  /** The fields of the proof. */
  details: json<Readonly<Record<string, unknown>>>(),
  equipmentId: nullable(uuid<'equipment'>()),
  operatorId: nullable(uuid<'user'>()),
  businessDay: day(),
  paidAt: nullable(instant()),
  updatedAt: instant(),
  conflict: nullable(text<PaymentConflict>()),
  folded: json<Folded>(),
});
export type PaymentSessionRow = RowOf<typeof paymentSessionTable>;

/** One exchange with a provider or terminal. */
export const paymentTransactionTable = defineTable('payment_transaction', {
  tenantId: uuid<'tenant'>(),
  id: uuid<'payment_transaction'>(),
  createdAt: instant(),
  siteId: uuid<'site'>(),
  paymentSessionId: uuid<'payment_session'>(),
  adapter: text(),
  kind: text<ExchangeKind>(),
  externalId: nullable(text()),
  amountCents: centsColumn(),
  outcome: text<ExchangeOutcome>(),
  raw: json<Readonly<Record<string, string>>>(),
  conflict: nullable(text<PaymentConflict>()),
  folded: json<Folded>(),
});
export type PaymentTransactionRow = RowOf<typeof paymentTransactionTable>;
