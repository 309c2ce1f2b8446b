/** How often codes may be tried, and outcomes asked for, from one network (OWASP ASVS 6.6.3). */
import { limiterIn, take } from '../access/limiters.ts';
import type { Database } from '../db/pool.ts';
import { networkOf } from '../http/client-address.ts';
import type { Vault } from '../secrets/vault.ts';

export interface EnrolmentLimits {
  /** Before a code is looked at. @throws ProblemError `too_many_requests` */
  takeCode(address: string): Promise<void>;
  /** The code was right: a technician who enrols ten devices is not slowed down. */
  forgiveCode(address: string): Promise<void>;
  /** Before a screen is given a code. @throws ProblemError `too_many_requests` */
  takeAsk(address: string): Promise<void>;
  /** Before a code of a screen is looked at, for who has typed it. @throws ProblemError `too_many_requests` */
  takePairing(userId: string): Promise<void>;
  /** It was right. */
  forgivePairing(userId: string): Promise<void>;
  /** @throws ProblemError `too_many_requests` */
  takeOutcome(address: string): Promise<void>;
}

const CODES = { tries: 5, seconds: 600 } as const;
/** A screen asks for a code every ten minutes, and a hall of them may be switched on at once. */
const ASKS = { tries: 100, seconds: 600 } as const;
/** Whoever types is signed in, and reads from a screen across the room. */
const PAIRINGS = { tries: 20, seconds: 600 } as const;
/** A device asks every two seconds, and a branch may set up several at once. */
const OUTCOMES = { tries: 600, seconds: 60 } as const;

export function createEnrolmentLimits(db: Database, vault: Vault): EnrolmentLimits {
  const codes = limiterIn(db, 'pairing', CODES.tries, CODES.seconds);
  const outcomes = limiterIn(db, 'outcome', OUTCOMES.tries, OUTCOMES.seconds);
  const asks = limiterIn(db, 'pairing-ask', ASKS.tries, ASKS.seconds);
  const pairings = limiterIn(db, 'pairing-entry', PAIRINGS.tries, PAIRINGS.seconds);
  const named = (address: string) => vault.hash('enrolment limit', networkOf(address));
  return {
    takeCode: (address) => take(codes, named(address)),
    forgiveCode: async (address) => {
      await codes.reward(named(address));
    },
    takeAsk: (address) => take(asks, named(address)),
    takePairing: (userId) => take(pairings, vault.hash('pairing limit', userId)),
    forgivePairing: async (userId) => {
      await pairings.reward(vault.hash('pairing limit', userId));
    },
    takeOutcome: (address) => take(outcomes, named(address)),
  };
}
