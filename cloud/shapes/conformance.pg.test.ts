/** The shape server's suite over the change log in PostgreSQL, with tables that are followed as the product's own are. */
import { newId, type TenantId } from '@totem/domain';
import { createLog, systemEnv } from '@totem/host';
import { positionMax, type RowOperation, type ShapeDefinition, type TextRow } from '@totem/sync';
import { conformanceTables, describeShapeServer, type ShapeStore, worldOver } from '@totem/sync/conformance';
import { type TestDatabase, testDatabase } from '@totem/testkit/postgres';
import { proof } from '@totem/testkit/proof';
import { virtualWorld } from '@totem/testkit/virtual';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { createDatabase, type Database } from '../db/pool.ts';
import { type Statement, type WriteHandle, withTenant } from '../db/with-tenant.ts';
import { createPgChangeLog } from './pg-change-log.ts';

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await testDatabase();
  const owner = new pg.Client({ connectionString: database.urls.owner });
  await owner.connect();
  await owner.query(`
    CREATE TABLE item (tenant_id uuid NOT NULL, id text NOT NULL, site text NOT NULL, day date NOT NULL,
      rank int4 NOT NULL, big int8, ok bool, tags text[], data jsonb, note text, secret text, PRIMARY KEY (tenant_id, id));
    CREATE TABLE pair (tenant_id uuid NOT NULL, "left" text NOT NULL, "right" int4 NOT NULL, note text,
      PRIMARY KEY (tenant_id, "left", "right"));
    SELECT fence_tenant('item'), fence_tenant('pair');
    SELECT follow_table('item', ARRAY['id','site','day','rank','big','ok','tags','data','note']);
    SELECT follow_table('pair', ARRAY['left','right','note']);
    GRANT SELECT, INSERT, UPDATE, DELETE ON item, pair TO totem_api;
    CREATE POLICY test_trims ON change_log FOR DELETE TO totem_api USING (true);
    GRANT DELETE ON change_log TO totem_api`);
  await owner.end();
  db = createDatabase(database.urls, createLog('test', { level: 'silent' }));
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const OPEN: Statement = {
  name: 'test-open-tenant',
  text: `INSERT INTO tenant (id, name, slug, created_at) VALUES ($1, 'x', gen_random_uuid()::text, now())`,
};
const HEAD: Statement = { name: 'test-head', text: 'SELECT last FROM change_head WHERE tenant_id = $1' };
const TRIM_LOG: Statement = { name: 'test-trim-log', text: 'DELETE FROM change_log WHERE tenant_id = $1' };
const TRIM_HEAD: Statement = {
  name: 'test-trim-head',
  text: 'UPDATE change_head SET floor = last WHERE tenant_id = $1',
};
const BUMP: Statement = {
  name: 'test-bump',
  text: 'UPDATE change_head SET epoch = gen_random_uuid() WHERE tenant_id = $1',
};

/** The suite's tenants have names; each world gives them ids of its own. */
async function openStore(): Promise<ShapeStore> {
  const { timers } = virtualWorld();
  const log = createPgChangeLog({ db, env: systemEnv, timers, log: createLog('test', { level: 'silent' }) });
  const tenants = new Map<string, Promise<TenantId>>();
  const open = async (): Promise<TenantId> => {
    const id = newId<'tenant'>(systemEnv);
    await withTenant(db, id, (tx) => tx.run(OPEN, [id]));
    return id;
  };
  const idOf = (name: string): Promise<TenantId> => {
    const known = tenants.get(name) ?? open();
    tenants.set(name, known);
    return known;
  };
  /** Time stands still in the suite, and with it the polls: what was written is looked for at once. */
  const seen = async (id: TenantId) => {
    await log.changes(id, 'item', positionMax, 1);
  };
  const headOf = (id: TenantId) =>
    withTenant(db, id, async (tx) => BigInt((await tx.one(HEAD, [id]))?.last ?? 0));
  const change = async (name: string, work: (tx: WriteHandle) => Promise<unknown>) => {
    const id = await idOf(name);
    await withTenant(db, id, work);
    await seen(id);
    return id;
  };
  return {
    log: {
      epoch: async (name: string) => log.epoch(await idOf(name)),
      snapshot: async (shape: ShapeDefinition, bytesMax: number) =>
        log.snapshot({ ...shape, tenantId: await idOf(shape.tenantId) }, bytesMax),
      changes: async (name: string, table: string, after: bigint, limit: number) =>
        log.changes(await idOf(name), table, after, limit),
      waitPast: async (name: string, position: bigint, signal: Parameters<typeof log.waitPast>[2]) =>
        log.waitPast(await idOf(name), position, signal),
    },
    write: async (name: string, operations: readonly RowOperation[]) => {
      const id = await change(name, async (tx) => {
        for (const operation of operations) await perform(tx, operation);
      });
      return headOf(id);
    },
    overlap: async (
      name: string,
      transactions: readonly (readonly RowOperation[])[],
      commits: readonly number[],
    ) => {
      const id = await idOf(name);
      const clients: pg.PoolClient[] = [];
      for (const operations of transactions) {
        const client = await db.api.connect();
        clients.push(client);
        await client.query('BEGIN');
        await client.query(`SELECT set_config('app.tenant_id', $1, true)`, [id]);
        for (const operation of operations) await perform(writerOf(client, id), operation);
      }
      for (const index of commits) await clients[index]?.query('COMMIT');
      for (const client of clients) client.release();
      await seen(id);
      return headOf(id);
    },
    rows: async (shape: ShapeDefinition) => {
      const id = await idOf(shape.tenantId);
      return withTenant(db, id, (tx) => tx.all(...queryOf(shape, id)));
    },
    trim: async (name: string) => {
      await change(name, async (tx) => {
        await tx.run(TRIM_LOG, [tx.tenantId]);
        await tx.run(TRIM_HEAD, [tx.tenantId]);
      });
    },
    bumpEpoch: async (name: string) => {
      await change(name, (tx) => tx.run(BUMP, [tx.tenantId]));
    },
    close: async () => log.close(),
  };
}

/** A transaction that is committed by hand. */
function writerOf(client: pg.PoolClient, tenantId: TenantId): Writer {
  return {
    tenantId,
    run: async ({ text }, values = []) => (await client.query(text, [...values])).rowCount ?? 0,
  };
}

/** The rows of a shape in words of this test's own. */
function queryOf(shape: ShapeDefinition, id: TenantId): [Statement, readonly unknown[]] {
  const columns = Object.keys(shape.columns).map((name) => `"${name}"::text`);
  const values: unknown[] = [id];
  const conditions = shape.where.map((comparison) => {
    const cast = comparison.column === 'rank' ? 'int4' : 'text';
    const column = `"${comparison.column}"::${cast}`;
    if (comparison.op === 'in') return `${column} = ANY($${values.push(comparison.values)}::${cast}[])`;
    return `${column} ${comparison.op === 'eq' ? '=' : '>='} $${values.push(comparison.value)}::${cast}`;
  });
  const where = ['tenant_id = $1', ...conditions].join(' AND ');
  return [{ name: '', text: `SELECT ${columns.join(', ')} FROM ${shape.table} WHERE ${where}` }, values];
}

type Writer = Pick<WriteHandle, 'tenantId' | 'run'>;

async function perform(tx: Writer, operation: RowOperation): Promise<void> {
  const { table } = operation;
  const typed = (name: string, place: number) => {
    const columns: Readonly<Record<string, { type: string; dims?: number }>> =
      conformanceTables[table as keyof typeof conformanceTables].columns;
    return `$${place}::${columns[name]?.type}${columns[name]?.dims === undefined ? '' : '[]'}`;
  };
  const pairs = (row: TextRow, from: number, glue: string) =>
    Object.keys(row)
      .map((name, index) => `"${name}" = ${typed(name, index + from)}`)
      .join(glue);
  const run = (text: string, values: readonly unknown[]) =>
    tx.run({ name: '', text }, [tx.tenantId, ...values]);
  switch (operation.op) {
    case 'insert': {
      const names = Object.keys(operation.row);
      const list = names.map((name) => `"${name}"`).join(', ');
      const values = names.map((name, index) => typed(name, index + 2)).join(', ');
      await run(
        `INSERT INTO ${table} (tenant_id, ${list}) VALUES ($1, ${values})`,
        Object.values(operation.row),
      );
      return;
    }
    case 'update': {
      const { key, set } = operation;
      const where = pairs(key, Object.keys(set).length + 2, ' AND ');
      // An update of nothing is still an update of the row, and SQL wants a column.
      const assignments = pairs(set, 2, ', ') || 'tenant_id = tenant_id';
      await run(`UPDATE ${table} SET ${assignments} WHERE tenant_id = $1 AND ${where}`, [
        ...Object.values(set),
        ...Object.values(key),
      ]);
      return;
    }
    case 'delete':
      await run(`DELETE FROM ${table} WHERE tenant_id = $1 AND ${pairs(operation.key, 2, ' AND ')}`, [
        ...Object.values(operation.key),
      ]);
      return;
    default:
      operation satisfies never;
  }
}

describeShapeServer('PostgreSQL', worldOver(openStore), {
  runs: proof('cloud/any history leaves the client with the rows of the filter', { share: 40, full: 2_000 }),
  seeds: proof('cloud/many shapes over a long history', { share: 1, full: 20, unit: 'seeds' }),
});
