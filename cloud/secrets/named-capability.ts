/**
 * Addresses that need no sign-in: each names one row of one tenant and proves that we gave it out. The proof is derived from
 * the vault's key, so that no row of the database holds it, and an address of one purpose opens no other.
 */
import { timingSafeEqual } from 'node:crypto';
import { type Id, idSchema, type TenantId } from '@totem/domain';
import type { Vault } from './vault.ts';

const ID_BYTES = 16;
const MARK_BYTES = 16;

export type CapabilityPurpose = 'provider hints' | 'receipt';

interface Named {
  readonly tenantId: string;
  readonly id: string;
}

/** 64 characters: base64url of tenant, row and mark. */
export function capabilityOf(vault: Vault, purpose: CapabilityPurpose, named: Named): string {
  return Buffer.concat([bytesOf(named.tenantId), bytesOf(named.id), markOf(vault, purpose, named)]).toString(
    'base64url',
  );
}

/** What a capability of ours names; undefined for any other text. */
export function namedBy<K extends string>(
  vault: Vault,
  purpose: CapabilityPurpose,
  text: string,
): { readonly tenantId: TenantId; readonly id: Id<K> } | undefined {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== 2 * ID_BYTES + MARK_BYTES) return undefined;
  const tenantId = idSchema<'tenant'>().safeParse(uuidText(bytes.subarray(0, ID_BYTES)));
  const id = idSchema<K>().safeParse(uuidText(bytes.subarray(ID_BYTES, 2 * ID_BYTES)));
  if (!tenantId.success || !id.success) return undefined;
  const named = { tenantId: tenantId.data, id: id.data };
  return timingSafeEqual(markOf(vault, purpose, named), bytes.subarray(2 * ID_BYTES)) ? named : undefined;
}

function markOf(vault: Vault, purpose: CapabilityPurpose, { tenantId, id }: Named): Buffer {
  return Buffer.from(vault.hash(purpose, `${tenantId} ${id}`), 'hex').subarray(0, MARK_BYTES);
}

function bytesOf(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

function uuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
