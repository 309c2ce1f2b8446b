/**
 * The query builder's tables are what the migrated database has: every column with its type, whether it may be null and
 * whether it has a default, and every primary key in its order. Neither is made from the other, so this holds them together.
 */
import { type TestDatabase, testDatabase } from '@totem/testkit/postgres';
import { is } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as charges from './schema/charges.ts';
import * as configuration from './schema/configuration.ts';
import * as deliveries from './schema/deliveries.ts';
import * as devices from './schema/devices.ts';
import * as money from './schema/money.ts';
import * as people from './schema/people.ts';
import * as queue from './schema/queue.ts';
import * as record from './schema/record.ts';
import * as tenancy from './schema/tenancy.ts';

/** What only hand-written statements touch. */
const NOT_BUILT = ['schema_migration'];
/** It goes one release after `site_ids` took its place: nothing may be built on it any more. */
const LEAVING = ['service.site_id'];

const declared = [charges, configuration, deliveries, devices, money, people, queue, record, tenancy]
  .flatMap((file) => Object.values(file))
  .filter((value) => is(value, PgTable));

interface Column {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
}

interface Live {
  readonly columns: readonly Column[];
  readonly key: readonly string[];
}

let database: TestDatabase;
let live: ReadonlyMap<string, Live>;

beforeAll(async () => {
  database = await testDatabase();
  const client = new pg.Client({ connectionString: database.urls.superuser });
  await client.connect();
  const { rows } = await client.query<Live & { table: string }>(
    `SELECT c.relname AS table,
       (SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
           'notNull', a.attnotnull, 'hasDefault', a.atthasdef OR a.attidentity <> '') ORDER BY a.attname)
         FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           AND c.relname || '.' || a.attname <> ALL($2)) AS columns,
       (SELECT json_agg(a.attname ORDER BY array_position(i.indkey::int2[], a.attnum))
         FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
         WHERE i.indrelid = c.oid AND i.indisprimary) AS key
     FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND c.relname <> ALL($1)`,
    [NOT_BUILT, LEAVING],
  );
  await client.end();
  live = new Map(rows.map(({ table, columns, key }) => [table, { columns, key }]));
});
afterAll(() => database.drop());

test('every table is declared, and no other', () => {
  const names = declared.map((table) => getTableConfig(table).name);
  expect(names.sort()).toEqual([...live.keys()].sort());
});

test.each(declared.map((table) => [getTableConfig(table).name, table] as const))(
  '%s is as declared',
  (name, table) => {
    expect(declaredForm(table)).toEqual(live.get(name));
  },
);

/** What PostgreSQL calls the types that are declared by another name. */
const TYPE_NAMES: Readonly<Record<string, string>> = { timestamptz: 'timestamp with time zone' };

function declaredForm(table: PgTable): Live {
  const { columns, primaryKeys } = getTableConfig(table);
  const own = columns.filter(({ primary }) => primary);
  const key = primaryKeys[0]?.columns ?? own;
  return {
    columns: columns
      .map((column) => ({
        name: snake(column.name),
        type: TYPE_NAMES[column.getSQLType()] ?? column.getSQLType(),
        notNull: column.notNull,
        hasDefault: column.hasDefault,
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    key: key.map(({ name }) => snake(name)),
  };
}

/** As the query builder does when it is told `casing: 'snake_case'`. */
function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
