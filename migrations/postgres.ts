/**
 * Migrates PostgreSQL: in order, each file in one transaction with a bounded wait for locks, recorded with its hash. An
 * advisory lock lets several nodes start at once: one migrates, the others wait and find nothing to do.
 */
import {
  type AppliedMigration,
  type Migration,
  pendingMigrations,
  readMigrations,
  verifiedMigrations,
} from './manifest.ts';

/** What is used of a connection of `pg`; the role must own the database. */
export interface OwnerConnection {
  query(text: string, values?: readonly unknown[]): Promise<{ rows: unknown[] }>;
}

/** A waiting ALTER TABLE blocks every reader behind it, so a step gives up early; the next start tries again. */
const LOCK_TIMEOUT = '5s';
/** Waiting for another node that migrates. */
const TURN_TIMEOUT = '120s';
/** Names the advisory lock of migrations. */
const MIGRATION_LOCK = 7_465_746_565;

/**
 * Brings a database to the code's version.
 * @param owner a connection, or the URL of one, as the role that owns the schema.
 * @returns the versions that were applied now.
 * @throws MigrationError when the database is newer than the code or a file was changed.
 */
export async function migratePostgres(owner: OwnerConnection | string): Promise<number[]> {
  if (typeof owner !== 'string') return migrate(owner);
  // Loaded only here, so that a totem, which shares this package for its SQLite, does not carry the driver.
  const { Client } = await import('pg');
  const client = new Client({ connectionString: owner });
  await client.connect();
  try {
    return await migrate({
      query: (text, values) => client.query(text, values === undefined ? undefined : [...values]),
    });
  } finally {
    await client.end();
  }
}

/** The versions that a database must have for this code to run on it. */
export function postgresVersions(): number[] {
  return readMigrations('postgres').map(({ version }) => version);
}

async function migrate(connection: OwnerConnection): Promise<number[]> {
  const migrations = verifiedMigrations('postgres');
  await connection.query(`SET lock_timeout = '${TURN_TIMEOUT}'`);
  await connection.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
  try {
    await connection.query(`SET lock_timeout = '${LOCK_TIMEOUT}'`);
    await connection.query(
      'CREATE TABLE IF NOT EXISTS schema_migration (version int4 PRIMARY KEY, name text NOT NULL, hash text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const { rows } = await connection.query(
      'SELECT version, name, hash FROM schema_migration ORDER BY version',
    );
    const pending = pendingMigrations(rows.map(asApplied), migrations);
    for (const migration of pending) await applyOne(connection, migration);
    return pending.map(({ version }) => version);
  } finally {
    await connection.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await connection.query('RESET lock_timeout');
  }
}

async function applyOne(connection: OwnerConnection, { version, name, hash, sql }: Migration): Promise<void> {
  await connection.query('BEGIN');
  try {
    await connection.query(sql);
    await connection.query('INSERT INTO schema_migration (version, name, hash) VALUES ($1, $2, $3)', [
      version,
      name,
      hash,
    ]);
    await connection.query('COMMIT');
  } catch (error) {
    await connection.query('ROLLBACK');
    throw error;
  }
}

function asApplied(row: unknown): AppliedMigration {
  const { version, name, hash } = row as Record<keyof AppliedMigration, unknown>;
  return { version: Number(version), name: String(name), hash: String(hash) };
}
