/** The ledger and what is kept beside it, changes for readers, and days in figures. */
import { sql } from 'drizzle-orm';
import { bigint, boolean, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytes, day, id, instant, tenantId } from './columns.ts';

const position = () => bigint({ mode: 'number' });
type JsonRecord = Readonly<Record<string, unknown>>;

export const origin = pgTable(
  'origin',
  {
    tenantId: tenantId(),
    id: id<'origin'>().notNull(),
    equipmentId: id<'equipment'>(),
    siteId: id<'site'>(),
    reason: text().notNull(),
    openedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const ledgerCursor = pgTable(
  'ledger_cursor',
  {
    tenantId: tenantId(),
    origin: id<'origin'>().notNull(),
    seq: position().notNull(),
    hash: text().notNull(),
    updatedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.origin] })],
);

export const auditLog = pgTable(
  'audit_log',
  {
    tenantId: tenantId(),
    id: id<'entry'>().notNull(),
    siteId: id<'site'>(),
    origin: id<'origin'>().notNull(),
    seq: position().notNull(),
    tx: id<'tx'>().notNull(),
    commandId: id<'command'>(),
    userId: id<'user'>(),
    action: text().notNull(),
    entity: text().notNull(),
    entityId: id<'entity'>().notNull(),
    data: jsonb().$type<JsonRecord>().notNull(),
    commitment: text(),
    occurredAt: instant().notNull(),
    clockSuspect: boolean().notNull(),
    prevHash: text().notNull(),
    hash: text().notNull(),
    position: position().notNull(),
    receivedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id, t.receivedAt] })],
);

export const entryPrivate = pgTable(
  'entry_private',
  {
    tenantId: tenantId(),
    entryId: id<'entry'>().notNull(),
    entity: text().notNull(),
    entityId: id<'entity'>().notNull(),
    salt: text().notNull(),
    data: jsonb().$type<JsonRecord>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.entryId] })],
);

export const ledgerParked = pgTable(
  'ledger_parked',
  {
    tenantId: tenantId(),
    position: position().notNull(),
    entryId: id<'entry'>().notNull(),
    entity: text().notNull(),
    entityId: id<'entity'>().notNull(),
    entry: jsonb().$type<JsonRecord>().notNull(),
    parkedAt: instant().notNull(),
    shownAt: instant(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.position] })],
);

export const ledgerQuarantine = pgTable(
  'ledger_quarantine',
  {
    tenantId: tenantId(),
    id: id<'quarantine'>().notNull(),
    reason: text().notNull(),
    equipmentId: id<'equipment'>(),
    origin: id<'origin'>(),
    seq: position(),
    hash: text(),
    digest: text().notNull(),
    bytes: bytes().notNull(),
    times: integer().notNull().default(1),
    receivedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const conflict = pgTable(
  'conflict',
  {
    tenantId: tenantId(),
    id: id<'conflict'>().notNull(),
    kind: text().notNull(),
    siteId: id<'site'>(),
    entity: text().notNull(),
    entityId: id<'entity'>().notNull(),
    entryId: id<'entry'>().notNull(),
    detail: jsonb().$type<JsonRecord>().notNull(),
    foundAt: instant().notNull(),
    resolvedAt: instant(),
    resolvedBy: id<'user'>(),
    resolution: text(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const command = pgTable(
  'command',
  {
    tenantId: tenantId(),
    id: id<'command'>().notNull(),
    fingerprint: text().notNull(),
    userId: id<'user'>().notNull(),
    type: text().notNull(),
    status: text().$type<'running' | 'done' | 'refused'>().notNull(),
    answer: jsonb().$type<JsonRecord>(),
    createdAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const dailyMetric = pgTable(
  'daily_metric',
  {
    tenantId: tenantId(),
    siteId: id<'site'>().notNull(),
    serviceId: id<'service'>().notNull(),
    businessDay: day().notNull(),
    issued: integer().notNull(),
    served: integer().notNull(),
    noShow: integer().notNull(),
    canceled: integer().notNull(),
    expired: integer().notNull(),
    waitSeconds: bigint({ mode: 'number' }).notNull(),
    serviceSeconds: bigint({ mode: 'number' }).notNull(),
    paidCents: bigint({ mode: 'number' }).notNull(),
    refundedCents: bigint({ mode: 'number' }).notNull(),
    times: jsonb().$type<JsonRecord>().notNull(),
    computedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.siteId, t.businessDay, t.serviceId] })],
);

export const auditSeal = pgTable(
  'audit_seal',
  {
    tenantId: tenantId(),
    month: day().notNull(),
    firstPosition: position().notNull(),
    lastPosition: position().notNull(),
    entries: bigint({ mode: 'number' }).notNull(),
    digest: text().notNull(),
    heads: jsonb().$type<JsonRecord>().notNull(),
    keyId: text().notNull(),
    signature: text().notNull(),
    sealedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.month] })],
);

export const auditRetired = pgTable(
  'audit_retired',
  {
    tenantId: tenantId(),
    month: day().notNull(),
    entries: bigint({ mode: 'number' }).notNull(),
    firstHash: text().notNull(),
    lastHash: text().notNull(),
    retiredAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.month] })],
);

export const ticketsRetired = pgTable(
  'tickets_retired',
  {
    tenantId: tenantId(),
    businessDay: day().notNull(),
    tickets: integer().notNull(),
    receipts: integer().notNull(),
    retiredAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.businessDay] })],
);

export const changeHead = pgTable('change_head', {
  tenantId: id<'tenant'>().primaryKey(),
  last: position().notNull().default(0),
  floor: position().notNull().default(0),
  epoch: id<'epoch'>().notNull().default(sql`gen_random_uuid()`),
  ledgerPosition: position().notNull().default(0),
  cloudOrigin: id<'origin'>(),
  cloudSeq: position().notNull().default(0),
  cloudHash: text().notNull().default(sql`repeat('0', 64)`),
  toldEvents: jsonb().$type<readonly string[]>().notNull().default([]),
});

export const changeLog = pgTable(
  'change_log',
  {
    tenantId: tenantId(),
    number: position().notNull(),
    tx: text().notNull(),
    tableName: text().notNull(),
    op: text().$type<'insert' | 'update' | 'delete'>().notNull(),
    oldRow: jsonb().$type<JsonRecord>(),
    newRow: jsonb().$type<JsonRecord>(),
    at: instant().notNull().default(sql`clock_timestamp()`),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.number] })],
);
