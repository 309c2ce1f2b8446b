/** What each service's queue holds for whoever takes a ticket now: people ahead, the expected wait, and what is left of a quota. */
import {
  businessDay,
  type CounterRow,
  counterTable,
  expectedWaitMinutes,
  instantText,
  isOfferedAt,
  type PriorityClassRow,
  peopleAhead,
  priorityClassTable,
  type QueuedTicket,
  rowFromSql,
  type ServiceOutlook,
  type ServiceRow,
  type SiteRow,
  serviceTable,
  siteTable,
  type TicketRow,
  ticketTable,
} from '@totem/domain';
import type { Device } from '../device.ts';
import type { ReadHandle } from '../store/connection.ts';
import { rowByKey } from '../store/rows.ts';
import { bookOfSite } from './queue-book.ts';
import { countIssued } from './quota.ts';

/** How many of today's services say how long one takes. */
const SERVED_LATELY = 20;

const WAITING = "SELECT * FROM ticket WHERE site_id = ? AND state = 'waiting' AND held_reason IS NULL";
/** Sorts after every other: whoever comes now comes last. */
const LAST_ID = 'ffffffff-ffff-7fff-bfff-ffffffffffff' as TicketRow['id'];
const OPEN_COUNTERS = `
  SELECT c.* FROM operator_session AS s JOIN counter AS c ON c.tenant_id = s.tenant_id AND c.id = s.counter_id
  WHERE s.site_id = ? AND s.until IS NULL AND s.paused_reason IS NULL AND c.active = 1 AND c.deleted_at IS NULL`;
const SERVED = `
  SELECT cast((julianday(ended_at) - julianday(started_at)) * 86400000 AS INTEGER) AS ms FROM ticket
  WHERE site_id = ? AND business_day = ? AND service_id = ? AND state = 'finished' AND started_at IS NOT NULL
  ORDER BY ended_at DESC LIMIT ?`;

/** The outlook of every service of the site; empty before the site is known. */
export function outlookOf(db: ReadHandle, device: Device, now: number): ServiceOutlook[] {
  const site = rowByKey(db, siteTable, device.tenantId, device.siteId);
  if (site === undefined) return [];
  const waiting = Map.groupBy(
    db.all(WAITING, site.id).map((raw): TicketRow => rowFromSql(ticketTable, raw)),
    (ticket) => ticket.serviceId,
  );
  const book = bookOfSite(db, site, now);
  const counters = db.all(OPEN_COUNTERS, site.id).map((raw): CounterRow => rowFromSql(counterTable, raw));
  const tiers = classesByTier(
    db.all('SELECT * FROM priority_class').map((raw) => rowFromSql(priorityClassTable, raw)),
  );
  return db
    .all('SELECT * FROM service WHERE deleted_at IS NULL')
    .map((raw): ServiceRow => rowFromSql(serviceTable, raw))
    .filter((service) => isOfferedAt(service, site.id))
    .map((service) => {
      const day = businessDay(now, site);
      const queue = waiting.get(service.id) ?? [];
      const servedMs = db.all(SERVED, site.id, day, service.id, SERVED_LATELY).map(({ ms }) => Number(ms));
      return {
        serviceId: service.id,
        quotaLeft: quotaLeft(db, site, service, day),
        tiers: tiers.map(({ tier, id: priorityClassId }) => {
          const comer = comesNow(service, { tier, priorityClassId, now });
          const ahead = peopleAhead(queue, comer, book);
          const waitMinutes = expectedWaitMinutes({
            peopleAhead: ahead,
            openCounters: counters.filter((counter) => serves(counter, service, tier)).length,
            durationMinutes: service.durationMinutes,
            servedMs,
          });
          return { tier, peopleAhead: ahead, waitMinutes };
        }),
      };
    });
}

/** One class for each tier, the lightest: nobody is promised too much. */
function classesByTier(classes: readonly PriorityClassRow[]): PriorityClassRow[] {
  const offered = classes
    .filter(({ deletedAt, active }) => deletedAt === null && active)
    .sort((a, b) => a.tier - b.tier || a.weight - b.weight);
  return offered.filter(({ tier }, index) => tier !== offered[index - 1]?.tier);
}

/** The ticket of somebody who takes one now. */
function comesNow(
  service: ServiceRow,
  who: Pick<TicketRow, 'priorityClassId'> & { readonly tier: number; readonly now: number },
): QueuedTicket {
  return {
    id: LAST_ID,
    state: 'waiting',
    heldReason: null,
    serviceId: service.id,
    priority: who.tier,
    priorityClassId: who.priorityClassId,
    addressedOperatorId: null,
    addressedCounterId: null,
    waitingSince: instantText(who.now),
    appointmentAt: null,
  };
}

function serves(counter: CounterRow, service: ServiceRow, tier: number): boolean {
  const { serviceIds, priorityFrom } = counter;
  return (serviceIds === null || serviceIds.includes(service.id)) && tier >= (priorityFrom ?? 0);
}

function quotaLeft(db: ReadHandle, site: SiteRow, service: ServiceRow, day: string): number | null {
  if (service.dailyQuota === null) return null;
  return Math.max(0, service.dailyQuota - countIssued(db, site.id, service.id, day));
}
