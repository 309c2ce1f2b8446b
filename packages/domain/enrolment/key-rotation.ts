/**
 * A device replaces its own key. The key that is known says which one comes after it, and the new one says the same, so that nobody
 * puts somebody else's key in a device's name. For a while after it both count: a device may lose its power between any two steps.
 */
import type { EquipmentId, TenantId } from '../ids/id.ts';

const DAY_MS = 86_400_000;
/** How long the former key still counts: longer than a hub carries sealed batches without its link. */
export const KEY_OVERLAP_MS = 30 * DAY_MS;
/** A device replaces a key of this age. */
export const KEY_LIFE_MS = 180 * DAY_MS;

/** What both keys sign. @param from, to raw public keys, in base64url. */
export function keyRotationText(
  tenantId: TenantId,
  equipmentId: EquipmentId,
  { from, to }: { readonly from: string; readonly to: string },
): string {
  return `totem key rotation v1\n${tenantId}\n${equipmentId}\n${from}\n${to}`;
}
