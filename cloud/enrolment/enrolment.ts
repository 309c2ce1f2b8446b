/**
 * Enrolments and their states: offered with a code, claimed by whoever shows the code with a key of its own, confirmed by
 * somebody who has compared that key's fingerprint with what the device shows. Each step is one transaction under the row's
 * lock, so of many who show a code at once one is first.
 */
import { createPublicKey, verify } from 'node:crypto';
import type { BodyOf, Routes } from '@totem/api';
import {
  claimText,
  DEVICE_TYPES,
  type DeviceType,
  type Env,
  type EquipmentId,
  epochMsOf,
  followText,
  type Id,
  instantText,
  keyFingerprint,
  newId,
  newPairingCode,
  PAIRING_CODE_MS,
  ProblemError,
  pairingCodeOf,
  shownPairingCode,
} from '@totem/domain';
import { and, desc, eq, inArray, isNull, ne, type SQL } from 'drizzle-orm';
import { lookupEnrolment, lookupEnrolmentCode } from '../db/lookups.ts';
import type { Database } from '../db/pool.ts';
import { enrolment, equipment, site } from '../db/schema/tenancy.ts';
import { type ReadHandle, readTenant, type WriteHandle, withTenant } from '../db/with-tenant.ts';
import type { Vault } from '../secrets/vault.ts';

type EnrolmentRow = typeof enrolment.$inferSelect;
export type EquipmentRow = typeof equipment.$inferSelect;
type EnrolmentId = Id<'enrolment'>;

export interface EnrolmentParts {
  readonly db: Database;
  readonly env: Env;
  readonly vault: Vault;
}

const OPEN = ['offered', 'claimed'] as const;

/** Offers a new code in place of one that is open. @returns the code as it is shown. @throws ProblemError `enrolment_unfit` */
export async function offer(
  tx: WriteHandle,
  { env, vault }: Pick<EnrolmentParts, 'env' | 'vault'>,
  device: EquipmentRow,
): Promise<{ readonly code: string; readonly expiresAt: string }> {
  if (deviceTypeOf(device) === undefined) throw new ProblemError('enrolment_unfit');
  if (device.deletedAt !== null) throw new ProblemError('not_found');
  await withdraw(tx, env, device);
  const code = newPairingCode(env);
  const now = env.now();
  const expiresAt = instantText(now + PAIRING_CODE_MS);
  await tx.orm.insert(enrolment).values({
    tenantId: tx.tenantId,
    id: newId<'enrolment'>(env),
    createdAt: instantText(now),
    equipmentId: device.id,
    codeHash: hashOf(vault, code),
    state: 'offered',
    expiresAt,
  });
  return { code: shownPairingCode(code), expiresAt };
}

/** Takes back what is open for a device, if anything is. */
export async function withdraw(tx: WriteHandle, env: Env, device: EquipmentRow): Promise<void> {
  await tx.orm
    .update(enrolment)
    .set({ state: 'withdrawn', decidedAt: instantText(env.now()) })
    .where(ofDevice(tx, device, inArray(enrolment.state, [...OPEN])));
}

/** The newest enrolment of a device, as whoever offers it sees it. */
export async function progressOf(tx: ReadHandle, env: Env, device: EquipmentRow) {
  const [row] = await tx.orm
    .select()
    .from(enrolment)
    .where(ofDevice(tx, device, ne(enrolment.state, 'withdrawn')))
    .orderBy(desc(enrolment.createdAt), desc(enrolment.id))
    .limit(1);
  return seen(row, env);
}

function seen(row: EnrolmentRow | undefined, env: Env) {
  if (row === undefined || row.state === 'withdrawn')
    return { state: 'none' as const, expiresAt: null, claimedAt: null, fingerprint: null, about: null };
  return {
    state: hasExpired(row, env) ? ('expired' as const) : row.state,
    expiresAt: row.expiresAt,
    claimedAt: row.claimedAt,
    fingerprint: row.publicKey === null ? null : keyFingerprint(row.publicKey),
    about: row.claimedAt === null ? null : row.about,
  };
}

/**
 * Confirms the key that has been shown for a device. A totem that had another key before is another machine, which knows
 * nothing of what the former printed and has not sent: it gets a lane of its own, so that no code comes twice.
 * @param laneOf draws the next lane of the site.
 * @throws ProblemError `enrolment_not_claimed`, `enrolment_fingerprint_differs`, `enrolment_key_known`.
 */
export async function confirm(
  tx: WriteHandle,
  env: Env,
  device: EquipmentRow,
  asked: { readonly fingerprint: string; readonly laneOf: (tx: WriteHandle) => Promise<string> },
): Promise<{ readonly fingerprint: string; readonly lane: string | null }> {
  const [row] = await tx.orm
    .select()
    .from(enrolment)
    .where(ofDevice(tx, device, eq(enrolment.state, 'claimed')))
    .for('update');
  const { publicKey = null } = row ?? {};
  if (row === undefined || publicKey === null || hasExpired(row, env) || device.deletedAt !== null)
    throw new ProblemError('enrolment_not_claimed');
  const fingerprint = keyFingerprint(publicKey);
  if (fingerprint !== asked.fingerprint) throw new ProblemError('enrolment_fingerprint_differs');
  await requireFreeKey(tx, device, publicKey);
  const isAnotherMachine = device.publicKey !== null && device.publicKey !== publicKey;
  const lane = device.type === 'totem' && isAnotherMachine ? await asked.laneOf(tx) : device.lane;
  const at = instantText(env.now());
  await tx.orm
    .update(equipment)
    // Another machine's keys are nobody's any more.
    .set({
      publicKey,
      previousKey: null,
      previousKeyUntil: null,
      lane,
      enrolledAt: at,
      version: device.version + 1,
    })
    .where(and(eq(equipment.tenantId, tx.tenantId), eq(equipment.id, device.id)));
  await tx.orm
    .update(enrolment)
    .set({ state: 'confirmed', decidedAt: at })
    .where(and(eq(enrolment.tenantId, tx.tenantId), eq(enrolment.id, row.id)));
  return { fingerprint, lane };
}

/** A key is one device's alone. @throws ProblemError `enrolment_key_known` */
export async function requireFreeKey(tx: ReadHandle, device: EquipmentRow, publicKey: string): Promise<void> {
  const [other] = await tx.orm
    .select({ id: equipment.id })
    .from(equipment)
    .where(
      and(
        eq(equipment.tenantId, tx.tenantId),
        eq(equipment.publicKey, publicKey),
        ne(equipment.id, device.id),
        isNull(equipment.deletedAt),
      ),
    );
  if (other !== undefined) throw new ProblemError('enrolment_key_known');
}

/** A device shows a code with its key. @throws ProblemError `enrolment_code_wrong`, `unauthorized` for a signature that is not the key's. */
export async function claim(
  { db, env, vault }: EnrolmentParts,
  shown: BodyOf<Routes['claimEnrolment']>,
): Promise<{
  readonly enrolmentId: EnrolmentId;
  readonly fingerprint: string;
  readonly expiresAt: string;
}> {
  const code = pairingCodeOf(shown.code);
  const wrong = () => new ProblemError('enrolment_code_wrong');
  if (code === undefined) throw wrong();
  if (!isSigned(claimText(code, shown.publicKey), shown)) throw new ProblemError('unauthorized');
  const found = await lookupEnrolmentCode(db, hashOf(vault, code));
  if (found === undefined) throw wrong();
  return withTenant(db, found.tenantId, async (tx) => {
    const row = await lockedRow(tx, found.id);
    if (row?.state !== 'offered' || hasExpired(row, env)) throw wrong();
    const now = env.now();
    const expiresAt = instantText(now + PAIRING_CODE_MS);
    const { publicKey } = shown;
    await tx.orm
      .update(enrolment)
      .set({ state: 'claimed', claimedAt: instantText(now), publicKey, about: said(shown.about), expiresAt })
      .where(and(eq(enrolment.tenantId, tx.tenantId), eq(enrolment.id, row.id)));
    return { enrolmentId: row.id, fingerprint: keyFingerprint(publicKey), expiresAt };
  });
}

/** What came of a claim, for the device that made it. @throws ProblemError `unauthorized` for anybody else. */
export async function outcomeOf(
  { db, env }: EnrolmentParts,
  asked: { readonly enrolmentId: EnrolmentId; readonly signature: string },
) {
  const found = await lookupEnrolment(db, asked.enrolmentId);
  if (found === undefined) throw new ProblemError('unauthorized');
  return readTenant(db, found.tenantId, async (tx) => {
    const [row] = await tx.orm
      .select()
      .from(enrolment)
      .where(and(eq(enrolment.tenantId, tx.tenantId), eq(enrolment.id, found.id)));
    const { publicKey = null } = row ?? {};
    const text = followText(asked.enrolmentId);
    if (row === undefined || publicKey === null || !isSigned(text, { publicKey, signature: asked.signature }))
      throw new ProblemError('unauthorized');
    if (row.state !== 'confirmed') {
      const state = hasExpired(row, env) ? ('expired' as const) : (row.state as 'claimed' | 'withdrawn');
      return { state, device: null };
    }
    const device = await deviceOfKey(tx, row.equipmentId, publicKey);
    if (device === undefined) return { state: 'withdrawn' as const, device: null };
    return { state: 'confirmed' as const, device };
  });
}

/** What a device is told of who it is; undefined when it is not the one with this key, or no more. */
export async function deviceOfKey(tx: ReadHandle, equipmentId: EquipmentId, publicKey: string) {
  const [found] = await tx.orm
    .select({ equipment, siteName: site.name })
    .from(equipment)
    .innerJoin(site, and(eq(site.tenantId, equipment.tenantId), eq(site.id, equipment.siteId)))
    .where(
      and(
        eq(equipment.tenantId, tx.tenantId),
        eq(equipment.id, equipmentId),
        eq(equipment.publicKey, publicKey),
        isNull(equipment.deletedAt),
      ),
    );
  const type = found && deviceTypeOf(found.equipment);
  if (found === undefined || type === undefined) return undefined;
  const { siteId, identifier, lane } = found.equipment;
  return { tenantId: tx.tenantId, siteId, equipmentId, type, identifier, siteName: found.siteName, lane };
}

function ofDevice(tx: ReadHandle, device: EquipmentRow, state: SQL): SQL | undefined {
  return and(eq(enrolment.tenantId, tx.tenantId), eq(enrolment.equipmentId, device.id), state);
}

async function lockedRow(tx: WriteHandle, id: EnrolmentId): Promise<EnrolmentRow | undefined> {
  const [row] = await tx.orm
    .select()
    .from(enrolment)
    .where(and(eq(enrolment.tenantId, tx.tenantId), eq(enrolment.id, id)))
    .for('update');
  return row;
}

export function hashOf(vault: Vault, code: string): string {
  return vault.hash('pairing code', code);
}

function hasExpired({ state, expiresAt }: EnrolmentRow, env: Env): boolean {
  return state !== 'confirmed' && state !== 'withdrawn' && epochMsOf(expiresAt) <= env.now();
}

function deviceTypeOf({ type }: EquipmentRow): DeviceType | undefined {
  return DEVICE_TYPES.find((known) => known === type);
}

/** Whether a text is signed by the key that comes with it. */
export function isSigned(
  text: string,
  { publicKey, signature }: { readonly publicKey: string; readonly signature: string },
): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
    return verify(null, Buffer.from(text, 'utf8'), key, Buffer.from(signature, 'base64url'));
  } catch {
    // Forty-three signs that are no point of the curve.
    return false;
  }
}

export function said(about: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(about).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}
