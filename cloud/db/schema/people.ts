/** People, their sessions and factors, and keys for integrators. */
import type { Role } from '@totem/domain';
import { bigint, boolean, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytes, configured, id, instant, row, tenantId } from './columns.ts';

export const platformOwner = pgTable(
  'platform_owner',
  {
    ...row<'owner'>(),
    username: text().notNull(),
    fullName: text().notNull(),
    hashedPassword: text().notNull(),
    active: boolean().notNull().default(true),
    lastLogin: instant(),
    ...configured(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const appUser = pgTable(
  'app_user',
  {
    ...row<'user'>(),
    username: text().notNull(),
    fullName: text().notNull(),
    email: text(),
    locale: text(),
    hashedPassword: text().notNull(),
    passwordChangedAt: instant(),
    mustChangePassword: boolean().notNull().default(false),
    role: text().$type<Role>().notNull(),
    active: boolean().notNull().default(true),
    lastLogin: instant(),
    ...configured(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const userSite = pgTable(
  'user_site',
  { tenantId: tenantId(), userId: id<'user'>().notNull(), siteId: id<'site'>().notNull() },
  (t) => [primaryKey({ columns: [t.tenantId, t.userId, t.siteId] })],
);

export const userService = pgTable(
  'user_service',
  { tenantId: tenantId(), userId: id<'user'>().notNull(), serviceId: id<'service'>().notNull() },
  (t) => [primaryKey({ columns: [t.tenantId, t.userId, t.serviceId] })],
);

export const userSession = pgTable(
  'user_session',
  {
    ...row<'session'>(),
    userId: id<'user'>(),
    ownerId: id<'owner'>(),
    usedAt: instant().notNull(),
    expiresAt: instant().notNull(),
    generation: integer().notNull().default(1),
    rotatedAt: instant().notNull(),
    endedAt: instant(),
    endedReason: text().$type<
      'logout' | 'reuse' | 'disabled' | 'password_changed' | 'replaced' | 'revoked'
    >(),
    addressHash: text(),
    userAgent: text(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const secondFactor = pgTable(
  'second_factor',
  {
    ...row<'second_factor'>(),
    userId: id<'user'>(),
    ownerId: id<'owner'>(),
    secret: bytes().notNull(),
    confirmedAt: instant(),
    lastStep: bigint({ mode: 'number' }).notNull().default(0),
    recoveryHashes: jsonb().$type<readonly string[]>().notNull().default([]),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const apiKey = pgTable(
  'api_key',
  {
    ...row<'api_key'>(),
    name: text().notNull(),
    secretHash: text().notNull(),
    scopes: jsonb().$type<readonly string[]>().notNull(),
    siteIds: jsonb().$type<readonly string[]>(),
    createdBy: id<'user'>().notNull(),
    lastUsedAt: instant(),
    expiresAt: instant(),
    revokedAt: instant(),
    version: integer().notNull().default(1),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const idempotencyKey = pgTable(
  'idempotency_key',
  {
    tenantId: tenantId(),
    principal: text().notNull(),
    key: text().notNull(),
    fingerprint: text().notNull(),
    status: integer(),
    answer: bytes(),
    createdAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.principal, t.key] })],
);

/** Of no tenant: tries by a keyed hash of who tries. */
export const rateLimit = pgTable('rate_limit', {
  key: text().primaryKey(),
  points: integer().notNull(),
  expire: bigint({ mode: 'number' }),
});
