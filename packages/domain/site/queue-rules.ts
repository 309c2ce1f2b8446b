/** What a site decides about calling: seconds and counts that the machine's strict side asks for. */
import '../zod-setup.ts';
import { z } from 'zod';

export const queueRulesSchema = z.strictObject({
  /** The least time between two calls of one ticket, in seconds. */
  recallMinSeconds: z.int().min(0).max(600),
  /** A no-show needs at least this many calls, the first included. */
  noShowMinCalls: z.int().min(1).max(20),
  /** And this many seconds since the last call. */
  noShowMinSeconds: z.int().min(0).max(3_600),
  /** Where a ticket goes that returns to the queue. */
  requeuePlace: z.enum(['keep', 'end']),
});
export type QueueRules = z.infer<typeof queueRulesSchema>;

export const QUEUE_RULES_DEFAULT: QueueRules = {
  recallMinSeconds: 3,
  noShowMinCalls: 2,
  noShowMinSeconds: 10,
  requeuePlace: 'keep',
};
