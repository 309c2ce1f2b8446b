/**
 * The connection pools of one API node, each as its own role. Every value arrives as PostgreSQL's text, because the driver's
 * own parsing loses what matters: a `date` would become a local instant, and an int8 text or a rounded number by its size.
 * The declared tables of the domain say what a text means.
 */
import type { TenantId } from '@totem/domain';
import type { Log } from '@totem/host';
import pg from 'pg';
import { createLanes, type Lanes } from './lanes.ts';

/** What `createDatabase` needs: the URLs of the two roles that serve. */
export interface ServingUrls {
  readonly api: string;
  readonly tailer: string;
}

export interface Database {
  readonly api: pg.Pool;
  readonly tailer: pg.Pool;
  /** Writing transactions of each tenant. */
  readonly lanes: Lanes;
  /** Called after each commit of a writing transaction, with its tenant. */
  onCommit(listener: (tenantId: TenantId) => void): () => void;
  /** Tells the listeners; for `withTenant`. */
  committed(tenantId: TenantId): void;
  close(): Promise<void>;
}

const API_CONNECTIONS_MAX = 20;
/** Enough that one is at the tenant's lock, one commits and the next have read what they need. */
const LANES_EACH_TENANT = 4;
const TAILER_CONNECTIONS_MAX = 2;
/** A statement that takes longer is a defect, and would hold its locks. */
const STATEMENT_TIMEOUT_MS = 10_000;
/** Shorter, so that a wait for a lock ends as such and is tried again. */
const LOCK_TIMEOUT_MS = 4_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** Opens nothing yet: connections are made when they are asked for. */
export function createDatabase(urls: ServingUrls, log: Log): Database {
  const listeners = new Set<(tenantId: TenantId) => void>();
  const api = poolOf(urls.api, 'totem-api', API_CONNECTIONS_MAX, log);
  const tailer = poolOf(urls.tailer, 'totem-tailer', TAILER_CONNECTIONS_MAX, log);
  return {
    api,
    tailer,
    lanes: createLanes(LANES_EACH_TENANT),
    onCommit: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    committed: (tenantId) => {
      for (const listener of listeners) listener(tenantId);
    },
    close: async () => {
      await Promise.all([api.end(), tailer.end()]);
    },
  };
}

/** A pool for one role; also for the owner, in tests and seeds. */
export function poolOf(url: string, name: string, connectionsMax: number, log: Log): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: name,
    max: connectionsMax,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    options: '-c timezone=UTC -c datestyle=ISO,YMD',
    types: { getTypeParser: () => (text: string) => text },
    pipeline: true,
  });
  // A connection that is lost while somebody holds it says so by an event too, and one that nobody hears ends the
  // process. Whoever holds it learns of it from its query.
  pool.on('connect', (client) => {
    client.on('error', (error) => log.debug({ err: error, pool: name }, 'a connection was lost'));
  });
  // An idle connection that the server ends would otherwise end this process.
  pool.on('error', (error) => log.warn({ err: error, pool: name }, 'an idle connection was lost'));
  return pool;
}
