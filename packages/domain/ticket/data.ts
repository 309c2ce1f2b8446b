/** What the entries of each ticket action carry. Loose objects: an older reader keeps what a newer writer added. */

import { idSchema } from '../ids/id.ts';
import { type Cents, cents } from '../money/money.ts';
import { businessDaySchema } from '../time/business-day.ts';
import { instantSchema } from '../time/instant.ts';
import '../zod-setup.ts';
import { z } from 'zod';
import { CANCEL_REASONS, CHANNELS, TICKET_STATES, type TicketAction } from './machine.ts';

/** PostgreSQL's int4. */
const count = z.int().min(0).max(2_147_483_647);
const centsSchema = z.int().transform((amount): Cents => cents(amount));

/** `NOTE_LENGTH_MAX` of the commands. */
const NOTE_MAX = 200;

/** Who acts, and where. */
const holder = { operatorId: idSchema<'user'>(), counterId: idSchema<'counter'>() };
const place = z.enum(['keep', 'end']);
const note = z.string().min(1).max(NOTE_MAX);

/** Why a ticket expired: it was not paid in time, or its place has closed. */
export const EXPIRY_CAUSES = ['unpaid', 'closed'] as const;
export type ExpiryCause = (typeof EXPIRY_CAUSES)[number];

export const ticketCreateData = z.looseObject({
  state: z.enum(['created', 'waiting']),
  serviceId: idSchema<'service'>(),
  code: z.string().min(1).max(16),
  businessDay: businessDaySchema,
  lane: z.string().min(1).max(8),
  number: count.min(1),
  priorityClassId: idSchema<'priority_class'>(),
  priority: count,
  partySize: count.min(1),
  channel: z.enum(CHANNELS),
  priceCents: centsSchema,
  /** The booked time for which somebody has checked in, and the appointment. */
  appointmentAt: instantSchema.optional(),
  appointmentId: idSchema<'appointment'>().optional(),
});
export type TicketCreateData = z.infer<typeof ticketCreateData>;

const held = z.looseObject(holder);

/** The schema of each action's data, asked once, where an entry enters. */
export const TICKET_DATA = {
  TICKET_CREATE: ticketCreateData,
  TICKET_ENQUEUE: z.looseObject({}),
  /** `reason`: why it was called out of its order. */
  TICKET_CALL: held.extend({ callId: idSchema<'call'>(), reason: note.optional() }),
  TICKET_RECALL: held.extend({ callId: idSchema<'call'>() }),
  TICKET_START: held,
  TICKET_REQUEUE: held.extend({ place }),
  TICKET_HOLD: z.looseObject({ reason: note }),
  TICKET_RELEASE: z.looseObject({}),
  TICKET_DELAY: z.looseObject({}),
  TICKET_NO_SHOW: held,
  TICKET_TRANSFER: held.extend({
    toServiceId: idSchema<'service'>(),
    toCounterId: idSchema<'counter'>().optional(),
    toOperatorId: idSchema<'user'>().optional(),
    place,
  }),
  /** `note`: what whoever comes after should know; never about the person. */
  TICKET_FINISH: held.extend({ note: note.optional() }),
  TICKET_CANCEL: z.looseObject({ reason: z.enum(CANCEL_REASONS) }),
  TICKET_EXPIRE: z.looseObject({ cause: z.enum(EXPIRY_CAUSES).optional() }),
  /** `lane`: of the totem that is to print it, as the job of this id. */
  TICKET_REPRINT: z.looseObject({
    printJobId: idSchema<'print_job'>(),
    lane: z.string().min(1).max(8),
    copy: count.min(1),
    reason: note,
  }),
  /** `operatorId` and `counterId`: in whose hand it is then, where the state asks for somebody. */
  TICKET_OVERRIDE: z.looseObject({
    from: z.enum(TICKET_STATES).optional(),
    to: z.enum(TICKET_STATES),
    reason: note,
    operatorId: idSchema<'user'>().optional(),
    counterId: idSchema<'counter'>().optional(),
  }),
} as const satisfies Record<TicketAction, z.ZodType>;
