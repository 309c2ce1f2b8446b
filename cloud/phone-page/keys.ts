/** Whose signature a capability carries: one of the totems of the tenant, of the ticket's site where that is known. */
import type { SiteId } from '@totem/domain';
import type { ReadHandle, Statement } from '../db/with-tenant.ts';
import { type Capability, isGenuine } from './capability.ts';

/** Keys tried for a ticket that has not arrived, whose site is therefore unknown. */
const KEYS_MAX = 500;

/** A ticket's paper outlives its device and its key: keys of removed devices and replaced ones count too. */
const KEYS: Statement = {
  name: 'ticket-signing-keys',
  text: `SELECT public_key, previous_key FROM equipment
    WHERE tenant_id = $1 AND public_key IS NOT NULL AND type = 'totem' AND ($2::uuid IS NULL OR site_id = $2)
    ORDER BY created_at DESC LIMIT $3`,
};

/** Whether a totem has signed it. */
export async function holds(tx: ReadHandle, capability: Capability, siteId: SiteId | null): Promise<boolean> {
  const rows = await tx.all(KEYS, [tx.tenantId, siteId, KEYS_MAX]);
  return isGenuine(
    capability,
    rows.flatMap((row) => [row.public_key, row.previous_key]).filter((key) => key != null),
  );
}
