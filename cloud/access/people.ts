/** People as the doors need them: who they are, what they may do, and where they work. */
import type { Env, PrincipalOf, Role, SessionId, SiteId, TenantId, UserId } from '@totem/domain';
import { instantText } from '@totem/domain';
import type { ReadHandle, Statement, WriteHandle } from '../db/with-tenant.ts';

export interface PersonRecord {
  readonly id: UserId;
  readonly fullName: string;
  readonly role: Role;
  readonly active: boolean;
  readonly hashedPassword: string;
}

export interface NamedSite {
  readonly id: SiteId;
  readonly name: string;
}

const PERSON: Statement = {
  name: 'person',
  text: `SELECT id, full_name, role, active, hashed_password FROM app_user
    WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL`,
};
/** An admin works at every site; others at those that they are given. */
const SITES_OF_PERSON: Statement = {
  name: 'sites-of-person',
  text: `SELECT s.id, s.name FROM site s
    WHERE s.tenant_id = $1 AND s.deleted_at IS NULL AND ($3 = 'admin' OR EXISTS (
      SELECT FROM user_site u WHERE u.tenant_id = $1 AND u.user_id = $2 AND u.site_id = s.id))
    ORDER BY s.name, s.id LIMIT 500`,
};
const LOGGED_IN: Statement = {
  name: 'person-logged-in',
  text: 'UPDATE app_user SET last_login = $3 WHERE tenant_id = $1 AND id = $2',
};
const REHASH: Statement = {
  name: 'person-rehash',
  text: 'UPDATE app_user SET hashed_password = $3 WHERE tenant_id = $1 AND id = $2',
};

export async function personById(tx: ReadHandle, id: UserId): Promise<PersonRecord | undefined> {
  const row = await tx.one(PERSON, [tx.tenantId, id]);
  return (
    row && {
      id,
      fullName: String(row.full_name),
      role: row.role as Role,
      active: row.active === 't',
      hashedPassword: String(row.hashed_password),
    }
  );
}

export async function sitesOf(
  tx: ReadHandle,
  person: { readonly id: UserId; readonly role: Role },
): Promise<NamedSite[]> {
  const rows = await tx.all(SITES_OF_PERSON, [tx.tenantId, person.id, person.role]);
  return rows.map(({ id, name }) => ({ id: id as SiteId, name: String(name) }));
}

export async function saveLogin(tx: WriteHandle, env: Env, id: UserId): Promise<void> {
  await tx.run(LOGGED_IN, [tx.tenantId, id, instantText(env.now())]);
}

export async function saveHash(tx: WriteHandle, id: UserId, hashed: string): Promise<void> {
  await tx.run(REHASH, [tx.tenantId, id, hashed]);
}

/** The principal of a person in one of their sessions. */
export function principalOf(
  tenantId: TenantId,
  person: { readonly id: UserId; readonly role: Role },
  sites: readonly NamedSite[],
  sessionId: SessionId,
): PrincipalOf<'user'> {
  const siteIds = person.role === 'admin' ? null : sites.map(({ id }) => id);
  return {
    kind: 'user',
    tenantId,
    userId: person.id,
    sessionId,
    role: person.role,
    siteIds,
    serviceIds: null,
  };
}
