/** Tenants and what their branches offer. */
import type {
  Locale,
  LocalText,
  OpeningHours,
  PaymentPolicy,
  QueuePolicy,
  QueueRules,
  ServiceId,
  SiteId,
  StoredKioskSettings,
} from '@totem/domain';
import { bigint, boolean, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { configured, id, instant, row } from './columns.ts';

export const tenant = pgTable('tenant', {
  id: id<'tenant'>().primaryKey(),
  name: text().notNull(),
  slug: text().notNull(),
  logoUrl: text(),
  contactEmail: text(),
  locale: text().$type<Locale>().notNull().default('pt-BR'),
  theme: jsonb().$type<Readonly<Record<string, string>>>().notNull().default({}),
  queuePolicy: jsonb().$type<QueuePolicy>(),
  settings: jsonb().$type<Readonly<Record<string, unknown>>>().notNull().default({}),
  createdAt: instant().notNull(),
  suspendedAt: instant(),
  requireSecondFactorForAdmins: boolean().notNull().default(false),
  refundApprovalFromCents: bigint({ mode: 'number' }),
  platformRequiresSecondFactor: boolean().notNull().default(false),
  peopleKeptDays: integer().notNull().default(30),
  ticketsKeptDays: integer().notNull().default(400),
  ...configured(),
});

export const site = pgTable(
  'site',
  {
    ...row<'site'>(),
    name: text().notNull(),
    slug: text().notNull(),
    address: text(),
    timezone: text().notNull(),
    rolloverHour: integer().notNull(),
    openingHours: jsonb().$type<OpeningHours>(),
    currency: text().notNull(),
    defaultLocale: text().$type<Locale>().notNull(),
    queueRules: jsonb().$type<QueueRules>().notNull(),
    kiosk: jsonb().$type<StoredKioskSettings>().notNull().default({}),
    /** A copy of the tenant's, which only the database writes. */
    theme: jsonb().$type<Readonly<Record<string, string>>>().notNull().default({}),
    tenantQueuePolicy: jsonb().$type<QueuePolicy>(),
    hubEquipmentId: id<'equipment'>(),
    hubTerm: integer().notNull().default(0),
    ...configured(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

/** Who was the hub of a site in each of its terms, and where it serves. */
export const siteHub = pgTable(
  'site_hub',
  {
    tenantId: id<'tenant'>().notNull(),
    siteId: id<'site'>().notNull(),
    term: integer().notNull(),
    equipmentId: id<'equipment'>(),
    since: instant().notNull(),
    url: text(),
    authority: text(),
    announcedAt: instant(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.siteId, t.term] })],
);

export const service = pgTable(
  'service',
  {
    ...row<'service'>(),
    siteIds: jsonb().$type<readonly SiteId[]>(),
    name: jsonb().$type<LocalText>().notNull(),
    description: jsonb().$type<LocalText>(),
    prefix: text().notNull(),
    priceCents: bigint({ mode: 'number' }).notNull(),
    durationMinutes: integer().notNull(),
    active: boolean().notNull(),
    icon: text(),
    sortOrder: integer().notNull(),
    paymentPolicy: text().$type<PaymentPolicy>().notNull(),
    openingHours: jsonb().$type<OpeningHours>(),
    dailyQuota: integer(),
    queuePolicy: jsonb().$type<QueuePolicy>(),
    slotCapacity: integer(),
    ...configured(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const priorityClass = pgTable(
  'priority_class',
  {
    ...row<'priority_class'>(),
    name: jsonb().$type<LocalText>().notNull(),
    legalBasis: text(),
    tier: integer().notNull(),
    weight: integer().notNull(),
    icon: text(),
    sortOrder: integer().notNull(),
    active: boolean().notNull(),
    ...configured(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const counter = pgTable(
  'counter',
  {
    ...row<'counter'>(),
    siteId: id<'site'>().notNull(),
    name: text().notNull(),
    number: integer().notNull(),
    serviceIds: jsonb().$type<readonly ServiceId[]>(),
    priorityFrom: integer(),
    active: boolean().notNull(),
    ...configured(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

/** Devices on their way to being known: an offered code, the key that answered it, and what was decided. */
export const enrolment = pgTable(
  'enrolment',
  {
    ...row<'enrolment'>(),
    equipmentId: id<'equipment'>().notNull(),
    codeHash: text().notNull(),
    state: text().$type<'offered' | 'claimed' | 'confirmed' | 'withdrawn'>().notNull(),
    expiresAt: instant().notNull(),
    claimedAt: instant(),
    publicKey: text(),
    about: jsonb().$type<Readonly<Record<string, string>>>().notNull().default({}),
    decidedAt: instant(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

/** Screens that show a code; no tenant's until one has entered it. */
export const pairing = pgTable('pairing', {
  id: id<'pairing'>().primaryKey(),
  createdAt: instant().notNull(),
  codeHash: text().notNull(),
  publicKey: text().notNull(),
  about: jsonb().$type<Readonly<Record<string, string>>>().notNull().default({}),
  expiresAt: instant().notNull(),
  takenAt: instant(),
  takenTenant: id<'tenant'>(),
  takenEquipment: id<'equipment'>(),
});

export const equipment = pgTable(
  'equipment',
  {
    ...row<'equipment'>(),
    siteId: id<'site'>().notNull(),
    type: text().$type<'totem' | 'panel' | 'display' | 'printer' | 'terminal'>().notNull(),
    identifier: text().notNull(),
    location: text(),
    lane: text(),
    attachedTo: id<'equipment'>(),
    publicKey: text(),
    /** The one before, which counts until then. */
    previousKey: text(),
    previousKeyUntil: instant(),
    appVersion: text(),
    lastSeen: instant(),
    maintenanceSince: instant(),
    enrolledAt: instant(),
    suspendedAt: instant(),
    suspendedReason: text(),
    telemetry: jsonb().$type<Readonly<Record<string, unknown>>>().notNull().default({}),
    ...configured(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);
