/** Forgets what was told a while ago: events with their deliveries and attempts, and alerts that are over. */
import { type Env, instantText, type TenantId } from '@totem/domain';
import type { Log } from '@totem/host';
import { ledgerTenants } from '../audit/read.ts';
import type { Database } from '../db/pool.ts';
import { type Statement, withTenant } from '../db/with-tenant.ts';

export const TRIM_EVERY_MS = 3_600_000;
/** Longer than any schedule, and long enough to look into what a receiver has missed. */
export const KEPT_MS = 30 * 24 * 3_600_000;
/** Events in one transaction. */
const BATCH_ROWS = 1_000;

const TRIM: Statement = {
  name: 'events-trim',
  text: `DELETE FROM event WHERE tenant_id = $1 AND id IN (
    SELECT id FROM event WHERE tenant_id = $1 AND created_at < $2 ORDER BY created_at LIMIT ${BATCH_ROWS})`,
};
const TRIM_ALERTS: Statement = {
  name: 'alerts-trim',
  text: 'DELETE FROM alert WHERE tenant_id = $1 AND cleared_at < $2',
};

/** @returns how many events. */
export async function trimEvents(parts: {
  readonly db: Database;
  readonly env: Env;
  readonly log: Log;
}): Promise<number> {
  const { db, env, log } = parts;
  let trimmed = 0;
  for (const tenantId of await ledgerTenants(db)) {
    try {
      trimmed += await trimTenant(db, tenantId, instantText(env.now() - KEPT_MS));
    } catch (error) {
      log.error({ err: error, tenantId }, 'what was told could not be forgotten');
    }
  }
  return trimmed;
}

async function trimTenant(db: Database, tenantId: TenantId, before: string): Promise<number> {
  let trimmed = 0;
  for (let more = BATCH_ROWS; more === BATCH_ROWS; trimmed += more)
    more = await withTenant(db, tenantId, (tx) => tx.run(TRIM, [tenantId, before]));
  await withTenant(db, tenantId, (tx) => tx.run(TRIM_ALERTS, [tenantId, before]));
  return trimmed;
}
