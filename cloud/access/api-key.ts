/**
 * Keys of integrators. A key names its own row, tenant first, so that finding it needs no look-up across tenants; its secret
 * is 256 random bits, shown once and kept as a hash: what has that many bits needs no slow one. Every function here runs in
 * the caller's transaction and writes its entry in the ledger.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import {
  type ApiKeyId,
  type Env,
  epochMsOf,
  type InstantText,
  idSchema,
  instantText,
  KEY_SCOPES,
  type KeyScope,
  newId,
  type PrincipalOf,
  ProblemError,
  type SiteId,
  type TenantId,
  type UserId,
} from '@totem/domain';
import { and, count, eq, isNull, sql } from 'drizzle-orm';
import { apiKey } from '../db/schema/people.ts';
import { tenant } from '../db/schema/tenancy.ts';
import type { ReadHandle, WriteHandle } from '../db/with-tenant.ts';
import { recordEntries } from '../ledger/commit.ts';
import { uuidOf } from './refresh-token.ts';

/** Keys of one tenant that are not revoked. */
export const API_KEYS_MAX = 100;
const SECRET_BYTES = 32;
/** `tk_`, 43 characters that name tenant and key, `_`, 43 characters of secret; scanners for leaked secrets know it by that. */
const FORM = /^tk_([A-Za-z0-9_-]{43})_([A-Za-z0-9_-]{43})$/;
const ID_BYTES = 16;

/** A key as it may be shown: all but its secret. */
export interface ApiKeyRecord {
  readonly id: ApiKeyId;
  readonly createdAt: InstantText;
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  /** Null means every site of the tenant. */
  readonly siteIds: readonly SiteId[] | null;
  readonly createdBy: UserId;
  /** To the minute. */
  readonly lastUsedAt: InstantText | null;
  readonly expiresAt: InstantText | null;
  readonly revokedAt: InstantText | null;
  readonly version: number;
}

export interface WantedApiKey {
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  readonly siteIds: readonly SiteId[] | null;
  /** Null lets it live until it is revoked. */
  readonly expiresAt: InstantText | null;
}

/**
 * Makes a key. @returns its row, and the key itself, which nobody can read again.
 * @throws ProblemError `limit_reached`.
 */
export async function newApiKey(
  tx: WriteHandle,
  env: Env,
  by: PrincipalOf<'user'>,
  wanted: WantedApiKey,
): Promise<{ readonly record: ApiKeyRecord; readonly key: string }> {
  const { tenantId } = tx;
  await keepWithinMax(tx);
  const id = newId<'api_key'>(env);
  const secret = Buffer.from(env.randomBytes(SECRET_BYTES)).toString('base64url');
  const { name, expiresAt } = wanted;
  const scopes = [...new Set(wanted.scopes)];
  const siteIds = wanted.siteIds === null ? null : [...new Set(wanted.siteIds)];
  const values = { name, scopes, siteIds, expiresAt };
  const [row] = await tx.orm
    .insert(apiKey)
    .values({
      ...values,
      tenantId,
      id,
      createdAt: instantText(env.now()),
      createdBy: by.userId,
      secretHash: hashOf(secret),
    })
    .returning();
  if (row === undefined) throw new Error('a key was inserted and is not there');
  await record(tx, env, by, 'CONFIG_CREATED', id, { by: by.kind, after: values });
  return { record: recordOf(row), key: `tk_${placeOf(tenantId, id)}_${secret}` };
}

/** Ends a key for good, within the time that a node remembers it; a key that has ended stays as it is. @throws ProblemError `not_found` */
export async function revokeApiKey(
  tx: WriteHandle,
  env: Env,
  by: PrincipalOf<'user'>,
  id: ApiKeyId,
): Promise<ApiKeyRecord> {
  const known = await apiKeyById(tx, id);
  if (known === undefined) throw new ProblemError('not_found');
  const [row] = await tx.orm
    .update(apiKey)
    .set({ revokedAt: instantText(env.now()), version: sql`${apiKey.version} + 1` })
    .where(and(eq(apiKey.tenantId, tx.tenantId), eq(apiKey.id, id), isNull(apiKey.revokedAt)))
    .returning();
  if (row === undefined) return known;
  await record(tx, env, by, 'CONFIG_DELETED', id, { by: by.kind });
  return recordOf(row);
}

export async function apiKeyById(tx: ReadHandle, id: ApiKeyId): Promise<ApiKeyRecord | undefined> {
  const row = await rowById(tx, id);
  return row && recordOf(row);
}

/** A key as it was sent, in its parts; nothing is proven yet. */
export interface SentApiKey {
  readonly tenantId: TenantId;
  readonly id: ApiKeyId;
  readonly secret: string;
}

/** The parts of what looks like a key; undefined when it does not. */
export function parsedApiKey(text: string): SentApiKey | undefined {
  const [, place = '', secret = ''] = FORM.exec(text) ?? [];
  const bytes = Buffer.from(place, 'base64url');
  // The last sign has bits to spare: one key has one text.
  if (place === '' || bytes.toString('base64url') !== place) return undefined;
  const tenantId = idSchema<'tenant'>().safeParse(uuidOf(bytes.subarray(0, ID_BYTES)));
  const id = idSchema<'api_key'>().safeParse(uuidOf(bytes.subarray(ID_BYTES)));
  return tenantId.success && id.success ? { tenantId: tenantId.data, id: id.data, secret } : undefined;
}

/** What a key that is right opens. */
export interface ApiKeyBearer {
  readonly principal: PrincipalOf<'key'>;
  readonly expiresAt: InstantText | null;
  readonly lastUsedAt: InstantText | null;
  readonly tenantSuspended: boolean;
}

/** Who a key is; undefined when its secret is wrong, or it was revoked or has ended. */
export async function bearerOfApiKey(
  tx: ReadHandle,
  env: Env,
  { id, secret }: SentApiKey,
): Promise<ApiKeyBearer | undefined> {
  const row = await rowById(tx, id);
  const isRight = timingSafeEqual(
    Buffer.from(hashOf(secret), 'hex'),
    Buffer.from(row?.secretHash ?? hashOf(''), 'hex'),
  );
  if (row === undefined || !isRight || row.revokedAt !== null) return undefined;
  if (row.expiresAt !== null && epochMsOf(row.expiresAt) <= env.now()) return undefined;
  const [own] = await tx.orm
    .select({ suspendedAt: tenant.suspendedAt })
    .from(tenant)
    .where(eq(tenant.id, tx.tenantId));
  const { scopes, siteIds, lastUsedAt, expiresAt } = recordOf(row);
  return {
    principal: { kind: 'key', tenantId: tx.tenantId, keyId: id, scopes, siteIds },
    expiresAt,
    lastUsedAt,
    tenantSuspended: own === undefined || own.suspendedAt !== null,
  };
}

export async function saveApiKeyUse(tx: WriteHandle, env: Env, id: ApiKeyId): Promise<void> {
  await tx.orm
    .update(apiKey)
    .set({ lastUsedAt: instantText(env.now()) })
    .where(and(eq(apiKey.tenantId, tx.tenantId), eq(apiKey.id, id)));
}

type Row = typeof apiKey.$inferSelect;

async function rowById(tx: ReadHandle, id: ApiKeyId): Promise<Row | undefined> {
  const [row] = await tx.orm
    .select()
    .from(apiKey)
    .where(and(eq(apiKey.tenantId, tx.tenantId), eq(apiKey.id, id)));
  return row;
}

export function recordOf({ secretHash: _, tenantId: __, scopes, siteIds, ...row }: Row): ApiKeyRecord {
  // A scope that this version does not know opens nothing.
  const known = KEY_SCOPES.filter((scope) => scopes.includes(scope));
  return { ...row, scopes: known, siteIds: siteIds as readonly SiteId[] | null };
}

async function keepWithinMax(tx: ReadHandle): Promise<void> {
  const [row] = await tx.orm
    .select({ keys: count() })
    .from(apiKey)
    .where(and(eq(apiKey.tenantId, tx.tenantId), isNull(apiKey.revokedAt)));
  if ((row?.keys ?? 0) >= API_KEYS_MAX)
    throw new ProblemError('limit_reached', { params: { max: API_KEYS_MAX } });
}

async function record(
  tx: WriteHandle,
  env: Env,
  by: PrincipalOf<'user'>,
  action: 'CONFIG_CREATED' | 'CONFIG_DELETED',
  id: ApiKeyId,
  data: Parameters<typeof recordEntries>[2][number]['data'],
): Promise<void> {
  await recordEntries(tx, env, [
    { siteId: null, userId: by.userId, action, entity: 'api_key', entityId: id, data },
  ]);
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Tenant and key as 43 characters. */
function placeOf(tenantId: TenantId, id: ApiKeyId): string {
  return Buffer.from(`${tenantId}${id}`.replaceAll('-', ''), 'hex').toString('base64url');
}
