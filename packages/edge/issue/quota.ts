/**
 * How many tickets of a service a site has given on a day, as far as this totem knows: its own, and what the cloud has sent
 * of the others. Totems that cannot see each other may together give more than the quota; none gives more alone.
 */
import type { ServiceId, SiteId } from '@totem/domain';
import type { ReadHandle } from '../store/connection.ts';

const ISSUED = `
  SELECT count(*) AS issued FROM ticket
  WHERE site_id = ? AND service_id = ? AND business_day = ? AND reason IS NOT 'issued_by_mistake'`;

/** Tickets that were issued by mistake are not counted. */
export function countIssued(db: ReadHandle, siteId: SiteId, serviceId: ServiceId, day: string): number {
  return Number(db.one(ISSUED, siteId, serviceId, day)?.issued ?? 0);
}
