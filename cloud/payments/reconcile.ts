/**
 * The provider's list of a day beside ours, for every account, once a day is over. Money that came late is found here too: its
 * charge is asked for before the lists are compared.
 */
import {
  compareBooks,
  type Env,
  epochMsOf,
  type Finding,
  type Id,
  instantText,
  newId,
  type OurPayment,
  type PaymentSessionId,
  type TenantId,
  type TheirPayment,
} from '@totem/domain';
import type { ReceivedPayment } from '@totem/drivers/psp';
import type { Log } from '@totem/host';
import { and, eq, gte, inArray, isNull, lt, ne, or, sql } from 'drizzle-orm';
import { ledgerTenants } from '../audit/read.ts';
import type { Database } from '../db/pool.ts';
import { charge, pspAccount, reconciliation, reconciliationItem, refundOrder } from '../db/schema/charges.ts';
import { type ReadHandle, readTenant, type WriteHandle, withTenant } from '../db/with-tenant.ts';
import type { ChargeDesk } from './charge-desk.ts';
import type { PspAccountRow, PspPorts } from './psp-ports.ts';

export type ReconciliationRow = typeof reconciliation.$inferSelect;

export const RECONCILE_EVERY_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** A day is compared when it has been over for this long: what settles late is then in both lists. */
const SETTLED_AFTER_MS = 3_600_000;
/** At both ends of a day: a charge may be paid for an hour, and clocks and answers differ by a little more. */
const NEARBY_MS = 2 * 3_600_000;
/** Days that are compared afterwards, when the cloud or the provider was away. */
const DAYS_BACK = 7;

export interface ReconcileParts {
  readonly db: Database;
  readonly env: Env;
  readonly log: Log;
  readonly ports: PspPorts;
  readonly charges: ChargeDesk;
}

/** Compares all days that are due, of every account of every tenant. @returns how many days. */
export async function reconcileDue(parts: ReconcileParts): Promise<number> {
  let days = 0;
  for (const tenantId of await ledgerTenants(parts.db)) {
    try {
      for (const { account, day } of await readTenant(parts.db, tenantId, (tx) => dueOf(tx, parts.env))) {
        await reconcileDay(parts, account, day);
        days += 1;
      }
    } catch (error) {
      parts.log.error({ err: error, tenantId }, 'a day could not be compared with the provider');
    }
  }
  return days;
}

/**
 * Compares a day of UTC, as `2026-11-23`; again, when it was compared before.
 * @returns what this run came to. A day that was compared stays so when it cannot be compared again.
 */
export async function reconcileDay(
  parts: ReconcileParts,
  account: PspAccountRow,
  day: string,
): Promise<ReconciliationRow> {
  const { db, env, ports } = parts;
  const tenantId = account.tenantId as TenantId;
  const fromMs = epochMsOf(`${day}T00:00:00.000Z`);
  const toMs = fromMs + DAY_MS;
  const listed = await ports.of(account).received(fromMs - NEARBY_MS, toMs + NEARBY_MS);
  if (listed.kind !== 'done') {
    const cause = listed.kind === 'problem' ? listed.name : listed.cause;
    return withTenant(db, tenantId, (tx) => keepRun(tx, env, { account, day, state: 'failed', cause }));
  }
  const within = ({ atMs }: ReceivedPayment): boolean => {
    const at = atMs ?? fromMs;
    return at >= fromMs && at < toMs;
  };
  const theirs = listed.value.filter(within).map(theirOf);
  await lookForLate(parts, account, theirs);
  const ours = await readTenant(db, tenantId, (tx) => ourPayments(tx, account, theirs, fromMs, toMs));
  const compared = compareBooks(theirs, ours, listed.value.map(theirOf));
  return withTenant(db, tenantId, async (tx) => {
    const { matched, strangers, findings } = compared;
    const differing = findings.length;
    const run = await keepRun(tx, env, {
      account,
      day,
      state: 'done',
      cause: null,
      matched,
      strangers,
      differing,
    });
    await keepFindings(tx, env, run, findings);
    return run;
  });
}

/** Accounts and days that have not been compared yet, oldest first. */
async function dueOf(tx: ReadHandle, env: Env) {
  const accounts = await tx.orm
    .select()
    .from(pspAccount)
    .where(and(eq(pspAccount.tenantId, tx.tenantId), isNull(pspAccount.deletedAt)));
  const done = await tx.orm
    .select({ account: reconciliation.pspAccountId, day: reconciliation.day })
    .from(reconciliation)
    .where(and(eq(reconciliation.tenantId, tx.tenantId), eq(reconciliation.state, 'done')));
  const known = new Set(done.map(({ account, day }) => `${account} ${day}`));
  const last = Math.floor((env.now() - SETTLED_AFTER_MS) / DAY_MS) - 1;
  const days = Array.from({ length: DAYS_BACK }, (_, back) => (last - DAYS_BACK + 1 + back) * DAY_MS);
  return accounts.flatMap((account) =>
    days
      .filter((dayMs) => dayMs + DAY_MS > epochMsOf(account.createdAt))
      .map((dayMs) => instantText(dayMs).slice(0, 10))
      .filter((day) => !known.has(`${account.id} ${day}`))
      .map((day) => ({ account, day })),
  );
}

/** Charges that they say are paid and we do not: each is asked for, so that what is late is known as such. */
async function lookForLate(
  { db, charges }: ReconcileParts,
  account: PspAccountRow,
  theirs: readonly TheirPayment[],
): Promise<void> {
  const names = theirs.flatMap(({ externalId }) => externalId ?? []);
  if (names.length === 0) return;
  const tenantId = account.tenantId as TenantId;
  const rows = await readTenant(db, tenantId, (tx) =>
    tx.orm
      .select({ id: charge.id })
      .from(charge)
      .where(
        and(
          ofAccount(tx, account),
          inArray(charge.externalId, names),
          inArray(charge.state, ['open', 'ended']),
        ),
      ),
  );
  for (const { id } of rows) await charges.look(tenantId, id);
}

async function ourPayments(
  tx: ReadHandle,
  account: PspAccountRow,
  theirs: readonly TheirPayment[],
  fromMs: number,
  toMs: number,
): Promise<OurPayment[]> {
  const names = theirs.flatMap(({ externalId }) => externalId ?? []);
  // By when it was asked for: of late money the row says when we learned of it, which may be a day that it is not of.
  const inSpan = and(gte(charge.createdAt, instantText(fromMs)), lt(charge.createdAt, instantText(toMs)));
  const rows = await tx.orm
    .select()
    .from(charge)
    .where(
      and(
        ofAccount(tx, account),
        eq(charge.state, 'paid'),
        names.length === 0 ? inSpan : or(inSpan, inArray(charge.externalId, names)),
      ),
    );
  const refunds = await refundedOf(
    tx,
    rows.map(({ id }) => id),
  );
  return rows.flatMap(({ id, externalId, answer }) =>
    answer?.kind !== 'confirmed'
      ? []
      : {
          chargeId: id,
          externalId,
          endToEndId: answer.proof.externalId,
          amountCents: answer.proof.amountCents,
          refundedCents: refunds.get(id) ?? 0,
        },
  );
}

async function refundedOf(
  tx: ReadHandle,
  ids: readonly PaymentSessionId[],
): Promise<ReadonlyMap<PaymentSessionId, number>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.orm
    .select({
      id: refundOrder.paymentSessionId,
      cents: sql<number>`sum(${refundOrder.amountCents})`.mapWith(Number),
    })
    .from(refundOrder)
    .where(
      and(
        eq(refundOrder.tenantId, tx.tenantId),
        inArray(refundOrder.paymentSessionId, [...ids]),
        eq(refundOrder.state, 'done'),
        eq(refundOrder.means, 'provider'),
      ),
    )
    .groupBy(refundOrder.paymentSessionId);
  return new Map(rows.map(({ id, cents }) => [id, cents]));
}

function theirOf({ id, externalId, amountCents, refundedCents }: ReceivedPayment): TheirPayment {
  return { endToEndId: id, externalId, amountCents, refundedCents };
}

function ofAccount(tx: ReadHandle, account: PspAccountRow) {
  return and(eq(charge.tenantId, tx.tenantId), eq(charge.pspAccountId, account.id));
}

/** @returns the run; where the day stays as it was compared before, under the name of that. */
async function keepRun(
  tx: WriteHandle,
  env: Env,
  run: Pick<ReconciliationRow, 'day' | 'state' | 'cause'> &
    Partial<Pick<ReconciliationRow, 'matched' | 'strangers' | 'differing'>> & {
      readonly account: PspAccountRow;
    },
): Promise<ReconciliationRow> {
  const { account, ...fields } = run;
  const values = { ...fields, createdAt: instantText(env.now()) };
  const [row] = await tx.orm
    .insert(reconciliation)
    .values({ ...values, tenantId: tx.tenantId, id: newId<'reconciliation'>(env), pspAccountId: account.id })
    .onConflictDoUpdate({
      target: [reconciliation.tenantId, reconciliation.pspAccountId, reconciliation.day],
      set: values,
      ...(run.state === 'failed' ? { setWhere: ne(reconciliation.state, 'done') } : {}),
    })
    .returning();
  if (row !== undefined) return row;
  const [kept] = await tx.orm
    .select()
    .from(reconciliation)
    .where(
      and(
        eq(reconciliation.tenantId, tx.tenantId),
        eq(reconciliation.pspAccountId, account.id),
        eq(reconciliation.day, run.day),
      ),
    );
  if (kept === undefined) throw new Error('a comparison was written and is not there');
  return { ...kept, ...values };
}

/** What was found before stays as people have settled it. */
async function keepFindings(
  tx: WriteHandle,
  env: Env,
  run: ReconciliationRow,
  findings: readonly Finding[],
): Promise<void> {
  if (findings.length === 0) return;
  const createdAt = instantText(env.now());
  await tx.orm
    .insert(reconciliationItem)
    .values(
      findings.map(({ chargeId, ...finding }) => ({
        ...finding,
        tenantId: tx.tenantId,
        id: newId<'reconciliation_item'>(env),
        createdAt,
        reconciliationId: run.id,
        chargeId: chargeId as Id<'payment_session'> | null,
      })),
    )
    .onConflictDoNothing();
}
