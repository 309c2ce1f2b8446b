/**
 * Payments of which nothing here can find out what became: a terminal that cannot be asked lost its answer. They hold their
 * terminal until a person has looked at the provider's own list and says what is there (I-PAD-2: silence is no refusal).
 */
import {
  type PaymentPhase,
  type PaymentProof,
  ProblemError,
  paymentProofSchema,
  protocolOf,
} from '@totem/domain';
import type { AttemptRecord } from '@totem/drivers/payment';
import type { NamedTill } from './till.ts';

/** A payment in doubt, as a technician sees it. */
export interface Doubt {
  readonly attemptId: string;
  readonly meansId: string;
  /** What the customer was shown of it. */
  readonly protocol: string;
  /** The ticket's code. */
  readonly reference: string;
  readonly amountCents: number;
  readonly currency: string;
}

/** Those that only a person can settle, oldest first. */
export function doubtsAt(tills: readonly NamedTill[]): readonly Doubt[] {
  return tills.flatMap(({ means, till }) =>
    till.doubts().map(({ charge }) => ({
      attemptId: charge.attemptId,
      meansId: means.id,
      protocol: protocolOf(charge.attemptId),
      reference: charge.reference,
      amountCents: charge.amountCents,
      currency: charge.currency,
    })),
  );
}

/**
 * Settles one. @param found the payment's name on the provider's list; null when it is not there.
 * @throws ProblemError `payment_not_found` for what is in no doubt, `storage_fault`.
 */
export async function settleDoubt(
  tills: readonly NamedTill[],
  attemptId: string,
  found: string | null,
): Promise<PaymentPhase> {
  for (const { till } of tills) {
    const record = till.doubts().find(({ charge }) => charge.attemptId === attemptId);
    if (record !== undefined) return till.decide(attemptId, found === null ? null : proofOf(record, found));
  }
  throw new ProblemError('payment_not_found');
}

/** A person confirms the amount that was asked for: of another one the list shows that it is another payment. */
function proofOf({ charge }: AttemptRecord, externalId: string): PaymentProof {
  const { amountCents, currency } = charge;
  return paymentProofSchema.parse({ externalId, amountCents, currency });
}
