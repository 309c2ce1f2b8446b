/** The messages of Stone's AutoTEF service, as far as a kiosk reads them. Amounts are JSON numbers of reais. */
import { z } from 'zod';
import { amountFromText } from '../../payment/amount-text.ts';

/** An amount in cents. A double holds every such amount closely enough to be written with two places and read as a text. */
const amount = z.number().transform((value, context) => {
  const amountCents = amountFromText(value.toFixed(2));
  if (amountCents !== undefined) return amountCents;
  context.addIssue({ code: 'custom', message: 'not an amount' });
  return z.NEVER;
});

const text = (max: number) => z.string().min(1).max(max);

export const receiptAnswer = z.looseObject({
  receipt: z.looseObject({
    acquirerTransactionKey: text(64),
    initiatorTransactionKey: z.string().max(64).optional(),
    amount,
    authorisationCode: z.string().max(12).optional(),
    maskedPrimaryAccountNumber: z.string().max(24).optional(),
    brandName: z.string().max(32).optional(),
    /** 1 debit, 2 credit. */
    transactionType: z.coerce.string().optional(),
    clientVia: z.string().max(8_000).optional(),
    merchantVia: z.string().max(8_000).optional(),
  }),
});
export type AutoTefReceipt = z.infer<typeof receiptAnswer>['receipt'];

export const refusalAnswer = z.looseObject({
  responseCode: text(16),
  responseReason: z.string().max(400).default(''),
});
export type AutoTefRefusal = z.infer<typeof refusalAnswer>;
