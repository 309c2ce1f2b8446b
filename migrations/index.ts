/** Migrations of both databases, by name. */
export { MigrationError } from './manifest.ts';
export { type MigrationTimers, migratePostgres, type OwnerConnection, postgresVersions } from './postgres.ts';
export { migrateSqlite, type SqliteConnection } from './sqlite.ts';
