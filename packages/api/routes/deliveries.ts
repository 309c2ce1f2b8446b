/** What was told to whom: each event on its way to a webhook or to people, every attempt at it, and sending it again. */
import { z } from 'zod';
import { route } from '../route.ts';
import { count, id, idParams, instant, pageOf, pageQuery, someOf } from '../schemas/fields.ts';

const STATES = ['waiting', 'delivered', 'failed', 'dropped'] as const;

export const deliverySchema = z
  .object({
    id: id<'delivery'>(),
    kind: z.enum(['webhook', 'notification']),
    receiverId: id<'receiver'>().describe('A webhook, or a notification setting.'),
    eventId: id<'event'>().describe('What a webhook is sent as `webhook-id`: the same over all attempts.'),
    type: z.string(),
    siteId: id<'site'>().nullable(),
    occurredAt: instant,
    createdAt: instant,
    state: z.enum(STATES).describe('`failed` was given up; `dropped` was wanted by nobody any more.'),
    attempts: count,
    nextAt: instant.nullable().describe('Of one that waits.'),
    endedAt: instant.nullable(),
    lastStatus: z.int().nullable().describe('What was answered last, as a status of HTTP.'),
    lastFault: z.string().nullable(),
  })
  .meta({ id: 'Delivery' });

const attemptSchema = z.object({
  attempt: count,
  at: instant,
  durationMs: count,
  status: z.int().nullable(),
  fault: z.string().nullable(),
});

const shared = { tag: 'Record' } as const;

export const deliveryRoutes = {
  listDeliveries: route({
    ...shared,
    method: 'GET',
    path: '/v1/deliveries',
    summary: 'What was told to whom, newest first',
    access: 'integration.read',
    query: pageQuery.extend({ receiverId: id<'receiver'>().optional(), state: someOf(STATES).optional() }),
    answer: { status: 200, schema: pageOf(deliverySchema) },
  }),
  getDelivery: route({
    ...shared,
    method: 'GET',
    path: '/v1/deliveries/{id}',
    summary: 'One delivery, with its data and every attempt',
    access: 'integration.read',
    params: idParams<'delivery'>(),
    answer: {
      status: 200,
      schema: deliverySchema
        .extend({ data: z.record(z.string(), z.unknown()), tries: z.array(attemptSchema) })
        .meta({ id: 'DeliveryInFull' }),
    },
  }),
  replayDelivery: route({
    ...shared,
    method: 'POST',
    path: '/v1/deliveries/{id}/replay',
    summary: 'Send one again, at once',
    description: 'Under the same id: a receiver that has it already knows it.',
    access: 'integration.write',
    params: idParams<'delivery'>(),
    answer: { status: 200, schema: deliverySchema },
    errors: ['receiver_not_in_use'],
  }),
  replayDeliveries: route({
    ...shared,
    method: 'POST',
    path: '/v1/replays',
    summary: 'Send again what a receiver did not get in a span of time',
    access: 'integration.write',
    body: z.strictObject({ receiverId: id<'receiver'>(), from: instant, to: instant.optional() }),
    answer: { status: 200, schema: z.object({ replayed: count }).meta({ id: 'Replayed' }) },
    errors: ['receiver_not_in_use', 'not_found'],
  }),
  testWebhook: route({
    ...shared,
    method: 'POST',
    path: '/v1/settings/webhooks/{id}/test',
    summary: 'Send a test to a webhook',
    description: 'By the same way as events; what became of it is read from the delivery.',
    access: 'integration.write',
    params: idParams<'config_webhook'>(),
    answer: { status: 201, schema: deliverySchema },
    errors: ['receiver_not_in_use'],
  }),
  testNotification: route({
    ...shared,
    method: 'POST',
    path: '/v1/settings/notifications/{id}/test',
    summary: 'Send a test to whom a setting names',
    access: 'integration.write',
    params: idParams<'config_notification'>(),
    answer: { status: 201, schema: deliverySchema },
    errors: ['receiver_not_in_use'],
  }),
} as const;
