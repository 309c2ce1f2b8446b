/**
 * Refunds: who may give back how much, until when. The machine holds the sums; here are the rules that a tenant sets and a
 * provider has, asked before anything goes out.
 */
import type { Cents } from '../money/money.ts';
import type { PaymentPhase } from './machine.ts';

/** What the provider can do. */
export interface RefundMeans {
  /** `none`: only by hand, at the provider's own portal. */
  readonly extent: 'none' | 'full' | 'partial';
  /** From the payment; null when the provider names none. 0: on the business day of the sale. */
  readonly windowDays: number | null;
}

/** What the tenant demands. */
export interface RefundRules {
  /** From this amount on a second person must agree, another than the one who asks. Null: never. */
  readonly secondApproverFromCents: Cents | null;
}

export interface RefundAsked {
  readonly amountCents: Cents;
  readonly reason: string;
  readonly askedBy: string;
  readonly approvedBy: string | null;
}

export interface RefundContext {
  readonly phase: PaymentPhase;
  readonly paidCents: Cents;
  readonly refundedCents: Cents;
  readonly paidAtMs: number;
  readonly nowMs: number;
  /** Whether the business day of the payment is still open. */
  readonly isSameDay: boolean;
  readonly means: RefundMeans;
  readonly rules: RefundRules;
}

export type RefundRefusal =
  | 'refund_not_paid'
  | 'refund_in_progress'
  | 'refund_unsupported'
  | 'refund_exceeds'
  | 'refund_full_only'
  | 'refund_too_late'
  | 'refund_needs_reason'
  | 'refund_needs_approver';

const DAY_MS = 86_400_000;

/** Why a refund may not be asked for; undefined when it may. Nobody approves their own. */
export function whyNotRefund(asked: RefundAsked, context: RefundContext): RefundRefusal | undefined {
  const { means, rules } = context;
  if (context.phase === 'refund_pending') return 'refund_in_progress';
  if (context.phase !== 'confirmed' && context.phase !== 'partially_refunded') return 'refund_not_paid';
  if (asked.reason.trim() === '') return 'refund_needs_reason';
  if (means.extent === 'none') return 'refund_unsupported';
  const leftCents = context.paidCents - context.refundedCents;
  const isAmount = Number.isSafeInteger(asked.amountCents) && asked.amountCents >= 1;
  if (!isAmount || asked.amountCents > leftCents) return 'refund_exceeds';
  if (means.extent === 'full' && asked.amountCents !== context.paidCents) return 'refund_full_only';
  if (!isInWindow(context)) return 'refund_too_late';
  const limit = rules.secondApproverFromCents;
  // The sum counts: a large refund in small parts is a large refund.
  const totalCents = context.refundedCents + asked.amountCents;
  const isApproved = asked.approvedBy !== null && asked.approvedBy !== asked.askedBy;
  return limit !== null && totalCents >= limit && !isApproved ? 'refund_needs_approver' : undefined;
}

function isInWindow({ means, nowMs, paidAtMs, isSameDay }: RefundContext): boolean {
  if (means.windowDays === null) return true;
  if (means.windowDays === 0) return isSameDay;
  return nowMs - paidAtMs <= means.windowDays * DAY_MS;
}
