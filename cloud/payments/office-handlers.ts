/** Payments as the office looks at them: what needs a person, the day's totals, the provider's list, and the counter. */
import type { QueryOf, Routes } from '@totem/api';
import { instantText, type Principal, ProblemError } from '@totem/domain';
import { and, asc, desc, eq, inArray } from 'drizzle-orm';
import { pspAccount, reconciliation, reconciliationItem } from '../db/schema/charges.ts';
import { equipment } from '../db/schema/tenancy.ts';
import { type ReadHandle, readTenant, type WriteHandle } from '../db/with-tenant.ts';
import { actsEverywhere, mayWriteAt } from '../rest/configured.ts';
import { record, userOf } from '../rest/entries.ts';
import { type Handler, own, read, write } from '../rest/mount.ts';
import { namesOfPeople } from '../rest/names.ts';
import { every, pageClauses, pageOfRows } from '../rest/page.ts';
import { atSitesOf, requireSite } from '../rest/scope.ts';
import { payAtCounter } from './at-counter.ts';
import { type DayTotals, dayTotals, totalsFile } from './day-totals.ts';
import { exceptionsOf } from './exceptions.ts';
import type { Payments } from './payments.ts';
import { accountById } from './psp-accounts.ts';
import type { ReconciliationRow } from './reconcile.ts';

const ITEMS_MAX = 1_000;

export function officeHandlers({ reconcile }: Pick<Payments, 'reconcile'>) {
  return {
    listPaymentExceptions: read(async (tx, { principal, query, env }) => ({
      body: { items: await exceptionsOf(tx, env, principal, query) },
    })),
    getDayTotals: own(async (c, { principal, query: { siteId, businessDay, format } }, { db }) => {
      const { totals, names } = await readTenant(db, principal.tenantId, async (tx) => {
        await requireSite(tx, principal, siteId);
        const found = await dayTotals(tx, siteId, businessDay);
        return { totals: found, names: format === 'csv' ? await namesIn(tx, found) : new Map() };
      });
      if (format === 'json') return c.json({ siteId, businessDay, totals });
      return c.body(totalsFile(businessDay, totals, names), 200, {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="payments-${businessDay}.csv"`,
      });
    }),
    listReconciliations: read(async (tx, { principal, query }) => {
      const rows = await reconciliationPage(tx, principal, query);
      return { body: pageOfRows(rows, query, ({ createdAt, id }) => ({ at: createdAt, id }), view) };
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
      return { body: { ...view(row), items: items.map(itemView) } };
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
    payAtCounter: write(async (tx, { principal, params, body, env }) => {
      if (principal.kind !== 'user') throw new ProblemError('forbidden');
      const {
        tenantId: _,
        folded: __,
        ...row
      } = await payAtCounter(tx, { env, person: principal }, params.id, body);
      return { body: row };
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

/** The names of totems and operators, for people who read a file. */
async function namesIn(tx: ReadHandle, totals: DayTotals): Promise<ReadonlyMap<string, string>> {
  const people = await namesOfPeople(
    tx,
    totals.map(({ operatorId }) => operatorId),
  );
  const ids = totals.flatMap(({ equipmentId }) => equipmentId ?? []);
  if (ids.length === 0) return people;
  const devices = await tx.orm
    .select({ id: equipment.id, name: equipment.identifier })
    .from(equipment)
    .where(and(eq(equipment.tenantId, tx.tenantId), inArray(equipment.id, ids)))
    .orderBy(desc(equipment.id));
  return new Map([...people, ...devices.map(({ id, name }) => [id, name] as const)]);
}

type ItemRow = typeof reconciliationItem.$inferSelect;

function view({ tenantId: _, ...row }: ReconciliationRow) {
  return row;
}

function itemView({ tenantId: _, ...row }: ItemRow) {
  return row;
}
