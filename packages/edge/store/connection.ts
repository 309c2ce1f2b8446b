/**
 * The one connection to the totem's database. SQLite's defaults are not the promises of a kiosk, so every pragma is set and
 * read back each time the file is opened; nothing else in the package may open it.
 */
import Database from 'better-sqlite3';

/** The least version: before it, a checkpoint could corrupt a WAL database (the "WAL-reset" defect of 3.7.0 to 3.51.2). */
const SQLITE_VERSION_MIN = [3, 51, 3] as const;
const BUSY_TIMEOUT_MS = 5_000;
/** A WAL longer than this is cut back at the next checkpoint. */
export const WAL_BYTES_MAX = 16 * 1024 * 1024;
/** A commit moves the WAL into the file by itself only at this length: the agent does it earlier, when it rests. */
const AUTOCHECKPOINT_PAGES = 3_800;
/** The file grows no further (8 GiB of 4 KiB pages): a defect that writes for ever must not take the whole disk. */
export const DATABASE_PAGES_MAX = 2 * 1024 * 1024;
/** Statements are prepared once; their texts are constants of the program, so their number is bounded by it. */
const STATEMENTS_MAX = 500;

/**
 * Name, what is set, and what must be read back. `synchronous` must be set explicitly: this build of SQLite shows FULL when
 * a WAL database is first opened and falls to NORMAL with the first write, which forgets the last commits in a power cut.
 */
export const PRAGMAS = [
  ['journal_mode', 'WAL', 'wal'],
  ['synchronous', 'FULL', 2],
  ['foreign_keys', 'ON', 1],
  ['busy_timeout', `${BUSY_TIMEOUT_MS}`, BUSY_TIMEOUT_MS],
  ['secure_delete', 'ON', 1],
  ['trusted_schema', 'OFF', 0],
  ['cell_size_check', 'ON', 1],
  ['mmap_size', '0', 0],
  ['journal_size_limit', `${WAL_BYTES_MAX}`, WAL_BYTES_MAX],
  ['wal_autocheckpoint', `${AUTOCHECKPOINT_PAGES}`, AUTOCHECKPOINT_PAGES],
] as const;

export type SqlValue = string | number | bigint | null | Uint8Array;
export type SqlRow = Readonly<Record<string, unknown>>;

/** Reads. Every read is finished when it returns: a reader that is left open lets the WAL grow without bound. */
export interface ReadHandle {
  all(sql: string, ...values: readonly SqlValue[]): SqlRow[];
  one(sql: string, ...values: readonly SqlValue[]): SqlRow | undefined;
}

/** Writes; exists only within a transaction. */
export interface WriteHandle extends ReadHandle {
  /** @returns how many rows were changed. */
  run(sql: string, ...values: readonly SqlValue[]): number;
}

export interface Connection extends WriteHandle {
  exec(sql: string): void;
  /** For the migration runner. */
  readonly raw: Database.Database;
  close(): void;
}

/** @throws Error when the version or a pragma is not as it must be, or the file can't be opened. */
export function openConnection(path: string, pagesMax: number = DATABASE_PAGES_MAX): Connection {
  const raw = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    assertVersion(String(raw.prepare('SELECT sqlite_version()').pluck().get()));
    for (const [name, value] of PRAGMAS) raw.pragma(`${name} = ${value}`);
    assertPragmas(raw);
    raw.pragma(`max_page_count = ${pagesMax}`);
  } catch (error) {
    raw.close();
    throw error;
  }
  const statements = new Map<string, Database.Statement<unknown[]>>();
  const prepared = (sql: string) => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    if (statements.size >= STATEMENTS_MAX)
      throw new Error('too many statements: is a text built from values?');
    const statement = raw.prepare<unknown[]>(sql);
    statements.set(sql, statement);
    return statement;
  };
  return {
    raw,
    all: (sql, ...values) => prepared(sql).all(...values) as SqlRow[],
    one: (sql, ...values) => prepared(sql).get(...values) as SqlRow | undefined,
    run: (sql, ...values) => prepared(sql).run(...values).changes,
    exec: (sql) => void raw.exec(sql),
    close: () => void raw.close(),
  };
}

/** @throws Error naming the pragma that is not as it must be (I-EDG-1). */
export function assertPragmas(raw: Database.Database): void {
  for (const [name, , expected] of PRAGMAS) {
    const found = raw.pragma(name, { simple: true });
    if (found !== expected) throw new Error(`pragma ${name} is ${String(found)}, not ${expected}`);
  }
}

function assertVersion(text: string): void {
  const found = text.split('.').map(Number);
  for (const [index, least] of SQLITE_VERSION_MIN.entries()) {
    const part = found[index] ?? 0;
    if (part > least) return;
    if (part < least) throw new Error(`SQLite ${text} is too old: at least ${SQLITE_VERSION_MIN.join('.')}`);
  }
}
