/** The runner on a real PostgreSQL: nodes that start at once, a second run, a newer database, a changed step. */
import { testDatabase } from '@totem/testkit/postgres';
import pg from 'pg';
import { expect, test } from 'vitest';
import { readMigrations } from './manifest.ts';
import { migratePostgres } from './postgres.ts';

async function blankDatabase<T>(work: (owner: string, client: pg.Client) => Promise<T>): Promise<T> {
  const database = await testDatabase();
  const client = new pg.Client({ connectionString: database.urls.owner });
  await client.connect();
  try {
    await client.query('DROP SCHEMA public CASCADE');
    await client.query('CREATE SCHEMA public');
    return await work(database.urls.owner, client);
  } finally {
    await client.end();
    await database.drop();
  }
}

const versions = readMigrations('postgres').map(({ version }) => version);

test('four nodes that start at once migrate a blank database once', async () => {
  await blankDatabase(async (owner, client) => {
    const applied = await Promise.all([1, 2, 3, 4].map(() => migratePostgres(owner)));
    expect(applied.filter((list) => list.length > 0)).toEqual([versions]);
    const { rows } = await client.query('SELECT version FROM schema_migration ORDER BY version');
    expect(rows.map(({ version }) => version)).toEqual(versions);
  });
});

test('a second run has nothing to do', async () => {
  const { urls, drop } = await testDatabase();
  expect(await migratePostgres(urls.owner)).toEqual([]);
  await drop();
});

test.each([
  [
    'newer than the program',
    `INSERT INTO schema_migration (version, name, hash) VALUES (9990, 'x', 'x')`,
    'newer',
  ],
  [
    'with a step that was changed',
    `UPDATE schema_migration SET hash = 'x' WHERE version = 10`,
    'was changed',
  ],
])('a database %s is refused and left alone', async (_, sql, message) => {
  const { urls, drop } = await testDatabase();
  const client = new pg.Client({ connectionString: urls.owner });
  await client.connect();
  await client.query(sql);
  await expect(migratePostgres(urls.owner)).rejects.toThrow(message);
  await client.end();
  await drop();
});
