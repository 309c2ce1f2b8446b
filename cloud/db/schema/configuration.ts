/** Settings of print, notifications and webhooks. */
import type { OpeningHours } from '@totem/domain';
import { boolean, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytes, configured, id, instant, row } from './columns.ts';

export const configPrint = pgTable(
  'config_print',
  {
    ...row<'config_print'>(),
    siteId: id<'site'>(),
    kind: text().$type<'ticket' | 'receipt' | 'report'>().notNull(),
    name: text().notNull(),
    layout: jsonb().$type<Readonly<Record<string, unknown>>>().notNull(),
    active: boolean().notNull().default(true),
    ...configured(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const configNotification = pgTable(
  'config_notification',
  {
    ...row<'config_notification'>(),
    siteId: id<'site'>(),
    channel: text().$type<'slack' | 'email' | 'sms' | 'whatsapp'>().notNull(),
    name: text().notNull(),
    events: jsonb().$type<readonly string[]>().notNull(),
    target: jsonb().$type<Readonly<Record<string, unknown>>>().notNull(),
    secret: bytes(),
    hours: jsonb().$type<OpeningHours>(),
    locale: text().notNull(),
    active: boolean().notNull().default(true),
    ...configured(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const configWebhook = pgTable(
  'config_webhook',
  {
    ...row<'config_webhook'>(),
    name: text().notNull(),
    url: text().notNull(),
    events: jsonb().$type<readonly string[]>().notNull(),
    secrets: bytes().notNull(),
    active: boolean().notNull().default(true),
    disabledAt: instant(),
    disabledReason: text(),
    pausedUntil: instant(),
    formerSecretUntil: instant(),
    ...configured(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);
