/**
 * Screens that are made known by a code which they show themselves. A screen that asks for a code is nobody's; entering its code
 * for a device is one statement in the transaction that gives the device its key, so a code counts once, for one tenant.
 */
import type { BodyOf, Routes } from '@totem/api';
import {
  askText,
  followText,
  type Id,
  instantText,
  keyFingerprint,
  newId,
  newPairingCode,
  PAIRING_CODE_MS,
  PLATFORM_TENANT_ID,
  ProblemError,
  pairingCodeOf,
  shownPairingCode,
} from '@totem/domain';
import { and, eq, gt, isNull, lt, or } from 'drizzle-orm';
import { equipment, pairing } from '../db/schema/tenancy.ts';
import { readTenant, type WriteHandle, withTenant } from '../db/with-tenant.ts';
import {
  deviceOfKey,
  type EnrolmentParts,
  type EquipmentRow,
  hashOf,
  isSigned,
  requireFreeKey,
  said,
  withdraw,
} from './enrolment.ts';

/** How long a screen can still ask what came of its code. */
const KEPT_MS = 60 * 60_000;

/** A code for a screen to show, in place of the one that its key had. @throws ProblemError `unauthorized` for a signature that is not the key's. */
export async function ask({ db, env, vault }: EnrolmentParts, asked: BodyOf<Routes['askPairing']>) {
  const { publicKey } = asked;
  if (!isSigned(askText(publicKey), asked)) throw new ProblemError('unauthorized');
  const code = newPairingCode(env);
  const now = env.now();
  const pairingId = newId<'pairing'>(env);
  const expiresAt = instantText(now + PAIRING_CODE_MS);
  await withTenant(db, PLATFORM_TENANT_ID, async (tx) => {
    const formerOwn = and(eq(pairing.publicKey, publicKey), isNull(pairing.takenAt));
    await tx.orm.delete(pairing).where(or(formerOwn, lt(pairing.expiresAt, instantText(now - KEPT_MS))));
    await tx.orm.insert(pairing).values({
      id: pairingId,
      createdAt: instantText(now),
      codeHash: hashOf(vault, code),
      publicKey,
      about: said(asked.about),
      expiresAt,
    });
  });
  return { pairingId, code: shownPairingCode(code), expiresAt };
}

/** What came of a code, for the screen that shows it. @throws ProblemError `unauthorized` for anybody else. */
export async function followed(
  { db, env }: EnrolmentParts,
  asked: { readonly pairingId: Id<'pairing'>; readonly signature: string },
) {
  const row = await readTenant(db, PLATFORM_TENANT_ID, async (tx) => {
    const [found] = await tx.orm.select().from(pairing).where(eq(pairing.id, asked.pairingId));
    return found;
  });
  const { publicKey = '', takenTenant = null, takenEquipment = null } = row ?? {};
  const isOwn = isSigned(followText(asked.pairingId), { publicKey, signature: asked.signature });
  if (row === undefined || !isOwn) throw new ProblemError('unauthorized');
  if (takenTenant === null || takenEquipment === null) {
    const state = row.expiresAt > instantText(env.now()) ? ('waiting' as const) : ('expired' as const);
    return { state, device: null };
  }
  const device = await readTenant(db, takenTenant, (tx) => deviceOfKey(tx, takenEquipment, publicKey));
  return device === undefined
    ? { state: 'expired' as const, device: null }
    : { state: 'paired' as const, device };
}

/**
 * Makes the screen that shows a code this device; what was another screen until now is out.
 * @returns the fingerprint of its key.
 * @throws ProblemError `enrolment_unfit`, `pairing_code_wrong`, `enrolment_key_known`.
 */
export async function pair(
  tx: WriteHandle,
  { env, vault }: Pick<EnrolmentParts, 'env' | 'vault'>,
  device: EquipmentRow,
  typed: string,
): Promise<string> {
  if (device.deletedAt !== null) throw new ProblemError('not_found');
  if (device.type !== 'display') throw new ProblemError('enrolment_unfit');
  const code = pairingCodeOf(typed);
  if (code === undefined) throw new ProblemError('pairing_code_wrong');
  const at = instantText(env.now());
  const [taken] = await tx.orm
    .update(pairing)
    .set({ takenAt: at, takenTenant: tx.tenantId, takenEquipment: device.id })
    .where(and(eq(pairing.codeHash, hashOf(vault, code)), isNull(pairing.takenAt), gt(pairing.expiresAt, at)))
    .returning({ publicKey: pairing.publicKey });
  if (taken === undefined) throw new ProblemError('pairing_code_wrong');
  const { publicKey } = taken;
  await requireFreeKey(tx, device, publicKey);
  await withdraw(tx, env, device);
  await tx.orm
    .update(equipment)
    .set({ publicKey, enrolledAt: at, version: device.version + 1 })
    .where(and(eq(equipment.tenantId, tx.tenantId), eq(equipment.id, device.id)));
  return keyFingerprint(publicKey);
}
