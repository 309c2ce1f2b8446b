/**
 * The second factor: time-based codes (RFC 6238; SHA-1, six digits, thirty seconds, as every authenticator app has them) and,
 * for the day the phone is lost, recovery codes. The secret is sealed by the vault, a code counts once, recovery codes are kept
 * as keyed hashes and each counts once too.
 */
import { type Env, type Id, instantText, newId } from '@totem/domain';
import { and, eq, isNull } from 'drizzle-orm';
import { generateURI, ScureBase32Plugin, verifySync } from 'otplib';
import { secondFactor } from '../db/schema/people.ts';
import type { ReadHandle, WriteHandle } from '../db/with-tenant.ts';
import type { Vault } from '../secrets/vault.ts';
import { columnsOf, type Holder, rowsOf } from './holder.ts';

const ISSUER = 'Totem';
/** 160 bits, as RFC 4226 (4, R6) recommends. */
const SECRET_BYTES = 20;
/** The code before and the one after are taken too: phones go wrong by seconds, and people type slowly. */
const TOLERANCE_SECONDS = 30;
const TOTP_FORM = /^\d{6}$/;

export const RECOVERY_CODES = 10;
const RECOVERY_CHARACTERS = 10;
/** Crockford's alphabet: nothing in it is taken for another sign. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** As it is typed, with room for spaces. */
export const CODE_LENGTH_MAX = 32;

export interface FactorParts {
  readonly env: Env;
  readonly vault: Vault;
}

export type Factor = typeof secondFactor.$inferSelect;

/** What an authenticator app is given, once. */
export interface Enrolment {
  /** In base32, to type. */
  readonly secret: string;
  /** `otpauth://`, to scan. */
  readonly uri: string;
}

/** The factor of a holder, set up or in use; locked, so that a code cannot be used twice at the same moment. */
export async function lockedFactor(tx: WriteHandle, holder: Holder): Promise<Factor | undefined> {
  const [row] = await tx.orm
    .select()
    .from(secondFactor)
    .where(rowsOf(tx, secondFactor, holder))
    .for('update');
  return row;
}

export async function hasFactor(tx: ReadHandle, holder: Holder): Promise<boolean> {
  const [row] = await tx.orm
    .select({ confirmedAt: secondFactor.confirmedAt })
    .from(secondFactor)
    .where(rowsOf(tx, secondFactor, holder));
  return row !== undefined && row.confirmedAt !== null;
}

/**
 * The condition, in SQL, that a person has no second factor where their company or the platform asks it of them.
 * @param person the alias of `app_user`. @param company the alias of `tenant`.
 */
export function lacksFactor(person: string, company: string): string {
  return `(${person}.role = 'admin'
    AND (${company}.require_second_factor_for_admins OR ${company}.platform_requires_second_factor)
    AND NOT EXISTS (SELECT FROM second_factor f
      WHERE f.tenant_id = ${person}.tenant_id AND f.user_id = ${person}.id AND f.confirmed_at IS NOT NULL))`;
}

/** Makes a secret; it counts from its confirmation on. One that was never confirmed makes room. The caller has made sure that none is in use. */
export async function enrolFactor(
  tx: WriteHandle,
  { env, vault }: FactorParts,
  holder: Holder,
  username: string,
): Promise<Enrolment> {
  await tx.orm
    .delete(secondFactor)
    .where(and(rowsOf(tx, secondFactor, holder), isNull(secondFactor.confirmedAt)));
  const id = newId<'second_factor'>(env);
  const secret = new ScureBase32Plugin().encode(env.randomBytes(SECRET_BYTES), { padding: false });
  await tx.orm.insert(secondFactor).values({
    ...columnsOf(holder),
    tenantId: tx.tenantId,
    id,
    createdAt: instantText(env.now()),
    secret: vault.seal(contextOf(tx, id), secret),
  });
  return { secret, uri: generateURI({ issuer: ISSUER, label: username, secret }) };
}

/** Puts a factor to use with its first code. @returns the recovery codes, shown once; undefined when the code is wrong. */
export async function confirmFactor(
  tx: WriteHandle,
  parts: FactorParts,
  factor: Factor,
  code: string,
): Promise<readonly string[] | undefined> {
  const step = stepOf(tx, parts, factor, code);
  if (step === undefined) return undefined;
  const codes = Array.from({ length: RECOVERY_CODES }, () => recoveryCode(parts.env));
  await tx.orm
    .update(secondFactor)
    .set({
      confirmedAt: instantText(parts.env.now()),
      lastStep: step,
      recoveryHashes: codes.map((one) => hashOf(parts.vault, factor, typedCode(one))),
    })
    .where(is(tx, factor));
  return codes;
}

/** How a code was right. */
export type CodeUse = 'code' | 'recovery_code';

/** Takes a code, which counts no more after this. @returns undefined when it is wrong, or was used before. */
export async function takeCode(
  tx: WriteHandle,
  parts: FactorParts,
  factor: Factor,
  typed: string,
): Promise<CodeUse | undefined> {
  const code = typedCode(typed);
  if (TOTP_FORM.test(code)) {
    const step = stepOf(tx, parts, factor, code);
    if (step === undefined) return undefined;
    await tx.orm.update(secondFactor).set({ lastStep: step }).where(is(tx, factor));
    return 'code';
  }
  const hash = hashOf(parts.vault, factor, code);
  if (!factor.recoveryHashes.includes(hash)) return undefined;
  const recoveryHashes = factor.recoveryHashes.filter((other) => other !== hash);
  await tx.orm.update(secondFactor).set({ recoveryHashes }).where(is(tx, factor));
  return 'recovery_code';
}

/** @returns whether there was one in use. */
export async function removeFactor(tx: WriteHandle, holder: Holder): Promise<boolean> {
  const gone = await tx.orm
    .delete(secondFactor)
    .where(rowsOf(tx, secondFactor, holder))
    .returning();
  return gone.some(({ confirmedAt }) => confirmedAt !== null);
}

/** The time step of a code that is right and newer than the last one used. */
function stepOf(
  tx: ReadHandle,
  { env, vault }: FactorParts,
  factor: Factor,
  typed: string,
): number | undefined {
  const token = typedCode(typed);
  if (!TOTP_FORM.test(token)) return undefined;
  const result = verifySync({
    secret: vault.open(contextOf(tx, factor.id), factor.secret),
    token,
    epoch: Math.floor(env.now() / 1_000),
    epochTolerance: TOLERANCE_SECONDS,
  });
  if (!result.valid || !('timeStep' in result)) return undefined;
  return result.timeStep > factor.lastStep ? result.timeStep : undefined;
}

/** Without what apps and people put between its signs. */
function typedCode(typed: string): string {
  return typed.replaceAll(/[\s-]/g, '').toUpperCase();
}

function recoveryCode(env: Env): string {
  // 256 is a multiple of 32: every sign is as likely as any other.
  const signs = [...env.randomBytes(RECOVERY_CHARACTERS)].map(
    (byte) => ALPHABET[byte % ALPHABET.length] ?? '',
  );
  return `${signs.slice(0, 5).join('')}-${signs.slice(5).join('')}`;
}

function hashOf(vault: Vault, factor: Factor, code: string): string {
  return vault.hash('recovery code', `${factor.tenantId} ${factor.id} ${code}`);
}

function contextOf(tx: ReadHandle, id: Id<'second_factor'>): string {
  return `second_factor ${tx.tenantId} ${id}`;
}

const is = (tx: ReadHandle, { id }: Factor) =>
  and(eq(secondFactor.tenantId, tx.tenantId), eq(secondFactor.id, id));
