/** The orders of a site as its rows on this totem say them: policies, what the priority classes weigh, and whose turn it is. */
import {
  bookNeeds,
  type QueueBook,
  queueBook,
  rowFromSql,
  type SiteRow,
  STRICT_BOOK,
  serviceTable,
  siteTable,
} from '@totem/domain';
import type { ReadHandle } from '../store/connection.ts';

const OWN_POLICIES =
  'SELECT * FROM service WHERE queue_policy IS NOT NULL AND deleted_at IS NULL ORDER BY id';
const WEIGHTS = 'SELECT id, weight FROM priority_class';

/** By a call's own word how it ranked, where it has one: a booked time counts as the tenant chose. */
const PREFERENTIAL = "coalesce(json_extract(call.why, '$.inputs.tier'), call.priority) > 0 AS preferential";
/** The last first calls of a site; being called again is no turn. */
export const RECENT_CALLS = `SELECT ${PREFERENTIAL} FROM call
  WHERE site_id = ? AND json_extract(why, '$.policy') <> 'recall' ORDER BY business_day DESC, number DESC LIMIT ?`;
export const RECENT_CALLS_OF_SERVICE = `SELECT ${PREFERENTIAL} FROM call
  JOIN ticket ON ticket.tenant_id = call.tenant_id AND ticket.id = call.ticket_id AND ticket.service_id = ?
  WHERE call.site_id = ? AND json_extract(call.why, '$.policy') <> 'recall'
  ORDER BY call.business_day DESC, call.number DESC LIMIT ?`;

/** The orders of the site now; strict before anything is known of it. */
export function bookOf(db: ReadHandle, siteId: string, now: number): QueueBook {
  const raw = db.one('SELECT * FROM site WHERE id = ?', siteId);
  return raw === undefined ? STRICT_BOOK : bookOfSite(db, rowFromSql(siteTable, raw), now);
}

export function bookOfSite(
  db: ReadHandle,
  site: Pick<SiteRow, 'id' | 'queueRules' | 'tenantQueuePolicy'>,
  now: number,
): QueueBook {
  const services = db.all(OWN_POLICIES).map((raw) => rowFromSql(serviceTable, raw));
  const needs = bookNeeds(site, services);
  const weights = needs.weights ? db.all(WEIGHTS) : [];
  return queueBook({
    site,
    services,
    now,
    weights: Object.fromEntries(weights.map(({ id, weight }) => [String(id), Number(weight)])),
    recent: (serviceId) => {
      const turns = needs.recent.find((one) => one.serviceId === serviceId)?.turns ?? 0;
      const rows =
        serviceId === null
          ? db.all(RECENT_CALLS, site.id, turns)
          : db.all(RECENT_CALLS_OF_SERVICE, serviceId, site.id, turns);
      return rows.map(({ preferential }) => preferential === 1);
    },
  });
}
