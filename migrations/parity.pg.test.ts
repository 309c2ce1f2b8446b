/**
 * One row means the same everywhere: the tables that the domain declares, the migrated PostgreSQL and the migrated SQLite
 * agree in every column's name, type and nullability; closed sets and captured columns agree with the domain too.
 */
import {
  APPOINTMENT_STATES,
  appointmentTable,
  auditLogTable,
  CANCEL_REASONS,
  CHANNELS,
  COLUMN_TYPES,
  type ColumnType,
  callTable,
  columnName,
  columnNames,
  counterTable,
  DEVICE_TYPES,
  deviceStatusTable,
  NAMED_SHAPES,
  operatorSessionTable,
  PAYMENT_METHODS,
  PAYMENT_PHASES,
  PAYMENT_STATUSES,
  paymentSessionTable,
  paymentTransactionTable,
  printJobTable,
  priorityClassTable,
  ROLES,
  serviceTable,
  siteTable,
  type Table,
  TICKET_STATES,
  ticketTable,
} from '@totem/domain';
import { type TestDatabase, testDatabase } from '@totem/testkit/postgres';
import Database from 'better-sqlite3';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrateSqlite } from './sqlite.ts';

const EVERYWHERE: readonly Table[] = [
  siteTable,
  serviceTable,
  priorityClassTable,
  counterTable,
  appointmentTable,
  ticketTable,
  callTable,
  operatorSessionTable,
  paymentSessionTable,
  paymentTransactionTable,
  auditLogTable,
];
const TOTEM_ONLY: readonly Table[] = [printJobTable, deviceStatusTable];

/** What one database adds to a declared table for itself. */
const OWN_COLUMNS = {
  postgres: {
    audit_log: ['position', 'received_at'],
    site: ['version'],
    // `site_id` goes one release after `site_ids` took its place.
    // Slots are the cloud's to give.
    service: ['version', 'site_id', 'slot_capacity'],
    priority_class: ['version'],
    counter: ['version'],
    appointment: ['version', 'duration_minutes'],
  },
  sqlite: {},
} as const satisfies Record<string, Readonly<Record<string, readonly string[]>>>;

interface Column {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
}

let database: TestDatabase;
let client: pg.Client;
let sqlite: Database.Database;
beforeAll(async () => {
  database = await testDatabase();
  client = new pg.Client({ connectionString: database.urls.superuser });
  await client.connect();
  sqlite = new Database(':memory:');
  migrateSqlite(sqlite);
});
afterAll(async () => {
  sqlite.close();
  await client.end();
  await database.drop();
});

const POSTGRES_NAMES: Readonly<Record<string, ColumnType>> = Object.fromEntries(
  COLUMN_TYPES.map((type) => [type, type]),
);

async function postgresColumns(table: string): Promise<Column[]> {
  const { rows } = await client.query<{ name: string; type: string; not_null: boolean }>(
    `SELECT a.attname AS name, t.typname AS type, a.attnotnull AS not_null
     FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
     WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attname`,
    [table],
  );
  return rows.map((row) => ({
    name: row.name,
    type: POSTGRES_NAMES[row.type] ?? row.type,
    notNull: row.not_null,
  }));
}

function sqliteColumns(table: string): Column[] {
  const rows = sqlite
    .prepare(`SELECT name, type, "notnull" AS not_null FROM pragma_table_info(?) ORDER BY name`)
    .all(table) as {
    name: string;
    type: string;
    not_null: number;
  }[];
  return rows.map(({ name, type, not_null: notNull }) => ({ name, type, notNull: notNull === 1 }));
}

/** STRICT tables of SQLite hold integers and booleans as INTEGER and everything else as TEXT. */
const SQLITE_TYPES: Readonly<Record<ColumnType, string>> = {
  uuid: 'TEXT',
  text: 'TEXT',
  int4: 'INTEGER',
  int8: 'INTEGER',
  bool: 'INTEGER',
  date: 'TEXT',
  timestamptz: 'TEXT',
  jsonb: 'TEXT',
};

function declared(table: Table, typeOf: (type: ColumnType) => string): Column[] {
  return Object.entries(table.columns)
    .map(([field, { type, notNull }]) => ({ name: columnName(field), type: typeOf(type), notNull }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const without = (columns: readonly Column[], names: readonly string[] = []) =>
  columns.filter(({ name }) => !names.includes(name));

describe('column by column', () => {
  test.each(EVERYWHERE.map((table) => [table.name, table] as const))(
    'PostgreSQL has %s as declared',
    async (name, table) => {
      const own: Readonly<Record<string, readonly string[]>> = OWN_COLUMNS.postgres;
      expect(without(await postgresColumns(name), own[name])).toEqual(declared(table, (type) => type));
    },
  );

  test.each([...EVERYWHERE, ...TOTEM_ONLY].map((table) => [table.name, table] as const))(
    'SQLite has %s as declared',
    (name, table) => {
      const own: Readonly<Record<string, readonly string[]>> = OWN_COLUMNS.sqlite;
      expect(without(sqliteColumns(name), own[name])).toEqual(declared(table, (type) => SQLITE_TYPES[type]));
    },
  );
});

describe('what changes for readers', () => {
  const followed = Object.values(NAMED_SHAPES)
    .filter(({ place }) => place === 'everywhere')
    .map(({ table }) => [table.name, table] as const);

  test.each(followed)('the encoder of %s gives exactly the declared columns', async (name, table) => {
    const { rows } = await client.query<{ column: string }>(
      `SELECT jsonb_object_keys(text_of_${name}(NULL::${name})) AS column`,
    );
    expect(rows.map(({ column }) => column).sort()).toEqual(columnNames(table).sort());
  });

  test('every followed table is captured, by a deferred trigger, and no other', async () => {
    const { rows } = await client.query<{ name: string; deferred: boolean }>(
      `SELECT tgrelid::regclass::text AS name, tginitdeferred AS deferred FROM pg_trigger WHERE tgname = 'capture' ORDER BY 1`,
    );
    expect(rows).toEqual(
      followed.map(([name]) => ({ name, deferred: true })).sort((a, b) => (a.name < b.name ? -1 : 1)),
    );
  });
});

describe('closed sets', () => {
  test.each<[string, string, readonly string[]]>([
    ['ticket', 'state', TICKET_STATES],
    ['payment_session', 'method', PAYMENT_METHODS],
    ['payment_session', 'status', PAYMENT_STATUSES],
    ['payment_session', 'phase', PAYMENT_PHASES],
    ['ticket', 'reason', CANCEL_REASONS],
    ['ticket', 'channel', CHANNELS],
    ['appointment', 'state', APPOINTMENT_STATES],
    ['app_user', 'role', ROLES],
    ['equipment', 'type', [...DEVICE_TYPES, 'printer', 'terminal']],
  ])('%s.%s allows what the domain names', async (table, column, values) => {
    const { rows } = await client.query<{ text: string }>(
      `SELECT pg_get_constraintdef(k.oid) AS text FROM pg_constraint k
       JOIN pg_attribute a ON a.attrelid = k.conrelid AND k.conkey = ARRAY[a.attnum]
       WHERE k.conrelid = $1::regclass AND k.contype = 'c' AND a.attname = $2`,
      [table, column],
    );
    const allowed = [...(rows[0]?.text ?? '').matchAll(/'([a-z_]+)'::text/g)].map(([, value]) => value);
    expect(allowed.sort()).toEqual([...values].sort());
  });
});
