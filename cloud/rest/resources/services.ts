/** Services, as resources. */
import { mayAt, type SiteId } from '@totem/domain';
import { eq, isNull, or, type SQL, sql } from 'drizzle-orm';
import { ticket } from '../../db/schema/queue.ts';
import { service } from '../../db/schema/tenancy.ts';
import { actsEverywhere, configuredHandlers, requireOpenSites } from '../configured.ts';
import { openTicketWhere } from '../open-ticket.ts';
import type { ResourceSpec } from '../resource.ts';

/** Services of one tenant. */
const SERVICES_MAX = 500;

type ServiceRow = typeof service.$inferSelect;

const SERVICES: ResourceSpec<typeof service, ReturnType<typeof view>> = {
  entity: 'service',
  table: service,
  view,
  sitesFilter: offeredAtOneOf,
  mayWrite: (principal, { siteIds }) =>
    siteIds === null ? actsEverywhere(principal) : siteIds.every((id) => mayAt(principal, id)),
  max: SERVICES_MAX,
  usedBy: (tx, { id }) => openTicketWhere(tx, eq(ticket.serviceId, id)),
};

export const serviceHandlers = configuredHandlers('Service', 'Services', SERVICES, {
  where: ({ siteId, active }) => [
    siteId === undefined ? undefined : offeredAtOneOf([siteId]),
    active === undefined ? undefined : eq(service.active, active),
  ],
  checkNew: (tx, { principal, body }) => requireOpenSites(tx, principal, 'siteIds', body.siteIds ?? []),
  checkChange: (tx, { principal, body }) => requireOpenSites(tx, principal, 'siteIds', body.siteIds ?? []),
});

function view({ tenantId: _, ...row }: ServiceRow) {
  return row;
}

/** Services that all sites offer, or one of these. */
function offeredAtOneOf(siteIds: readonly SiteId[]): SQL {
  const list = sql.join(
    siteIds.map((id) => sql`${id}`),
    sql`, `,
  );
  const some = siteIds.length === 0 ? undefined : sql`${service.siteIds} ?| ARRAY[${list}]::text[]`;
  return or(isNull(service.siteIds), some) as SQL;
}
