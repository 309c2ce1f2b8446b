/**
 * Money that came after its attempt had ended. The provider has told the cloud and not the totem, which has settled the attempt
 * long ago: so the cloud writes the fact, the payment is paid with its conflict, and people decide whether to serve or refund.
 */
import type { EntryDraft, Env, Id, JsonObject, TenantId } from '@totem/domain';
import type { Log } from '@totem/host';
import { ledgerTenants } from '../audit/read.ts';
import type { Database } from '../db/pool.ts';
import { lockRows } from '../db/rows.ts';
import { readTenant, type Statement, withTenant } from '../db/with-tenant.ts';
import { mergeEntries } from '../ledger/commit.ts';
import { noRows, PAYMENTS } from '../ledger/folded-tables.ts';
import { chargeById } from './charge-rows.ts';

export const TELL_LATE_EVERY_MS = 60_000;
/** Payments of one tenant in one round. */
const ROUND_ROWS = 100;

const LATE: Statement = {
  name: 'late-money',
  text: `SELECT c.id FROM charge c JOIN payment_session p ON p.tenant_id = c.tenant_id AND p.id = c.id
    WHERE c.tenant_id = $1 AND c.paid_late AND p.status IN ('failed', 'canceled') ORDER BY c.id LIMIT ${ROUND_ROWS}`,
};

/** Writes down what came late, of every tenant. @returns how many payments. */
export async function tellLateMoney(parts: {
  readonly db: Database;
  readonly env: Env;
  readonly log: Log;
}): Promise<number> {
  const { db, env, log } = parts;
  let told = 0;
  for (const tenantId of await ledgerTenants(db)) {
    try {
      const late = await readTenant(db, tenantId, (tx) => tx.all(LATE, [tenantId]));
      for (const { id } of late) told += await tellOne(db, env, tenantId, String(id));
    } catch (error) {
      log.error({ err: error, tenantId }, 'late payments could not be written down');
    }
  }
  if (told > 0) log.warn({ told }, 'payments came after their end');
  return told;
}

function tellOne(db: Database, env: Env, tenantId: TenantId, id: string): Promise<number> {
  return withTenant(db, tenantId, async (tx) => {
    const payment = (await lockRows(tx, PAYMENTS, [id])).get(id);
    const { answer } = (await chargeById(tx, id)) ?? {};
    const isDue = payment?.status === 'failed' || payment?.status === 'canceled';
    if (!isDue || answer?.kind !== 'confirmed') return 0;
    const locked = noRows();
    locked.payment_session.set(id, payment);
    const draft: EntryDraft = {
      siteId: payment.siteId,
      userId: null,
      action: 'PAYMENT_CONFIRM',
      entity: 'payment_session',
      entityId: id as Id<string>,
      data: { proof: answer.proof as JsonObject },
    };
    await mergeEntries(tx, env, { locked, drafts: [draft] });
    return 1;
  });
}
