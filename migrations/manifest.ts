/**
 * The list of migrations of each database with the hash of every file. A file that was released is never edited: the hash
 * written down here and the one recorded in each database are what notices.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

export const DIALECTS = ['postgres', 'sqlite'] as const;
export type Dialect = (typeof DIALECTS)[number];

/** One step: `0010_roles.sql` is version 10. */
export interface Migration {
  readonly version: number;
  /** The file's name. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, lower-case hex. */
  readonly hash: string;
}

/** File name to hash, for each dialect: the content of `manifest.json`. */
export type Manifest = Readonly<Record<Dialect, Readonly<Record<string, string>>>>;

const FILE_NAME = /^(\d{4})_[a-z0-9_]+\.sql$/;
const MANIFEST_FILE = new URL('./manifest.json', import.meta.url);

/** A migration that a database or the manifest knows differs from the file. */
export class MigrationError extends Error {}

/** The files of a dialect, in order; none when the dialect has no folder yet. @throws MigrationError on a name out of form. */
export function readMigrations(dialect: Dialect): Migration[] {
  const folder = new URL(`./${dialect}/`, import.meta.url);
  return sqlFiles(folder).map((name) => {
    const version = Number(FILE_NAME.exec(name)?.[1]);
    if (!Number.isSafeInteger(version)) throw new MigrationError(`not the name of a migration: ${name}`);
    const sql = readFileSync(new URL(name, folder), 'utf8');
    return { version, name, sql, hash: hashOf(sql) };
  });
}

function sqlFiles(folder: URL): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.sql'))
      .sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** `manifest.json` as it is. */
export function readManifest(): Manifest {
  return JSON.parse(readFileSync(MANIFEST_FILE, 'utf8')) as Manifest;
}

/** The migrations of a dialect, held to the manifest. @throws MigrationError when a file is missing, new or changed. */
export function verifiedMigrations(dialect: Dialect): Migration[] {
  const migrations = readMigrations(dialect);
  const faults = manifestFaults(readManifest()[dialect], migrations);
  if (faults.length > 0) throw new MigrationError(`${dialect}: ${faults.join('; ')}`);
  return migrations;
}

/** What a manifest and a list of files disagree about, as sentences. */
export function manifestFaults(
  known: Readonly<Record<string, string>>,
  migrations: readonly Migration[],
): string[] {
  const missing = Object.keys(known)
    .filter((name) => !migrations.some((migration) => migration.name === name))
    .map((name) => `${name} is gone`);
  const different = migrations
    .filter(({ name, hash }) => known[name] !== hash)
    .map(({ name }) =>
      known[name] === undefined ? `${name} is not in the manifest` : `${name} was changed`,
    );
  return [...missing, ...different];
}

/** What a database has recorded of a step. */
export interface AppliedMigration {
  readonly version: number;
  readonly name: string;
  readonly hash: string;
}

/**
 * The steps that a database still needs.
 * @throws MigrationError when the database is newer than the code, or one of its steps is not the file of today.
 */
export function pendingMigrations(
  applied: readonly AppliedMigration[],
  migrations: readonly Migration[],
): Migration[] {
  for (const step of applied) {
    const file = migrations.find(({ version }) => version === step.version);
    if (file === undefined)
      throw new MigrationError(
        `the database is newer than this program: it has step ${step.version} (${step.name})`,
      );
    if (file.hash !== step.hash)
      throw new MigrationError(`step ${step.version} (${step.name}) was changed after it was applied`);
  }
  return migrations.filter(({ version }) => !applied.some((step) => step.version === version));
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
