/** Queue policies by name. The version is raised whenever a policy's order changes, so that a past call can be replayed. */

export const POLICY_NAMES = ['strict'] as const;
export type PolicyName = (typeof POLICY_NAMES)[number];

export interface QueuePolicy {
  readonly name: PolicyName;
  readonly version: number;
}

/** Tier first, then arrival: the default, and what Lei 10.048/2000 asks of a counter that serves everyone. */
export const STRICT_POLICY: QueuePolicy = { name: 'strict', version: 1 };
