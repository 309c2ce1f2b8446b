/**
 * What people change of their own access: the password and the second factor. Each asks for the password or a code again,
 * with a limit, because whoever has an unlocked screen for a minute has no more than that.
 */
import { type Env, ProblemError, type SessionId, type TenantId } from '@totem/domain';
import type { Database } from '../db/pool.ts';
import { readTenant, type WriteHandle, withTenant } from '../db/with-tenant.ts';
import { recordEntries } from '../ledger/commit.ts';
import type { Vault } from '../secrets/vault.ts';
import { type Account, accessEntry, accountOf, type Holder, savePassword } from './holder.ts';
import { namesOf } from './login.ts';
import type { LoginLimits } from './login-limits.ts';
import { type Passwords, requireGoodPassword } from './password.ts';
import {
  confirmFactor,
  type Enrolment,
  enrolFactor,
  lockedFactor,
  removeFactor,
  takeCode,
} from './second-factor.ts';
import { endSessionsOf } from './sessions.ts';

export interface OwnParts {
  readonly db: Database;
  readonly env: Env;
  readonly vault: Vault;
  readonly passwords: Passwords;
  readonly limits: LoginLimits;
}

/** Another password; other sessions end. @throws ProblemError `password_wrong`, `password_too_short`, `password_common`, `too_many_requests`. */
export async function changePassword(
  parts: OwnParts,
  tenantId: TenantId,
  { holder, sessionId }: { readonly holder: Holder; readonly sessionId: SessionId },
  { oldPassword, newPassword }: { readonly oldPassword: string; readonly newPassword: string },
): Promise<void> {
  const { db, env } = parts;
  const account = await proven(parts, tenantId, holder, oldPassword);
  if (newPassword === oldPassword) throw new ProblemError('password_common');
  requireGoodPassword(newPassword, namesOf(account));
  const hashed = await parts.passwords.hash(newPassword);
  await withTenant(db, tenantId, async (tx) => {
    await savePassword(tx, env, holder, hashed, false);
    await endSessionsOf(tx, env, holder, 'password_changed', sessionId);
    await recordEntries(tx, env, [accessEntry('PASSWORD_CHANGED', holder)]);
  });
}

/** @throws ProblemError `password_wrong`, `second_factor_exists`, `too_many_requests`. */
export async function enrol(
  parts: OwnParts,
  tenantId: TenantId,
  holder: Holder,
  password: string,
): Promise<Enrolment> {
  const { username } = await proven(parts, tenantId, holder, password);
  return withTenant(parts.db, tenantId, async (tx) => {
    const factor = await lockedFactor(tx, holder);
    if (factor !== undefined && factor.confirmedAt !== null) throw new ProblemError('second_factor_exists');
    return enrolFactor(tx, parts, holder, username);
  });
}

/** @returns recovery codes. @throws ProblemError `totp_invalid`, `second_factor_exists`, `second_factor_missing`, `too_many_requests`. */
export async function confirm(
  parts: OwnParts,
  tenantId: TenantId,
  holder: Holder,
  code: string,
): Promise<readonly string[]> {
  await parts.limits.takeAgain(nameOf(holder));
  return withTenant(parts.db, tenantId, async (tx) => {
    const factor = await lockedFactor(tx, holder);
    if (factor === undefined) throw new ProblemError('second_factor_missing');
    if (factor.confirmedAt !== null) throw new ProblemError('second_factor_exists');
    const codes = await confirmFactor(tx, parts, factor, code);
    if (codes === undefined) throw new ProblemError('totp_invalid');
    await recordEntries(tx, parts.env, [accessEntry('SECOND_FACTOR_ENABLED', holder)]);
    return codes;
  });
}

/** @throws ProblemError `password_wrong`, `totp_invalid`, `second_factor_missing`, `too_many_requests`. */
export async function remove(
  parts: OwnParts,
  tenantId: TenantId,
  holder: Holder,
  { password, code }: { readonly password: string; readonly code: string },
): Promise<void> {
  await proven(parts, tenantId, holder, password);
  await withTenant(parts.db, tenantId, async (tx) => {
    await requireCode(tx, parts, holder, code);
    await removeFactor(tx, holder);
    await recordEntries(tx, parts.env, [accessEntry('SECOND_FACTOR_DISABLED', holder)]);
  });
}

async function requireCode(tx: WriteHandle, parts: OwnParts, holder: Holder, code: string): Promise<void> {
  const factor = await lockedFactor(tx, holder);
  if (factor === undefined || factor.confirmedAt === null) throw new ProblemError('second_factor_missing');
  if ((await takeCode(tx, parts, factor, code)) === undefined) throw new ProblemError('totp_invalid');
}

/** The account of a holder who knows their password. */
async function proven(
  { db, limits, passwords }: OwnParts,
  tenantId: TenantId,
  holder: Holder,
  password: string,
): Promise<Account> {
  await limits.takeAgain(nameOf(holder));
  const account = await readTenant(db, tenantId, (tx) => accountOf(tx, holder));
  const { ok } = await passwords.verify(account?.hashedPassword ?? null, password);
  if (account === undefined || !ok) throw new ProblemError('password_wrong');
  return account;
}

function nameOf({ kind, id }: Holder): string {
  return `${kind} ${id}`;
}
