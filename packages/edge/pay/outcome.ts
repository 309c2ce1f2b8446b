/** How the end of a sale looks from the front: three states, and of the one that is no payment, why. Pure. */
import {
  type NotPaidCause,
  type PayingState,
  type PaymentPhase,
  type PaymentView,
  STATUS_OF_PHASE,
} from '@totem/domain';
import type { SaleEnd } from '@totem/drivers/payment';

type Over = Extract<PayingState, 'paid' | 'not_paid' | 'unknown'>;

/** What a phase is to the customer once nothing is asked of them any more. */
export function viewOfPhase(phase: PaymentPhase): Over {
  // Being undone, it is not charged: the terminal has still to take it, and the customer is free to go.
  if (phase === 'undo_pending') return 'not_paid';
  const status = STATUS_OF_PHASE[phase];
  if (status === 'paid' || status === 'refunded') return 'paid';
  return status === 'pending' ? 'unknown' : 'not_paid';
}

/**
 * Why a sale that is over was not paid; nothing for one that was, or may have been.
 * @param wasWanted whether the customer has asked to end it.
 */
export function notPaidBecause(
  { phase, cause, message }: SaleEnd,
  wasWanted: boolean,
): Pick<PaymentView, 'why' | 'message'> {
  if (viewOfPhase(phase) !== 'not_paid') return {};
  const why = whyOf(phase, cause, wasWanted);
  return message === undefined || message === '' ? { why } : { why, message };
}

const SAID: Readonly<Record<string, NotPaidCause>> = {
  declined: 'declined',
  insufficient_funds: 'insufficient_funds',
  card_unreadable: 'card_unreadable',
  wrong_pin: 'wrong_pin',
  no_connection: 'unavailable',
  terminal_pending: 'unavailable',
};

function whyOf(phase: PaymentPhase, cause: string | undefined, wasWanted: boolean): NotPaidCause {
  switch (phase) {
    case 'declined':
      return SAID[cause ?? ''] ?? 'declined';
    case 'undone':
    case 'undo_pending':
      return 'not_delivered';
    case 'expired':
      return 'expired';
    default:
      // Whoever has begun to put in money has ended it too, or the machine has for them.
      if (cause === 'cash_owed') return 'canceled';
      // With a cause nothing was asked of the customer; without, somebody has ended it, or nobody came.
      if (cause !== undefined) return 'unavailable';
      return wasWanted ? 'canceled' : 'expired';
  }
}

/** How the terminal names a sale that it had approved: what people find it by after it was undone. */
export function saleOf(details: Readonly<Record<string, unknown>>): { readonly message?: string } {
  const { network, nsu } = details;
  return typeof network === 'string' && typeof nsu === 'string' ? { message: `${network} · NSU ${nsu}` } : {};
}
