/**
 * Signing in: one answer for a wrong name, a wrong password and a person who is not active, after the same work, so that
 * nothing can be learnt from how it fails. What else is asked for (a code, a new password) is asked of who knew the password.
 */
import { type EntryDraft, type Env, PLATFORM_TENANT_ID, ProblemError, type TenantId } from '@totem/domain';
import type { Database } from '../db/pool.ts';
import { type WriteHandle, withTenant } from '../db/with-tenant.ts';
import { recordEntries } from '../ledger/commit.ts';
import type { Vault } from '../secrets/vault.ts';
import { type Account, accessEntry, accountByName, saveLogin, savePassword, saveRehash } from './holder.ts';
import type { KnownDevices } from './known-device.ts';
import type { LoginLimits } from './login-limits.ts';
import { type Passwords, requireGoodPassword } from './password.ts';
import { lockedFactor, takeCode } from './second-factor.ts';
import { admit, answerOf, type SessionAnswer, type SessionParts } from './session-answer.ts';
import { endSessionsOf, type Origin, openSession } from './sessions.ts';

export interface LoginParts extends SessionParts {
  readonly db: Database;
  readonly env: Env;
  readonly vault: Vault;
  readonly passwords: Passwords;
  readonly limits: LoginLimits;
  readonly knownDevices: KnownDevices;
}

export interface LoginRequest {
  readonly username: string;
  readonly password: string;
  /** Of the second factor, where there is one. */
  readonly code?: string | undefined;
  /** Where the old one held for one sign-in only. */
  readonly newPassword?: string | undefined;
  /** What an earlier login gave to this device. */
  readonly device?: string | undefined;
}

export interface LoginAnswer extends SessionAnswer {
  /** To show at the next login from this device. */
  readonly device: string;
}

/**
 * @throws ProblemError `login_failed`, `too_many_requests`, `totp_required`, `totp_invalid`, `password_change_required`,
 * `password_too_short`, `password_common`, `tenant_suspended`.
 */
export async function login(
  parts: LoginParts,
  input: LoginRequest,
  from: { readonly address: string; readonly userAgent: string | undefined },
): Promise<LoginAnswer> {
  const { db, env, passwords, limits, knownDevices } = parts;
  const username = usernameOf(input.username);
  const attempt = { username, address: from.address, device: knownDevices.read(input.device, username) };
  await limits.take(attempt);
  const found = await accountByName(db, username);
  const { ok, stale } = await passwords.verify(found?.account.hashedPassword ?? null, input.password);
  if (found === undefined || !ok || !found.account.active) {
    await recordFailure(parts, found);
    throw new ProblemError('login_failed');
  }
  const { tenantId, account } = found;
  if (account.tenantSuspended) throw new ProblemError('tenant_suspended');
  const { newPassword } = input;
  if (newPassword !== undefined && account.mustChangePassword) requireOther(input, newPassword, account);
  const hashes = {
    rehashed: stale ? await passwords.hash(input.password) : undefined,
    changed:
      newPassword === undefined || !account.mustChangePassword
        ? undefined
        : await passwords.hash(newPassword),
  };
  const origin = { addressHash: parts.vault.hash('address', from.address), userAgent: from.userAgent };
  const outcome = await withTenant(db, tenantId, (tx) =>
    enter(tx, parts, account, { input, hashes, origin }),
  );
  if (outcome.kind === 'refused') throw new ProblemError(outcome.code);
  await limits.forgive(attempt);
  const device = attempt.device === undefined ? knownDevices.make(username) : (input.device ?? '');
  return { ...(await answerOf(parts, env, outcome)), device };
}

/** A username as it is stored: people type capitals and composed letters as their keyboard likes. */
export function usernameOf(typed: string): string {
  // No username has a NUL, and PostgreSQL takes no text that has: without it, the name is as wrong as any other.
  return typed.replaceAll('\u0000', '\ufffd').trim().normalize('NFC').toLowerCase();
}

interface Entering {
  readonly input: LoginRequest;
  readonly hashes: { readonly rehashed: string | undefined; readonly changed: string | undefined };
  readonly origin: Origin;
}

/** What follows a right password. A refusal is a value: the entry about it must stay. */
async function enter(
  tx: WriteHandle,
  parts: LoginParts,
  account: Account,
  { input, hashes, origin }: Entering,
) {
  const { env } = parts;
  const { holder } = account;
  const factor = await lockedFactor(tx, holder);
  const isAsked = factor !== undefined && factor.confirmedAt !== null;
  if (isAsked && input.code === undefined) return refused('totp_required');
  // Before the code is used up: the next request brings it again.
  if (account.mustChangePassword && hashes.changed === undefined) return refused('password_change_required');
  const use = isAsked ? await takeCode(tx, parts, factor, input.code ?? '') : undefined;
  if (isAsked && use === undefined) {
    await recordEntries(tx, env, [accessEntry('LOGIN_FAILED', holder, { reason: 'second_factor' })]);
    return refused('totp_invalid');
  }
  const entries: EntryDraft[] = [];
  if (hashes.changed !== undefined) {
    await savePassword(tx, env, holder, hashes.changed, false);
    await endSessionsOf(tx, env, holder, 'password_changed');
    entries.push(accessEntry('PASSWORD_CHANGED', holder));
  } else if (hashes.rehashed !== undefined) await saveRehash(tx, holder, hashes.rehashed);
  await saveLogin(tx, env, holder);
  const session = await openSession(tx, env, holder, origin);
  const admitted = await admit(tx, account, session);
  entries.push(
    accessEntry('LOGIN', holder, { session: session.id, ...(use === undefined ? {} : { with: use }) }),
  );
  await recordEntries(tx, env, entries);
  return { kind: 'admitted', ...admitted } as const;
}

function refused(code: 'totp_required' | 'totp_invalid' | 'password_change_required') {
  return { kind: 'refused', code } as const;
}

/** @throws ProblemError `password_common` for the same one again, and what a bad one is refused with. */
function requireOther(input: LoginRequest, newPassword: string, account: Account): void {
  if (newPassword === input.password) throw new ProblemError('password_common');
  requireGoodPassword(newPassword, namesOf(account));
}

/** What anybody would try for somebody. */
export function namesOf({ username, fullName, tenantName }: Account): readonly string[] {
  return [username, fullName, tenantName];
}

/** Into the chain of the person's tenant; of the platform when nobody has that name, which is not written down: it may be a password. */
async function recordFailure(
  { db, env }: LoginParts,
  found: { readonly tenantId: TenantId; readonly account: Account } | undefined,
): Promise<void> {
  const entry: EntryDraft =
    found === undefined
      ? {
          siteId: null,
          userId: null,
          action: 'LOGIN_FAILED',
          entity: 'tenant',
          entityId: PLATFORM_TENANT_ID,
          data: {},
        }
      : accessEntry('LOGIN_FAILED', found.account.holder);
  await withTenant(db, found?.tenantId ?? PLATFORM_TENANT_ID, (tx) => recordEntries(tx, env, [entry]));
}
