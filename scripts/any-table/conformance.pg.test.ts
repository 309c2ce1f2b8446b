/** The shape server's suite over the change log of any table, with tables of its own for each tenant of the suite. */
import { createLog, systemTimers } from '@totem/host';
import type { Comparison, RowOperation, ShapeDefinition, StopSignal, TextRow } from '@totem/sync';
import { conformanceTables, describeShapeServer, type ShapeStore, worldOver } from '@totem/sync/conformance';
import { type TestDatabase, testDatabase } from '@totem/testkit/postgres';
import { proof } from '@totem/testkit/proof';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { followTable, forgetChanges, installSchema } from './capture.ts';
import { describeTable, findTable, quoted, type TableDescription } from './catalog.ts';
import { createAnyChangeLog, tenantOf } from './change-log.ts';
import { type AnyDatabase, openAnyDatabase, type Sql } from './database.ts';
import { compileCondition } from './where/condition.ts';
import { constantsReader } from './where/read-constants.ts';

const log = createLog('test', { level: 'silent' });
const TABLES = {
  item: `(id text PRIMARY KEY, site text NOT NULL, day date NOT NULL, rank int4 NOT NULL, big int8, ok bool,
    tags text[], data jsonb, note text, secret text)`,
  pair: '("left" text NOT NULL, "right" int4 NOT NULL, note text, PRIMARY KEY ("left", "right"))',
} as const;
type TableName = keyof typeof TABLES;

let database: TestDatabase;
let db: AnyDatabase;
let schemas = 0;

beforeAll(async () => {
  database = await testDatabase();
  db = openAnyDatabase(database.urls.superuser, log);
  await installSchema(db);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

type Tables = Readonly<Record<TableName, TableDescription>>;

async function openTables(): Promise<Tables> {
  schemas += 1;
  const schema = `tenant_${schemas}`;
  await db.rows(`CREATE SCHEMA ${schema}`);
  const open = async (name: TableName): Promise<TableDescription> => {
    await db.rows(`CREATE TABLE ${schema}.${name} ${TABLES[name]}`);
    const found = await findTable(db, schema, name);
    const table = await describeTable(db, found?.oid ?? '');
    if (table === undefined) throw new Error('no table');
    await followTable(db, table);
    return table;
  };
  return { item: await open('item'), pair: await open('pair') };
}

async function openStore(): Promise<ShapeStore> {
  const changes = createAnyChangeLog(
    { db, timers: systemTimers, log },
    { pollMs: 2, changesKept: 1_000_000 },
  );
  const tenants = new Map<string, Promise<Tables>>();
  const tablesOf = (tenant: string): Promise<Tables> => {
    const known = tenants.get(tenant) ?? openTables();
    tenants.set(tenant, known);
    return known;
  };
  const head = async (): Promise<bigint> => {
    const [row] = await db.rows('SELECT max(number) AS head FROM totem_shapes.change');
    return BigInt(row?.head ?? 0);
  };
  const idOf = async (tenant: string, table: string) =>
    tenantOf((await tablesOf(tenant))[table as TableName].oid, 'test');
  return {
    log: {
      epoch: async (tenant) =>
        [
          await changes.epoch(await idOf(tenant, 'item')),
          await changes.epoch(await idOf(tenant, 'pair')),
        ].join(),
      snapshot: async (shape, bytesMax) =>
        changes.snapshot(await compiled(shape, await tablesOf(shape.tenantId)), bytesMax),
      changes: async (tenant, table, after, limit) =>
        changes.changes(await idOf(tenant, table), table, after, limit),
      waitPast: async (tenant, position, signal: StopSignal) =>
        changes.waitPast(await idOf(tenant, 'item'), position, signal),
    },
    write: async (tenant, operations) => {
      const tables = await tablesOf(tenant);
      await db.transaction('BEGIN', async (sql) => {
        for (const operation of operations) await perform(sql, tables, operation);
      });
      return head();
    },
    overlap: async (tenant, transactions, commits) => {
      const tables = await tablesOf(tenant);
      const clients: pg.Client[] = [];
      for (const operations of transactions) {
        const client = new pg.Client({ connectionString: database.urls.superuser });
        clients.push(client);
        await client.connect();
        await client.query('BEGIN');
        const sql: Sql = { rows: async (text, values = []) => (await client.query(text, [...values])).rows };
        for (const operation of operations) await perform(sql, tables, operation);
      }
      for (const index of commits) await clients[index]?.query('COMMIT');
      for (const client of clients) await client.end();
      return head();
    },
    rows: async (shape) => {
      const tables = await tablesOf(shape.tenantId);
      const { schema, table } = tables[shape.table as TableName];
      const literal = (value: string) => `'${value.replaceAll("'", "''")}'`;
      const columns = Object.keys(shape.columns).map((name) => `${quoted(name)}::text`);
      const where = ['true', ...shape.where.map((comparison) => written(comparison, literal))].join(' AND ');
      return db.rows(`SELECT ${columns.join(', ')} FROM ${schema}.${table} WHERE ${where}`);
    },
    trim: async () => {
      await forgetChanges(db, 0);
    },
    bumpEpoch: async () => {
      await db.rows('UPDATE totem_shapes.state SET epoch = gen_random_uuid()');
    },
    close: async () => changes.close(),
  };
}

/** The suite's filter as a caller would write it. */
async function compiled(shape: ShapeDefinition, tables: Tables) {
  const table = tables[shape.table as TableName];
  const { where, ...rest } = shape;
  const values: string[] = [];
  const place = (value: string) => `$${values.push(value)}`;
  const text = ['true', ...where.map((comparison) => written(comparison, place))].join(' AND ');
  const scope = {
    schema: table.schema,
    table: table.table,
    columns: new Map(table.columns.map(({ name, type }) => [name, type])),
    parameters: new Map(values.map((value, index) => [index + 1, value])),
    folding: 'ascii' as const,
  };
  const condition = await compileCondition(text, scope, constantsReader(db));
  return { ...rest, where: [], condition, tenantId: tenantOf(table.oid, 'test') };
}

function written(comparison: Comparison, place: (value: string) => string): string {
  switch (comparison.op) {
    case 'eq':
      return `${comparison.column} = ${place(comparison.value)}`;
    case 'gte':
      return `${comparison.column} >= ${place(comparison.value)}`;
    case 'in':
      return comparison.values.length === 0
        ? 'false'
        : `${comparison.column} IN (${comparison.values.map(place).join(', ')})`;
    default:
      return comparison satisfies never;
  }
}

async function perform(sql: Sql, tables: Tables, operation: RowOperation): Promise<void> {
  const { schema, table } = tables[operation.table as TableName];
  const columns: Readonly<Record<string, { type: string; dims?: number }>> =
    conformanceTables[operation.table as TableName].columns;
  const typed = (name: string, at: number) =>
    `$${at}::text::${columns[name]?.type}${columns[name]?.dims === undefined ? '' : '[]'}`;
  const pairs = (row: TextRow, from: number, glue: string) =>
    Object.keys(row)
      .map((name, index) => `${quoted(name)} = ${typed(name, index + from)}`)
      .join(glue);
  const name = `${schema}.${table}`;
  switch (operation.op) {
    case 'insert': {
      const names = Object.keys(operation.row);
      const values = names.map((each, index) => typed(each, index + 1)).join(', ');
      await sql.rows(
        `INSERT INTO ${name} (${names.map(quoted).join(', ')}) VALUES (${values})`,
        Object.values(operation.row),
      );
      return;
    }
    case 'update': {
      const { key, set } = operation;
      const assignments =
        pairs(set, 1, ', ') || `${quoted(Object.keys(key)[0] ?? '')} = ${quoted(Object.keys(key)[0] ?? '')}`;
      const where = pairs(key, Object.keys(set).length + 1, ' AND ');
      await sql.rows(`UPDATE ${name} SET ${assignments} WHERE ${where}`, [
        ...Object.values(set),
        ...Object.values(key),
      ]);
      return;
    }
    case 'delete':
      await sql.rows(
        `DELETE FROM ${name} WHERE ${pairs(operation.key, 1, ' AND ')}`,
        Object.values(operation.key),
      );
      return;
    default:
      operation satisfies never;
  }
}

describeShapeServer('any table', worldOver(openStore), {
  runs: proof('scripts/any history of any table leaves the client with the rows of the filter', {
    share: 10,
    full: 1_000,
  }),
  seeds: proof('scripts/many shapes of any table over a long history', { share: 1, full: 20, unit: 'seeds' }),
});
