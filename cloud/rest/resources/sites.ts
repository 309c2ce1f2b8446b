/** Sites, as resources. */
import type { Routes } from '@totem/api';
import { and, eq, ilike, inArray, isNull, notInArray, type SQL } from 'drizzle-orm';
import { ticket } from '../../db/schema/queue.ts';
import { counter, site } from '../../db/schema/tenancy.ts';
import { type Handler, read, write } from '../mount.ts';
import { createRow, deleteRow, getRow, listRows, type ResourceSpec, updateRow } from '../resource.ts';
import { containing } from '../search-text.ts';

/** Branches of one tenant. */
const SITES_MAX = 1_000;

type SiteRow = typeof site.$inferSelect;

const SITES: ResourceSpec<typeof site, ReturnType<typeof view>> = {
  entity: 'site',
  table: site,
  view,
  sitesFilter: (siteIds) => inArray(site.id, [...siteIds]),
  siteOf: ({ id }) => id,
  unique: { site_tenant_id_slug_key: 'slug' },
  max: SITES_MAX,
  usedBy: async (tx, { id }) => {
    const [open] = await tx.orm
      .select({ code: ticket.code })
      .from(ticket)
      .where(
        and(
          eq(ticket.tenantId, tx.tenantId),
          eq(ticket.siteId, id),
          notInArray(ticket.state, ['finished', 'canceled', 'expired']),
        ),
      )
      .limit(1);
    if (open !== undefined) return open.code;
    const [active] = await tx.orm
      .select({ name: counter.name })
      .from(counter)
      .where(and(eq(counter.tenantId, tx.tenantId), eq(counter.siteId, id), isNull(counter.deletedAt)))
      .limit(1);
    return active?.name;
  },
};

export const siteHandlers = {
  listSites: read(async (tx, { principal, query }) => ({
    body: await listRows(tx, SITES, principal, query, nameLike(query.search)),
  })),
  createSite: write(async (tx, asked) => answered(await createRow(tx, SITES, asked, asked.body))),
  getSite: read(async (tx, { principal, params }) => answered(await getRow(tx, SITES, principal, params.id))),
  updateSite: write(async (tx, asked) =>
    answered(await updateRow(tx, SITES, asked, asked.params.id, asked.body)),
  ),
  deleteSite: write(async (tx, asked) => {
    await deleteRow(tx, SITES, asked, asked.params.id);
    return { body: undefined };
  }),
} satisfies { [N in keyof Routes]?: Handler<Routes[N]> };

function view({ tenantId: _, ...row }: SiteRow) {
  return row;
}

function answered(row: SiteRow) {
  return { body: view(row), version: row.version };
}

function nameLike(search: string | undefined): SQL | undefined {
  return search === undefined ? undefined : ilike(site.name, containing(search));
}
