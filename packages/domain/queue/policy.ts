/**
 * Queue policies by name, as a tenant, a site or a service sets them. A version is raised whenever the order of a policy
 * changes, so that a past call can be replayed by the rule that was in force.
 */
import '../zod-setup.ts';
import { z } from 'zod';

/**
 * - `strict`: tier, then arrival: the default, and what Lei 10.048/2000 asks of a counter that serves everyone.
 * - `ratio`: so many with priority for so many without, over the last first calls.
 * - `aging`: who has waited longest, each minute counted as often as their class weighs.
 * - `arrival`: first come, first served.
 */
export const POLICY_NAMES = ['strict', 'ratio', 'aging', 'arrival'] as const;
export type PolicyName = (typeof POLICY_NAMES)[number];

export const POLICY_VERSIONS: Readonly<Record<PolicyName, number>> = {
  strict: 1,
  ratio: 1,
  aging: 1,
  arrival: 1,
};

/** The most that one class may be called before the other has its turn. */
export const RATIO_TURNS_MAX = 20;
/** The heaviest that a class may be. Waiting time in milliseconds times this stays a safe integer for centuries. */
export const WEIGHT_MAX = 1_000;

/** The time around a booked time in which somebody who has checked in ranks as the tenant chose, by the booked time. */
const appointmentWindowSchema = z.strictObject({
  beforeMinutes: z.int().min(0).max(720),
  afterMinutes: z.int().min(0).max(720),
  /** Under `strict`, `ratio` and `arrival`: at least this tier. 0 leaves them their own. */
  tier: z.int().min(0).max(1_000),
  /** Under `aging`: at least this weight. */
  weight: z.int().min(1).max(WEIGHT_MAX).default(1),
});
export type AppointmentWindow = z.infer<typeof appointmentWindowSchema>;

const shared = { appointments: appointmentWindowSchema.nullable().default(null) };
const turns = z.int().min(1).max(RATIO_TURNS_MAX);

export const queuePolicySchema = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('strict'), ...shared }),
  z.strictObject({ name: z.literal('ratio'), preferential: turns, normal: turns, ...shared }),
  z.strictObject({ name: z.literal('aging'), ...shared }),
  z.strictObject({ name: z.literal('arrival'), ...shared }),
]);
export type QueuePolicy = z.infer<typeof queuePolicySchema>;

export const STRICT_POLICY: QueuePolicy = { name: 'strict', appointments: null };
