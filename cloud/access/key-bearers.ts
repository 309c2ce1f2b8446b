/**
 * Who sends a key of an integrator: asked of the database and remembered for a while, like the standing of people, so that a
 * revocation acts within a minute and a busy key costs a query now and then. A key's last use is written as rarely.
 */
import { createHash } from 'node:crypto';
import { type Env, epochMsOf, type PrincipalOf, ProblemError, type Timers } from '@totem/domain';
import type { Database } from '../db/pool.ts';
import { readTenant, withTenant } from '../db/with-tenant.ts';
import { type ApiKeyBearer, bearerOfApiKey, parsedApiKey, saveApiKeyUse } from './api-key.ts';

const REMEMBERED_MS = 30_000;
/** Keys remembered at once, wrong ones too; the oldest makes room. */
const REMEMBERED_MAX = 10_000;
const USE_WRITTEN_EVERY_MS = 60_000;

export interface KeyBearers {
  /** Whether a text has the form of a key. */
  isKey(text: string): boolean;
  /** @throws ProblemError `unauthorized`, `tenant_suspended`. */
  require(text: string): Promise<PrincipalOf<'key'>>;
}

export function createKeyBearers(parts: {
  readonly db: Database;
  readonly env: Env;
  readonly timers: Timers;
}): KeyBearers {
  const { env, timers } = parts;
  const known = new Map<
    string,
    { readonly bearer: Promise<ApiKeyBearer | undefined>; readonly until: number }
  >();
  const bearerOf = (text: string): Promise<ApiKeyBearer | undefined> => {
    // The key itself is not kept in memory longer than its request.
    const name = createHash('sha256').update(text).digest('base64');
    const now = timers.monotonicMs();
    const remembered = known.get(name);
    if (remembered !== undefined && now < remembered.until) return remembered.bearer;
    known.delete(name);
    if (known.size >= REMEMBERED_MAX) known.delete(known.keys().next().value ?? '');
    const bearer = readBearer(parts, text);
    known.set(name, { bearer, until: now + REMEMBERED_MS });
    // A failure to read says nothing about the key.
    bearer.catch(() => known.delete(name));
    return bearer;
  };
  return {
    isKey: (text) => text.startsWith('tk_'),
    require: async (text) => {
      const bearer = await bearerOf(text);
      if (bearer === undefined) throw new ProblemError('unauthorized');
      const { principal, expiresAt, tenantSuspended } = bearer;
      if (expiresAt !== null && epochMsOf(expiresAt) <= env.now()) throw new ProblemError('unauthorized');
      if (tenantSuspended) throw new ProblemError('tenant_suspended');
      return principal;
    },
  };
}

async function readBearer(
  { db, env }: { readonly db: Database; readonly env: Env },
  text: string,
): Promise<ApiKeyBearer | undefined> {
  const sent = parsedApiKey(text);
  if (sent === undefined) return undefined;
  const bearer = await readTenant(db, sent.tenantId, (tx) => bearerOfApiKey(tx, env, sent));
  if (bearer === undefined) return undefined;
  const { lastUsedAt } = bearer;
  if (lastUsedAt === null || env.now() - epochMsOf(lastUsedAt) >= USE_WRITTEN_EVERY_MS)
    await withTenant(db, sent.tenantId, (tx) => saveApiKeyUse(tx, env, sent.id));
  return bearer;
}
