/** What the entry of a call carries: everything the display shows, so that the display needs no other table. */
import { idSchema } from '../ids/id.ts';
import { POLICY_NAMES } from '../queue/policy.ts';
import { businessDaySchema } from '../time/business-day.ts';
import '../zod-setup.ts';
import { z } from 'zod';

/** More calls than a site makes in a day, and far below int4: the number after any that was let in fits too. */
const CALL_NUMBER_MAX = 1_000_000;

export const callCreateData = z.looseObject({
  ticketId: idSchema<'ticket'>(),
  code: z.string().min(1).max(16),
  businessDay: businessDaySchema,
  counterId: idSchema<'counter'>(),
  counterNumber: z.int().min(0).max(9_999),
  operatorId: idSchema<'user'>(),
  number: z.int().min(1).max(CALL_NUMBER_MAX),
  priority: z.int().min(0).max(1_000),
  why: z.looseObject({
    policy: z.enum([...POLICY_NAMES, 'by_hand', 'recall']),
    policyVersion: z.int(),
    candidates: z.int().min(0),
    runnerUp: z.string().nullable(),
  }),
});
export type CallCreateData = z.infer<typeof callCreateData>;
