/** Services, as resources. */
import type { Routes } from '@totem/api';
import { ProblemError, type SiteId } from '@totem/domain';
import { and, count, eq, inArray, isNull, or, type SQL, sql } from 'drizzle-orm';
import { ticket } from '../../db/schema/queue.ts';
import { service, site } from '../../db/schema/tenancy.ts';
import type { ReadHandle } from '../../db/with-tenant.ts';
import { type Handler, read, write } from '../mount.ts';
import { createRow, deleteRow, getRow, listRows, type ResourceSpec, updateRow } from '../resource.ts';

/** Services of one tenant. */
const SERVICES_MAX = 500;

type ServiceRow = typeof service.$inferSelect;

const SERVICES: ResourceSpec<typeof service, ReturnType<typeof view>> = {
  entity: 'service',
  table: service,
  view,
  sitesFilter: offeredAtOneOf,
  max: SERVICES_MAX,
  usedBy: async (tx, { id }) => {
    const [waiting] = await tx.orm
      .select({ code: ticket.code })
      .from(ticket)
      .where(
        and(
          eq(ticket.tenantId, tx.tenantId),
          eq(ticket.serviceId, id),
          inArray(ticket.state, ['created', 'waiting', 'called', 'in_service']),
        ),
      )
      .limit(1);
    return waiting?.code;
  },
};

export const serviceHandlers = {
  listServices: read(async (tx, { principal, query }) => ({
    body: await listRows(
      tx,
      SERVICES,
      principal,
      query,
      query.siteId === undefined ? undefined : offeredAtOneOf([query.siteId]),
      query.active === undefined ? undefined : eq(service.active, query.active),
    ),
  })),
  createService: write(async (tx, asked) => {
    await requireSites(tx, asked.body.siteIds);
    return answered(await createRow(tx, SERVICES, asked, asked.body));
  }),
  getService: read(async (tx, { principal, params }) =>
    answered(await getRow(tx, SERVICES, principal, params.id)),
  ),
  updateService: write(async (tx, asked) => {
    await requireSites(tx, asked.body.siteIds ?? null);
    return answered(await updateRow(tx, SERVICES, asked, asked.params.id, asked.body));
  }),
  deleteService: write(async (tx, asked) => {
    await deleteRow(tx, SERVICES, asked, asked.params.id);
    return { body: undefined };
  }),
} satisfies { [N in keyof Routes]?: Handler<Routes[N]> };

function view({ tenantId: _, ...row }: ServiceRow) {
  return row;
}

function answered(row: ServiceRow) {
  return { body: view(row), version: row.version };
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

/** A list of ids is no reference that the database could check. @throws ProblemError `reference_not_found` */
async function requireSites(tx: ReadHandle, siteIds: readonly SiteId[] | null): Promise<void> {
  if (siteIds === null) return;
  const [row] = await tx.orm
    .select({ known: count() })
    .from(site)
    .where(and(eq(site.tenantId, tx.tenantId), inArray(site.id, [...siteIds]), isNull(site.deletedAt)));
  if (row?.known !== siteIds.length)
    throw new ProblemError('reference_not_found', { params: { field: 'siteIds' } });
}
