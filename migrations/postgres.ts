/**
 * Migrates PostgreSQL while it serves: in order, each file recorded with its hash. A transaction takes all its locks first
 * and together, gives up before anyone has waited long behind it, and comes again; what needs no such lock runs outside of
 * transactions and waits as long as it must. Several nodes may start at once: one migrates, the others wait for it.
 */
import {
  type AppliedMigration,
  type Migration,
  MigrationError,
  pendingMigrations,
  readMigrations,
  verifiedMigrations,
} from './manifest.ts';
import { type Statement, type Step, stepOf } from './postgres-step.ts';

/** What is used of a connection of `pg`; the role must own the database. */
export interface OwnerConnection {
  query(text: string, values?: readonly unknown[]): Promise<{ rows: unknown[] }>;
}

/** The one timer that is used: the waits between tries are not PostgreSQL's, whose sleeping sessions hold snapshots. */
export interface MigrationTimers {
  after(delayMs: number, run: () => void): () => void;
}

/**
 * How long all locks of a file may take together. Readers and writers queue behind whoever waits for a lock, so this is what
 * they wait at most, beside the file's own work. It is less than PostgreSQL's `deadlock_timeout` of one second: where a
 * request and a migration wait for each other, it is always the migration that gives up.
 */
const LOCKS_MS_MAX = 900;
/** Tries of one file to get its locks, and the waits between them: some three minutes, for reports and dumps that read long. */
const LOCK_TRIES_MAX = 30;
const RETRY_DELAY_MS_MIN = 250;
const RETRY_DELAY_MS_MAX = 8_000;
/** Outside of transactions a wait is in nobody's way; a reader who never ends is still told of. */
const UNHURRIED_MS_MAX = 600_000;
/** Asking for the turn while another node migrates: half an hour. */
const TURN_DELAY_MS = 250;
const TURN_TRIES_MAX = 7_200;
/** Names the advisory lock of migrations. */
const MIGRATION_LOCK = 7_465_746_565;
/** lock_not_available; query_canceled, which is what too long a wait for several locks ends in; deadlock_detected. */
const WAITED_CODES: readonly unknown[] = ['55P03', '57014', '40P01'];

/**
 * Brings a database to the code's version.
 * @param owner a connection, or the URL of one, as the role that owns the schema.
 * @param options.until the last version to apply; all of them unless told.
 * @returns the versions that were applied now.
 * @throws MigrationError when the database is newer than the code, a file was changed, or a file never got its locks.
 */
export async function migratePostgres(
  owner: OwnerConnection | string,
  timers: MigrationTimers,
  options: { readonly until?: number } = {},
): Promise<number[]> {
  const until = options.until ?? Number.MAX_SAFE_INTEGER;
  if (typeof owner !== 'string') return migrate(owner, timers, until);
  // Loaded only here, so that a totem, which shares this package for its SQLite, does not carry the driver.
  const { Client } = await import('pg');
  const client = new Client({ connectionString: owner });
  await client.connect();
  try {
    const query: OwnerConnection['query'] = (text, values) =>
      client.query(text, values === undefined ? undefined : [...values]);
    return await migrate({ query }, timers, until);
  } finally {
    await client.end();
  }
}

/** The versions that a database must have for this code to run on it. */
export function postgresVersions(): number[] {
  return readMigrations('postgres').map(({ version }) => version);
}

async function migrate(
  connection: OwnerConnection,
  timers: MigrationTimers,
  until: number,
): Promise<number[]> {
  const migrations = verifiedMigrations('postgres');
  await takeTurn(connection, timers);
  try {
    await connection.query(`SET statement_timeout = 0; SET lock_timeout = ${LOCKS_MS_MAX}`);
    await connection.query(
      'CREATE TABLE IF NOT EXISTS schema_migration (version int4 PRIMARY KEY, name text NOT NULL, hash text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const { rows } = await connection.query(
      'SELECT version, name, hash FROM schema_migration ORDER BY version',
    );
    const pending = pendingMigrations(rows.map(asApplied), migrations).filter(
      ({ version }) => version <= until,
    );
    for (const migration of pending) await applyOne(connection, timers, migration);
    return pending.map(({ version }) => version);
  } finally {
    await connection.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await connection.query('RESET lock_timeout; RESET statement_timeout');
  }
}

/** Asks again and again instead of waiting inside PostgreSQL: an index that is made concurrently waits for every statement that runs. */
async function takeTurn(connection: OwnerConnection, timers: MigrationTimers): Promise<void> {
  for (let tries = 1; tries <= TURN_TRIES_MAX; tries += 1) {
    const { rows } = await connection.query('SELECT pg_try_advisory_lock($1) AS taken', [MIGRATION_LOCK]);
    const [row] = rows as { readonly taken: unknown }[];
    if (String(row?.taken).startsWith('t')) return;
    await pause(timers, TURN_DELAY_MS);
  }
  throw new MigrationError('another node has been migrating for too long');
}

async function applyOne(
  connection: OwnerConnection,
  timers: MigrationTimers,
  migration: Migration,
): Promise<void> {
  const step = stepOf(migration);
  if (step.kind === 'statements') return applyStatements(connection, migration, step.statements);
  for (let tries = 1; ; tries += 1) {
    try {
      return await applyTransaction(connection, migration, step);
    } catch (error) {
      if (!hasWaited(error)) throw error;
      if (tries === LOCK_TRIES_MAX)
        throw new MigrationError(`${migration.name} did not get its locks in ${tries} tries`, {
          cause: error,
        });
      await pause(timers, Math.min(RETRY_DELAY_MS_MAX, RETRY_DELAY_MS_MIN * 2 ** (tries - 1)));
    }
  }
}

async function applyTransaction(
  connection: OwnerConnection,
  migration: Migration,
  step: Extract<Step, { kind: 'transaction' }>,
): Promise<void> {
  await connection.query('BEGIN');
  try {
    const locks = [
      ...step.againstReaders.map((table) => `LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE;`),
      ...step.againstWriters.map((table) => `LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE;`),
    ];
    if (locks.length > 0) {
      // One statement, so that one limit holds for all of them.
      await connection.query(`SET LOCAL statement_timeout = ${LOCKS_MS_MAX}`);
      await connection.query(`DO $$ BEGIN ${locks.join(' ')} END $$`);
      await connection.query('SET LOCAL statement_timeout = 0');
    }
    await connection.query(migration.sql);
    await record(connection, migration);
    await connection.query('COMMIT');
  } catch (error) {
    await connection.query('ROLLBACK');
    throw error;
  }
}

async function applyStatements(
  connection: OwnerConnection,
  migration: Migration,
  statements: readonly Statement[],
): Promise<void> {
  await connection.query(`SET lock_timeout = ${UNHURRIED_MS_MAX}`);
  for (const { sql, index } of statements) {
    if (index !== undefined && (await isInvalid(connection, index)))
      await connection.query(`DROP INDEX CONCURRENTLY ${index}`);
    await connection.query(sql);
  }
  await connection.query(`SET lock_timeout = ${LOCKS_MS_MAX}`);
  await record(connection, migration);
}

/** Whether a run that was cut off has left the index half made: it would be taken for the whole one, and used by nobody. */
async function isInvalid(connection: OwnerConnection, index: string): Promise<boolean> {
  const { rows } = await connection.query(
    'SELECT FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid',
    [index],
  );
  return rows.length > 0;
}

async function record(connection: OwnerConnection, { version, name, hash }: Migration): Promise<void> {
  const values = [version, name, hash];
  await connection.query('INSERT INTO schema_migration (version, name, hash) VALUES ($1, $2, $3)', values);
}

function hasWaited(error: unknown): boolean {
  return error instanceof Error && 'code' in error && WAITED_CODES.includes(error.code);
}

function pause(timers: MigrationTimers, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    timers.after(delayMs, resolve);
  });
}

function asApplied(row: unknown): AppliedMigration {
  const { version, name, hash } = row as Record<keyof AppliedMigration, unknown>;
  return { version: Number(version), name: String(name), hash: String(hash) };
}
