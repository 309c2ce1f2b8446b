/**
 * Charges that a totem asks the cloud for, because the cloud alone holds the provider's credentials. Answers are those of the
 * payment port (`packages/drivers/payment/port.ts`) as JSON: `unknown` is one of them, and silence is never a refusal.
 */
import { z } from 'zod';
import { route } from '../route.ts';
import { exactText, id, line } from '../schemas/fields.ts';

/** How long a question may be held while the customer pays, in seconds. */
export const CHARGE_WAIT_SECONDS_MAX = 25;

const method = z.enum(['pix']);
const positiveCents = z.int().min(1).max(1_000_000_000_000);
const said = z
  .record(z.string(), z.string())
  .optional()
  .describe('What the provider said, in fields that may be kept.');

const proof = z
  .looseObject({
    externalId: z.string(),
    amountCents: positiveCents,
    currency: z.string(),
    endToEndId: z.string().optional(),
  })
  .meta({ id: 'PaymentProof' });

export const chargeAnswerSchema = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('waiting'),
      show: z.object({ copyCode: z.string().optional() }).optional(),
      said,
    }),
    z.object({ kind: z.literal('confirmed'), proof, said }),
    z.object({ kind: z.literal('declined'), cause: z.string(), said }),
    z.object({ kind: z.literal('canceled'), said }),
    z.object({ kind: z.literal('expired'), said }),
    z.object({ kind: z.literal('not_sent'), cause: z.string(), said }),
    z.object({ kind: z.literal('absent'), said }),
    z.object({ kind: z.literal('unknown'), cause: z.string(), said }),
  ])
  .meta({ id: 'ChargeAnswer' });
export type ChargeAnswer = z.infer<typeof chargeAnswerSchema>;

export const chargeRefundAnswerSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('refunded'), said }),
    z.object({ kind: z.literal('pending'), said }),
    z.object({ kind: z.literal('failed'), cause: z.string(), said }),
    z.object({ kind: z.literal('unknown'), cause: z.string(), said }),
  ])
  .meta({ id: 'ChargeRefundAnswer' });
export type ChargeRefundAnswer = z.infer<typeof chargeRefundAnswerSchema>;

const readinessSchema = z
  .discriminatedUnion('ready', [
    z.object({ ready: z.literal(true) }),
    z.object({ ready: z.literal(false), cause: z.string() }),
  ])
  .meta({ id: 'ChargeReadiness' });

const shared = {
  tag: 'Payments',
  access: 'payment.charge',
  // The totem's own id of the attempt, or of the refund, does it.
  once: false,
} as const;
const attempt = z.object({ attemptId: id<'payment_session'>() });
const refund = attempt.extend({ refundId: id<'refund_order'>() });

export const chargeRoutes = {
  chargeReadiness: route({
    ...shared,
    method: 'GET',
    path: '/v1/charge-readiness',
    summary: 'Whether customers may be offered a method now',
    query: z.object({ method }),
    answer: { status: 200, schema: readinessSchema },
  }),
  putCharge: route({
    ...shared,
    method: 'PUT',
    path: '/v1/charges/{attemptId}',
    summary: 'Ask for the money of one attempt; repeated, it asks what became of it',
    description:
      'For totems. The ticket may be unknown here: it comes with the ledger. A repetition must be the same in every field.',
    params: attempt,
    body: z.strictObject({
      externalId: z
        .string()
        .regex(/^[a-zA-Z0-9]{26,35}$/)
        .describe('The `txid`: one for each attempt, never used again.'),
      ticketId: id<'ticket'>(),
      method,
      amountCents: positiveCents,
      currency: z.literal('BRL'),
      reference: line(140).describe('What the customer reads beside the amount.'),
      expiresInSeconds: z.int().min(30).max(3_600),
    }),
    answer: { status: 200, schema: chargeAnswerSchema },
    errors: ['payment_unavailable', 'payment_exists'],
  }),
  askCharge: route({
    ...shared,
    method: 'GET',
    path: '/v1/charges/{attemptId}',
    summary: 'What became of a charge',
    description:
      'With `wait` the answer is held while the customer may still pay, and comes at once when they have.',
    params: attempt,
    query: z.object({ wait: z.coerce.number().int().min(0).max(CHARGE_WAIT_SECONDS_MAX).default(0) }),
    answer: { status: 200, schema: chargeAnswerSchema },
    errors: ['not_found'],
  }),
  cancelCharge: route({
    ...shared,
    method: 'POST',
    path: '/v1/charges/{attemptId}/cancel',
    summary: 'End a charge where that is possible, and say what is true after it',
    description: 'The payment may have come first: then the answer is `confirmed`.',
    params: attempt,
    answer: { status: 200, schema: chargeAnswerSchema },
    errors: ['not_found'],
  }),
  refundCharge: route({
    ...shared,
    method: 'POST',
    path: '/v1/charges/{attemptId}/refunds/{refundId}',
    summary: 'Give money of a charge back; repeated, it asks what became of it',
    params: refund,
    body: z.strictObject({ amountCents: positiveCents, reason: exactText(140) }),
    answer: { status: 200, schema: chargeRefundAnswerSchema },
    errors: ['not_found', 'refund_not_paid', 'refund_exceeds', 'payment_exists'],
  }),
  askChargeRefund: route({
    ...shared,
    method: 'GET',
    path: '/v1/charges/{attemptId}/refunds/{refundId}',
    summary: 'What became of a refund',
    params: refund,
    answer: { status: 200, schema: chargeRefundAnswerSchema },
    errors: ['not_found'],
  }),
} as const;
