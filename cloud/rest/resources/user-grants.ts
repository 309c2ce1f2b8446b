/** Where people work and what they may serve: rows beside the person's own. */
import type { ServiceId, SiteId, UserId } from '@totem/domain';
import { and, eq, inArray } from 'drizzle-orm';
import { userService, userSite } from '../../db/schema/people.ts';
import type { ReadHandle, WriteHandle } from '../../db/with-tenant.ts';

export interface Grants {
  readonly siteIds: readonly SiteId[];
  /** None means every service. */
  readonly serviceIds: readonly ServiceId[];
}

/** What these people were given; who was given nothing is absent. */
export async function grantsOf(tx: ReadHandle, ids: readonly UserId[]): Promise<ReadonlyMap<UserId, Grants>> {
  if (ids.length === 0) return new Map();
  const sites = await tx.orm
    .select({ userId: userSite.userId, id: userSite.siteId })
    .from(userSite)
    .where(and(eq(userSite.tenantId, tx.tenantId), inArray(userSite.userId, [...ids])))
    .orderBy(userSite.siteId);
  const services = await tx.orm
    .select({ userId: userService.userId, id: userService.serviceId })
    .from(userService)
    .where(and(eq(userService.tenantId, tx.tenantId), inArray(userService.userId, [...ids])))
    .orderBy(userService.serviceId);
  const sitesBy = Map.groupBy(sites, ({ userId }) => userId);
  const servicesBy = Map.groupBy(services, ({ userId }) => userId);
  return new Map(
    ids
      .filter((id) => sitesBy.has(id) || servicesBy.has(id))
      .map((id) => [
        id,
        {
          siteIds: (sitesBy.get(id) ?? []).map((row) => row.id),
          serviceIds: (servicesBy.get(id) ?? []).map((row) => row.id),
        },
      ]),
  );
}

/** Gives a person these places and services, and no others. */
export async function saveGrants(
  tx: WriteHandle,
  userId: UserId,
  { siteIds, serviceIds }: Grants,
): Promise<void> {
  const { tenantId } = tx;
  await tx.orm.delete(userSite).where(and(eq(userSite.tenantId, tenantId), eq(userSite.userId, userId)));
  await tx.orm
    .delete(userService)
    .where(and(eq(userService.tenantId, tenantId), eq(userService.userId, userId)));
  if (siteIds.length > 0)
    await tx.orm.insert(userSite).values(siteIds.map((siteId) => ({ tenantId, userId, siteId })));
  if (serviceIds.length > 0)
    await tx.orm.insert(userService).values(serviceIds.map((serviceId) => ({ tenantId, userId, serviceId })));
}
