/**
 * Refunds that people ask for. What the cloud has charged it gives back itself; what a terminal took is given back at that
 * terminal, or by hand at a counter, and then that is recorded.
 */
import { z } from 'zod';
import { route } from '../route.ts';
import { amountCents, id, idParams, instant, line, pageOf, pageQuery } from '../schemas/fields.ts';

const MEANS = ['provider', 'counter'] as const;
const STATES = ['awaiting_approval', 'open', 'done', 'failed', 'rejected'] as const;

export const refundSchema = z
  .object({
    id: id<'refund_order'>(),
    siteId: id<'site'>(),
    paymentId: id<'payment_session'>(),
    means: z.enum(MEANS),
    amountCents,
    reason: z.string(),
    state: z
      .enum(STATES)
      .describe('`open`: the provider has not said yet what became of it; it is asked until it does.'),
    cause: z.string().nullable().describe('Why it failed, in the words of the provider.'),
    askedBy: id<'user'>().nullable(),
    equipmentId: id<'equipment'>().nullable().describe('The totem that asked, where no person did.'),
    approvedBy: id<'user'>().nullable().describe('Who agreed to it, or did not.'),
    rejection: z.string().nullable().describe('Why somebody did not agree to it.'),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Refund' });

const shared = { tag: 'Payments' } as const;
const decision = { ...shared, method: 'POST', access: 'payment.refund', once: false } as const;

export const refundRoutes = {
  refundPayment: route({
    ...shared,
    method: 'POST',
    path: '/v1/payments/{id}/refunds',
    summary: 'Give back what was paid, whole or in part',
    description:
      'From the sum on that the tenant has set, another person must approve it first: then it is answered as ' +
      '`awaiting_approval`. With `means: counter` nobody is asked: a person has handed the money over.',
    access: 'payment.refund',
    params: idParams<'payment_session'>(),
    body: z.strictObject({
      amountCents: z.int().min(1).max(1_000_000_000_000),
      reason: line(200),
      means: z.enum(MEANS).optional().describe('Without it: the way in which it was paid.'),
    }),
    answer: { status: 201, schema: refundSchema },
    errors: [
      'not_found',
      'idempotency_key_reused',
      'refund_not_paid',
      'refund_in_progress',
      'refund_at_terminal',
      'refund_exceeds',
      'refund_too_late',
    ],
  }),
  listRefunds: route({
    ...shared,
    method: 'GET',
    path: '/v1/refunds',
    summary: 'Refunds, newest first',
    access: 'payment.read',
    query: pageQuery.extend({
      siteId: id<'site'>().optional(),
      paymentId: id<'payment_session'>().optional(),
      state: z.enum(STATES).optional(),
    }),
    answer: { status: 200, schema: pageOf(refundSchema) },
  }),
  getRefund: route({
    ...shared,
    method: 'GET',
    path: '/v1/refunds/{id}',
    summary: 'One refund',
    access: 'payment.read',
    params: idParams<'refund_order'>(),
    answer: { status: 200, schema: refundSchema },
  }),
  approveRefund: route({
    ...decision,
    path: '/v1/refunds/{id}/approval',
    summary: 'Agree to a refund that somebody else has asked for',
    params: idParams<'refund_order'>(),
    answer: { status: 200, schema: refundSchema },
    errors: ['not_found', 'refund_needs_approver', 'refund_decided', 'refund_not_paid', 'refund_too_late'],
  }),
  rejectRefund: route({
    ...decision,
    path: '/v1/refunds/{id}/rejection',
    summary: 'Do not agree to a refund, or take it back',
    params: idParams<'refund_order'>(),
    body: z.strictObject({ reason: line(200) }),
    answer: { status: 200, schema: refundSchema },
    errors: ['not_found', 'refund_decided'],
  }),
} as const;
