/** Sites, as resources. */
import { mayAt } from '@totem/domain';
import { and, eq, ilike, inArray, isNull, notInArray } from 'drizzle-orm';
import { ticket } from '../../db/schema/queue.ts';
import { counter, site } from '../../db/schema/tenancy.ts';
import { configuredHandlers } from '../configured.ts';
import type { ResourceSpec } from '../resource.ts';
import { containing } from '../search-text.ts';

/** Branches of one tenant. */
const SITES_MAX = 1_000;

type SiteRow = typeof site.$inferSelect;

const SITES: ResourceSpec<typeof site, ReturnType<typeof view>> = {
  entity: 'site',
  table: site,
  view,
  sitesFilter: (siteIds) => inArray(site.id, [...siteIds]),
  mayWrite: (principal, { id }) => mayAt(principal, id),
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

export const siteHandlers = configuredHandlers('Site', 'Sites', SITES, {
  where: ({ search }) => [search === undefined ? undefined : ilike(site.name, containing(search))],
});

function view({ tenantId: _, ...row }: SiteRow) {
  return row;
}
