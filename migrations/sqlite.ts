/**
 * Migrates a totem's SQLite: every step that is missing, in order, in one transaction, each recorded with its hash. A power
 * cut in the middle leaves the database as it was before.
 */
import { type AppliedMigration, pendingMigrations, verifiedMigrations } from './manifest.ts';

/** What is used of a connection of `better-sqlite3`. */
export interface SqliteConnection {
  exec(sql: string): unknown;
  prepare(sql: string): { all(...values: unknown[]): unknown[]; run(...values: unknown[]): unknown };
}

/**
 * Brings a database to the code's version. A blank one gets every step.
 * @returns the versions that were applied now.
 * @throws MigrationError when the database is newer than the code or a file was changed; the database is then untouched.
 */
export function migrateSqlite(db: SqliteConnection): number[] {
  const migrations = verifiedMigrations('sqlite');
  db.exec('BEGIN IMMEDIATE');
  try {
    db.exec(
      'CREATE TABLE IF NOT EXISTS schema_migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL) STRICT',
    );
    const applied = db.prepare('SELECT version, name, hash FROM schema_migration ORDER BY version').all();
    const pending = pendingMigrations(applied as AppliedMigration[], migrations);
    const record = db.prepare('INSERT INTO schema_migration (version, name, hash) VALUES (?, ?, ?)');
    for (const { version, name, hash, sql } of pending) {
      db.exec(sql);
      record.run(version, name, hash);
    }
    db.exec('COMMIT');
    return pending.map(({ version }) => version);
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}
