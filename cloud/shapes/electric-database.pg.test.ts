/** What the database is told for Electric is what the shapes need: their tables with whole old rows, and no other. */
import { readFileSync } from 'node:fs';
import { NAMED_SHAPES } from '@totem/domain';
import { type TestDatabase, testDatabase } from '@totem/testkit/postgres';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

const SQL = readFileSync(new URL('../../deploy/postgres/electric.sql', import.meta.url), 'utf8');
/** The others exist on a totem only. */
const TABLES = Object.values(NAMED_SHAPES).flatMap(({ table, place }) =>
  place === 'everywhere' ? [table.name] : [],
);
let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await testDatabase();
  client = new pg.Client({ connectionString: database.urls.superuser });
  await client.connect();
  await client.query(SQL);
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

test('Electric is told of the tables of shapes, and of nothing else', async () => {
  const { rows } = await client.query('SELECT tablename FROM pg_publication_tables ORDER BY tablename');
  expect(rows.map(({ tablename }) => tablename)).toEqual([...new Set(TABLES)].toSorted());
});

test('each of them writes whole old rows down, and no other table does', async () => {
  const { rows } = await client.query(
    `SELECT count(*)::int AS full_rows, count(*) FILTER (WHERE p.prrelid IS NOT NULL)::int AS published
     FROM pg_class c LEFT JOIN pg_publication_rel p ON p.prrelid = c.oid
     WHERE c.relreplident = 'f' AND c.relnamespace = 'public'::regnamespace`,
  );
  expect(rows[0].full_rows).toBe(rows[0].published);
  expect(rows[0].published).toBe(new Set(TABLES).size);
});

test('its role reads and replicates, writes nothing and owns nothing', async () => {
  const { rows } = await client.query(
    `SELECT rolsuper, rolreplication, has_table_privilege('totem_electric', 'ticket', 'SELECT') AS reads,
       has_table_privilege('totem_electric', 'ticket', 'INSERT, UPDATE, DELETE') AS writes
     FROM pg_roles WHERE rolname = 'totem_electric'`,
  );
  expect(rows).toEqual([{ rolsuper: false, rolreplication: true, reads: true, writes: false }]);
});
