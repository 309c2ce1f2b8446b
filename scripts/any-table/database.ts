/**
 * Connections to the database that is served, with the settings that the protocol's text form has: hex for bytes, ISO dates,
 * UTC, ISO 8601 intervals, and floats that read back as the same value. Whoever writes to the database has any settings.
 */
import type { Log } from '@totem/host';
import pg from 'pg';

export interface Sql {
  /** Rows as the server prints them. */
  rows(text: string, values?: readonly unknown[]): Promise<readonly SqlRow[]>;
}

export type SqlRow = Readonly<Record<string, string | null>>;

export interface AnyDatabase extends Sql {
  /** Runs `work` on one connection within a transaction. */
  transaction<T>(begin: string, work: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The same as settings of a function, for what runs in the connections of others. */
export const TEXT_SETTINGS = {
  timezone: 'UTC',
  datestyle: 'ISO, DMY',
  intervalstyle: 'iso_8601',
  bytea_output: 'hex',
  extra_float_digits: '1',
} as const;

const CONNECTIONS_MAX = 10;
const STATEMENT_TIMEOUT_MS = 30_000;
/** A table that somebody else keeps locked is not waited for longer. */
const LOCK_TIMEOUT_MS = 5_000;

export function openAnyDatabase(url: string, log: Log): AnyDatabase {
  const settings = Object.entries(TEXT_SETTINGS).map(
    ([name, value]) => `-c ${name}=${value.replace(' ', '')}`,
  );
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'totem-shapes-any-table',
    max: CONNECTIONS_MAX,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    options: settings.join(' '),
    types: { getTypeParser: () => (text: string) => text },
  });
  pool.on('error', (error) => log.warn({ err: error }, 'an idle connection was lost'));
  return {
    ...sqlOf(pool),
    transaction: async (begin, work) => {
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        await client.query(begin);
        const result = await work(sqlOf(client));
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch((failure: Error) => {
          broken = failure;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}

function sqlOf(client: pg.Pool | pg.PoolClient): Sql {
  return {
    rows: async (text, values = []) => (await client.query<SqlRow>(text, [...values])).rows,
  };
}

/** The SQLSTATE of an error of the server, else an empty text. */
export function sqlStateOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
