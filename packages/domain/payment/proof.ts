/**
 * Proof of a payment: what a provider or terminal said, in the few fields that may be kept. Nothing is paid without one of
 * the amount and currency that were asked for (I-PAY-3).
 */
import { type Cents, cents } from '../money/money.ts';
import '../zod-setup.ts';
import { z } from 'zod';
import { withoutCardNumbers } from './card-data.ts';

const field = (lengthMax: number) => z.string().min(1).max(lengthMax);
/** Free text of a terminal. */
const said = (lengthMax: number) => field(lengthMax).transform(withoutCardNumbers);

export const paymentProofSchema = z.looseObject({
  /** What the provider calls the payment: an end-to-end id, a host's number, the number of a cash event. */
  externalId: field(64),
  amountCents: z
    .int()
    .min(1)
    .transform((amount): Cents => cents(amount)),
  currency: z.string().regex(/^[A-Z]{3}$/),
  /** Acquirer or network, as the terminal names it: echoed verbatim when the sale is confirmed, undone or cancelled. */
  network: said(40).optional(),
  /** Number of the transaction at the acquirer. */
  nsu: said(40).optional(),
  authorizationCode: said(12).optional(),
  /** Opaque key that a second leg must repeat. */
  finalizationKey: field(64).optional(),
  brand: said(32).optional(),
  lastFour: z
    .string()
    .regex(/^\d{4}$/)
    .optional(),
  endToEndId: field(40).optional(),
  /** The provider's own words for when, as it writes them: a cancel must repeat them. */
  providerDate: field(32).optional(),
  providerTime: field(32).optional(),
});
export type PaymentProof = z.infer<typeof paymentProofSchema>;

/** Whether a proof is of what was asked for. Amounts in cents. */
export function provesAmount(
  proof: Pick<PaymentProof, 'amountCents' | 'currency'>,
  asked: { readonly amountCents: number; readonly currency: string },
): boolean {
  return proof.amountCents === asked.amountCents && proof.currency === asked.currency;
}
