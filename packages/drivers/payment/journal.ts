/**
 * The attempt journal that a cashier writes before the wire. Each method is one durable transaction: when it returns, what
 * it says is on disk. A totem's journal is in its SQLite (`packages/edge/pay`); the suite's is in memory.
 */
import type { Attempt, Cents, PaymentProof, PaymentStep } from '@totem/domain';
import type { Charge, RefundOrder, Said } from './port.ts';

/** One exchange with a provider or terminal, for the record. */
export interface Exchange {
  readonly kind: 'authorize' | 'confirm' | 'undo' | 'refund' | 'status';
  readonly outcome: 'approved' | 'declined' | 'canceled' | 'pending' | 'unknown' | 'error';
  readonly externalId: string | null;
  readonly amountCents: Cents;
  readonly said: Said;
}

/** A second leg that the other side has not taken yet: apart from the phase, because deciding and telling are two things. */
export interface Owed {
  readonly leg: 'confirm' | 'undo';
  readonly proof: PaymentProof;
}

export interface AttemptRecord {
  readonly charge: Charge;
  readonly attempt: Attempt;
  readonly owed: Owed | null;
  /** The refund that is on its way. */
  readonly refund: RefundOrder | null;
}

/** What goes to disk together with a step. */
export interface Beside {
  readonly exchange?: Exchange;
  readonly owed?: Owed;
  readonly refund?: RefundOrder;
  /** For people: why it failed. */
  readonly failureCode?: string;
}

export interface PaymentJournal {
  /**
   * Writes the intent, and with it the lock of its terminal.
   * @throws ProblemError `payment_already_paid`, `payment_in_progress`, `terminal_busy`, `payment_amount`, `storage_fault`.
   */
  begin(charge: Charge): AttemptRecord;
  /** Takes a step by the strict machine, and what belongs to it. @throws ProblemError the machine's refusal, `storage_fault`. */
  take(attemptId: string, step: PaymentStep, beside?: Beside): AttemptRecord;
  /** The other side has taken the second leg. */
  told(attemptId: string, exchange: Exchange): AttemptRecord;
  /** Records an exchange that changes nothing. */
  note(attemptId: string, exchange: Exchange): void;
  /** Money came for an attempt that had ended, or more than once: recorded as paid late, with a refund due. */
  paidLate(attemptId: string, proof: PaymentProof, exchange: Exchange): AttemptRecord;
  read(attemptId: string): AttemptRecord | undefined;
  /** The attempt that a terminal's proof belongs to. */
  byProof(proof: PaymentProof): AttemptRecord | undefined;
  /** Attempts of this terminal that still ask for something, oldest first. */
  unsettled(): readonly AttemptRecord[];
}
