/**
 * `withTenant`: the only way to a connection. The tenant is part of the handle and set for the transaction, so that no query
 * can forget it and no connection carries it back into the pool. Handles that read and handles that write are two types.
 */
import { ProblemError, type TenantId } from '@totem/domain';
import { DrizzleQueryError } from 'drizzle-orm/errors';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import type { Database } from './pool.ts';

/** A query as a named constant: the name is that of the prepared statement. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** A row as PostgreSQL prints it. */
export type SqlRow = Readonly<Record<string, string | null>>;

/** The query builder over the transaction's connection; tables are in `db/schema`. */
export type Orm = NodePgDatabase<Record<string, never>>;

export interface ReadHandle {
  readonly tenantId: TenantId;
  /** For configuration and search. The hot paths have named statements instead, which are parsed once for a connection. */
  readonly orm: Orm;
  all(statement: Statement, values?: readonly unknown[]): Promise<readonly SqlRow[]>;
  one(statement: Statement, values?: readonly unknown[]): Promise<SqlRow | undefined>;
}

export interface WriteHandle extends ReadHandle {
  readonly mode: 'write';
  /** @returns how many rows were touched. */
  run(statement: Statement, values?: readonly unknown[]): Promise<number>;
  /** Sends a statement whose result nobody needs. Its error is that of the transaction, which is then not committed. */
  send(statement: Statement, values?: readonly unknown[]): void;
}

/** Thrown inside a transaction whose premises another one has just changed: it is run again from its start. */
export class RetryTransaction extends Error {}

/** Runs of one transaction before its error is passed on. */
const RUNS_MAX = 6;
/** serialization_failure, deadlock_detected, lock_not_available, and unique_violation: another writer was faster. */
const RETRIED_CODES: readonly unknown[] = ['40001', '40P01', '55P03', '23505'];
/** Classes of PostgreSQL's codes for a server that is not there (appendix A), and the system's own. */
const GONE_CODES = /^(08|57P|53300|3D000|ECONN|ETIMEDOUT|EPIPE|ENOTFOUND)/;
const RETRY_AFTER_SECONDS = 1;
/** in_failed_sql_transaction: an earlier statement has failed, and its error says why. */
const ABORTED_CODE = '25P02';
/** query_canceled, which is what a statement's time limit ends in, and what is still in the way after the last run. */
const SLOW_CODES: readonly unknown[] = ['57014', '40001', '40P01', '55P03'];

/**
 * Runs `work` in one writing transaction as a tenant. `work` may run several times, and must not touch the world outside.
 * @throws ProblemError `unreachable` when there is no database; what `work` throws, after a rollback.
 */
export async function withTenant<T>(
  db: Database,
  tenantId: TenantId,
  work: (tx: WriteHandle) => Promise<T>,
): Promise<T> {
  for (let run = 1; ; run += 1) {
    try {
      const result = await db.lanes.run(tenantId, () => inTransaction(db.api, tenantId, 'BEGIN', work));
      db.committed(tenantId);
      return result;
    } catch (error) {
      if (run === RUNS_MAX || !isRetried(error)) throw asFault(error);
    }
  }
}

/** Runs `work` in one transaction that reads one state of the database, as a tenant. */
export async function readTenant<T>(
  db: Database,
  tenantId: TenantId,
  work: (tx: ReadHandle) => Promise<T>,
): Promise<T> {
  try {
    return await inTransaction(
      db.api,
      tenantId,
      'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY',
      work,
    );
  } catch (error) {
    throw asFault(error);
  }
}

/**
 * Statements of one connection are answered in their order, so those that do not need each other's answers travel together:
 * the start of the transaction with the first of `work`. When one of them fails, the server refuses whatever comes after it
 * in the transaction. The commit goes alone, once all of them have been answered.
 */
async function inTransaction<T>(
  pool: pg.Pool,
  tenantId: TenantId,
  begin: string,
  work: (tx: WriteHandle) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  const { tx, end } = handleOf(client, tenantId);
  let broken: Error | undefined;
  try {
    const [, , result] = await Promise.all([
      client.query(begin),
      client.query(SET_TENANT.text, [tenantId]),
      work(tx),
    ]);
    // Not on the way together: what fails before it leaves this process fails nothing in the database, which would commit the rest.
    await end();
    const { command } = await client.query('COMMIT');
    // To the commit of a transaction in which something has failed the server says so, and by its tag only.
    if (command !== 'COMMIT')
      throw new Error('the transaction was rolled back: one of its statements failed, and its work went on');
    return result;
  } catch (error) {
    // What `work` still has under way must not come into the next transaction of this connection.
    const cause = await end().then(
      () => error,
      (earlier: unknown) => (codeOf(error) === ABORTED_CODE ? earlier : error),
    );
    // A connection that cannot roll back must not be used again: it would still be in this tenant's transaction.
    await client.query('ROLLBACK').catch((failure: Error) => {
      broken = failure;
    });
    throw cause;
  } finally {
    client.release(broken);
  }
}

const SET_TENANT: Statement = {
  name: 'set-tenant',
  text: `SELECT set_config('app.tenant_id', $1, true)`,
};

interface OpenHandle {
  readonly tx: WriteHandle;
  /** Refuses statements from now on. @returns when all that was sent has been answered well. */
  end(): Promise<void>;
}

function handleOf(client: pg.PoolClient, tenantId: TenantId): OpenHandle {
  let hasEnded = false;
  const sent: Promise<unknown>[] = [];
  /** The connection for as long as the transaction is open. */
  const own = {
    query: (...query: unknown[]): Promise<pg.QueryResult<SqlRow>> => {
      if (hasEnded) return Promise.reject(new Error('the transaction has ended'));
      return (client.query as (...query: unknown[]) => Promise<pg.QueryResult<SqlRow>>).apply(client, query);
    },
  };
  const query = (statement: Statement, values: readonly unknown[]) =>
    own.query({ name: statement.name, text: statement.text, values: [...values] });
  let orm: Orm | undefined;
  const tx: WriteHandle = {
    tenantId,
    mode: 'write',
    get orm() {
      orm ??= drizzle(own as unknown as pg.PoolClient, { casing: 'snake_case' });
      return orm;
    },
    all: async (statement, values = []) => (await query(statement, values)).rows,
    one: async (statement, values = []) => (await query(statement, values)).rows[0],
    run: async (statement, values = []) => (await query(statement, values)).rowCount ?? 0,
    send: (statement, values = []) => {
      const answered = query(statement, values);
      // Heard at the end; until then nobody else may have.
      answered.catch(() => undefined);
      sent.push(answered);
    },
  };
  return {
    tx,
    end: async () => {
      hasEnded = true;
      await Promise.all(sent);
    },
  };
}

function isRetried(error: unknown): boolean {
  return error instanceof RetryTransaction || RETRIED_CODES.includes(codeOf(error));
}

function codeOf(error: unknown): unknown {
  const source = sqlErrorOf(error);
  return source instanceof Error && 'code' in source ? source.code : undefined;
}

/** The database's own error: the query builder wraps it. */
export function sqlErrorOf(error: unknown): unknown {
  return error instanceof DrizzleQueryError ? error.cause : error;
}

/** The world's failures as such; whatever else is passed on. */
export function asFault(error: unknown): unknown {
  if (error instanceof ProblemError || !(error instanceof Error)) return error;
  if (SLOW_CODES.includes(codeOf(error)))
    return new ProblemError('request_timeout', { retryAfter: RETRY_AFTER_SECONDS, cause: error });
  const isGone =
    GONE_CODES.test(String(codeOf(error) ?? '')) ||
    /Connection terminated|not queryable|timeout exceeded when trying to connect|pool after calling end/.test(
      error.message,
    );
  return isGone
    ? new ProblemError('unreachable', { retry: 'unknown', retryAfter: RETRY_AFTER_SECONDS, cause: error })
    : error;
}
