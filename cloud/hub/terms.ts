/** The terms of a site's hubs: who held which, and what may be written in it. */
import type { EquipmentId, SiteId, SiteRow } from '@totem/domain';
import { ProblemError } from '@totem/domain';
import type { ReadHandle, Statement, WriteHandle } from '../db/with-tenant.ts';

const TERMS_HELD: Statement = {
  name: 'hub-terms-held',
  text: 'SELECT term FROM site_hub WHERE tenant_id = $1 AND site_id = $2 AND equipment_id = $3',
};
const BEGIN: Statement = {
  name: 'hub-term-begin',
  text: `INSERT INTO site_hub (tenant_id, site_id, term, equipment_id, since) VALUES ($1, $2, $3, $4, $5)`,
};

/** The terms in which a device was the hub of a site. */
export async function termsHeld(
  tx: ReadHandle,
  siteId: SiteId,
  equipmentId: EquipmentId,
): Promise<ReadonlySet<number>> {
  const rows = await tx.all(TERMS_HELD, [tx.tenantId, siteId, equipmentId]);
  return new Set(rows.map(({ term }) => Number(term)));
}

/** Writes down that a term has begun; without a device the cloud serves the site itself. */
export async function beginTerm(
  tx: WriteHandle,
  site: Pick<SiteRow, 'id' | 'hubTerm' | 'hubEquipmentId'>,
  at: string,
): Promise<void> {
  await tx.run(BEGIN, [tx.tenantId, site.id, site.hubTerm, site.hubEquipmentId, at]);
}

/** @throws ProblemError `hub_serves_site`: the queue of a site is commanded in one place only. */
export function requireServedHere({ hubEquipmentId, hubTerm }: SiteRow): void {
  if (hubEquipmentId !== null)
    throw new ProblemError('hub_serves_site', { extra: { hubEquipmentId, hubTerm } });
}
