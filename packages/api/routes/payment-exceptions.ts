/** Payments that need a person, and the provider's list of a day beside ours. */
import { z } from 'zod';
import { route } from '../route.ts';
import {
  amountCents,
  count,
  day,
  id,
  idParams,
  instant,
  line,
  pageOf,
  pageQuery,
} from '../schemas/fields.ts';

/** How a payment in the provider's list and one in ours may differ. */
export const DIFFERENCE_KINDS = [
  'only_theirs',
  'only_ours',
  'paid_again',
  'amount_differs',
  'refund_differs',
] as const;

/** What there may be to do. */
export const EXCEPTION_KINDS = [
  'open_too_long',
  'conflict',
  'paid_ticket_ended',
  'not_told',
  'refund_open',
  'refund_awaiting_approval',
  'served_unpaid',
  'books_differ',
  'cash_owed',
] as const;

const exceptionSchema = z
  .object({
    kind: z.enum(EXCEPTION_KINDS),
    siteId: id<'site'>().nullable(),
    ticketId: id<'ticket'>().nullable(),
    paymentId: id<'payment_session'>().nullable(),
    refundId: id<'refund_order'>().nullable(),
    reconciliationId: id<'reconciliation'>().nullable(),
    itemId: id<'reconciliation_item'>().nullable(),
    amountCents: amountCents.describe('What is at stake.'),
    detail: z.string().describe('The conflict, the phase, or the kind of difference.'),
    since: instant,
  })
  .meta({ id: 'PaymentException' });

const reconciliationSchema = z
  .object({
    id: id<'reconciliation'>(),
    pspAccountId: id<'psp_account'>(),
    day: day.describe('Of UTC.'),
    state: z.enum(['done', 'failed']),
    cause: z.string().nullable(),
    matched: count,
    strangers: count.describe('Payments to the same key that were never ours to ask for.'),
    differing: count,
    createdAt: instant,
  })
  .meta({ id: 'Reconciliation' });

/** Looked up later: what people have settled since counts too. */
const lookedUpSchema = reconciliationSchema
  .extend({ open: count.describe('Differences that nobody has settled yet.') })
  .meta({ id: 'ComparedDay' });

const itemSchema = z
  .object({
    id: id<'reconciliation_item'>(),
    reconciliationId: id<'reconciliation'>(),
    kind: z.enum(DIFFERENCE_KINDS),
    endToEndId: z.string(),
    externalId: z.string().nullable(),
    amountCents,
    chargeId: id<'payment_session'>().nullable(),
    createdAt: instant,
    resolvedAt: instant.nullable(),
    resolvedBy: id<'user'>().nullable(),
    resolution: z.string().nullable(),
  })
  .meta({ id: 'ReconciliationItem' });

/** What was taken of one kind. */
export const takingsSchema = z.object({
  method: z.enum(['pix', 'card', 'cash']),
  adapter: z.string(),
  equipmentId: id<'equipment'>().nullable(),
  operatorId: id<'user'>().nullable(),
  currency: z.string(),
  payments: count.describe('Those for which money came in, refunded since or not.'),
  paidCents: amountCents,
  refundedCents: amountCents,
});

const shared = { tag: 'Payments' } as const;

export const paymentExceptionRoutes = {
  listPaymentExceptions: route({
    ...shared,
    method: 'GET',
    path: '/v1/payments/exceptions',
    summary: 'Payments that need a person, newest first',
    description:
      'Of the last days; what is open, and cash that a machine owes, stays in the list until it is not. At most five hundred.',
    access: 'payment.read',
    query: z.object({
      siteId: id<'site'>().optional(),
      days: z.coerce.number().int().min(1).max(31).default(7),
    }),
    answer: {
      status: 200,
      schema: z.object({ items: z.array(exceptionSchema) }).meta({ id: 'PaymentExceptions' }),
    },
  }),
  getDayTotals: route({
    ...shared,
    method: 'GET',
    path: '/v1/payments/day-totals',
    summary: "A site's takings of a day, by method, adapter, totem and operator",
    description: 'As JSON, or with `format=csv` as a file for spreadsheets.',
    access: 'payment.read',
    query: z.object({
      siteId: id<'site'>(),
      businessDay: day,
      format: z.enum(['json', 'csv']).default('json'),
    }),
    answer: {
      status: 200,
      schema: z
        .object({ siteId: id<'site'>(), businessDay: day, totals: z.array(takingsSchema) })
        .meta({ id: 'DayTotals' }),
    },
    errors: ['not_found', 'limit_reached'],
  }),
  listReconciliations: route({
    ...shared,
    method: 'GET',
    path: '/v1/reconciliations',
    summary: "Days that were compared with the provider's list, newest first",
    access: 'integration.read',
    query: pageQuery.extend({ pspAccountId: id<'psp_account'>().optional() }),
    answer: { status: 200, schema: pageOf(lookedUpSchema) },
  }),
  getReconciliation: route({
    ...shared,
    method: 'GET',
    path: '/v1/reconciliations/{id}',
    summary: 'One day, with what differs',
    access: 'integration.read',
    params: idParams<'reconciliation'>(),
    answer: {
      status: 200,
      schema: lookedUpSchema.extend({ items: z.array(itemSchema) }).meta({ id: 'ReconciliationInFull' }),
    },
  }),
  runReconciliation: route({
    ...shared,
    method: 'POST',
    path: '/v1/settings/psp-accounts/{id}/reconciliations',
    summary: "Compare a day with the provider's list now",
    access: 'integration.write',
    // Comparing again finds the same.
    once: false,
    params: idParams<'psp_account'>(),
    body: z.strictObject({ day }),
    answer: { status: 200, schema: reconciliationSchema },
    errors: ['not_found'],
  }),
  resolveReconciliationItem: route({
    ...shared,
    method: 'POST',
    path: '/v1/reconciliation-items/{id}/resolve',
    summary: 'Say how a difference was settled',
    access: 'conflict.resolve',
    params: idParams<'reconciliation_item'>(),
    body: z.strictObject({ resolution: line(500) }),
    answer: { status: 200, schema: itemSchema },
    errors: ['not_found', 'conflict_settled'],
  }),
} as const;
