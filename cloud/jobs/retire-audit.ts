/**
 * Lets months of the ledger go that have been over for six: what each tenant had in one is written down with its count and its first
 * and last hash, and only months that are sealed for every tenant go at all. A run that was cut off is gone on with.
 */
import { type Env, instantText, type TenantId } from '@totem/domain';
import type { Log } from '@totem/host';
import { endOf, laterMonth, MONTHS_KEPT_MIN, monthOf, startOf } from '../audit/months.ts';
import { ledgerTenants } from '../audit/read.ts';
import type { Database } from '../db/pool.ts';
import { asFault, type SqlRow, type Statement, withTenant } from '../db/with-tenant.ts';

export const RETIRE_EVERY_MS = 24 * 3_600_000;
/** Taking off, and dropping. */
const STEPS_MAX = 2;

const MONTHS: Statement = { name: 'audit-months', text: 'SELECT month FROM audit_months()' };
const RETIRE: Statement = {
  name: 'audit-retire',
  text: 'SELECT retire_audit_partition($1, $2) AS outcome',
};
/** Entries of a month that no seal covers yet. */
const UNSEALED: Statement = {
  name: 'audit-unsealed',
  text: `SELECT EXISTS (SELECT FROM audit_log WHERE tenant_id = $1 AND received_at >= $2 AND received_at < $3
    AND position > (SELECT coalesce(max(last_position), 0) FROM audit_seal WHERE tenant_id = $1)) AS unsealed`,
};
const WRITE_DOWN: Statement = {
  name: 'audit-write-down',
  text: `INSERT INTO audit_retired (tenant_id, month, entries, first_hash, last_hash, retired_at)
    SELECT $1, $4::date, count(*), (array_agg(hash ORDER BY position))[1], (array_agg(hash ORDER BY position DESC))[1], $5
    FROM audit_log WHERE tenant_id = $1 AND received_at >= $2 AND received_at < $3 HAVING count(*) > 0
    ON CONFLICT DO NOTHING`,
};
/** What lies beside entries goes with them. */
const FORGET: Statement = {
  name: 'audit-forget-private',
  text: `DELETE FROM entry_private p USING audit_log a
    WHERE p.tenant_id = $1 AND a.tenant_id = $1 AND a.id = p.entry_id AND a.received_at >= $2 AND a.received_at < $3`,
};
const WRITTEN_DOWN: Statement = {
  name: 'audit-written-down',
  text: 'SELECT entries FROM audit_retired WHERE tenant_id = $1 AND month = $2',
};

interface RetireParts {
  readonly db: Database;
  readonly env: Env;
  readonly log: Log;
}

/** @returns the months that went, as `2026-11`. */
export async function retireAudit(parts: RetireParts): Promise<string[]> {
  const { db, env, log } = parts;
  const gone: string[] = [];
  for (const { month: day } of await ask(db, MONTHS)) {
    const month = monthOf(String(day));
    if (env.now() < Date.parse(endOf(laterMonth(month, MONTHS_KEPT_MIN)))) break;
    const entries = await writeDown(parts, month);
    if (entries === undefined) {
      log.error({ month }, 'a month of the ledger is not sealed for everybody and stays');
      break;
    }
    const outcome = await retire(db, month, entries);
    log.info({ month, entries, outcome }, 'a month of the ledger was let go');
    if (outcome !== 'dropped') break;
    gone.push(month);
  }
  return gone;
}

async function retire(db: Database, month: string, entries: number): Promise<string> {
  for (let step = 1; ; step += 1) {
    const [row] = await ask(db, RETIRE, [`${month}-01`, entries]);
    const outcome = String(row?.outcome);
    if (outcome !== 'detached' || step === STEPS_MAX) return outcome;
  }
}

/** @returns what all tenants had in the month; undefined when somebody's is not sealed. */
async function writeDown({ db, env }: RetireParts, month: string): Promise<number | undefined> {
  let entries = 0;
  for (const tenantId of await ledgerTenants(db)) {
    const own = await writeDownOf(db, env, tenantId, month);
    if (own === undefined) return undefined;
    entries += own;
  }
  return entries;
}

function writeDownOf(db: Database, env: Env, tenantId: TenantId, month: string): Promise<number | undefined> {
  const span = [startOf(month), endOf(month)];
  return withTenant(db, tenantId, async (tx) => {
    const row = await tx.one(UNSEALED, [tenantId, ...span]);
    if (row?.unsealed === 't') return undefined;
    await tx.run(WRITE_DOWN, [tenantId, ...span, `${month}-01`, instantText(env.now())]);
    await tx.run(FORGET, [tenantId, ...span]);
    return Number((await tx.one(WRITTEN_DOWN, [tenantId, `${month}-01`]))?.entries ?? 0);
  });
}

async function ask(db: Database, { name, text }: Statement, values: unknown[] = []): Promise<SqlRow[]> {
  try {
    return (await db.api.query<SqlRow>({ name, text, values })).rows;
  } catch (error) {
    throw asFault(error);
  }
}
