/**
 * How often somebody may try to sign in. Nobody is locked out by what others do: the short limit is for one name from one place, and when many places guess
 * at one name, only those slow down from which its person has never signed in.
 */
import type { Database } from '../db/pool.ts';
import { asFault } from '../db/with-tenant.ts';
import { networkOf } from '../http/client-address.ts';
import type { Vault } from '../secrets/vault.ts';
import { isWithin, limiterIn, take } from './limiters.ts';

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

export function createLoginLimits(db: Database, vault: Vault, pace: LoginPace): LoginLimits {
  const byAddress = limiterIn(db, 'address', pace.address, MINUTE_SECONDS);
  const byPlace = limiterIn(db, 'place', pace.account, MINUTE_SECONDS);
  const byName = limiterIn(db, 'name', pace.account * NAME_FACTOR, NAME_SECONDS);
  const trickle = limiterIn(db, 'trickle', 1, TRICKLE_SECONDS);
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
