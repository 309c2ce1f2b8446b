/** The messages of PagBank's Orders API, as far as a kiosk reads them. Amounts are integers of cents. */
import { z } from 'zod';

const amount = z.looseObject({
  value: z.int().min(0),
  currency: z.string().default('BRL'),
  summary: z.looseObject({ paid: z.int().min(0).optional(), refunded: z.int().min(0).optional() }).optional(),
});

export const chargeAnswer = z.looseObject({
  id: z.string().min(1).max(64),
  status: z.string(),
  amount,
  paid_at: z.string().optional(),
  payment_method: z
    .looseObject({ pix: z.looseObject({ end_to_end_id: z.string().max(40).optional() }).optional() })
    .optional(),
});
export type OrderCharge = z.infer<typeof chargeAnswer>;

export const orderAnswer = z.looseObject({
  id: z.string().min(1).max(64),
  reference_id: z.string(),
  qr_codes: z
    .array(z.looseObject({ text: z.string().max(512).optional(), expiration_date: z.string().optional() }))
    .default([]),
  charges: z.array(chargeAnswer).default([]),
});
export type Order = z.infer<typeof orderAnswer>;

/** What PagBank calls at our address: a hint, whatever it claims. */
export const noticeBody = z.looseObject({ reference_id: z.string().max(64) });

export const errorsAnswer = z.looseObject({
  error_messages: z.array(z.looseObject({ code: z.coerce.string(), description: z.string().optional() })),
});
