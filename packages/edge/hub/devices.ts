/** The devices of the site that may speak, as the cloud last said, each with the key that it signs with. */
import type { DeviceType, EquipmentId } from '@totem/domain';
import type { ReadHandle, WriteHandle } from '../store/connection.ts';

export interface SiteDevice {
  readonly equipmentId: EquipmentId;
  readonly type: DeviceType;
  /** Ed25519, base64url; a display that is opened by its link has none. */
  readonly publicKey: string | null;
}

export function deviceById(db: ReadHandle, equipmentId: string): SiteDevice | undefined {
  const row = db.one(
    'SELECT equipment_id, type, public_key FROM site_device WHERE equipment_id = ?',
    equipmentId,
  );
  // As `replaceDevices` was given them, parsed where they came in.
  return (
    row && {
      equipmentId: row.equipment_id as EquipmentId,
      type: row.type as DeviceType,
      publicKey: row.public_key === null ? null : String(row.public_key),
    }
  );
}

/** Puts the cloud's list in place of the one before. */
export function replaceDevices(db: WriteHandle, devices: readonly SiteDevice[]): void {
  db.run('DELETE FROM site_device');
  for (const { equipmentId, type, publicKey } of devices)
    db.run(
      'INSERT INTO site_device (equipment_id, type, public_key) VALUES (?, ?, ?)',
      equipmentId,
      type,
      publicKey,
    );
}
