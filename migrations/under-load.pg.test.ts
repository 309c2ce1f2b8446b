/**
 * Every migration since the first release comes in under a program of that release which goes on serving, while a report
 * reads every table in one long transaction: no request fails, and none waits longer than two and a half seconds. And each
 * names the tables that it locks, which is what keeps the wait short.
 */
import { newId } from '@totem/domain';
import { systemEnv, systemTimers } from '@totem/host';
import { type TestDatabase, testDatabase } from '@totem/testkit/postgres';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMigrations } from './manifest.ts';
import { migratePostgres, type OwnerConnection } from './postgres.ts';
import { stepOf } from './postgres-step.ts';
import { type Load, startLoad } from './testing/load.ts';
import { type ReleasedRequest, releasedRequests, releasedRows } from './testing/released-requests.ts';

/** The state of the first release. */
const RELEASED = 60;
const WAIT_MS_MAX = 2_500;
const CLIENTS = 4;
/** Requests before, during and after each step. */
const SETTLED = 60;
/** Every kind of request at each client, several times. */
const WHOLE = 600;

const id = () => newId(systemEnv);
const place = {
  tenant: id(),
  site: id(),
  service: id(),
  user: id(),
  counter: id(),
  equipment: id(),
  origin: id(),
};

let database: TestDatabase;
let owner: pg.Client;
let load: Load;
/** Reads and touches of the tables that are there before a step. */
let others: readonly ReleasedRequest[] = [];

beforeAll(async () => {
  database = await testDatabase();
  owner = new pg.Client({ connectionString: database.urls.owner, application_name: 'migration' });
  await owner.connect();
  await owner.query('DROP SCHEMA public CASCADE; DROP SCHEMA IF EXISTS jobs CASCADE');
  await owner.query('CREATE SCHEMA public');
  await migratePostgres(owner, systemTimers, { until: RELEASED });
  await owner.query(`SELECT set_config('app.tenant_id', $1, false)`, [place.tenant]);
  for (const { sql, values } of releasedRows(place)) await owner.query(sql, [...values]);
  await owner.query(`SELECT set_config('app.tenant_id', '', false), ensure_audit_partitions(now()::date, 2)`);
  load = await startLoad({
    url: database.urls.api,
    clients: CLIENTS,
    tenant: place.tenant,
    waitMsMax: WAIT_MS_MAX,
    requests: (round) => [...releasedRequests(place, round), ...others],
  });
});
afterAll(async () => {
  await load.stop();
  await owner.end();
  await database.drop();
});

const steps = readMigrations('postgres').filter(({ version }) => version > RELEASED);

test.each(steps)('$name comes in while requests are answered and a report is read', async (migration) => {
  others = await requestsOfAllTables(migration.version);
  await load.answers(SETTLED);
  const reader = await longReader();
  const locks: Lock[] = [];
  const known = await tables();
  const migrating = migratePostgres(
    watched((found) => locks.push(...found.filter(({ table }) => known.includes(table)))),
    // The report ends when the step has given way to it once.
    { after: (delayMs, run) => systemTimers.after(delayMs, () => void reader.end().then(run)) },
    { until: migration.version },
  );
  const step = stepOf(migration);
  if (step.kind === 'statements') {
    // It waits for the report, in nobody's way: meanwhile requests are answered.
    await expect.poll(waitsForReader, { timeout: 20_000 }).toBe(true);
    await load.answers(SETTLED);
    await reader.end();
  }
  expect(await migrating).toEqual([migration.version]);
  await reader.end();
  await load.answers(SETTLED);
  expect(load.failures).toEqual([]);
  if (step.kind === 'transaction') {
    expect(locks.filter(({ isHard }) => isHard).map(({ table }) => table)).toEqual(
      sorted(step.againstReaders),
    );
    const soft = locks.filter(({ isHard }) => !isHard).map(({ table }) => table);
    expect(soft.filter((table) => !step.againstReaders.includes(table))).toEqual(sorted(step.againstWriters));
  }
});

test('a program of the first release is served by the newest schema', async () => {
  await load.answers(WHOLE);
  expect(load.failures).toEqual([]);
});

const sorted = (names: readonly string[]) => [...names].sort();

interface Lock {
  readonly table: string;
  /** Locks readers out; else only writers. */
  readonly isHard: boolean;
}

/** The owner's connection, which tells what a transaction has locked just before it commits. */
function watched(onLocks: (locks: readonly Lock[]) => void): OwnerConnection {
  return {
    query: async (text, values) => {
      if (text === 'COMMIT') onLocks(await locksHeld());
      return owner.query(text, values === undefined ? undefined : [...values]);
    },
  };
}

async function locksHeld(): Promise<Lock[]> {
  const { rows } = await owner.query<Lock>(
    `SELECT c.relname AS table, bool_or(l.mode = 'AccessExclusiveLock') AS "isHard"
     FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
     WHERE l.pid = pg_backend_pid() AND l.granted AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND l.mode IN ('AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock')
     GROUP BY 1 ORDER BY 1`,
  );
  return rows;
}

/** A transaction that has read every table, as a dump does, and holds its snapshot. */
async function longReader(): Promise<{ end(): Promise<void> }> {
  const client = new pg.Client({ connectionString: database.urls.superuser });
  await client.connect();
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  for (const table of await tables()) await client.query(`SELECT count(*) FROM ${table}`);
  let ended: Promise<void> | undefined;
  return {
    end: () => {
      ended ??= client.query('COMMIT').then(() => client.end());
      return ended;
    },
  };
}

async function tables(): Promise<string[]> {
  const { rows } = await query<{ relname: string }>(
    `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
       AND NOT relispartition AND relname <> 'schema_migration' ORDER BY 1`,
  );
  return rows.map(({ relname }) => relname);
}

async function waitsForReader(): Promise<boolean> {
  const { rows } = await query(
    `SELECT FROM pg_stat_activity WHERE application_name = 'migration' AND datname = current_database()
       AND wait_event = 'virtualxid'`,
  );
  return rows.length > 0;
}

/** As it is before a step: every column that the serving role may read, and one that it may change. */
async function requestsOfAllTables(version: number): Promise<ReleasedRequest[]> {
  const { rows } = await query<{ table: string; columns: string[]; changed: string | null }>(
    `SELECT c.relname AS table, array_agg(a.attname::text ORDER BY a.attnum) AS columns,
       (array_agg(a.attname::text ORDER BY a.attnum DESC)
         FILTER (WHERE has_column_privilege('totem_api', c.oid, a.attnum, 'UPDATE')))[1] AS changed
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND has_column_privilege('totem_api', c.oid, a.attnum, 'SELECT')
     GROUP BY 1 ORDER BY 1`,
  );
  return rows.map(({ table, columns, changed }) => [
    {
      name: `read-${version}-${table}`,
      sql: `SELECT ${columns.map((name) => `"${name}"`).join(', ')} FROM ${table} LIMIT 3`,
      values: [],
    },
    ...(changed === null
      ? []
      : [
          {
            name: `touch-${version}-${table}`,
            sql: `UPDATE ${table} SET "${changed}" = "${changed}"
              WHERE ctid = (SELECT ctid FROM ${table} LIMIT 1 FOR UPDATE SKIP LOCKED)`,
            values: [],
          },
        ]),
  ]);
}

/** Beside the migration, past every fence. */
async function query<R extends pg.QueryResultRow>(sql: string): Promise<pg.QueryResult<R>> {
  const client = new pg.Client({ connectionString: database.urls.superuser });
  await client.connect();
  try {
    return await client.query<R>(sql);
  } finally {
    await client.end();
  }
}
