/**
 * What the address names that a provider calls: an account, and a proof that we gave the address out. It is derived from the
 * vault's key, so no row of the database holds it.
 */
import { timingSafeEqual } from 'node:crypto';
import { idSchema, type TenantId } from '@totem/domain';
import type { Vault } from '../secrets/vault.ts';

const ID_BYTES = 16;
const MARK_BYTES = 16;

interface Named {
  readonly tenantId: string;
  readonly id: string;
}

/** 64 characters: base64url of tenant, account and mark. */
export function capabilityOf(vault: Vault, account: Named): string {
  return Buffer.concat([bytesOf(account.tenantId), bytesOf(account.id), markOf(vault, account)]).toString(
    'base64url',
  );
}

/** The account that a capability of ours names; undefined for any other text. */
export function accountOfCapability(
  vault: Vault,
  text: string,
): { readonly tenantId: TenantId; readonly id: string } | undefined {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== 2 * ID_BYTES + MARK_BYTES) return undefined;
  const tenantId = idSchema<'tenant'>().safeParse(uuidText(bytes.subarray(0, ID_BYTES)));
  const id = uuidText(bytes.subarray(ID_BYTES, 2 * ID_BYTES));
  if (!tenantId.success) return undefined;
  const named = { tenantId: tenantId.data, id };
  return timingSafeEqual(markOf(vault, named), bytes.subarray(2 * ID_BYTES)) ? named : undefined;
}

function markOf(vault: Vault, { tenantId, id }: Named): Buffer {
  return Buffer.from(vault.hash('provider hints', `${tenantId} ${id}`), 'hex').subarray(0, MARK_BYTES);
}

function bytesOf(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

function uuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
