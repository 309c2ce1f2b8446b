/**
 * How often somebody may try to sign in, counted in PostgreSQL, so that all nodes count together and a restart forgets
 * nothing. Nobody is locked out by what others do: the short limit is for one name from one place, and when many places guess
 * at one name, only those slow down from which its person has never signed in.
 */
import { ProblemError } from '@totem/domain';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Database } from '../db/pool.ts';
import { asFault } from '../db/with-tenant.ts';
import { networkOf } from '../http/client-address.ts';
import type { Vault } from '../secrets/vault.ts';

export interface LoginAttempt {
  /** As `usernameOf` has it, whether there is such a person or not. */
  readonly username: string;
  readonly address: string;
  /** The device, where it has shown that this person signed in on it before. */
  readonly device: string | undefined;
}

export interface LoginLimits {
  /** Takes one try. @throws ProblemError `too_many_requests`, with the seconds until the next. */
  take(attempt: LoginAttempt): Promise<void>;
  /** The same for a password that is asked for again of who is signed in. */
  takeAgain(who: string): Promise<void>;
  /** The try was right: it counts no more, for the place and for the name. */
  forgive(attempt: LoginAttempt): Promise<void>;
  /** Forgets what has run out. */
  sweep(): Promise<void>;
}

/** Tries in a minute. */
export interface LoginPace {
  /** For one name from one place. */
  readonly account: number;
  /** From one address, for whatever names. */
  readonly address: number;
}

const MINUTE_SECONDS = 60;
/** Tries of one name from unknown places in a quarter of an hour, as a multiple of what one place has in a minute. */
const NAME_SECONDS = 900;
const NAME_FACTOR = 4;
/** Beyond them, one try comes through in this time: slow for who guesses, and no lock for who knows. */
const TRICKLE_SECONDS = 15;
const TABLE = 'rate_limit';

export function createLoginLimits(db: Database, vault: Vault, pace: LoginPace): LoginLimits {
  const limiter = (keyPrefix: string, points: number, duration: number) =>
    new RateLimiterPostgres({
      storeClient: numbersFrom(db),
      storeType: 'client',
      tableName: TABLE,
      tableCreated: true,
      clearExpiredByTimeout: false,
      keyPrefix,
      points,
      duration,
    });
  const byAddress = limiter('address', pace.address, MINUTE_SECONDS);
  const byPlace = limiter('place', pace.account, MINUTE_SECONDS);
  const byName = limiter('name', pace.account * NAME_FACTOR, NAME_SECONDS);
  const trickle = limiter('trickle', 1, TRICKLE_SECONDS);
  // The table belongs to no tenant and is read by whoever reads the database: it names nobody.
  const named = (text: string) => vault.hash('login limit', text);
  const placeOf = ({ username, address, device }: LoginAttempt) =>
    named(
      device === undefined ? `${username}\naddress ${networkOf(address)}` : `${username}\ndevice ${device}`,
    );
  return {
    take: async (attempt) => {
      await take(byAddress, named(networkOf(attempt.address)));
      await take(byPlace, placeOf(attempt));
      if (attempt.device !== undefined) return;
      const name = named(attempt.username);
      if (await isWithin(byName, name)) return;
      await take(trickle, name);
    },
    takeAgain: (who) => take(byPlace, named(who)),
    forgive: async (attempt) => {
      try {
        await byPlace.delete(placeOf(attempt));
        if (attempt.device === undefined) await byName.reward(named(attempt.username));
      } catch (error) {
        throw asFault(error);
      }
    },
    sweep: async () => {
      await db.api.query({
        name: 'rate-limit-sweep',
        text: 'DELETE FROM rate_limit WHERE expire < (extract(epoch FROM now()) * 1000)::int8',
      });
    },
  };
}

async function isWithin(limiter: RateLimiterPostgres, key: string): Promise<boolean> {
  try {
    await limiter.consume(key);
    return true;
  } catch (error) {
    if (error instanceof RateLimiterRes) return false;
    throw asFault(error);
  }
}

async function take(limiter: RateLimiterPostgres, key: string): Promise<void> {
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
