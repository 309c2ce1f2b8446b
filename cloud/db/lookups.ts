/** The look-ups that come before a tenant is known: functions of the database that return ids only. There are no others. */
import type { EquipmentId, TenantId, UserId } from '@totem/domain';
import type { Database } from './pool.ts';
import { asFault, type SqlRow, type Statement } from './with-tenant.ts';

const LOOKUP_LOGIN: Statement = {
  name: 'lookup-login',
  text: 'SELECT tenant_id, user_id FROM lookup_login($1)',
};
const LOOKUP_DEVICE: Statement = {
  name: 'lookup-device',
  text: 'SELECT tenant_id, equipment_id FROM lookup_device($1)',
};

/** Who a username names, among people that are not deleted. */
export async function lookupLogin(
  db: Database,
  username: string,
): Promise<{ tenantId: TenantId; userId: UserId } | undefined> {
  const row = await onlyRow(db, LOOKUP_LOGIN, username);
  return row && { tenantId: row.tenant_id as TenantId, userId: row.user_id as UserId };
}

/** The tenant of a device, among those that are not deleted. */
export async function lookupDevice(
  db: Database,
  equipmentId: EquipmentId,
): Promise<{ tenantId: TenantId; equipmentId: EquipmentId } | undefined> {
  const row = await onlyRow(db, LOOKUP_DEVICE, equipmentId);
  return row && { tenantId: row.tenant_id as TenantId, equipmentId };
}

async function onlyRow(db: Database, statement: Statement, value: string): Promise<SqlRow | undefined> {
  try {
    const { rows } = await db.api.query<SqlRow>({ ...statement, values: [value] });
    return rows.length === 1 ? rows[0] : undefined;
  } catch (error) {
    throw asFault(error);
  }
}
