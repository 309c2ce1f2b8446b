/**
 * What of a tenant a principal sees: rows of their sites, and tickets of the services that they may serve. What is elsewhere
 * answers exactly as what does not exist.
 */
import { mayAt, type Principal, ProblemError, type SiteId, sitesOfPrincipal } from '@totem/domain';
import { and, eq, inArray, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { ticket } from '../db/schema/queue.ts';
import { site } from '../db/schema/tenancy.ts';
import type { ReadHandle } from '../db/with-tenant.ts';

/** Rows at the principal's sites. Rows of no site are for those who see every site. */
export function atSitesOf(principal: Principal, siteId: PgColumn): SQL | undefined {
  const sites = sitesOfPrincipal(principal);
  return sites === null ? undefined : inArray(siteId, [...sites]);
}

/** Tickets that the principal sees. */
export function ticketsOf(principal: Principal): SQL | undefined {
  const services = principal.kind === 'user' ? principal.serviceIds : null;
  return and(
    atSitesOf(principal, ticket.siteId),
    services === null ? undefined : inArray(ticket.serviceId, [...services]),
  );
}

/** A site that the principal sees, one that was closed included. @throws ProblemError `not_found` */
export async function requireSite(
  tx: ReadHandle,
  principal: Principal,
  siteId: SiteId,
): Promise<typeof site.$inferSelect> {
  const [row] = await tx.orm
    .select()
    .from(site)
    .where(and(eq(site.tenantId, tx.tenantId), eq(site.id, siteId)));
  if (row === undefined || !mayAt(principal, siteId)) throw new ProblemError('not_found');
  return row;
}
