/** The look-ups that come before a tenant is known: functions of the database that return ids only. There are no others. */
import type { EquipmentId, Id, TenantId, UserId } from '@totem/domain';
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
const LOOKUP_ENROLMENT_CODE: Statement = {
  name: 'lookup-enrolment-code',
  text: 'SELECT tenant_id, enrolment_id FROM lookup_enrolment_code($1)',
};
const LOOKUP_ENROLMENT: Statement = {
  name: 'lookup-enrolment',
  text: 'SELECT tenant_id, enrolment_id FROM lookup_enrolment($1)',
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

/** Where an enrolment belongs. */
export interface FoundEnrolment {
  readonly tenantId: TenantId;
  readonly id: Id<'enrolment'>;
}

/** The enrolment whose code is offered under this hash; it may have run out. */
export async function lookupEnrolmentCode(
  db: Database,
  codeHash: string,
): Promise<FoundEnrolment | undefined> {
  return foundEnrolment(await onlyRow(db, LOOKUP_ENROLMENT_CODE, codeHash));
}

/** An enrolment by its own id, whatever its state. */
export async function lookupEnrolment(
  db: Database,
  id: Id<'enrolment'>,
): Promise<FoundEnrolment | undefined> {
  return foundEnrolment(await onlyRow(db, LOOKUP_ENROLMENT, id));
}

function foundEnrolment(row: SqlRow | undefined): FoundEnrolment | undefined {
  return row && { tenantId: row.tenant_id as TenantId, id: row.enrolment_id as Id<'enrolment'> };
}

const LOOKUP_CONTACTS: Statement = {
  name: 'lookup-contacts',
  text: 'SELECT tenant_id FROM lookup_contacts()',
};

/** Tenants in which somebody wants to hear of their turn. */
export async function lookupContacts(db: Database): Promise<TenantId[]> {
  try {
    const { rows } = await db.api.query<SqlRow>({ ...LOOKUP_CONTACTS, values: [] });
    return rows.map((row) => row.tenant_id as TenantId);
  } catch (error) {
    throw asFault(error);
  }
}

async function onlyRow(db: Database, statement: Statement, value: string): Promise<SqlRow | undefined> {
  try {
    const { rows } = await db.api.query<SqlRow>({ ...statement, values: [value] });
    return rows.length === 1 ? rows[0] : undefined;
  } catch (error) {
    throw asFault(error);
  }
}
