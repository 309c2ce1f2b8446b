/** Devices, as resources: what people call them, where they stand, and whether they may work. */
import type { Routes } from '@totem/api';
import { epochMsOf, instantText, mayAt, type Principal, type SiteId } from '@totem/domain';
import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import { equipment, site } from '../../db/schema/tenancy.ts';
import type { ReadHandle, WriteHandle } from '../../db/with-tenant.ts';
import { requireOpenSites } from '../configured.ts';
import { record } from '../entries.ts';
import { type Asked, type Handler, read, write } from '../mount.ts';
import {
  createRow,
  deleteRow,
  getRow,
  listRows,
  missing,
  type ResourceSpec,
  updateRow,
} from '../resource.ts';

/** Devices of one tenant. */
const DEVICES_MAX = 10_000;
/** A device says that it is there every 30 s; one that missed two of them is away. */
const ONLINE_MS = 90_000;

type EquipmentRow = typeof equipment.$inferSelect;

const EQUIPMENT: ResourceSpec<typeof equipment, EquipmentRow> = {
  entity: 'equipment',
  table: equipment,
  view: (row) => row,
  sitesFilter: (siteIds) => inArray(equipment.siteId, [...siteIds]),
  mayWrite: (principal, { siteId }) => mayAt(principal, siteId),
  siteOf: ({ siteId }) => siteId,
  unique: { equipment_identifier_key: 'identifier', equipment_lane_key: 'lane' },
  max: DEVICES_MAX,
  hidden: ['publicKey', 'previousKey', 'previousKeyUntil'],
  usedBy: async (tx, { id }) => {
    const [attached] = await tx.orm
      .select({ name: equipment.identifier })
      .from(equipment)
      .where(
        and(eq(equipment.tenantId, tx.tenantId), eq(equipment.attachedTo, id), isNull(equipment.deletedAt)),
      )
      .limit(1);
    if (attached !== undefined) return attached.name;
    const [hubOf] = await tx.orm
      .select({ name: site.name })
      .from(site)
      .where(and(eq(site.tenantId, tx.tenantId), eq(site.hubEquipmentId, id), isNull(site.deletedAt)))
      .limit(1);
    return hubOf?.name;
  },
};

/** A device that the caller may see. @throws ProblemError `not_found` */
export async function equipmentRow(
  tx: ReadHandle,
  asked: { readonly principal: Principal; readonly params: { readonly id: string } },
): Promise<EquipmentRow> {
  return getRow(tx, EQUIPMENT, asked.principal, asked.params.id);
}

export const equipmentHandlers = {
  listEquipment: read(async (tx, { principal, query, env }) => {
    const { items, next } = await listRows(
      tx,
      EQUIPMENT,
      principal,
      query,
      query.siteId === undefined ? undefined : eq(equipment.siteId, query.siteId),
      query.type === undefined ? undefined : eq(equipment.type, query.type),
    );
    return { body: { items: items.map((row) => view(row, env.now())), next } };
  }),
  createEquipment: write(async (tx, asked) => {
    const { maintenance, ...body } = asked.body;
    await requireOpenSites(tx, asked.principal, 'siteId', [body.siteId]);
    await requireHost(tx, body.siteId, body.type, body.attachedTo);
    const lane = body.type === 'totem' ? await nextLane(tx, body.siteId) : null;
    const row = await createRow(tx, EQUIPMENT, asked, {
      ...body,
      lane,
      maintenanceSince: maintenance ? instantText(asked.env.now()) : null,
    });
    return answered(row, asked);
  }),
  getEquipment: read(async (tx, asked) =>
    answered(await getRow(tx, EQUIPMENT, asked.principal, asked.params.id), asked),
  ),
  updateEquipment: write(async (tx, asked) => {
    const { maintenance, ...body } = asked.body;
    const before = await getRow(tx, EQUIPMENT, asked.principal, asked.params.id);
    await requireHost(tx, before.siteId, before.type, body.attachedTo ?? null);
    const row = await updateRow(tx, EQUIPMENT, asked, asked.params.id, {
      ...body,
      ...(maintenance === undefined
        ? {}
        : {
            maintenanceSince: maintenance ? (before.maintenanceSince ?? instantText(asked.env.now())) : null,
          }),
    });
    return answered(row, asked);
  }),
  deleteEquipment: write(async (tx, asked) => {
    await deleteRow(tx, EQUIPMENT, asked, asked.params.id);
    const row = await getRow(tx, EQUIPMENT, asked.principal, asked.params.id);
    await record(tx, asked, { action: 'DEVICE_REVOKED', ...placed(row) });
    return { body: undefined };
  }),
  suspendEquipment: write(async (tx, asked) => {
    const { reason } = asked.body;
    const row = await updateRow(tx, EQUIPMENT, asked, asked.params.id, {
      suspendedAt: instantText(asked.env.now()),
      suspendedReason: reason,
    });
    await record(tx, asked, { action: 'DEVICE_SUSPENDED', ...placed(row), data: { reason } });
    return answered(row, asked);
  }),
  reinstateEquipment: write(async (tx, asked) => {
    const row = await updateRow(tx, EQUIPMENT, asked, asked.params.id, {
      suspendedAt: null,
      suspendedReason: null,
    });
    await record(tx, asked, { action: 'DEVICE_REINSTATED', ...placed(row) });
    return answered(row, asked);
  }),
} satisfies { [N in keyof Routes]?: Handler<Routes[N]> };

function view({ tenantId: _, publicKey, previousKey, previousKeyUntil, ...row }: EquipmentRow, now: number) {
  return { ...row, status: statusOf(row, now) };
}

/** A device as it is answered. */
export function answered(row: EquipmentRow, { env }: Pick<Asked<never>, 'env'>) {
  return { body: view(row, env.now()), version: row.version };
}

/** How a device is, by when it was last heard of. */
export function statusOf(
  row: Pick<EquipmentRow, 'suspendedAt' | 'maintenanceSince' | 'lastSeen'>,
  now: number,
): 'suspended' | 'maintenance' | 'online' | 'offline' {
  if (row.suspendedAt !== null) return 'suspended';
  if (row.maintenanceSince !== null) return 'maintenance';
  return row.lastSeen !== null && now - epochMsOf(row.lastSeen) < ONLINE_MS ? 'online' : 'offline';
}

/** The lowest lane that no totem of the site has or had: a code must never come again. The site's row is locked for it. */
export async function nextLane(tx: WriteHandle, siteId: SiteId): Promise<string> {
  await tx.orm
    .select({ id: site.id })
    .from(site)
    .where(and(eq(site.tenantId, tx.tenantId), eq(site.id, siteId)))
    .for('update');
  const [row] = await tx.orm
    .select({ last: sql<string>`coalesce(max(${equipment.lane}::int4), 0)` })
    .from(equipment)
    .where(and(eq(equipment.tenantId, tx.tenantId), eq(equipment.siteId, siteId)));
  return String(Number(row?.last ?? 0) + 1);
}

/** A printer or terminal hangs on a totem of its own site, and nothing else hangs on anything. @throws ProblemError `reference_not_found` */
async function requireHost(
  tx: ReadHandle,
  siteId: SiteId,
  type: EquipmentRow['type'],
  attachedTo: string | null,
): Promise<void> {
  if (attachedTo === null) return;
  const [host] = await tx.orm
    .select({ id: equipment.id })
    .from(equipment)
    .where(
      and(
        eq(equipment.tenantId, tx.tenantId),
        eq(equipment.id, attachedTo as EquipmentRow['id']),
        eq(equipment.siteId, siteId),
        eq(equipment.type, 'totem'),
        isNull(equipment.deletedAt),
      ),
    );
  if (host === undefined || (type !== 'printer' && type !== 'terminal')) throw missing('attachedTo');
}

/** What an entry says of where a device is. */
export function placed({ id, siteId }: EquipmentRow) {
  return { entity: 'equipment', entityId: id, siteId } as const;
}
