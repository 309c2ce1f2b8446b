/** What a totem is told of its site: people, devices, and where its hub is; see `HubDirectory`. */
import {
  DEVICE_TYPES,
  type Env,
  type EquipmentId,
  instantText,
  type PrincipalOf,
  ProblemError,
  type Role,
  type ServiceId,
  type SiteId,
  type UserId,
} from '@totem/domain';
import {
  DEVICES_OF_SITE_MAX,
  type HubAnnouncement,
  type HubDirectory,
  PEOPLE_OF_SITE_MAX,
  type SiteDesk,
} from '@totem/sync/hub';
import { lacksFactor } from '../access/second-factor.ts';
import type { ReadHandle, Statement, WriteHandle } from '../db/with-tenant.ts';

const HUB: Statement = {
  name: 'hub-of-site',
  text: `SELECT s.hub_equipment_id, s.hub_term, h.url, h.authority FROM site s
    LEFT JOIN site_hub h ON h.tenant_id = s.tenant_id AND h.site_id = s.id AND h.term = s.hub_term
    WHERE s.tenant_id = $1 AND s.id = $2 AND s.deleted_at IS NULL`,
};
/** An admin works at every site; others at those that they are given. Who must set up a second factor first works nowhere. */
const PEOPLE: Statement = {
  name: 'hub-people',
  text: `SELECT u.id, u.full_name, u.username, u.role,
      CASE WHEN u.role <> 'admin' THEN (SELECT jsonb_agg(s.site_id ORDER BY s.site_id) FROM user_site s
        WHERE s.tenant_id = u.tenant_id AND s.user_id = u.id) END AS site_ids,
      (SELECT jsonb_agg(v.service_id ORDER BY v.service_id) FROM user_service v
        WHERE v.tenant_id = u.tenant_id AND v.user_id = u.id) AS service_ids
    FROM app_user u JOIN tenant t ON t.id = u.tenant_id
    WHERE u.tenant_id = $1 AND u.active AND u.deleted_at IS NULL AND NOT ${lacksFactor('u', 't')} AND (u.role = 'admin' OR EXISTS (
      SELECT FROM user_site s WHERE s.tenant_id = u.tenant_id AND s.user_id = u.id AND s.site_id = $2))
    ORDER BY u.id LIMIT ${PEOPLE_OF_SITE_MAX}`,
};
const DEVICES: Statement = {
  name: 'hub-devices',
  text: `SELECT id, type, public_key FROM equipment
    WHERE tenant_id = $1 AND site_id = $2 AND deleted_at IS NULL AND suspended_at IS NULL
      AND type IN ('totem', 'panel', 'display')
    ORDER BY id LIMIT ${DEVICES_OF_SITE_MAX}`,
};
/** Only the hub of now says where it is. */
const ANNOUNCE: Statement = {
  name: 'hub-announce',
  text: `UPDATE site_hub h SET url = $4, authority = $5, announced_at = $6 FROM site s
    WHERE s.tenant_id = $1 AND s.id = $2 AND s.hub_equipment_id = $3
      AND h.tenant_id = s.tenant_id AND h.site_id = s.id AND h.term = s.hub_term`,
};

/** @param tokenKey the public key of access tokens. @throws ProblemError `not_found` for a site that was closed. */
export async function directoryOf(
  tx: ReadHandle,
  env: Env,
  siteId: SiteId,
  tokenKey: string,
): Promise<HubDirectory> {
  const site = await tx.one(HUB, [tx.tenantId, siteId]);
  if (site === undefined) throw new ProblemError('not_found');
  const equipmentId = site.hub_equipment_id as EquipmentId | null;
  return {
    serverTime: instantText(env.now()),
    hub:
      equipmentId === null
        ? null
        : {
            equipmentId,
            term: Number(site.hub_term),
            url: site.url ?? null,
            authority: site.authority ?? null,
          },
    tokenKey,
    people: (await tx.all(PEOPLE, [tx.tenantId, siteId])).map((row) => ({
      userId: row.id as UserId,
      fullName: String(row.full_name),
      username: String(row.username),
      role: row.role as Role,
      // Ids, as the statement above has put them together.
      siteIds: JSON.parse(row.site_ids ?? 'null') as SiteId[] | null,
      serviceIds: JSON.parse(row.service_ids ?? 'null') as ServiceId[] | null,
    })),
    devices: (await tx.all(DEVICES, [tx.tenantId, siteId])).flatMap((row) => {
      const type = DEVICE_TYPES.find((known) => known === row.type);
      return type === undefined
        ? []
        : [{ equipmentId: row.id as EquipmentId, type, publicKey: row.public_key ?? null }];
    }),
  };
}

/** What a screen of a site must know; see `SiteDesk`. @param isPerson others give nobody a ticket. @throws ProblemError `not_found` */
export async function deskOf(tx: ReadHandle, siteId: SiteId, isPerson: boolean): Promise<SiteDesk> {
  const site = await tx.one(HUB, [tx.tenantId, siteId]);
  if (site === undefined) throw new ProblemError('not_found');
  const equipmentId = site.hub_equipment_id as EquipmentId | null;
  const people = isPerson ? await tx.all(PEOPLE, [tx.tenantId, siteId]) : [];
  return {
    hub: equipmentId === null ? null : { equipmentId, term: Number(site.hub_term), url: site.url ?? null },
    people: people
      .filter(({ role }) => role !== 'technician')
      .map(({ id, full_name: fullName }) => ({ userId: id as UserId, fullName: String(fullName) })),
  };
}

/** Keeps where the hub serves. @throws ProblemError `not_the_hub` */
export async function announceHub(
  tx: WriteHandle,
  env: Env,
  { siteId, equipmentId }: PrincipalOf<'device'>,
  { url, authority }: HubAnnouncement,
): Promise<void> {
  const at = instantText(env.now());
  const kept = await tx.run(ANNOUNCE, [tx.tenantId, siteId, equipmentId, url, authority, at]);
  if (kept === 0) throw new ProblemError('not_the_hub');
}
