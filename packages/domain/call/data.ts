/** What the entry of a call carries: everything the display shows, so that the display needs no other table. */
import { idSchema } from '../ids/id.ts';
import { POLICY_NAMES } from '../queue/policy.ts';
import { businessDaySchema } from '../time/business-day.ts';
import '../zod-setup.ts';
import { z } from 'zod';

export const callCreateData = z.looseObject({
  ticketId: idSchema<'ticket'>(),
  code: z.string().min(1).max(16),
  businessDay: businessDaySchema,
  counterId: idSchema<'counter'>(),
  counterNumber: z.int().min(0).max(9_999),
  operatorId: idSchema<'user'>(),
  number: z.int().min(1).max(2_147_483_647),
  priority: z.int().min(0).max(1_000),
  why: z.looseObject({
    policy: z.enum([...POLICY_NAMES, 'by_hand', 'recall']),
    policyVersion: z.int(),
    candidates: z.int().min(0),
    runnerUp: z.string().nullable(),
  }),
});
export type CallCreateData = z.infer<typeof callCreateData>;
