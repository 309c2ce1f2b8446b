/**
 * A provider's list beside ours, both of what came in. Pure: lists in, findings out. An amount, a name or a refund that differs
 * is never put right here: people are shown it.
 */

/** Money that came in, as the provider lists it. Amounts in cents. */
export interface TheirPayment {
  readonly endToEndId: string;
  /** Our name for it, where it was asked for by us. */
  readonly externalId: string | null;
  readonly amountCents: number;
  readonly refundedCents: number;
}

/** A charge of ours that was paid. */
export interface OurPayment {
  readonly chargeId: string;
  readonly externalId: string;
  readonly endToEndId: string;
  readonly amountCents: number;
  readonly refundedCents: number;
}

export const FINDING_KINDS = [
  /** They have money under a name of ours that we do not know of. */
  'only_theirs',
  /** We believe that it was paid, and they do not list it. */
  'only_ours',
  /** A second payment of one charge: a refund is due. */
  'paid_again',
  'amount_differs',
  'refund_differs',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

export interface Finding {
  readonly kind: FindingKind;
  readonly endToEndId: string;
  readonly externalId: string | null;
  readonly amountCents: number;
  readonly chargeId: string | null;
}

export interface Comparison {
  readonly matched: number;
  /** Payments to the same key that were never ours to ask for. */
  readonly strangers: number;
  readonly findings: readonly Finding[];
}

/** Names as we give them: 32 lower-case hexadecimal digits. Others were asked for by somebody else, or by nobody. */
const OURS = /^[0-9a-f]{32}$/;

/**
 * Compares what came in within a span.
 * @param theirs of the span. @param ours those asked for within it that we believe paid, and any that `theirs` names.
 * @param nearby what the provider lists a little before and after it: one asked for within it may be paid after it.
 */
export function compareBooks(
  theirs: readonly TheirPayment[],
  ours: readonly OurPayment[],
  nearby: readonly TheirPayment[] = theirs,
): Comparison {
  const byName = new Map(ours.map((one) => [one.externalId, one]));
  const judged = theirs.map((one) => judge(one, byName.get(one.externalId ?? '')));
  const known = new Set([...theirs, ...nearby].map(({ endToEndId }) => endToEndId));
  const missing = ours
    .filter(({ endToEndId }) => !known.has(endToEndId))
    .map(({ chargeId, externalId, endToEndId, amountCents }): Finding => {
      return { kind: 'only_ours', endToEndId, externalId, amountCents, chargeId };
    });
  return {
    matched: judged.filter((one) => one === 'matched').length,
    strangers: judged.filter((one) => one === 'stranger').length,
    findings: [...judged.filter((one) => typeof one === 'object'), ...missing],
  };
}

function judge(their: TheirPayment, our: OurPayment | undefined): 'matched' | 'stranger' | Finding {
  const { endToEndId, externalId, amountCents } = their;
  const finding = (kind: FindingKind): Finding => {
    return { kind, endToEndId, externalId, amountCents, chargeId: our?.chargeId ?? null };
  };
  if (our === undefined) return OURS.test(externalId ?? '') ? finding('only_theirs') : 'stranger';
  if (our.endToEndId !== endToEndId) return finding('paid_again');
  if (our.amountCents !== amountCents) return finding('amount_differs');
  return our.refundedCents === their.refundedCents ? 'matched' : finding('refund_differs');
}
