/** Payments, the exchanges behind them, and receipts. Amounts are whole cents with their currency. */
import { z } from 'zod';
import { route } from '../route.ts';
import {
  amountCents,
  count,
  day,
  exactText,
  id,
  idParams,
  instant,
  pageOf,
  pageQuery,
  span,
} from '../schemas/fields.ts';

const METHODS = ['pix', 'card', 'cash'] as const;
const STATUSES = ['pending', 'paid', 'failed', 'canceled', 'refunded'] as const;
const KINDS = ['payment', 'refund', 'attendance'] as const;

const fields = z.record(z.string(), z.unknown());
const adapter = exactText(60).describe('The provider or terminal, by the name of its driver.');

export const paymentSchema = z
  .object({
    id: id<'payment_session'>(),
    siteId: id<'site'>(),
    ticketId: id<'ticket'>(),
    attempt: count,
    method: z.enum(METHODS),
    adapter: z.string(),
    externalId: z.string().nullable().describe('What the provider calls it.'),
    currency: z.string(),
    amountCents,
    paidCents: amountCents,
    refundedCents: amountCents,
    status: z.enum(STATUSES),
    phase: z.string(),
    failureCode: z.string().nullable(),
    details: fields,
    equipmentId: id<'equipment'>().nullable(),
    operatorId: id<'user'>().nullable(),
    businessDay: day,
    paidAt: instant.nullable(),
    updatedAt: instant,
    conflict: z.string().nullable(),
    createdAt: instant,
  })
  .meta({ id: 'Payment' });

const transactionSchema = z
  .object({
    id: id<'payment_transaction'>(),
    adapter: z.string(),
    kind: z.enum(['authorize', 'confirm', 'undo', 'refund', 'status']),
    externalId: z.string().nullable(),
    amountCents,
    outcome: z.enum(['approved', 'declined', 'canceled', 'pending', 'unknown', 'error']),
    raw: fields.nullable().describe('What was said, for admins only.'),
    conflict: z.string().nullable(),
    createdAt: instant,
  })
  .meta({ id: 'PaymentTransaction' });

const owedSchema = z
  .object({
    leftCents: amountCents.describe('What is still to be given back.'),
    mostCents: amountCents.describe('What may be given back at most; more where nobody has counted it.'),
    isUncounted: z.boolean().describe('The machine holds something of it whose value nobody knows yet.'),
    returns: z.array(
      z.object({
        id: id<'cash_return'>(),
        amountCents,
        returnedBy: id<'user'>(),
        createdAt: instant,
      }),
    ),
  })
  .meta({ id: 'OwedCash' });

export const receiptSchema = z
  .object({
    id: id<'receipt'>(),
    siteId: id<'site'>(),
    ticketId: id<'ticket'>(),
    paymentId: id<'payment_session'>().nullable(),
    kind: z.enum(KINDS),
    code: z.string(),
    content: fields,
    text: z.string(),
    issuedAt: instant,
    reprints: count,
    conflict: z.string().nullable(),
    createdAt: instant,
  })
  .meta({ id: 'Receipt' });

const totalSchema = z.object({
  method: z.enum(METHODS),
  adapter: z.string(),
  currency: z.string(),
  payments: count.describe('Attempts of every status.'),
  paid: count.describe('Those for which money came in, refunded since or not.'),
  paidCents: amountCents,
  refundedCents: amountCents,
});

const shared = { tag: 'Payments' } as const;

export const paymentRoutes = {
  listPayments: route({
    ...shared,
    method: 'GET',
    path: '/v1/payments',
    summary: 'Payments, newest first',
    access: 'payment.read',
    query: pageQuery.extend({
      siteId: id<'site'>().optional(),
      ticketId: id<'ticket'>().optional(),
      status: z.enum(STATUSES).optional(),
      method: z.enum(METHODS).optional(),
      adapter: adapter.optional(),
      externalId: exactText(200).optional(),
      businessDay: day.optional(),
      ...span,
    }),
    answer: { status: 200, schema: pageOf(paymentSchema) },
  }),
  getPaymentSummary: route({
    ...shared,
    method: 'GET',
    path: '/v1/payments/summary',
    summary: "A site's takings of a day, by method and adapter",
    access: 'payment.read',
    query: z.object({ siteId: id<'site'>(), businessDay: day }),
    answer: {
      status: 200,
      schema: z
        .object({ siteId: id<'site'>(), businessDay: day, totals: z.array(totalSchema) })
        .meta({ id: 'PaymentSummary' }),
    },
    errors: ['not_found'],
  }),
  getPayment: route({
    ...shared,
    method: 'GET',
    path: '/v1/payments/{id}',
    summary: 'One payment, with its exchanges with the provider',
    description: 'The newest two hundred exchanges, oldest first.',
    access: 'payment.read',
    params: idParams<'payment_session'>(),
    answer: {
      status: 200,
      schema: paymentSchema
        .extend({
          transactions: z.array(transactionSchema),
          owedCash: owedSchema.nullable().describe('Null where the machine has never owed anything.'),
        })
        .meta({ id: 'PaymentInFull' }),
    },
  }),
  returnOwedCash: route({
    ...shared,
    method: 'POST',
    path: '/v1/payments/{id}/owed-cash-returns',
    summary: 'Record that cash which a machine owes was handed over',
    description:
      'Never more than is owed. Where the machine holds something that nobody has counted, at most the price; zero then ' +
      'says that somebody has looked and there was nothing to give back.',
    access: 'payment.refund',
    params: idParams<'payment_session'>(),
    body: z.strictObject({ amountCents }),
    answer: { status: 201, schema: owedSchema },
    errors: ['not_found', 'owed_cash_exceeds'],
  }),
  listReceipts: route({
    ...shared,
    method: 'GET',
    path: '/v1/receipts',
    summary: 'Receipts, newest first',
    access: 'receipt.read',
    query: pageQuery.extend({
      siteId: id<'site'>().optional(),
      ticketId: id<'ticket'>().optional(),
      paymentId: id<'payment_session'>().optional(),
      code: exactText(100).optional(),
      ...span,
    }),
    answer: { status: 200, schema: pageOf(receiptSchema) },
  }),
  issueReceipt: route({
    ...shared,
    method: 'POST',
    path: '/v1/payments/{id}/receipts',
    summary: 'Issue the receipt of a payment, or of a refund of it',
    description:
      'There is one of each; asked for again, it is a second copy, which is counted and marked as such.',
    access: 'receipt.reprint',
    params: idParams<'payment_session'>(),
    body: z.strictObject({ refundId: id<'refund_order'>().optional() }),
    answer: {
      status: 201,
      schema: receiptSchema
        .extend({ verifyUrl: z.string().describe('Where anybody sees that it is genuine.') })
        .meta({ id: 'IssuedReceipt' }),
    },
    errors: ['not_found', 'refund_not_paid'],
  }),
  getReceiptPdf: route({
    ...shared,
    method: 'GET',
    path: '/v1/receipts/{id}/pdf',
    summary: 'One receipt as a document',
    access: 'receipt.read',
    params: idParams<'receipt'>(),
    answer: { status: 200, schema: z.string(), contentType: 'application/pdf' },
    errors: ['not_found'],
  }),
  getReceipt: route({
    ...shared,
    method: 'GET',
    path: '/v1/receipts/{id}',
    summary: 'One receipt',
    access: 'receipt.read',
    params: idParams<'receipt'>(),
    answer: { status: 200, schema: receiptSchema },
  }),
} as const;
