/** The ledger, as a resource: nobody changes it here, and who reads it in bulk is written into it. */
import type { QueryOf, Routes } from '@totem/api';
import { type EntryId, type Principal, ProblemError } from '@totem/domain';
import { and, desc, eq, gte, inArray, lt, sql } from 'drizzle-orm';
import { auditLog, changeHead, ledgerCursor, origin } from '../../db/schema/record.ts';
import { equipment } from '../../db/schema/tenancy.ts';
import type { ReadHandle } from '../../db/with-tenant.ts';
import { exportEntries } from '../audit-export.ts';
import { entryView } from '../entry-row.ts';
import { type Handler, own, read } from '../mount.ts';
import { namesOfPeople } from '../names.ts';
import { every, type PageQuery, pageClauses, pageOfRows } from '../page.ts';
import { atSitesOf } from '../scope.ts';

export const auditHandlers = {
  listEntries: read(async (tx, { principal, query }) => {
    const rows = await entryPage(tx, principal, query);
    const people = await namesOfPeople(
      tx,
      rows.map(({ userId }) => userId),
    );
    return {
      body: pageOfRows(
        rows,
        query,
        ({ position, id }) => ({ at: position, id }),
        (row) => entryView(row, people),
      ),
    };
  }),
  exportEntries: own((c, { principal, query }, parts) => exportEntries(c, parts, principal, query)),
  listOrigins: read(async (tx, { principal, query }) => {
    const rows = await originPage(tx, principal, query);
    const cloud = await cloudHead(tx);
    const view = ({ cursor, last, ...row }: (typeof rows)[number]) => ({
      ...row,
      head: row.id === cloud?.origin ? { seq: cloud.seq, hash: cloud.hash } : cursor,
      lastEntry: last,
    });
    return { body: pageOfRows(rows, query, ({ openedAt, id }) => ({ at: openedAt, id }), view) };
  }),
  getEntry: read(async (tx, { principal, params }) => {
    const [row] = await entryById(tx, params.id, principal);
    if (row === undefined) throw new ProblemError('not_found');
    return { body: entryView(row, await namesOfPeople(tx, [row.userId])) };
  }),
} satisfies { [N in keyof Routes]?: Handler<Routes[N]> };

/** One page of entries. */
export function entryPage(tx: ReadHandle, principal: Principal, query: QueryOf<Routes['listEntries']>) {
  const { action, entity, entityId, userId, siteId, origin: writer, from, to } = query;
  const order = { at: auditLog.position, id: auditLog.id, direction: 'newest first' } as const;
  const { after, orderBy, limit } = pageClauses(order, query);
  return tx.orm
    .select()
    .from(auditLog)
    .where(
      every(
        eq(auditLog.tenantId, tx.tenantId),
        atSitesOf(principal, auditLog.siteId),
        action && inArray(auditLog.action, [...action]),
        entity && eq(auditLog.entity, entity),
        entityId && eq(auditLog.entityId, entityId),
        userId && eq(auditLog.userId, userId),
        siteId && eq(auditLog.siteId, siteId),
        writer && eq(auditLog.origin, writer),
        // The log is partitioned by the time of receipt, so a span looks at its months only.
        from === undefined ? undefined : gte(auditLog.receivedAt, from),
        to === undefined ? undefined : lt(auditLog.receivedAt, to),
        after,
      ),
    )
    .orderBy(...orderBy)
    .limit(limit);
}

/** One entry, if it is kept. @param principal whose sites it must be at; without one it is at hand already. */
export function entryById(tx: ReadHandle, id: EntryId, principal?: Principal) {
  return tx.orm
    .select()
    .from(auditLog)
    .where(
      every(
        eq(auditLog.tenantId, tx.tenantId),
        eq(auditLog.id, id),
        principal && atSitesOf(principal, auditLog.siteId),
      ),
    );
}

/** Where the cloud's own chain ends: it has no cursor. */
async function cloudHead(tx: ReadHandle) {
  const [head] = await tx.orm
    .select({ origin: changeHead.cloudOrigin, seq: changeHead.cloudSeq, hash: changeHead.cloudHash })
    .from(changeHead)
    .where(eq(changeHead.tenantId, tx.tenantId));
  return head;
}

/** One page of origins, each with its device, its cursor, and the last of its entries that is kept. */
export function originPage(tx: ReadHandle, principal: Principal, query: PageQuery) {
  const { after, orderBy, limit } = pageClauses(
    { at: origin.openedAt, id: origin.id, direction: 'oldest first' },
    query,
  );
  const last = tx.orm
    .select({
      position: auditLog.position,
      action: auditLog.action,
      occurredAt: auditLog.occurredAt,
      receivedAt: auditLog.receivedAt,
    })
    .from(auditLog)
    .where(and(eq(auditLog.tenantId, origin.tenantId), eq(auditLog.origin, origin.id)))
    .orderBy(desc(auditLog.seq))
    .limit(1)
    .as('last_entry');
  return tx.orm
    .select({
      id: origin.id,
      equipmentId: origin.equipmentId,
      equipmentName: equipment.identifier,
      siteId: origin.siteId,
      reason: origin.reason,
      openedAt: origin.openedAt,
      cursor: { seq: ledgerCursor.seq, hash: ledgerCursor.hash },
      last: {
        position: last.position,
        action: last.action,
        occurredAt: last.occurredAt,
        receivedAt: last.receivedAt,
      },
    })
    .from(origin)
    .leftJoin(equipment, and(eq(equipment.tenantId, origin.tenantId), eq(equipment.id, origin.equipmentId)))
    .leftJoin(
      ledgerCursor,
      and(eq(ledgerCursor.tenantId, origin.tenantId), eq(ledgerCursor.origin, origin.id)),
    )
    .leftJoinLateral(last, sql`true`)
    .where(every(eq(origin.tenantId, tx.tenantId), atSitesOf(principal, origin.siteId), after))
    .orderBy(...orderBy)
    .limit(limit);
}
