/** What the record says of each exchange with a provider or terminal. */
import type { Exchange } from './journal.ts';
import type { Answer, AnswerKind, Charge, RefundAnswer, RefundOrder, Told } from './port.ts';

const OUTCOME_OF_ANSWER: Readonly<Record<AnswerKind, Exchange['outcome']>> = {
  waiting: 'pending',
  authorized: 'approved',
  confirmed: 'approved',
  declined: 'declined',
  canceled: 'canceled',
  expired: 'canceled',
  not_sent: 'error',
  absent: 'canceled',
  pending_found: 'declined',
  unknown: 'unknown',
};

const OUTCOME_OF_REFUND: Readonly<Record<RefundAnswer['kind'], Exchange['outcome']>> = {
  refunded: 'approved',
  held: 'approved',
  pending: 'pending',
  pending_found: 'declined',
  failed: 'declined',
  unknown: 'unknown',
};

export function exchangeOf(kind: 'authorize' | 'status', charge: Charge, answer: Answer): Exchange {
  const causes = 'cause' in answer ? { cause: answer.cause } : {};
  return {
    kind,
    outcome: OUTCOME_OF_ANSWER[answer.kind],
    externalId: 'proof' in answer ? answer.proof.externalId : charge.externalId,
    amountCents: 'proof' in answer ? answer.proof.amountCents : charge.amountCents,
    said: { answer: answer.kind, ...causes, ...answer.said },
  };
}

export function legExchange(
  leg: 'confirm' | 'undo',
  proof: { readonly externalId: string; readonly amountCents: Charge['amountCents'] },
  told: Told,
): Exchange {
  const outcome = told === 'taken' ? 'approved' : 'unknown';
  return { kind: leg, outcome, externalId: proof.externalId, amountCents: proof.amountCents, said: { told } };
}

export function refundExchange(order: RefundOrder, answer: RefundAnswer): Exchange {
  const causes = 'cause' in answer ? { cause: answer.cause } : {};
  return {
    kind: 'refund',
    outcome: OUTCOME_OF_REFUND[answer.kind],
    externalId: order.refundId,
    amountCents: order.amountCents,
    said: { answer: answer.kind, ...causes, ...answer.said },
  };
}
