/** What a transaction promises to whoever works in it. */
import { newId, type TenantId } from '@totem/domain';
import { createLog, systemEnv } from '@totem/host';
import { type TestDatabase, testDatabase } from '@totem/testkit/postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { createDatabase, type Database } from './pool.ts';
import { type ReadHandle, readTenant, type Statement, type WriteHandle, withTenant } from './with-tenant.ts';

const TENANT: Statement = {
  name: 'test-tenant',
  text: `SELECT current_setting('app.tenant_id', true) AS tenant_id, txid_current_if_assigned()::text AS tx`,
};
const ADD: Statement = {
  name: 'test-add',
  text: `INSERT INTO command (tenant_id, id, fingerprint, user_id, type, status, created_at)
    VALUES ($1, $2, 'f', $2, 't', $3, now())`,
};
const FAIL: Statement = { name: 'test-fail', text: 'SELECT 1 / ($1::int4 - $1::int4) AS nothing' };

let database: TestDatabase;
let db: Database;
let look: Onlooker;
let tenantId: TenantId;

beforeAll(async () => {
  database = await testDatabase();
  db = createDatabase(database.urls, createLog('test', { level: 'silent' }));
  look = await onlooker(database.urls);
  tenantId = newId<'tenant'>(systemEnv);
  await look.rows(`INSERT INTO tenant (id, name, slug, created_at) VALUES ($1, 'Ipê', 'ipe', now())`, [
    tenantId,
  ]);
});
afterAll(async () => {
  await look.close();
  await db.close();
  await database.drop();
});

const newCommand = () => newId<'command'>(systemEnv);
const kept = (id: string) => look.count('command WHERE id = $1', [id]);

test('what is sent without waiting for it is there after the commit, in its order', async () => {
  const ids = Array.from({ length: 20 }, newCommand);
  const seen = await withTenant(db, tenantId, async (tx) => {
    for (const id of ids) tx.send(ADD, [tenantId, id, 'running']);
    return tx.run(ADD, [tenantId, newCommand(), 'running']);
  });
  expect(seen).toBe(1);
  for (const id of ids) expect(await kept(id)).toBe(1);
});

test('when what was sent fails, nothing is kept, and its error is told: not that of what came after', async () => {
  const [before, after] = [newCommand(), newCommand()];
  const alone = withTenant(db, tenantId, async (tx) => {
    tx.send(ADD, [tenantId, before, 'running']);
    tx.send(FAIL, [1]);
  });
  await expect(alone).rejects.toMatchObject({ code: '22012' });
  const followed = withTenant(db, tenantId, async (tx) => {
    tx.send(FAIL, [1]);
    await tx.run(ADD, [tenantId, after, 'running']);
  });
  await expect(followed).rejects.toMatchObject({ code: '22012' });
  expect(await kept(before)).toBe(0);
  expect(await kept(after)).toBe(0);
});

test('work that goes on as if nothing had failed is told that nothing is kept', async () => {
  const before = newCommand();
  let commits = 0;
  const stop = db.onCommit(() => {
    commits += 1;
  });
  const one = withTenant(db, tenantId, async (tx) => {
    await tx.run(ADD, [tenantId, before, 'running']);
    await tx.run(FAIL, [1]).catch(() => undefined);
    return 'kept';
  });
  await expect(one).rejects.toThrow('the transaction was rolled back');
  stop();
  expect(await kept(before)).toBe(0);
  expect(commits).toBe(0);
  // The connection goes on to serve.
  expect(await withTenant(db, tenantId, (tx) => tx.one(TENANT))).toMatchObject({ tenant_id: tenantId });
});

test('work that goes on after its transaction has ended is refused, and never comes into the next one', async () => {
  const late = newCommand();
  let handle: WriteHandle | undefined;
  let refused: Promise<unknown> | undefined;
  const one = withTenant(db, tenantId, async (tx) => {
    handle = tx;
    refused = (async () => {
      for (;;) await tx.one(TENANT);
    })().catch((error: Error) => error.message);
    throw new Error('no more of this');
  });
  await expect(one).rejects.toThrow('no more of this');
  expect(await refused).toBe('the transaction has ended');
  await expect(handle?.run(ADD, [tenantId, late, 'running'])).rejects.toThrow('the transaction has ended');
  await expect(handle?.orm.execute('SELECT 1')).rejects.toThrow();
  expect(await kept(late)).toBe(0);
});

test('a tenant is set before the first statement, for reading and for writing, and gone after the last', async () => {
  const other = newId<'tenant'>(systemEnv);
  const seenBy = (tx: ReadHandle) => tx.one(TENANT);
  for (let time = 0; time < 30; time += 1) {
    expect(await withTenant(db, tenantId, seenBy)).toMatchObject({ tenant_id: tenantId });
    expect(await readTenant(db, other, seenBy)).toMatchObject({ tenant_id: other });
  }
  const { rows } = await db.api.query({ name: TENANT.name, text: TENANT.text });
  expect(rows[0]?.tenant_id || null).toBeNull();
});

test('one tenant in a rush leaves connections for the others', async () => {
  const open: (() => void)[] = [];
  const rush = Array.from({ length: 40 }, () =>
    withTenant(db, tenantId, () => new Promise<void>((resolve) => open.push(resolve))),
  );
  const other = newId<'tenant'>(systemEnv);
  expect(await withTenant(db, other, (tx) => tx.one(TENANT))).toMatchObject({ tenant_id: other });
  const ended = Promise.all(rush).then(() => true);
  const next = () => new Promise((resolve) => setImmediate(resolve));
  let all = false;
  void ended.then(() => {
    all = true;
  });
  while (!all) {
    open.shift()?.();
    await next();
  }
});
