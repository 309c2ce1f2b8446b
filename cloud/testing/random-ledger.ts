/** A database of one site whose ledger is filled batch by batch, past the doors: for what is said of ledgers as such. */
import { type Env, instantText } from '@totem/domain';
import type { Database } from '../db/pool.ts';
import { type Statement, withTenant } from '../db/with-tenant.ts';
import { applyBatch } from '../ledger/apply-batch.ts';
import type { writeRowsInSets } from '../ledger/folded-tables.ts';
import { type Device, insertCursor, insertOrigin } from '../ledger/origins.ts';
import type { RandomWorld } from './random-batches.ts';

const OPEN_TENANT: Statement = {
  name: 'test-open-tenant',
  text: `INSERT INTO tenant (id, name, slug, created_at) VALUES ($1::uuid, 'x', ($1::uuid)::text, $2)`,
};
const OPEN_SITE: Statement = {
  name: 'test-open-site',
  text: `INSERT INTO site
      (tenant_id, id, created_at, name, slug, timezone, rollover_hour, currency, default_locale, queue_rules)
    VALUES ($1, $2, $3, 'x', 'x', 'America/Sao_Paulo', 0, 'BRL', 'pt-BR', '{}')`,
};
const ENSURE_PARTITIONS: Statement = {
  name: 'test-ensure-partitions',
  text: 'SELECT ensure_audit_partitions($1::date, 1)',
};
const ADD_TOTEM: Statement = {
  name: 'test-add-totem',
  text: `INSERT INTO equipment (tenant_id, id, created_at, site_id, type, identifier, lane)
    VALUES ($1, $2, $3, $4, 'totem', 'x', '1')`,
};

/** Applies a world's batches in their order, each in its transaction. @param writeRows how rows are written. */
export async function fillLedger(
  db: Database,
  env: Env,
  world: RandomWorld,
  writeRows?: typeof writeRowsInSets,
): Promise<void> {
  const { tenantId, siteId } = world;
  const at = instantText(env.now());
  const device: Device = {
    id: tenantId as string as Device['id'],
    siteId,
    publicKeys: [],
    suspended: false,
  };
  await withTenant(db, tenantId, async (tx) => {
    await tx.run(ENSURE_PARTITIONS, [at.slice(0, 10)]);
    await tx.run(OPEN_TENANT, [tenantId, at]);
    await tx.run(OPEN_SITE, [tenantId, siteId, at]);
    await tx.run(ADD_TOTEM, [tenantId, device.id, at, siteId]);
    for (const id of world.origins) {
      await insertOrigin(tx, { id, device, reason: 'enrolled' }, at);
      await insertCursor(tx, id, at);
    }
  });
  for (const { origin, entries } of world.batches) {
    const last = entries.at(-1);
    if (last === undefined) continue;
    const judged = entries.map((entry) => ({ verdict: 'accept', entry, private: null }) as const);
    const batch = { origin, device, judged, head: { seq: last.seq, hash: last.hash } };
    await withTenant(db, tenantId, (tx) => applyBatch(tx, env, batch, writeRows));
  }
}
