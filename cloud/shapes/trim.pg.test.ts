/** Forgetting old changes on a real PostgreSQL: it never stands in the way of those who write. */
import { newId, type TenantId } from '@totem/domain';
import { createLog, systemEnv } from '@totem/host';
import { type TestDatabase, testDatabase } from '@totem/testkit/postgres';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type Database } from '../db/pool.ts';
import { type Statement, withTenant } from '../db/with-tenant.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { readPage, trimChanges } from './change-pages.ts';

const OPEN: Statement = {
  name: 'test-open',
  text: `INSERT INTO tenant (id, name, slug, created_at) VALUES ($1, 'x', 'x', now())`,
};
const ADD: Statement = {
  name: 'test-add',
  text: `INSERT INTO priority_class (tenant_id, id, created_at, name, tier, weight, sort_order, active)
    VALUES ($1, $2, now(), '{}', 0, 0, 0, true)`,
};
const LATER = '2200-01-01T00:00:00.000Z';

let database: TestDatabase;
let db: Database;
let look: Onlooker;
const tenantId = newId<'tenant'>(systemEnv) satisfies TenantId;
const add = () =>
  withTenant(db, tenantId, (tx) => tx.run(ADD, [tenantId, newId<'priority_class'>(systemEnv)]));

beforeAll(async () => {
  database = await testDatabase();
  db = createDatabase(database.urls, createLog('test', { level: 'silent' }));
  look = await onlooker(database.urls);
  await withTenant(db, tenantId, (tx) => tx.run(OPEN, [tenantId]));
});
afterAll(async () => {
  await look.close();
  await db.close();
  await database.drop();
});

test('while old changes are being removed, the tenant goes on writing, and readers know what is gone', async () => {
  for (let row = 0; row < 3; row += 1) await add();
  // Somebody else holds one of the old rows, so the removal stands still as long as we like.
  const holder = new pg.Client({ connectionString: database.urls.superuser });
  await holder.connect();
  await holder.query('BEGIN');
  await holder.query('SELECT FROM change_log ORDER BY number LIMIT 1 FOR UPDATE');
  const trimming = trimChanges(db.tailer, LATER);
  for (let waiting = 0; waiting === 0; )
    waiting = await look.count(
      `pg_stat_activity WHERE usename = 'totem_tailer' AND wait_event_type = 'Lock'`,
    );
  const written = await add().then(
    () => 'written',
    (error: Error) => error.message,
  );
  await holder.query('ROLLBACK');
  await holder.end();
  expect(written).toBe('written');
  expect(await trimming).toBe(3);
  const page = await readPage(db.tailer, tenantId, 'priority_class', 3n, 10);
  expect([page.changes.length, page.floor, page.head]).toEqual([1, 3n, 4n]);
});
