/** Tickets: searched, looked back on, and put right by hand. What happens in the queue is asked for at the write door. */
import { CANCEL_REASONS, CHANNELS, TICKET_STATES } from '@totem/domain';
import { z } from 'zod';
import { route } from '../route.ts';
import {
  amountCents,
  count,
  day,
  id,
  idParams,
  instant,
  pageOf,
  pageQuery,
  someOf,
  span,
} from '../schemas/fields.ts';
import { callSchema } from './calls.ts';

export const ticketSchema = z
  .object({
    id: id<'ticket'>(),
    siteId: id<'site'>(),
    serviceId: id<'service'>(),
    code: z.string(),
    businessDay: day,
    lane: z.string(),
    number: count,
    priorityClassId: id<'priority_class'>(),
    priority: count,
    partySize: count,
    state: z.enum(TICKET_STATES),
    reason: z.enum(CANCEL_REASONS).nullable(),
    heldReason: z.string().nullable(),
    channel: z.enum(CHANNELS),
    operatorId: id<'user'>().nullable(),
    counterId: id<'counter'>().nullable(),
    addressedOperatorId: id<'user'>().nullable().describe('Whom alone it may be called by, sent on to them.'),
    addressedCounterId: id<'counter'>().nullable().describe('Where alone it may be called.'),
    issuedAt: instant,
    waitingSince: instant.nullable(),
    stageSince: instant,
    calledAt: instant.nullable(),
    calls: count,
    startedAt: instant.nullable(),
    endedAt: instant.nullable(),
    updatedAt: instant,
    priceCents: amountCents,
    conflict: z.string().nullable(),
    createdAt: instant,
  })
  .meta({ id: 'Ticket' });

const fields = z.record(z.string(), z.unknown());
const named = <K extends string>() => z.object({ id: id<K>(), name: z.string().nullable() });

const stepSchema = z
  .object({
    id: id<'entry'>(),
    position: count.describe("The entry's place in the order of receipt."),
    action: z.string(),
    occurredAt: instant,
    receivedAt: instant,
    clockSuspect: z.boolean(),
    user: named<'user'>().nullable(),
    counter: named<'counter'>().extend({ number: count.nullable() }).nullable(),
    equipment: named<'equipment'>().nullable().describe('The device that wrote it; null for the cloud.'),
    outcome: z
      .enum(['applied', 'kept', 'parked', 'recorded'])
      .describe(
        'Whether the ticket changed by it, stayed, waits for its creation, or is only written about.',
      ),
    conflict: z.string().nullable(),
    before: fields.nullable().describe('What the entry changed, as it was.'),
    after: fields.nullable(),
    data: fields.describe('What the entry says.'),
  })
  .meta({ id: 'TicketStep' });

const shared = { tag: 'Queue' } as const;
const ticketParams = idParams<'ticket'>();

export const ticketRoutes = {
  listTickets: route({
    ...shared,
    method: 'GET',
    path: '/v1/tickets',
    summary: 'Tickets, newest first',
    access: 'ticket.read',
    query: pageQuery.extend({
      siteId: id<'site'>().optional(),
      serviceId: id<'service'>().optional(),
      state: someOf(TICKET_STATES).optional(),
      businessDay: day.optional(),
      ...span,
      code: z
        .string()
        .max(40)
        .optional()
        .describe('The whole code, in any case. What has not the form of a code finds nothing.')
        .meta({ example: 'A2-014' }),
      channel: z.enum(CHANNELS).optional(),
      operatorId: id<'user'>().optional(),
      held: z.stringbool().optional().describe('Whether it waits and is not next.'),
      conflict: z.stringbool().optional().describe('Whether an entry about it did not fit.'),
    }),
    answer: { status: 200, schema: pageOf(ticketSchema) },
  }),
  getTicket: route({
    ...shared,
    method: 'GET',
    path: '/v1/tickets/{id}',
    summary: 'One ticket',
    access: 'ticket.read',
    params: ticketParams,
    answer: { status: 200, schema: ticketSchema },
  }),
  listTicketHistory: route({
    ...shared,
    method: 'GET',
    path: '/v1/tickets/{id}/history',
    summary: 'What happened to a ticket, in the order of receipt',
    description: 'The first thousand entries; whatever a ticket has beyond them is in the audit.',
    access: 'ticket.read',
    params: ticketParams,
    query: pageQuery,
    answer: { status: 200, schema: pageOf(stepSchema) },
  }),
  listTicketCalls: route({
    ...shared,
    method: 'GET',
    path: '/v1/tickets/{id}/calls',
    summary: 'The calls of a ticket, oldest first',
    access: 'ticket.read',
    params: ticketParams,
    query: pageQuery,
    answer: { status: 200, schema: pageOf(callSchema) },
  }),
  getTicketPerson: route({
    ...shared,
    method: 'GET',
    path: '/v1/tickets/{id}/person',
    summary: 'Who a ticket belongs to',
    description:
      'For admins, and for the operator who has called the ticket. Null is what was not given, or was erased.',
    access: 'ticket.person',
    params: ticketParams,
    answer: {
      status: 200,
      schema: z
        .object({
          name: z.string().nullable(),
          socialName: z.string().nullable(),
          document: z.string().nullable(),
        })
        .meta({ id: 'TicketPerson' }),
    },
  }),
  eraseTicketPerson: route({
    ...shared,
    method: 'POST',
    path: '/v1/tickets/{id}/erase-person',
    summary: 'Erase who a ticket belongs to, and keep the ticket',
    description: 'The ledger holds only a salted digest of what is erased, and stays verifiable.',
    access: 'person.erase',
    params: ticketParams,
    answer: {
      status: 200,
      schema: z.object({ erased: count.describe('Entries whose personal data was erased.') }),
    },
  }),
} as const;
