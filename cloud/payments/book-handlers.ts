/** The provider's list beside ours, as resources: days that were compared, what differs in them, and that it is settled. */
import type { QueryOf, Routes } from '@totem/api';
import { instantText, type Principal, ProblemError } from '@totem/domain';
import { and, asc, count, eq, inArray, isNull } from 'drizzle-orm';
import { pspAccount, reconciliation, reconciliationItem } from '../db/schema/charges.ts';
import { type ReadHandle, readTenant, type WriteHandle } from '../db/with-tenant.ts';
import { actsEverywhere, mayWriteAt } from '../rest/configured.ts';
import { record, userOf } from '../rest/entries.ts';
import { type Handler, own, read, write } from '../rest/mount.ts';
import { every, pageClauses, pageOfRows } from '../rest/page.ts';
import { atSitesOf } from '../rest/scope.ts';
import type { Payments } from './payments.ts';
import { accountById } from './psp-accounts.ts';
import type { ReconciliationRow } from './reconcile.ts';

const ITEMS_MAX = 1_000;

export function bookHandlers({ reconcile }: Pick<Payments, 'reconcile'>) {
  return {
    listReconciliations: read(async (tx, { principal, query }) => {
      const rows = await reconciliationPage(tx, principal, query);
      const open = await openOf(
        tx,
        rows.map(({ id }) => id),
      );
      const placeOf = ({ createdAt, id }: ReconciliationRow) => ({ at: createdAt, id });
      return {
        body: pageOfRows(rows, query, placeOf, (row) => ({ ...view(row), open: open.get(row.id) ?? 0 })),
      };
    }),
    getReconciliation: read(async (tx, { principal, params }) => {
      const [row] = await tx.orm
        .select()
        .from(reconciliation)
        .where(
          every(
            eq(reconciliation.tenantId, tx.tenantId),
            eq(reconciliation.id, params.id),
            ofAccountsOf(tx, principal),
          ),
        );
      if (row === undefined) throw new ProblemError('not_found');
      const items = await tx.orm
        .select()
        .from(reconciliationItem)
        .where(
          and(eq(reconciliationItem.tenantId, tx.tenantId), eq(reconciliationItem.reconciliationId, row.id)),
        )
        .orderBy(asc(reconciliationItem.createdAt), asc(reconciliationItem.id))
        .limit(ITEMS_MAX);
      const open = await openOf(tx, [row.id]);
      return { body: { ...view(row), open: open.get(row.id) ?? 0, items: items.map(itemView) } };
    }),
    runReconciliation: own(async (c, { principal, params, body }, { db }) => {
      const account = await readTenant(db, principal.tenantId, (tx) => accountById(tx, params.id));
      if (account === undefined || !mayWriteAt(principal, account.siteId))
        throw new ProblemError('not_found');
      return c.json(view(await reconcile(account, body.day)));
    }),
    resolveReconciliationItem: write(async (tx, asked) => {
      const row = await lockedItem(tx, asked.principal, asked.params.id);
      if (row.resolvedAt !== null) throw new ProblemError('conflict_settled');
      const settled = {
        resolvedAt: instantText(asked.env.now()),
        resolvedBy: userOf(asked.principal),
        resolution: asked.body.resolution,
      };
      await tx.orm
        .update(reconciliationItem)
        .set(settled)
        .where(and(eq(reconciliationItem.tenantId, tx.tenantId), eq(reconciliationItem.id, row.id)));
      const { kind, endToEndId, amountCents } = row;
      await record(tx, asked, {
        action: 'CONFLICT_RESOLVED',
        entity: 'conflict',
        entityId: row.id,
        data: { kind, endToEndId, amountCents, resolution: asked.body.resolution },
      });
      return { body: itemView({ ...row, ...settled }) };
    }),
  } satisfies { [N in keyof Routes]?: Handler<Routes[N]> };
}

/** One page of comparisons. */
export function reconciliationPage(
  tx: ReadHandle,
  principal: Principal,
  query: QueryOf<Routes['listReconciliations']>,
) {
  const order = { at: reconciliation.createdAt, id: reconciliation.id, direction: 'newest first' } as const;
  const { after, orderBy, limit } = pageClauses(order, query);
  return tx.orm
    .select()
    .from(reconciliation)
    .where(
      every(
        eq(reconciliation.tenantId, tx.tenantId),
        ofAccountsOf(tx, principal),
        query.pspAccountId && eq(reconciliation.pspAccountId, query.pspAccountId),
        after,
      ),
    )
    .orderBy(...orderBy)
    .limit(limit);
}

/** How many differences of each comparison are not settled; none where all are. */
async function openOf(
  tx: ReadHandle,
  ids: readonly ReconciliationRow['id'][],
): Promise<ReadonlyMap<ReconciliationRow['id'], number>> {
  if (ids.length === 0) return new Map();
  const { tenantId, reconciliationId, resolvedAt } = reconciliationItem;
  const rows = await tx.orm
    .select({ id: reconciliationId, open: count() })
    .from(reconciliationItem)
    .where(and(eq(tenantId, tx.tenantId), inArray(reconciliationId, [...ids]), isNull(resolvedAt)))
    .groupBy(reconciliationId);
  return new Map(rows.map(({ id, open }) => [id, open]));
}

/** Comparisons of accounts at the principal's sites; who acts everywhere sees all. */
function ofAccountsOf(tx: ReadHandle, principal: Principal) {
  if (actsEverywhere(principal)) return undefined;
  const theirs = tx.orm
    .select({ id: pspAccount.id })
    .from(pspAccount)
    .where(every(eq(pspAccount.tenantId, tx.tenantId), atSitesOf(principal, pspAccount.siteId)));
  return inArray(reconciliation.pspAccountId, theirs);
}

async function lockedItem(tx: WriteHandle, principal: Principal, id: ItemRow['id']): Promise<ItemRow> {
  const [row] = await tx.orm
    .select()
    .from(reconciliationItem)
    .where(and(eq(reconciliationItem.tenantId, tx.tenantId), eq(reconciliationItem.id, id)))
    .for('update');
  if (row === undefined || !actsEverywhere(principal)) throw new ProblemError('not_found');
  return row;
}

type ItemRow = typeof reconciliationItem.$inferSelect;

function view({ tenantId: _, ...row }: ReconciliationRow) {
  return row;
}

function itemView({ tenantId: _, ...row }: ItemRow) {
  return row;
}
