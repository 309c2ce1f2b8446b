/**
 * The runner on a real PostgreSQL: nodes that start at once, a second run, a newer database, a changed step, somebody who
 * holds a lock, and an index that a run which was cut off has left half made.
 */
import { systemTimers } from '@totem/host';
import { testDatabase } from '@totem/testkit/postgres';
import pg from 'pg';
import { expect, test } from 'vitest';
import { readMigrations } from './manifest.ts';
import { type MigrationTimers, migratePostgres, type OwnerConnection } from './postgres.ts';

async function blankDatabase<T>(work: (owner: string, client: pg.Client) => Promise<T>): Promise<T> {
  const database = await testDatabase();
  const client = new pg.Client({ connectionString: database.urls.owner });
  await client.connect();
  try {
    await client.query('DROP SCHEMA public CASCADE; DROP SCHEMA IF EXISTS jobs CASCADE');
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
    const applied = await Promise.all([1, 2, 3, 4].map(() => migratePostgres(owner, systemTimers)));
    expect(applied.filter((list) => list.length > 0)).toEqual([versions]);
    const { rows } = await client.query('SELECT version FROM schema_migration ORDER BY version');
    expect(rows.map(({ version }) => version)).toEqual(versions);
  });
});

test('a second run has nothing to do', async () => {
  const { urls, drop } = await testDatabase();
  expect(await migratePostgres(urls.owner, systemTimers)).toEqual([]);
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
  await expect(migratePostgres(urls.owner, systemTimers)).rejects.toThrow(message);
  await client.end();
  await drop();
});

/** Runs what the step waits for, in place of the wait; the real time that passes is the database's. */
const between = (act: (delayMs: number) => Promise<void>): MigrationTimers => ({
  after: (delayMs, run) => {
    void act(delayMs).then(run);
    return () => {};
  },
});

test('a step that cannot lock its tables comes again, later each time, until it can', async () => {
  await blankDatabase(async (owner, client) => {
    await migratePostgres(owner, systemTimers, { until: 60 });
    await client.query('BEGIN');
    await client.query('SELECT id FROM tenant');
    const delays: number[] = [];
    const applied = await migratePostgres(
      owner,
      between(async (delayMs) => {
        delays.push(delayMs);
        if (delays.length === 2) await client.query('COMMIT');
      }),
      { until: 70 },
    );
    expect(applied).toEqual([70]);
    expect(delays).toEqual([250, 500]);
  });
});

test('a step whose tables stay locked ends in an error that names it, and nothing of it stays', async () => {
  await blankDatabase(async (owner, client) => {
    await migratePostgres(owner, systemTimers, { until: 60 });
    await client.query('BEGIN');
    await client.query('SELECT id FROM tenant');
    const failing: OwnerConnection = {
      // PostgreSQL's own answer to a wait that was too long, without waiting thirty times for it.
      query: async (text, values) => {
        if (text.startsWith('DO $$')) throw Object.assign(new Error('lock'), { code: '55P03' });
        return second.query(text, values === undefined ? undefined : [...values]);
      },
    };
    const second = new pg.Client({ connectionString: owner });
    await second.connect();
    const migrating = migratePostgres(
      failing,
      between(async () => {}),
    );
    await expect(migrating).rejects.toThrow('0070_platform.sql did not get its locks in 30 tries');
    await client.query('COMMIT');
    const { rows } = await second.query('SELECT max(version) AS newest FROM schema_migration');
    expect(rows).toEqual([{ newest: 60 }]);
    await second.end();
  });
});

test('an index that was left half made is made again', async () => {
  await blankDatabase(async (owner, client) => {
    await migratePostgres(owner, systemTimers, { until: 120 });
    const reader = new pg.Client({ connectionString: owner });
    await reader.connect();
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await reader.query('SELECT count(*) FROM ticket');
    await client.query('SET statement_timeout = 100');
    const making = client.query('CREATE INDEX CONCURRENTLY ticket_list_idx ON ticket (tenant_id)');
    await expect(making).rejects.toThrow('statement timeout');
    await client.query('RESET statement_timeout');
    await reader.end();
    const valid = `SELECT indisvalid FROM pg_index WHERE indexrelid = 'ticket_list_idx'::regclass`;
    expect((await client.query(valid)).rows).toEqual([{ indisvalid: false }]);
    expect(await migratePostgres(owner, systemTimers, { until: 130 })).toEqual([130]);
    expect((await client.query(valid)).rows).toEqual([{ indisvalid: true }]);
  });
});
