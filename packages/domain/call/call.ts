/** Calls: the ordered log, for each site, on which every display is built. A call is never changed once it was made. */
import type { PolicyName } from '../queue/policy.ts';

/** Why this ticket was the one: enough to replay the choice. */
export interface CallWhy {
  readonly policy: PolicyName | 'by_hand' | 'recall';
  readonly policyVersion: number;
  /** How many tickets the choice was made from. */
  readonly candidates: number;
  /** Who would have been next after this one. */
  readonly runnerUp: string | null;
}
