/** What the entry of a call carries: everything the display shows, so that the display needs no other table. */
import { idSchema } from '../ids/id.ts';
import { POLICY_NAMES, RATIO_TURNS_MAX } from '../queue/policy.ts';
import { businessDaySchema } from '../time/business-day.ts';
import { instantSchema } from '../time/instant.ts';
import '../zod-setup.ts';
import { z } from 'zod';

/** More calls than a site makes in a day, and far below int4: the number after any that was let in fits too. */
const CALL_NUMBER_MAX = 1_000_000;

const rankInputs = z.looseObject({
  tier: z.int().min(0),
  waitedSeconds: z.int().min(0),
  weight: z.int().min(1).optional(),
  appointmentAt: instantSchema.optional(),
});

const queueOrder = z.looseObject({
  policy: z.looseObject({ name: z.string() }),
  now: z.int().min(0),
  recent: z.array(z.boolean()).max(2 * RATIO_TURNS_MAX),
  weights: z.record(z.string(), z.int()),
});

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
    inputs: rankInputs.optional(),
    runnerUpInputs: rankInputs.optional(),
    turn: z.enum(['preferential', 'normal']).optional(),
  }),
  /** From where it was called and by which orders: what it takes to make the choice again. */
  choice: z
    .looseObject({
      place: z.looseObject({
        serviceIds: z.array(z.string()).nullable(),
        priorityFrom: z.int().nullable(),
      }),
      book: z.looseObject({ site: queueOrder, services: z.record(z.string(), queueOrder) }),
    })
    .optional(),
});
export type CallCreateData = z.infer<typeof callCreateData>;
