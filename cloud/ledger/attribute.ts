/**
 * Whose batch it is. Anyone may carry a batch, a hub its totems' for instance: what counts is the seal, signed by the device
 * that owns the origin (Ed25519, RFC 8032). A first batch belongs to the device of its site whose key fits the seal.
 */
import { createPublicKey, verify } from 'node:crypto';
import { GENESIS_HASH, type Principal, sealText } from '@totem/domain';
import type { ReceivedBatch } from '@totem/sync/push';
import type { ReadHandle } from '../db/with-tenant.ts';
import { type Device, devicesOfSite, originById } from './origins.ts';

export type Carrier = Extract<Principal, { kind: 'device' }>;

export type Attribution =
  | { readonly kind: 'known' | 'first'; readonly device: Device }
  /** The origin has never been heard of, and this is not its beginning. */
  | { readonly kind: 'gap'; readonly expected: 1; readonly hash: typeof GENESIS_HASH }
  | { readonly kind: 'suspended' }
  | { readonly kind: 'unattributed'; readonly reason: 'batch_seal' | 'batch_origin' | 'unattributed' };

/** Finds the device that sealed a batch, among those that its carrier may speak for. */
export async function attribute(
  tx: ReadHandle,
  carrier: Carrier,
  batch: ReceivedBatch,
): Promise<Attribution> {
  if (batch.tenantId !== tx.tenantId) return { kind: 'unattributed', reason: 'unattributed' };
  const origin = await originById(tx, batch.origin);
  if (origin === undefined) return attributeFirst(tx, carrier, batch);
  const { device } = origin;
  if (device === null || device.siteId !== carrier.siteId)
    return { kind: 'unattributed', reason: 'unattributed' };
  if (device.suspended) return { kind: 'suspended' };
  return isSealedBy(device, batch)
    ? { kind: 'known', device }
    : { kind: 'unattributed', reason: 'batch_seal' };
}

async function attributeFirst(tx: ReadHandle, carrier: Carrier, batch: ReceivedBatch): Promise<Attribution> {
  const devices = await devicesOfSite(tx, carrier.siteId);
  const own = devices.filter(({ id }) => id === carrier.equipmentId);
  const others = devices.filter(({ id }) => id !== carrier.equipmentId);
  const device = [...own, ...others].find((candidate) => isSealedBy(candidate, batch));
  if (device === undefined) return { kind: 'unattributed', reason: 'batch_seal' };
  if (device.suspended) return { kind: 'suspended' };
  if (batch.fromSeq > 1) return { kind: 'gap', expected: 1, hash: GENESIS_HASH };
  const isOpening = batch.prevHash === GENESIS_HASH && batch.entries[0]?.action === 'ORIGIN_OPENED';
  return isOpening ? { kind: 'first', device } : { kind: 'unattributed', reason: 'batch_origin' };
}

/** Whether the seal is the device's signature over the end of this batch. */
function isSealedBy({ publicKeys }: Device, batch: ReceivedBatch): boolean {
  const text = sealText(batch.tenantId, batch.origin, batch.seal);
  return publicKeys.some((key) => isSignedBy(key, text, batch.seal.signature));
}

/** Checks an Ed25519 signature. Key and signature in base64url: 32 and 64 bytes. */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
  return verify(null, Buffer.from(text, 'utf8'), key, Buffer.from(signature, 'base64url'));
}
