/** Payments, the exchanges behind them, and receipts. */
import type { Folded } from '@totem/domain';
import { bigint, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { day, id, instant, row } from './columns.ts';

export const paymentSession = pgTable(
  'payment_session',
  {
    ...row<'payment_session'>(),
    siteId: id<'site'>().notNull(),
    ticketId: id<'ticket'>().notNull(),
    attempt: integer().notNull(),
    method: text().$type<'pix' | 'card' | 'cash'>().notNull(),
    adapter: text().notNull(),
    externalId: text(),
    currency: text().notNull(),
    amountCents: bigint({ mode: 'number' }).notNull(),
    paidCents: bigint({ mode: 'number' }).notNull(),
    refundedCents: bigint({ mode: 'number' }).notNull(),
    status: text().$type<'pending' | 'paid' | 'failed' | 'canceled' | 'refunded'>().notNull(),
    phase: text().notNull(),
    failureCode: text(),
    details: jsonb().$type<Readonly<Record<string, unknown>>>().notNull(),
    equipmentId: id<'equipment'>(),
    operatorId: id<'user'>(),
    businessDay: day().notNull(),
    paidAt: instant(),
    updatedAt: instant().notNull(),
    conflict: text(),
    folded: jsonb().$type<Folded>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const paymentTransaction = pgTable(
  'payment_transaction',
  {
    ...row<'payment_transaction'>(),
    siteId: id<'site'>().notNull(),
    paymentSessionId: id<'payment_session'>().notNull(),
    adapter: text().notNull(),
    kind: text().$type<'authorize' | 'confirm' | 'undo' | 'refund' | 'status'>().notNull(),
    externalId: text(),
    amountCents: bigint({ mode: 'number' }).notNull(),
    outcome: text().$type<'approved' | 'declined' | 'canceled' | 'pending' | 'unknown' | 'error'>().notNull(),
    raw: jsonb().$type<Readonly<Record<string, unknown>>>().notNull(),
    conflict: text(),
    folded: jsonb().$type<Folded>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const receipt = pgTable(
  'receipt',
  {
    ...row<'receipt'>(),
    siteId: id<'site'>().notNull(),
    ticketId: id<'ticket'>().notNull(),
    paymentSessionId: id<'payment_session'>(),
    kind: text().$type<'payment' | 'refund' | 'attendance'>().notNull(),
    code: text().notNull(),
    content: jsonb().$type<Readonly<Record<string, unknown>>>().notNull(),
    text: text().notNull(),
    issuedAt: instant().notNull(),
    reprints: integer().notNull(),
    conflict: text(),
    folded: jsonb().$type<Folded>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);
