/**
 * Signing in: one answer for a wrong name, a wrong password and a person who is not active, after the same work, so that
 * nothing can be learnt from how it fails.
 */
import { type EntryDraft, type Env, newId, ProblemError, type TenantId, type UserId } from '@totem/domain';
import { z } from 'zod';
import { lookupLogin } from '../db/lookups.ts';
import type { Database } from '../db/pool.ts';
import { readTenant, withTenant } from '../db/with-tenant.ts';
import { recordEntries } from '../ledger/commit.ts';
import { PASSWORD_LENGTH_MAX, type Passwords } from './password.ts';
import { type NamedSite, personById, principalOf, saveHash, saveLogin, sitesOf } from './people.ts';
import type { RateLimit } from './rate-limit.ts';
import type { AccessTokens, MintedToken } from './tokens.ts';

/** A working day: there is no refreshing of tokens yet. */
const USER_TOKEN_SECONDS = 8 * 3_600;
const USERNAME_LENGTH_MAX = 120;

export const loginSchema = z.strictObject({
  username: z.string().min(1).max(USERNAME_LENGTH_MAX),
  password: z.string().min(1).max(PASSWORD_LENGTH_MAX),
});

export interface LoginParts {
  readonly db: Database;
  readonly env: Env;
  readonly passwords: Passwords;
  readonly tokens: AccessTokens;
  /** Tries for each username, whether there is one or not. */
  readonly limit: RateLimit;
}

export interface LoginAnswer extends MintedToken {
  readonly tenantId: TenantId;
  readonly user: { readonly id: UserId; readonly fullName: string; readonly role: string };
  readonly sites: readonly NamedSite[];
}

/** @throws ProblemError `login_failed`, `too_many_requests`. */
export async function login(parts: LoginParts, input: z.output<typeof loginSchema>): Promise<LoginAnswer> {
  const { db, env, passwords } = parts;
  const username = usernameOf(input.username);
  parts.limit.take(username);
  const found = await lookupLogin(db, username);
  const person = found && (await readTenant(db, found.tenantId, (tx) => personById(tx, found.userId)));
  const { ok, stale } = await passwords.verify(person?.hashedPassword ?? null, input.password);
  if (found === undefined || person === undefined) throw new ProblemError('login_failed');
  const { tenantId } = found;
  if (!ok || !person.active) {
    await withTenant(db, tenantId, (tx) => recordEntries(tx, env, [entry('LOGIN_FAILED', person.id)]));
    throw new ProblemError('login_failed');
  }
  const rehashed = stale ? await passwords.hash(input.password) : undefined;
  const sites = await withTenant(db, tenantId, async (tx) => {
    const own = await sitesOf(tx, person);
    await saveLogin(tx, env, person.id);
    if (rehashed !== undefined) await saveHash(tx, person.id, rehashed);
    await recordEntries(tx, env, [entry('LOGIN', person.id)]);
    return own;
  });
  const minted = await parts.tokens.mint(
    principalOf(tenantId, person, sites, newId<'session'>(env)),
    USER_TOKEN_SECONDS,
  );
  return {
    ...minted,
    tenantId,
    user: { id: person.id, fullName: person.fullName, role: person.role },
    sites,
  };
}

/** A username as it is stored: people type capitals and composed letters as their keyboard likes. */
export function usernameOf(typed: string): string {
  // No username has a NUL, and PostgreSQL takes no text that has: without it, the name is as wrong as any other.
  return typed.replaceAll('\u0000', '\ufffd').trim().normalize('NFC').toLowerCase();
}

function entry(action: 'LOGIN' | 'LOGIN_FAILED', userId: UserId): EntryDraft {
  return { siteId: null, userId, action, entity: 'user', entityId: userId, data: {} };
}
