/** Calls and operators at counters, as resources. */
import type { QueryOf, Routes } from '@totem/api';
import type { Principal } from '@totem/domain';
import { eq, isNotNull, isNull } from 'drizzle-orm';
import { call, operatorSession } from '../../db/schema/queue.ts';
import type { ReadHandle } from '../../db/with-tenant.ts';
import { type Handler, read } from '../mount.ts';
import { namesOfPeople } from '../names.ts';
import { every, pageClauses, pageOfRows } from '../page.ts';
import { atSitesOf } from '../scope.ts';

export const callHandlers = {
  listCalls: read(async (tx, { principal, query }) => {
    const rows = await callPage(tx, principal, query);
    return { body: pageOfRows(rows, query, ({ number, id }) => ({ at: number, id }), callView) };
  }),
  listOperatorSessions: read(async (tx, { principal, query }) => {
    const rows = await operatorSessionPage(tx, principal, query);
    const people = await namesOfPeople(
      tx,
      rows.map(({ userId }) => userId),
    );
    const view = ({ tenantId: _, folded: __, ...row }: (typeof rows)[number]) => ({
      ...row,
      userName: people.get(row.userId) ?? null,
    });
    return { body: pageOfRows(rows, query, ({ since, id }) => ({ at: since, id }), view) };
  }),
} satisfies { [N in keyof Routes]?: Handler<Routes[N]> };

/** One page of a site's calls of a day. */
export function callPage(tx: ReadHandle, principal: Principal, query: QueryOf<Routes['listCalls']>) {
  const order = { at: call.number, id: call.id, direction: 'oldest first' } as const;
  const { after, orderBy, limit } = pageClauses(order, query);
  return tx.orm
    .select()
    .from(call)
    .where(
      every(
        eq(call.tenantId, tx.tenantId),
        atSitesOf(principal, call.siteId),
        eq(call.siteId, query.siteId),
        eq(call.businessDay, query.businessDay),
        after,
      ),
    )
    .orderBy(...orderBy)
    .limit(limit);
}

/** One page of operators at counters. */
export function operatorSessionPage(
  tx: ReadHandle,
  principal: Principal,
  query: QueryOf<Routes['listOperatorSessions']>,
) {
  const { siteId, userId, open } = query;
  const order = { at: operatorSession.since, id: operatorSession.id, direction: 'newest first' } as const;
  const { after, orderBy, limit } = pageClauses(order, query);
  return tx.orm
    .select()
    .from(operatorSession)
    .where(
      every(
        eq(operatorSession.tenantId, tx.tenantId),
        atSitesOf(principal, operatorSession.siteId),
        siteId && eq(operatorSession.siteId, siteId),
        userId && eq(operatorSession.userId, userId),
        open === undefined
          ? undefined
          : open
            ? isNull(operatorSession.until)
            : isNotNull(operatorSession.until),
        after,
      ),
    )
    .orderBy(...orderBy)
    .limit(limit);
}

/** A call in an answer. */
export function callView({ tenantId: _, folded: __, ...row }: typeof call.$inferSelect) {
  return row;
}
