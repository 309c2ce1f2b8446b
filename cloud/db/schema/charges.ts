/** Accounts at payment service providers, and what the cloud has charged and given back there. */
import type { ChargeAnswer, ChargeRefundAnswer, PspAdapter } from '@totem/api';
import { bigint, boolean, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytes, configured, day, id, instant, row } from './columns.ts';

export const pspAccount = pgTable(
  'psp_account',
  {
    ...row<'psp_account'>(),
    siteId: id<'site'>(),
    adapter: text().$type<PspAdapter>().notNull(),
    name: text().notNull(),
    environment: text().$type<'production' | 'sandbox'>().notNull(),
    baseUrl: text().notNull(),
    tokenUrl: text(),
    tokenBody: text().$type<'form' | 'json'>(),
    clientId: text(),
    pixKey: text(),
    merchantName: text().notNull(),
    merchantCity: text(),
    orderTaxId: text(),
    orderEmail: text(),
    secret: bytes().notNull(),
    certificateUntil: instant(),
    active: boolean().notNull().default(true),
    ...configured(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const charge = pgTable(
  'charge',
  {
    ...row<'payment_session'>(),
    siteId: id<'site'>().notNull(),
    equipmentId: id<'equipment'>().notNull(),
    ticketId: id<'ticket'>().notNull(),
    pspAccountId: id<'psp_account'>().notNull(),
    adapter: text().$type<PspAdapter>().notNull(),
    externalId: text().notNull(),
    providerId: text(),
    amountCents: bigint({ mode: 'number' }).notNull(),
    currency: text().notNull(),
    reference: text().notNull(),
    expiresInSeconds: integer().notNull(),
    state: text().$type<'open' | 'ended' | 'paid'>().notNull(),
    askingUntil: instant(),
    answer: jsonb().$type<ChargeAnswer>(),
    paidLate: boolean().notNull().default(false),
    updatedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const refundOrder = pgTable(
  'refund_order',
  {
    ...row<'refund_order'>(),
    siteId: id<'site'>().notNull(),
    paymentSessionId: id<'payment_session'>().notNull(),
    means: text().$type<'provider' | 'counter'>().notNull(),
    amountCents: bigint({ mode: 'number' }).notNull(),
    reason: text().notNull(),
    askedBy: id<'user'>(),
    equipmentId: id<'equipment'>(),
    approvedBy: id<'user'>(),
    state: text().$type<'awaiting_approval' | 'open' | 'done' | 'failed' | 'rejected'>().notNull(),
    answer: jsonb().$type<ChargeRefundAnswer>(),
    askedAt: instant(),
    refundedBeforeCents: bigint({ mode: 'number' }),
    rejection: text(),
    updatedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

/** Cash that a machine owed and a person has handed back. */
export const cashReturn = pgTable(
  'cash_return',
  {
    ...row<'cash_return'>(),
    siteId: id<'site'>().notNull(),
    paymentSessionId: id<'payment_session'>().notNull(),
    amountCents: bigint({ mode: 'number' }).notNull(),
    returnedBy: id<'user'>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const reconciliation = pgTable(
  'reconciliation',
  {
    ...row<'reconciliation'>(),
    pspAccountId: id<'psp_account'>().notNull(),
    day: day().notNull(),
    state: text().$type<'done' | 'failed'>().notNull(),
    cause: text(),
    matched: integer().notNull().default(0),
    strangers: integer().notNull().default(0),
    differing: integer().notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const reconciliationItem = pgTable(
  'reconciliation_item',
  {
    ...row<'reconciliation_item'>(),
    reconciliationId: id<'reconciliation'>().notNull(),
    kind: text()
      .$type<'only_theirs' | 'only_ours' | 'paid_again' | 'amount_differs' | 'refund_differs'>()
      .notNull(),
    endToEndId: text().notNull(),
    externalId: text(),
    amountCents: bigint({ mode: 'number' }).notNull(),
    chargeId: id<'payment_session'>(),
    resolvedAt: instant(),
    resolvedBy: id<'user'>(),
    resolution: text(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);
