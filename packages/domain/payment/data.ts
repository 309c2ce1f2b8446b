/** What the entries of each step of a payment carry. Loose objects: an older reader keeps what a newer writer added. */
import { idSchema } from '../ids/id.ts';
import { type Cents, cents } from '../money/money.ts';
import { businessDaySchema } from '../time/business-day.ts';
import '../zod-setup.ts';
import { z } from 'zod';
import { SETTLERS } from './attempt.ts';
import { PAYMENT_METHODS, type PaymentAction } from './machine.ts';
import { paymentProofSchema } from './proof.ts';

const amount = z
  .int()
  .min(1)
  .transform((value): Cents => cents(value));
const name = (lengthMax: number) => z.string().min(1).max(lengthMax);
const failureCode = name(64).optional();

export const paymentCreateData = z.looseObject({
  ticketId: idSchema<'ticket'>(),
  /** 1 for the first attempt to pay the ticket. */
  attempt: z.int().min(1).max(10_000),
  method: z.enum(PAYMENT_METHODS),
  adapter: name(32),
  externalId: name(64),
  currency: z.string().regex(/^[A-Z]{3}$/),
  amountCents: amount,
  equipmentId: idSchema<'equipment'>().nullable(),
  operatorId: idSchema<'user'>().nullable(),
  businessDay: businessDaySchema,
});
export type PaymentCreateData = z.infer<typeof paymentCreateData>;

const proven = z.looseObject({ proof: paymentProofSchema });
const ended = z.looseObject({ by: z.enum(SETTLERS), failureCode });
const refund = { refundId: name(64), amountCents: amount };

/** The schema of each step's data, asked once, where an entry enters. */
export const PAYMENT_DATA = {
  PAYMENT_CREATE: paymentCreateData,
  PAYMENT_SEND: z.looseObject({}),
  PAYMENT_WAIT: z.looseObject({}),
  PAYMENT_AUTHORIZE: proven,
  PAYMENT_CONFIRM: proven,
  PAYMENT_DECLINE: ended,
  PAYMENT_CANCEL: ended,
  PAYMENT_EXPIRE: ended,
  PAYMENT_LOSE: z.looseObject({ failureCode }),
  PAYMENT_UNDO: z.looseObject({ failureCode }),
  PAYMENT_UNDONE: z.looseObject({}),
  PAYMENT_REFUND_ASK: z.looseObject({
    ...refund,
    reason: name(200),
    approvedBy: idSchema<'user'>().optional(),
  }),
  PAYMENT_REFUND_DONE: z.looseObject(refund),
  PAYMENT_REFUND_FAIL: z.looseObject({ ...refund, failureCode }),
} as const satisfies Record<PaymentAction, z.ZodType>;

export const EXCHANGE_KINDS = ['authorize', 'confirm', 'undo', 'refund', 'status'] as const;
export type ExchangeKind = (typeof EXCHANGE_KINDS)[number];
export const EXCHANGE_OUTCOMES = ['approved', 'declined', 'canceled', 'pending', 'unknown', 'error'] as const;
export type ExchangeOutcome = (typeof EXCHANGE_OUTCOMES)[number];

/** One exchange with a provider or terminal. `raw` is what was said, without what may not be kept. */
export const paymentTransactionData = z.looseObject({
  paymentSessionId: idSchema<'payment_session'>(),
  adapter: name(32),
  kind: z.enum(EXCHANGE_KINDS),
  externalId: name(64).nullable(),
  amountCents: z
    .int()
    .min(0)
    .transform((value): Cents => cents(value)),
  outcome: z.enum(EXCHANGE_OUTCOMES),
  raw: z.record(name(32), z.string().max(500)),
});
export type PaymentTransactionData = z.infer<typeof paymentTransactionData>;
