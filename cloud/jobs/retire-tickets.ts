/**
 * Lets tickets go that are older than their tenant keeps them, with their calls and receipts, a day at a time: the day is
 * reckoned into figures and let go in one transaction, so a run that is cut off has done whole days and nothing else. Payments
 * stay: books are kept for longer than tickets.
 */
import { type Env, instantText, type TenantId } from '@totem/domain';
import type { Log } from '@totem/host';
import { ledgerTenants } from '../audit/read.ts';
import type { Database } from '../db/pool.ts';
import { type Statement, type WriteHandle, withTenant } from '../db/with-tenant.ts';
import { recordEntries } from '../ledger/commit.ts';
import { rollUpSpan } from './roll-up-days.ts';

export const RETIRE_TICKETS_EVERY_MS = 24 * 3_600_000;
/** Days of one tenant in one run: a tenant that keeps them for less long than before has many. */
const DAYS_MAX = 400;

/** Another node's run is waited for: what it has let go is not late, it is gone. */
const ALONE: Statement = {
  name: 'retire-tickets-alone',
  text: `SELECT pg_advisory_xact_lock(hashtextextended('retire_tickets ' || $1::text, 0))`,
};
/** The oldest day that is due. Rows outlive their entries: as long as a month of the ledger is there, they can be held against it. */
const DUE: Statement = {
  name: 'retire-tickets-due',
  text: `SELECT to_char(min(t.business_day), 'YYYY-MM-DD') AS day FROM ticket t
    WHERE t.tenant_id = $1 AND t.business_day < $2::date - (SELECT n.tickets_kept_days FROM tenant n WHERE n.id = $1)
      AND t.business_day < (SELECT min(m.month) FROM audit_months() m)`,
};
const RETIRE: Statement = {
  name: 'retire-tickets',
  text: 'SELECT tickets, receipts FROM retire_tickets($1::date)',
};
const RETIRED: Statement = {
  name: 'retire-tickets-known',
  text: 'SELECT EXISTS (SELECT FROM tickets_retired WHERE tenant_id = $1 AND business_day = $2::date) AS known',
};
const WRITE_DOWN: Statement = {
  name: 'retire-tickets-write-down',
  text: `INSERT INTO tickets_retired (tenant_id, business_day, tickets, receipts, retired_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING`,
};

interface RetireParts {
  readonly db: Database;
  readonly env: Env;
  readonly log: Log;
}

/** Goes through every tenant; one that fails does not keep the others waiting. @returns how many days went. */
export async function retireTickets(parts: RetireParts): Promise<number> {
  let days = 0;
  for (const tenantId of await ledgerTenants(parts.db)) {
    try {
      days += await retireInTenant(parts, tenantId);
    } catch (error) {
      parts.log.error({ err: error, tenantId }, 'tickets could not be let go');
    }
  }
  return days;
}

async function retireInTenant({ db, env, log }: RetireParts, tenantId: TenantId): Promise<number> {
  const today = instantText(env.now()).slice(0, 10);
  for (let days = 0; days < DAYS_MAX; days += 1) {
    const gone = await withTenant(db, tenantId, async (tx) => {
      await tx.one(ALONE, [tenantId]);
      const day = (await tx.one(DUE, [tenantId, today]))?.day ?? null;
      return day === null ? undefined : retireDay(tx, env, day);
    });
    if (gone === undefined) return days;
    log.info({ tenantId, ...gone }, 'tickets of a day were let go');
  }
  return DAYS_MAX;
}

/** What comes late to a day that has gone is in no figure: reckoned anew, the day would be what came late and nothing else. */
async function retireDay(tx: WriteHandle, env: Env, day: string) {
  const { tenantId } = tx;
  const isLate = (await tx.one(RETIRED, [tenantId, day]))?.known === 't';
  if (!isLate)
    await rollUpSpan(tx, env, { from: day, to: Temporal.PlainDate.from(day).add({ days: 1 }).toString() });
  const row = await tx.one(RETIRE, [day]);
  const [tickets, receipts] = [Number(row?.tickets ?? 0), Number(row?.receipts ?? 0)];
  await tx.run(WRITE_DOWN, [tenantId, day, tickets, receipts, instantText(env.now())]);
  const data = { day, tickets, receipts, late: isLate };
  await recordEntries(tx, env, [
    { siteId: null, userId: null, action: 'RECORDS_RETIRED', entity: 'tenant', entityId: tenantId, data },
  ]);
  return data;
}
