/** Calls: the ordered log, for each site, on which every display is built. A call is never changed once it was made. */
import type { Served } from '../queue/callable.ts';
import type { QueueBook, RankInputs } from '../queue/order.ts';
import type { PolicyName } from '../queue/policy.ts';

/** Why this ticket was the one, for people to read. What it takes to replay the choice is in the call's ledger entry. */
export interface CallWhy {
  readonly policy: PolicyName | 'by_hand' | 'recall';
  readonly policyVersion: number;
  /** How many tickets the choice was made from. */
  readonly candidates: number;
  /** Who would have been next after this one. */
  readonly runnerUp: string | null;
  /** What decided about this ticket, and about the one after it. */
  readonly inputs?: RankInputs;
  readonly runnerUpInputs?: RankInputs;
  /** Under `ratio`: whose turn it was. */
  readonly turn?: 'preferential' | 'normal';
}

/** From where a ticket was called and by which orders: what it takes to make the choice again. Kept in the ledger alone. */
export interface CallChoice {
  readonly place: Served;
  readonly book: QueueBook;
}
