/** A connection that is lost in the middle of a transaction is a fault of that request, and of nobody else. */
import { newId } from '@totem/domain';
import { createLog, systemEnv } from '@totem/host';
import { type TestDatabase, testDatabase } from '@totem/testkit/postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { createDatabase, type Database } from './pool.ts';
import { type Statement, withTenant } from './with-tenant.ts';

const PID: Statement = { name: 'test-pid', text: 'SELECT pg_backend_pid()::text AS pid' };

let database: TestDatabase;
let db: Database;
let look: Onlooker;

beforeAll(async () => {
  database = await testDatabase();
  db = createDatabase(database.urls, createLog('test', { level: 'silent' }));
  look = await onlooker(database.urls);
});
afterAll(async () => {
  await look.close();
  await db.close();
  await database.drop();
});

test('between two statements it fails the next one, the process goes on, and the next transaction has another', async () => {
  const tenantId = newId<'tenant'>(systemEnv);
  const lost = withTenant(db, tenantId, async (tx) => {
    const pid = (await tx.one(PID))?.pid;
    await look.rows('SELECT pg_terminate_backend($1)', [pid]);
    await gone(String(pid));
    await tx.one(PID);
  });
  await expect(lost).rejects.toMatchObject({ code: 'unreachable' });
  expect(Number(await withTenant(db, tenantId, async (tx) => (await tx.one(PID))?.pid))).toBeGreaterThan(0);
});

/** Resolves when PostgreSQL knows the backend no more; by then its client has been told. */
async function gone(pid: string): Promise<void> {
  while ((await look.count('pg_stat_activity WHERE pid = $1', [pid])) > 0);
}
