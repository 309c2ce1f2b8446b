/** Events that are told, their deliveries to each receiver, and each attempt at one. */
import { bigint, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { id, instant, row, tenantId } from './columns.ts';

export const event = pgTable(
  'event',
  {
    ...row<'event'>(),
    number: bigint({ mode: 'number' }).generatedAlwaysAsIdentity().notNull(),
    type: text().notNull(),
    siteId: id<'site'>(),
    subject: id<'entity'>().notNull(),
    data: jsonb().$type<Readonly<Record<string, unknown>>>().notNull(),
    occurredAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const delivery = pgTable(
  'delivery',
  {
    ...row<'delivery'>(),
    kind: text().$type<'webhook' | 'notification'>().notNull(),
    receiverId: id<'receiver'>().notNull(),
    eventId: id<'event'>().notNull(),
    number: bigint({ mode: 'number' }).notNull(),
    subject: id<'entity'>().notNull(),
    state: text().$type<'waiting' | 'delivered' | 'failed' | 'dropped'>().notNull(),
    attempts: integer().notNull().default(0),
    step: integer().notNull().default(0),
    nextAt: instant().notNull(),
    lastStatus: integer(),
    lastFault: text(),
    endedAt: instant(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const deliveryAttempt = pgTable(
  'delivery_attempt',
  {
    tenantId: tenantId(),
    deliveryId: id<'delivery'>().notNull(),
    attempt: integer().notNull(),
    at: instant().notNull(),
    durationMs: integer().notNull(),
    status: integer(),
    fault: text(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.deliveryId, t.attempt] })],
);

export const alert = pgTable(
  'alert',
  {
    tenantId: tenantId(),
    id: id<'alert'>().notNull(),
    kind: text().$type<'device' | 'printer' | 'ledger' | 'clock' | 'chain'>().notNull(),
    siteId: id<'site'>(),
    entityId: id<'entity'>().notNull(),
    since: instant().notNull(),
    raisedAt: instant().notNull(),
    clearedAt: instant(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);
