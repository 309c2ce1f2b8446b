/** What the office decides of its devices, asks of them, and gives them to show. */
import type { DisplaySettings } from '@totem/domain';
import { integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytes, configured, id, instant, row } from './columns.ts';

export const deviceSettings = pgTable(
  'device_settings',
  {
    ...row<'device_settings'>(),
    equipmentId: id<'equipment'>().notNull(),
    version: integer().notNull(),
    settings: jsonb().$type<DisplaySettings>().notNull(),
    createdBy: id<'user'>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const deviceCommand = pgTable(
  'device_command',
  {
    ...row<'device_command'>(),
    equipmentId: id<'equipment'>().notNull(),
    kind: text().$type<'restart' | 'logs'>().notNull(),
    state: text().$type<'waiting' | 'taken' | 'done' | 'failed'>().notNull(),
    createdBy: id<'user'>().notNull(),
    expiresAt: instant().notNull(),
    takenAt: instant(),
    endedAt: instant(),
    log: text(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const media = pgTable(
  'media',
  {
    ...row<'media'>(),
    name: text().notNull(),
    type: text().$type<'image/jpeg' | 'image/png' | 'image/webp' | 'video/mp4' | 'video/webm'>().notNull(),
    size: integer().notNull(),
    content: bytes().notNull(),
    ...configured(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);
