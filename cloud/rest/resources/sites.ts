/** Sites, as resources. */
import type { Routes } from '@totem/api';
import {
  type EquipmentId,
  instantText,
  kioskSettingsOf,
  mayAt,
  queueRulesOf,
  type SiteId,
} from '@totem/domain';
import { and, eq, ilike, inArray, isNull } from 'drizzle-orm';
import { ticket } from '../../db/schema/queue.ts';
import { counter, equipment, site } from '../../db/schema/tenancy.ts';
import type { ReadHandle } from '../../db/with-tenant.ts';
import { beginTerm } from '../../hub/terms.ts';
import { configuredHandlers } from '../configured.ts';
import { type Handler, write } from '../mount.ts';
import { openTicketWhere } from '../open-ticket.ts';
import { getRow, missing, type ResourceSpec, updateRow } from '../resource.ts';
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
    const open = await openTicketWhere(tx, eq(ticket.siteId, id));
    if (open !== undefined) return open;
    const [active] = await tx.orm
      .select({ name: counter.name })
      .from(counter)
      .where(and(eq(counter.tenantId, tx.tenantId), eq(counter.siteId, id), isNull(counter.deletedAt)))
      .limit(1);
    return active?.name;
  },
};

export const siteHandlers = {
  ...configuredHandlers('Site', 'Sites', SITES, {
    where: ({ search }) => [search === undefined ? undefined : ilike(site.name, containing(search))],
  }),
  moveHub: write(async (tx, asked) => {
    const { equipmentId } = asked.body;
    const before = await getRow(tx, SITES, asked.principal, asked.params.id);
    await requireTotem(tx, before.id, equipmentId);
    const isMoved = before.hubEquipmentId !== equipmentId;
    const changes = isMoved ? { hubEquipmentId: equipmentId, hubTerm: before.hubTerm + 1 } : {};
    // Who has seen another version has decided about another hub; the row is locked from here on.
    const row = await updateRow(tx, SITES, asked, before.id, changes);
    if (isMoved) await beginTerm(tx, row, instantText(asked.env.now()));
    return { body: view(row), version: row.version };
  }),
} satisfies { [N in keyof Routes]?: Handler<Routes[N]> };

/** @throws ProblemError `reference_not_found`: only a totem of the site that may speak can be its hub. */
async function requireTotem(tx: ReadHandle, siteId: SiteId, equipmentId: EquipmentId | null): Promise<void> {
  if (equipmentId === null) return;
  const [found] = await tx.orm
    .select({ id: equipment.id })
    .from(equipment)
    .where(
      and(
        eq(equipment.tenantId, tx.tenantId),
        eq(equipment.id, equipmentId),
        eq(equipment.siteId, siteId),
        eq(equipment.type, 'totem'),
        isNull(equipment.deletedAt),
        isNull(equipment.suspendedAt),
      ),
    );
  if (found === undefined) throw missing('equipmentId');
}

/** `theme` and the tenant's policy are told there. */
function view({ tenantId: _, theme: _theme, tenantQueuePolicy: _policy, ...row }: SiteRow) {
  return { ...row, queueRules: queueRulesOf(row), kiosk: kioskSettingsOf(row) };
}
