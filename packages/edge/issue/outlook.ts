/** What each service's queue holds for whoever takes a ticket now: people ahead, the expected wait, and what is left of a quota. */
import {
  businessDay,
  type CounterRow,
  counterTable,
  expectedWaitMinutes,
  isOfferedAt,
  type PriorityClassRow,
  priorityClassTable,
  rowFromSql,
  type ServiceOutlook,
  type ServiceRow,
  type SiteRow,
  serviceTable,
  siteTable,
} from '@totem/domain';
import type { Device } from '../device.ts';
import type { ReadHandle } from '../store/connection.ts';
import { rowByKey } from '../store/rows.ts';
import { countIssued } from './quota.ts';

/** How many of today's services say how long one takes. */
const SERVED_LATELY = 20;

const WAITING = `
  SELECT service_id, priority, count(*) AS people FROM ticket
  WHERE site_id = ? AND state = 'waiting' AND held_reason IS NULL GROUP BY service_id, priority`;
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
  const waiting = db.all(WAITING, site.id);
  const counters = db.all(OPEN_COUNTERS, site.id).map((raw): CounterRow => rowFromSql(counterTable, raw));
  const tiers = tiersOf(
    db.all('SELECT * FROM priority_class').map((raw) => rowFromSql(priorityClassTable, raw)),
  );
  return db
    .all('SELECT * FROM service WHERE deleted_at IS NULL')
    .map((raw): ServiceRow => rowFromSql(serviceTable, raw))
    .filter((service) => isOfferedAt(service, site.id))
    .map((service) => {
      const day = businessDay(now, site);
      const queue = waiting
        .filter((row) => row.service_id === service.id)
        .map((row) => ({ tier: Number(row.priority), people: Number(row.people) }));
      const servedMs = db.all(SERVED, site.id, day, service.id, SERVED_LATELY).map(({ ms }) => Number(ms));
      return {
        serviceId: service.id,
        quotaLeft: quotaLeft(db, site, service, day),
        tiers: tiers.map((tier) => {
          const peopleAhead = queue
            .filter((others) => others.tier >= tier)
            .reduce((sum, { people }) => sum + people, 0);
          const waitMinutes = expectedWaitMinutes({
            peopleAhead,
            openCounters: counters.filter((counter) => serves(counter, service, tier)).length,
            durationMinutes: service.durationMinutes,
            servedMs,
          });
          return { tier, peopleAhead, waitMinutes };
        }),
      };
    });
}

function tiersOf(classes: readonly PriorityClassRow[]): number[] {
  const tiers = classes
    .filter(({ deletedAt, active }) => deletedAt === null && active)
    .map(({ tier }) => tier);
  return [...new Set(tiers)].sort((a, b) => a - b);
}

function serves(counter: CounterRow, service: ServiceRow, tier: number): boolean {
  const { serviceIds, priorityFrom } = counter;
  return (serviceIds === null || serviceIds.includes(service.id)) && tier >= (priorityFrom ?? 0);
}

function quotaLeft(db: ReadHandle, site: SiteRow, service: ServiceRow, day: string): number | null {
  if (service.dailyQuota === null) return null;
  return Math.max(0, service.dailyQuota - countIssued(db, site.id, service.id, day));
}
