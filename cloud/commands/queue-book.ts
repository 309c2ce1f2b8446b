/** The orders of a site as its rows say them: policies, what the priority classes weigh, and whose turn it is. */
import {
  bookNeeds,
  type QueueBook,
  type QueuePolicy,
  queueBook,
  type ServiceId,
  type SiteRow,
} from '@totem/domain';
import type { ReadHandle, Statement } from '../db/with-tenant.ts';

const OWN_POLICIES: Statement = {
  name: 'services-with-a-policy',
  text: `SELECT id, queue_policy FROM service
    WHERE tenant_id = $1 AND queue_policy IS NOT NULL AND deleted_at IS NULL ORDER BY id`,
};
const WEIGHTS: Statement = {
  name: 'weights-of-classes',
  text: 'SELECT id, weight FROM priority_class WHERE tenant_id = $1',
};

/** By a call's own word how it ranked, where it has one: a booked time counts as the tenant chose. */
const PREFERENTIAL = "coalesce((why -> 'inputs' ->> 'tier')::int4, priority) > 0";
/** The last first calls of a site; being called again is no turn. */
export const RECENT_CALLS: Statement = {
  name: 'recent-first-calls',
  text: `SELECT ${PREFERENTIAL} AS preferential FROM call
    WHERE tenant_id = $1 AND site_id = $2 AND why ->> 'policy' <> 'recall'
    ORDER BY business_day DESC, number DESC LIMIT $3`,
};
export const RECENT_CALLS_OF_SERVICE: Statement = {
  name: 'recent-first-calls-of-service',
  text: `SELECT ${PREFERENTIAL.replace('priority)', 'call.priority)')} AS preferential FROM call
    JOIN ticket ON ticket.tenant_id = call.tenant_id AND ticket.id = call.ticket_id AND ticket.service_id = $4
    WHERE call.tenant_id = $1 AND call.site_id = $2 AND why ->> 'policy' <> 'recall'
    ORDER BY call.business_day DESC, call.number DESC LIMIT $3`,
};

type PolicySite = Pick<SiteRow, 'id' | 'queueRules' | 'tenantQueuePolicy'>;

/** What is configured, read ahead of any lock; `at` adds whose turn it is, which only the tenant's lock keeps true. */
export interface BookRules {
  at(now: number): Promise<QueueBook>;
}

export async function bookRules(tx: ReadHandle, site: PolicySite): Promise<BookRules> {
  const services = (await tx.all(OWN_POLICIES, [tx.tenantId])).map(({ id, queue_policy }) => ({
    id: id as ServiceId,
    // A policy, as the API's schema has let it in.
    queuePolicy: JSON.parse(String(queue_policy)) as QueuePolicy,
  }));
  const needs = bookNeeds(site, services);
  const weights = needs.weights ? await tx.all(WEIGHTS, [tx.tenantId]) : [];
  return {
    at: async (now) => {
      const recent = new Map(
        await Promise.all(
          needs.recent.map(
            async ({ serviceId, turns }) =>
              [serviceId, await recentCalls(tx, site, serviceId, turns)] as const,
          ),
        ),
      );
      return queueBook({
        site,
        services,
        now,
        weights: Object.fromEntries(weights.map(({ id, weight }) => [String(id), Number(weight)])),
        recent: (serviceId) => recent.get(serviceId) ?? [],
      });
    },
  };
}

/** The orders of a site now. For a choice, ask `bookRules` and then the turn under the tenant's lock. */
export async function bookOf(tx: ReadHandle, site: PolicySite, now: number): Promise<QueueBook> {
  return (await bookRules(tx, site)).at(now);
}

async function recentCalls(
  tx: ReadHandle,
  site: PolicySite,
  serviceId: string | null,
  turns: number,
): Promise<boolean[]> {
  const rows = await (serviceId === null
    ? tx.all(RECENT_CALLS, [tx.tenantId, site.id, turns])
    : tx.all(RECENT_CALLS_OF_SERVICE, [tx.tenantId, site.id, turns, serviceId]));
  return rows.map(({ preferential }) => preferential === 't');
}
