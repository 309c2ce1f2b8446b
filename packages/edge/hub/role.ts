/** Whether this totem is the hub of its site, and in which term: what the cloud last said, so it holds without a link too. */
import { type SiteRow, siteTable } from '@totem/domain';
import type { Device } from '../device.ts';
import type { ReadHandle } from '../store/connection.ts';
import { rowByKey } from '../store/rows.ts';

export interface HubRole {
  readonly site: SiteRow;
  /** Raised each time the role moves: whoever comes back with a lower one only hands over its entries. */
  readonly term: number;
}

/** The role of this totem; undefined when it has none, or its site is not there yet. */
export function hubRole(db: ReadHandle, device: Device): HubRole | undefined {
  const site = rowByKey(db, siteTable, device.tenantId, device.siteId);
  if (site === undefined || site.deletedAt !== null || site.hubEquipmentId !== device.equipmentId)
    return undefined;
  return { site, term: site.hubTerm };
}
