/** Names for the ids of a page: of people, counters and devices, those that were taken out of use included. */
import type { CounterId, EquipmentId, OriginId, UserId } from '@totem/domain';
import { and, eq, inArray } from 'drizzle-orm';
import { appUser } from '../db/schema/people.ts';
import { origin } from '../db/schema/record.ts';
import { counter, equipment } from '../db/schema/tenancy.ts';
import type { ReadHandle } from '../db/with-tenant.ts';

/** Full names of people. Whoever is no longer known is absent. */
export async function namesOfPeople(
  tx: ReadHandle,
  ids: readonly (UserId | null)[],
): Promise<ReadonlyMap<string, string>> {
  const known = distinct(ids);
  if (known.length === 0) return new Map();
  const rows = await tx.orm
    .select({ id: appUser.id, name: appUser.fullName })
    .from(appUser)
    .where(and(eq(appUser.tenantId, tx.tenantId), inArray(appUser.id, known)));
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export async function countersById(tx: ReadHandle, ids: readonly (CounterId | null)[]) {
  const known = distinct(ids);
  if (known.length === 0) return new Map<string, never>();
  const rows = await tx.orm
    .select({ id: counter.id, name: counter.name, number: counter.number })
    .from(counter)
    .where(and(eq(counter.tenantId, tx.tenantId), inArray(counter.id, known)));
  return new Map(rows.map((row) => [row.id as string, row]));
}

/** The device behind each origin; the cloud's own origins are absent. */
export async function devicesOfOrigins(
  tx: ReadHandle,
  ids: readonly OriginId[],
): Promise<ReadonlyMap<string, { readonly id: EquipmentId; readonly name: string }>> {
  const known = distinct(ids);
  if (known.length === 0) return new Map();
  const rows = await tx.orm
    .select({ origin: origin.id, id: equipment.id, name: equipment.identifier })
    .from(origin)
    .innerJoin(equipment, and(eq(equipment.tenantId, origin.tenantId), eq(equipment.id, origin.equipmentId)))
    .where(and(eq(origin.tenantId, tx.tenantId), inArray(origin.id, known)));
  return new Map(rows.map(({ origin: from, id, name }) => [from, { id, name }]));
}

function distinct<I>(ids: readonly (I | null)[]): I[] {
  return [...new Set(ids)].filter((id) => id !== null);
}
