/** What somebody may do as they sign in or refresh: their role, where they work, and what they may serve there. */
import {
  PLATFORM_TENANT_ID,
  type PrincipalOf,
  type Role,
  type ServiceId,
  type SessionId,
  type SiteId,
} from '@totem/domain';
import type { ReadHandle, Statement } from '../db/with-tenant.ts';
import type { Account } from './holder.ts';

export interface NamedSite {
  readonly id: SiteId;
  readonly name: string;
}

/** An admin works at every site; others at those that they are given. */
const SITES_OF_PERSON: Statement = {
  name: 'sites-of-person',
  text: `SELECT s.id, s.name FROM site s
    WHERE s.tenant_id = $1 AND s.deleted_at IS NULL AND ($3 = 'admin' OR EXISTS (
      SELECT FROM user_site u WHERE u.tenant_id = $1 AND u.user_id = $2 AND u.site_id = s.id))
    ORDER BY s.name, s.id LIMIT 500`,
};
const SERVICES_OF_PERSON: Statement = {
  name: 'services-of-person',
  text: 'SELECT service_id FROM user_service WHERE tenant_id = $1 AND user_id = $2 ORDER BY service_id LIMIT 1000',
};

/** The sites of an account, as a screen lists them; an owner of the platform has none. */
export async function sitesOf(tx: ReadHandle, { holder, role }: Account): Promise<NamedSite[]> {
  if (holder.kind === 'owner') return [];
  const rows = await tx.all(SITES_OF_PERSON, [tx.tenantId, holder.id, role]);
  return rows.map(({ id, name }) => ({ id: id as SiteId, name: String(name) }));
}

/** The principal of an account in one of its sessions. */
export async function principalOf(
  tx: ReadHandle,
  account: Account,
  sites: readonly NamedSite[],
  sessionId: SessionId,
): Promise<PrincipalOf<'user' | 'owner'>> {
  const { holder, role } = account;
  if (holder.kind === 'owner')
    return { kind: 'owner', tenantId: PLATFORM_TENANT_ID, ownerId: holder.id, sessionId };
  const services = await tx.all(SERVICES_OF_PERSON, [tx.tenantId, holder.id]);
  return {
    kind: 'user',
    tenantId: tx.tenantId,
    userId: holder.id,
    sessionId,
    role: role as Role,
    siteIds: role === 'admin' ? null : sites.map(({ id }) => id),
    serviceIds: services.length === 0 ? null : services.map(({ service_id }) => service_id as ServiceId),
  };
}
