/** Migrations of both databases, by name. */
export { MigrationError } from './manifest.ts';
export { migratePostgres, type OwnerConnection } from './postgres.ts';
export { migrateSqlite, type SqliteConnection } from './sqlite.ts';
