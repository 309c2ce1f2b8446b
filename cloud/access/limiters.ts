/**
 * Limits on how often something may be tried, counted in PostgreSQL, so that all nodes count together and a restart forgets
 * nothing. What is counted is named by a keyed hash: the table belongs to no tenant and names nobody.
 */
import { ProblemError } from '@totem/domain';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Database } from '../db/pool.ts';
import { asFault } from '../db/with-tenant.ts';

export type Limiter = RateLimiterPostgres;

const TABLE = 'rate_limit';

/** @param points tries in a time. @param seconds the time. */
export function limiterIn(db: Database, name: string, points: number, seconds: number): Limiter {
  return new RateLimiterPostgres({
    storeClient: numbersFrom(db),
    storeType: 'client',
    tableName: TABLE,
    tableCreated: true,
    clearExpiredByTimeout: false,
    keyPrefix: name,
    points,
    duration: seconds,
  });
}

/** Takes one try. @returns whether it was within the limit. */
export async function isWithin(limiter: Limiter, key: string): Promise<boolean> {
  try {
    await limiter.consume(key);
    return true;
  } catch (error) {
    if (error instanceof RateLimiterRes) return false;
    throw asFault(error);
  }
}

/** Takes one try. @throws ProblemError `too_many_requests`, with the seconds until the next. */
export async function take(limiter: Limiter, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw asFault(error);
    const seconds = Math.max(1, Math.ceil(error.msBeforeNext / 1_000));
    throw new ProblemError('too_many_requests', { params: { seconds }, retryAfter: seconds });
  }
}

/** The pool as the library wants it: ours hands on every value as text, and it counts. */
function numbersFrom(db: Database) {
  return {
    query: async (query: { readonly text: string; readonly values: unknown[]; readonly name?: string }) => {
      const result = await db.api.query<Record<string, string | null>>(query);
      const rows = result.rows.map(({ points, expire }) => ({
        points: Number(points),
        expire: expire === null || expire === undefined ? null : Number(expire),
      }));
      return { rows, rowCount: result.rowCount };
    },
  };
}
