/**
 * Whose turn it is under `ratio`: so many with priority for so many without. Told from the last first calls alone, so that any
 * window of one whole turn holds the ratio while both wait, and nobody owes anything for a time when one side was empty.
 */
import type { QueuePolicy } from './policy.ts';

export type RatioPolicy = Extract<QueuePolicy, { name: 'ratio' }>;

/** How many first calls decide whose turn it is. */
export function turnsRemembered({ preferential, normal }: RatioPolicy): number {
  return preferential + normal - 1;
}

/**
 * Whether somebody with priority is to be called.
 * @param recent the last first calls, the latest first: whether each was of somebody with priority.
 */
export function isPreferentialTurn(policy: RatioPolicy, recent: readonly boolean[]): boolean {
  const remembered = recent.slice(0, turnsRemembered(policy));
  return remembered.filter((one) => one).length < policy.preferential;
}

/** What waits around a ticket: `ahead` of its own side before it, and `others` of the other side. */
export interface Sides {
  readonly isPreferential: boolean;
  readonly ahead: number;
  readonly others: number;
}

/** How many are called before a ticket when nobody else comes: those ahead of it on its side, and turns of the other. */
export function calledBefore(
  policy: RatioPolicy,
  recent: readonly boolean[],
  { isPreferential, ahead, others }: Sides,
): number {
  let past = [...recent];
  let [own, other] = [0, 0];
  while (own <= ahead) {
    const isOwnTurn = isPreferentialTurn(policy, past) === isPreferential || other === others;
    if (isOwnTurn) own += 1;
    else other += 1;
    past = [isOwnTurn === isPreferential, ...past].slice(0, turnsRemembered(policy));
  }
  return ahead + other;
}
