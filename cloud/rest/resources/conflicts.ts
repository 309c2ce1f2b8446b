/** Conflicts and the quarantine, as resources: what people look at, and how they say that it is settled. */
import type { QueryOf, Routes } from '@totem/api';
import { type Id, instantText, type Principal, ProblemError, sitesOfPrincipal } from '@totem/domain';
import { and, eq, getTableColumns, inArray, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import { conflict, ledgerQuarantine } from '../../db/schema/record.ts';
import { equipment } from '../../db/schema/tenancy.ts';
import type { ReadHandle } from '../../db/with-tenant.ts';
import { record, userOf } from '../entries.ts';
import { entryView } from '../entry-row.ts';
import { type Handler, read, write } from '../mount.ts';
import { namesOfPeople } from '../names.ts';
import { every, pageClauses, pageOfRows } from '../page.ts';
import { atSitesOf } from '../scope.ts';
import { entryById } from './audit.ts';

type ConflictRow = typeof conflict.$inferSelect;

export const conflictHandlers = {
  listConflicts: read(async (tx, { principal, query }) => {
    const rows = await conflictPage(tx, principal, query);
    return { body: pageOfRows(rows, query, ({ foundAt, id }) => ({ at: foundAt, id }), view) };
  }),
  getConflict: read(async (tx, { principal, params }) => {
    const row = one(await conflictById(tx, principal, params.id));
    const [entry] = await entryById(tx, row.entryId);
    const people = await namesOfPeople(tx, [entry?.userId ?? null]);
    return { body: { ...view(row), entry: entry === undefined ? null : entryView(entry, people) } };
  }),
  resolveConflict: write(async (tx, { principal, params, body, env }) => {
    const row = one(await conflictById(tx, principal, params.id).for('update'));
    if (row.resolvedAt !== null) throw new ProblemError('conflict_settled');
    const settled = {
      resolvedAt: instantText(env.now()),
      resolvedBy: userOf(principal),
      resolution: body.resolution,
    };
    await tx.orm
      .update(conflict)
      .set(settled)
      .where(and(eq(conflict.tenantId, tx.tenantId), eq(conflict.id, row.id)));
    const { kind, entity, entityId, entryId } = row;
    await record(
      tx,
      { env, principal },
      {
        siteId: row.siteId,
        action: 'CONFLICT_RESOLVED',
        entity: 'conflict',
        entityId: row.id,
        data: { kind, entity, entityId, entryId, resolution: body.resolution },
      },
    );
    return { body: view({ ...row, ...settled }) };
  }),
  listQuarantine: read(async (tx, { principal, query }) => {
    const rows = await quarantinePage(tx, principal, query);
    return {
      body: pageOfRows(
        rows,
        query,
        ({ receivedAt, id }) => ({ at: receivedAt, id }),
        (row) => row,
      ),
    };
  }),
  getQuarantined: read(async (tx, { principal, params }) => {
    const [row] = await tx.orm
      .select({ ...ASIDE, bytes: ledgerQuarantine.bytes })
      .from(ledgerQuarantine)
      .where(
        every(
          eq(ledgerQuarantine.tenantId, tx.tenantId),
          eq(ledgerQuarantine.id, params.id),
          fromSitesOf(tx, principal),
        ),
      );
    if (row === undefined) throw new ProblemError('not_found');
    return { body: { ...row, bytes: Buffer.from(row.bytes).toString('base64') } };
  }),
} satisfies { [N in keyof Routes]?: Handler<Routes[N]> };

/** One page of conflicts. */
export function conflictPage(tx: ReadHandle, principal: Principal, query: QueryOf<Routes['listConflicts']>) {
  const { siteId, kind, resolved } = query;
  const order = { at: conflict.foundAt, id: conflict.id, direction: 'newest first' } as const;
  const { after, orderBy, limit } = pageClauses(order, query);
  return tx.orm
    .select()
    .from(conflict)
    .where(
      every(
        eq(conflict.tenantId, tx.tenantId),
        atSitesOf(principal, conflict.siteId),
        siteId && eq(conflict.siteId, siteId),
        kind === undefined ? undefined : eq(conflict.kind, kind),
        resolved === undefined
          ? undefined
          : resolved
            ? isNotNull(conflict.resolvedAt)
            : isNull(conflict.resolvedAt),
        after,
      ),
    )
    .orderBy(...orderBy)
    .limit(limit);
}

const { tenantId: _, bytes: __, ...KEPT } = getTableColumns(ledgerQuarantine);
/** All but the bytes: a page of them would be a page of whole batches. */
const ASIDE = {
  ...KEPT,
  sizeBytes: sql<number>`octet_length(${ledgerQuarantine.bytes})`,
};

/** One page of what was kept aside. */
export function quarantinePage(
  tx: ReadHandle,
  principal: Principal,
  query: QueryOf<Routes['listQuarantine']>,
) {
  const { equipmentId, reason } = query;
  const order = {
    at: ledgerQuarantine.receivedAt,
    id: ledgerQuarantine.id,
    direction: 'newest first',
  } as const;
  const { after, orderBy, limit } = pageClauses(order, query);
  return tx.orm
    .select(ASIDE)
    .from(ledgerQuarantine)
    .where(
      every(
        eq(ledgerQuarantine.tenantId, tx.tenantId),
        fromSitesOf(tx, principal),
        equipmentId && eq(ledgerQuarantine.equipmentId, equipmentId),
        reason === undefined ? undefined : eq(ledgerQuarantine.reason, reason),
        after,
      ),
    )
    .orderBy(...orderBy)
    .limit(limit);
}

function conflictById(tx: ReadHandle, principal: Principal, id: Id<'conflict'>) {
  return tx.orm
    .select()
    .from(conflict)
    .where(
      every(eq(conflict.tenantId, tx.tenantId), eq(conflict.id, id), atSitesOf(principal, conflict.siteId)),
    );
}

function one([row]: readonly ConflictRow[]): ConflictRow {
  if (row === undefined) throw new ProblemError('not_found');
  return row;
}

function view({ tenantId: _, ...row }: ConflictRow) {
  return row;
}

/** What devices of the principal's sites sent: what was kept aside names its sender and no site. */
function fromSitesOf(tx: ReadHandle, principal: Principal): SQL | undefined {
  if (sitesOfPrincipal(principal) === null) return undefined;
  const theirs = tx.orm
    .select({ id: equipment.id })
    .from(equipment)
    .where(every(eq(equipment.tenantId, tx.tenantId), atSitesOf(principal, equipment.siteId)));
  return inArray(ledgerQuarantine.equipmentId, theirs);
}
