/** Calls, and operators at their counters: what the queue has done. */
import { z } from 'zod';
import { route } from '../route.ts';
import { count, day, id, instant, pageOf, pageQuery } from '../schemas/fields.ts';

export const callSchema = z
  .object({
    id: id<'call'>(),
    siteId: id<'site'>(),
    ticketId: id<'ticket'>(),
    code: z.string(),
    businessDay: day,
    counterId: id<'counter'>(),
    counterNumber: count,
    operatorId: id<'user'>(),
    number: count.describe("The call's place in the site's log of the day."),
    priority: count,
    calledAt: instant,
    why: z
      .object({
        policy: z.string(),
        policyVersion: z.int(),
        candidates: count,
        runnerUp: z.string().nullable(),
      })
      .describe('Why this ticket was the one.'),
    conflict: z.string().nullable(),
    createdAt: instant,
  })
  .meta({ id: 'Call' });

export const operatorSessionSchema = z
  .object({
    id: id<'operator_session'>(),
    siteId: id<'site'>(),
    userId: id<'user'>(),
    userName: z.string().nullable(),
    counterId: id<'counter'>(),
    since: instant,
    until: instant.nullable(),
    conflict: z.string().nullable(),
    createdAt: instant,
  })
  .meta({ id: 'OperatorSession' });

const shared = { tag: 'Queue' } as const;

export const callRoutes = {
  listCalls: route({
    ...shared,
    method: 'GET',
    path: '/v1/calls',
    summary: "A site's calls of a day, in the order of their numbers",
    access: 'ticket.read',
    query: pageQuery.extend({ siteId: id<'site'>(), businessDay: day }),
    answer: { status: 200, schema: pageOf(callSchema) },
  }),
  listOperatorSessions: route({
    ...shared,
    method: 'GET',
    path: '/v1/operator-sessions',
    summary: 'Operators at counters, newest first',
    access: 'ticket.read',
    query: pageQuery.extend({
      siteId: id<'site'>().optional(),
      userId: id<'user'>().optional(),
      open: z.stringbool().optional(),
    }),
    answer: { status: 200, schema: pageOf(operatorSessionSchema) },
  }),
} as const;
