/** All branches at a glance: counted from the rows of the moment, one bounded statement for each kind of row. */
import type { AnswerOf, Routes } from '@totem/api';
import { instantText, type Principal, QUEUE_RULES_DEFAULT, type SiteId } from '@totem/domain';
import { eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { operatorSession, ticket } from '../../db/schema/queue.ts';
import { conflict } from '../../db/schema/record.ts';
import { counter, equipment, site } from '../../db/schema/tenancy.ts';
import type { ReadHandle } from '../../db/with-tenant.ts';
import { type Handler, read } from '../mount.ts';
import { every } from '../page.ts';
import { atSitesOf } from '../scope.ts';
import { statusOf } from './equipment.ts';

type SiteNow = AnswerOf<Routes['getOverview']>['sites'][number];

export const overviewHandlers = {
  getOverview: read(async (tx, { principal, env }) => {
    const now = env.now();
    const at = instantText(now);
    const [sites, queues, counters, operators, devices, conflicts] = await Promise.all([
      sitesInUse(tx, principal),
      queuesNow(tx, principal, at),
      countersInUse(tx, principal),
      operatorsNow(tx, principal),
      devicesInUse(tx, principal),
      conflictsOpen(tx, principal),
    ]);
    const queueOf = bySite(queues);
    const counterOf = bySite(counters);
    const operatorOf = bySite(operators);
    const conflictOf = bySite(conflicts);
    const devicesOf = Map.groupBy(devices, ({ siteId }) => siteId);
    return {
      body: {
        at,
        sites: sites.map(({ siteId, name, waitTargetMinutes }) => ({
          siteId,
          name,
          waitTargetMinutes,
          ...(queueOf.get(siteId) ?? NOBODY),
          counters: counterOf.get(siteId)?.counters ?? 0,
          countersOpen: operatorOf.get(siteId)?.open ?? 0,
          countersPaused: operatorOf.get(siteId)?.paused ?? 0,
          devices: deviceCounts(devicesOf.get(siteId) ?? [], now),
          conflictsOpen: conflictOf.get(siteId)?.open ?? 0,
        })),
      },
    };
  }),
} satisfies { [N in keyof Routes]?: Handler<Routes[N]> };

const NOBODY = { waiting: 0, held: 0, longestWaitSince: null, overTarget: 0, called: 0, inService: 0 };

const targetMinutes = sql<number>`coalesce((${site.queueRules}->>'waitTargetMinutes')::int4, ${QUEUE_RULES_DEFAULT.waitTargetMinutes})`;

function sitesInUse(tx: ReadHandle, principal: Principal) {
  return tx.orm
    .select({ siteId: site.id, name: site.name, waitTargetMinutes: targetMinutes.mapWith(Number) })
    .from(site)
    .where(every(eq(site.tenantId, tx.tenantId), atSitesOf(principal, site.id), isNull(site.deletedAt)))
    .orderBy(site.name, site.id);
}

const callable = sql`${ticket.state} = 'waiting' AND ${ticket.heldReason} IS NULL`;

/** Who is in the rooms of each site. Days of the past are out of it: their tickets have ended. */
export function queuesNow(tx: ReadHandle, principal: Principal, at: string) {
  const deadline = sql`${at}::timestamptz - ${targetMinutes} * interval '1 minute'`;
  return tx.orm
    .select({
      siteId: sql<SiteId>`${ticket.siteId}`,
      waiting: counted(callable),
      held: counted(sql`${ticket.state} = 'waiting' AND ${ticket.heldReason} IS NOT NULL`),
      longestWaitSince: sql<string | null>`min(${ticket.waitingSince}) FILTER (WHERE ${callable})`.mapWith(
        ticket.waitingSince,
      ),
      overTarget: counted(sql`${callable} AND ${ticket.waitingSince} < ${deadline}`),
      called: counted(eq(ticket.state, 'called')),
      inService: counted(eq(ticket.state, 'in_service')),
    })
    .from(ticket)
    .innerJoin(site, sql`${site.tenantId} = ${ticket.tenantId} AND ${site.id} = ${ticket.siteId}`)
    .where(
      every(
        eq(ticket.tenantId, tx.tenantId),
        atSitesOf(principal, ticket.siteId),
        inArray(ticket.state, ['waiting', 'called', 'in_service']),
      ),
    )
    .groupBy(ticket.siteId);
}

function countersInUse(tx: ReadHandle, principal: Principal) {
  return tx.orm
    .select({ siteId: counter.siteId, counters: counted(sql`true`) })
    .from(counter)
    .where(
      every(
        eq(counter.tenantId, tx.tenantId),
        atSitesOf(principal, counter.siteId),
        isNull(counter.deletedAt),
        eq(counter.active, true),
      ),
    )
    .groupBy(counter.siteId);
}

function operatorsNow(tx: ReadHandle, principal: Principal) {
  return tx.orm
    .select({
      siteId: operatorSession.siteId,
      open: distinct(operatorSession.counterId, sql`true`),
      paused: distinct(operatorSession.counterId, sql`${operatorSession.pausedReason} IS NOT NULL`),
    })
    .from(operatorSession)
    .where(
      every(
        eq(operatorSession.tenantId, tx.tenantId),
        atSitesOf(principal, operatorSession.siteId),
        isNull(operatorSession.until),
      ),
    )
    .groupBy(operatorSession.siteId);
}

function devicesInUse(tx: ReadHandle, principal: Principal) {
  const { siteId, suspendedAt, maintenanceSince, lastSeen } = equipment;
  return tx.orm
    .select({ siteId, suspendedAt, maintenanceSince, lastSeen })
    .from(equipment)
    .where(
      every(
        eq(equipment.tenantId, tx.tenantId),
        atSitesOf(principal, siteId),
        isNull(equipment.deletedAt),
        // A printer or terminal is heard of through its totem, and a screen that only looks says nothing of itself.
        eq(equipment.type, 'totem'),
      ),
    );
}

function conflictsOpen(tx: ReadHandle, principal: Principal) {
  return tx.orm
    .select({ siteId: conflict.siteId, open: counted(sql`true`) })
    .from(conflict)
    .where(
      every(
        eq(conflict.tenantId, tx.tenantId),
        atSitesOf(principal, conflict.siteId),
        isNull(conflict.resolvedAt),
      ),
    )
    .groupBy(conflict.siteId);
}

function counted(condition: SQL) {
  return sql<number>`count(*) FILTER (WHERE ${condition})`.mapWith(Number);
}

function distinct(column: PgColumn, condition: SQL) {
  return sql<number>`count(DISTINCT ${column}) FILTER (WHERE ${condition})`.mapWith(Number);
}

function bySite<R extends { readonly siteId: SiteId | null }>(
  rows: readonly R[],
): ReadonlyMap<SiteId | null, R> {
  return new Map(rows.map((row) => [row.siteId, row]));
}

function deviceCounts(devices: readonly Parameters<typeof statusOf>[0][], now: number): SiteNow['devices'] {
  const counts = { online: 0, offline: 0, maintenance: 0, suspended: 0 };
  for (const device of devices) counts[statusOf(device, now)] += 1;
  return counts;
}
