/**
 * Handlers that throw, for a soak: the pool of a running cloud is told to fail some of its transactions at a random query, as
 * a handler that throws there would; with an error of the program, with one of the database, and now and then so that not
 * even the rollback goes through.
 */
import type pg from 'pg';

export interface PoolFaults {
  /** Connections that were handed out while they still held something of whom they had served. */
  dirty(): number;
  /** Transactions that were failed. */
  thrown(): number;
  /** Lets everything succeed from now on. */
  stop(): void;
}

/** Queries of a transaction, among which the one that fails is chosen; shorter ones then succeed. */
const QUERIES = 6;
const KINDS = ['program', 'program', 'database', 'rollback'] as const;

/** In a transaction that was begun before, its time is older than the statement's; one that failed answers nothing at all. */
const IS_CLEAN = `SELECT now() = statement_timestamp() AND coalesce(current_setting('app.tenant_id', true), '') = '' AS clean`;

/** @param share of the transactions that are given a fault. */
export function failSome(pool: pg.Pool, share: number, random: () => number): PoolFaults {
  const connect = pool.connect.bind(pool);
  let thrown = 0;
  let dirty = 0;
  const looked = async (client: pg.PoolClient): Promise<pg.PoolClient> => {
    const { rows } = await client.query<{ clean: unknown }>(IS_CLEAN).catch(() => ({ rows: [] }));
    if (rows[0]?.clean !== 't') dirty += 1;
    return client;
  };
  let isOn = true;
  const faulty = (client: pg.PoolClient): pg.PoolClient => {
    const kind = KINDS[Math.floor(random() * KINDS.length)];
    let left = 1 + Math.floor(random() * QUERIES);
    let hasThrown = false;
    const query = async (...asked: unknown[]): Promise<unknown> => {
      const isRollback = asked[0] === 'ROLLBACK';
      left -= 1;
      if (hasThrown && isRollback && kind === 'rollback') throw new Error('soak: the rollback is lost');
      if (left !== 0 || isRollback) return (client.query as (...all: unknown[]) => unknown)(...asked);
      hasThrown = true;
      thrown += 1;
      if (kind === 'database') return client.query('SELECT 1 / 0');
      throw new Error('soak: thrown');
    };
    return new Proxy(client, {
      get: (target, name) => {
        if (name === 'query') return query;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  };
  // Its own `query` asks with a callback: what runs outside of a transaction is left alone.
  pool.connect = ((callback?: Parameters<typeof connect>[0]) => {
    if (callback !== undefined) return connect(callback);
    return connect()
      .then(looked)
      .then((client) => (isOn && random() < share ? faulty(client) : client));
  }) as typeof pool.connect;
  return {
    dirty: () => dirty,
    thrown: () => thrown,
    stop: () => {
      isOn = false;
    },
  };
}
