/** Who was erased after a dump is not there again after a restore of it: not in a table, and the ledger says so itself. */
import { newId, type TenantId } from '@totem/domain';
import { createLog, systemEnv } from '@totem/host';
import { hasOldest } from '@totem/testkit/oldest';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { verifyTenant } from '../audit/verify.ts';
import { createDatabase } from '../db/pool.ts';
import { type BackupWorld, backupWorld } from '../testing/backup-world.ts';
import { backUp } from './back-up.ts';
import { asRole, urlOfDatabase } from './database-copy.ts';
import { eraseAgain, keepErasures, readErasures } from './erasures.ts';
import { folderPlace } from './place.ts';
import { restoreInto } from './restore.ts';

const isHere = hasOldest();
const CANARY = 'Zoraide Canário';
const RESTORED = 'totem_erasures_restored';
let world: BackupWorld;

beforeAll(async () => {
  if (isHere) world = await backupWorld();
});
beforeEach((context) => {
  if (!isHere) context.skip('PostgreSQL 15 with its tools is not installed');
});
afterAll(async () => {
  await world?.sql(`DROP DATABASE IF EXISTS ${RESTORED} WITH (FORCE)`);
  await world?.close();
});

/** How many rows of all tables say the canary's name, by table. */
async function sightings(url: string): Promise<Record<string, number>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
     AND c.relnamespace = 'public'::regnamespace`,
  );
  const seen: Record<string, number> = {};
  for (const { name } of tables) {
    const { rows } = await client.query(`SELECT count(*)::int AS n FROM ${name} t WHERE t::text LIKE $1`, [
      `%${CANARY}%`,
    ]);
    if (rows[0].n > 0) seen[name] = rows[0].n;
  }
  await client.end();
  return seen;
}

test('a person that was erased since the dump is erased again after its restore', async () => {
  const { ledger, parts, local, sealer, sql } = world;
  const { tenantId, cloud } = ledger;
  const appointmentId = newId<'appointment'>(systemEnv);
  const [ticket] = await sql(
    `SELECT entity_id AS id FROM entry_private WHERE entity = 'ticket' ORDER BY entry_id LIMIT 1`,
  );
  await sql(
    `UPDATE entry_private SET data = jsonb_build_object('name', '${CANARY}') WHERE entity_id = '${ticket?.id}'`,
  );
  await sql(`INSERT INTO appointment (tenant_id, id, created_at, site_id, service_id, slot, duration_minutes, code, state)
      SELECT tenant_id, '${appointmentId}', now(), '${cloud.seed.siteId}', id, now(), 15, 'CANARY', 'booked' FROM service WHERE tenant_id = '${tenantId}' LIMIT 1`);
  await sql(
    `INSERT INTO appointment_person (tenant_id, appointment_id, name) VALUES ('${tenantId}', '${appointmentId}', '${CANARY}')`,
  );
  const { manifest } = await backUp(parts);

  const token = await cloud.signIn('admin');
  const answer = await fetch(`${cloud.url}/v1/tickets/${ticket?.id}/erase-person`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'idempotency-key': newId<string>(systemEnv) },
  });
  expect([answer.status, await answer.json()]).toEqual([200, { erased: 1 }]);
  await sql(`DELETE FROM appointment_person WHERE appointment_id = '${appointmentId}'`);
  expect(await sightings(cloud.urls.superuser)).toEqual({});
  expect(await keepErasures({ env: ledger.world.env, sealer, places: [local] }, parts.databaseUrl)).toBe(1);

  const url = urlOfDatabase(parts.scratchUrl, RESTORED);
  await restoreInto({ ...parts, place: local }, url, manifest.name);
  expect(await sightings(url)).toEqual({ entry_private: 1, appointment_person: 1 });

  const kept = await readErasures(local, sealer);
  const asApi = asRole(url, 'totem_api');
  const db = createDatabase({ api: asApi, tailer: asApi }, createLog('test', { level: 'silent' }));
  const booked = {
    tenantId,
    entity: 'appointment',
    entityId: appointmentId as string,
    erasedAt: '2026-10-14T12:00:00.000Z',
  } as never;
  try {
    const again = [...(kept?.erasures ?? []), booked];
    expect(await eraseAgain(db, ledger.world.env, again)).toBe(2);
    expect(await sightings(url)).toEqual({});
    // Going through the list a second time finds nothing.
    expect(await eraseAgain(db, ledger.world.env, again)).toBe(0);
    const { faults } = await verifyTenant(
      { db, env: ledger.world.env, keys: ledger.keys },
      tenantId as TenantId,
    );
    expect(faults).toEqual([]);
    const said = await sql(
      `SELECT entity FROM audit_log WHERE action = 'PERSON_ERASED' AND data->>'by' = 'restore' ORDER BY entity`,
      url,
    );
    expect(said.map(({ entity }) => entity)).toEqual(['appointment', 'ticket']);
  } finally {
    await db.close();
  }
});

test('a place where no list was ever kept has none', async () => {
  expect(await readErasures(folderPlace(`${world.folder}/nothing`), world.sealer)).toBeUndefined();
});
