/**
 * The one port of all payment adapters: Pix, card terminals, cash, the counter. An adapter speaks its protocol and nothing
 * else: it keeps no books, decides nothing, and says what it knows. `unknown` is an answer like the others; an adapter never
 * turns silence into a refusal. What is done with an answer is the cashier's (`cashier.ts`).
 */
import type { Cents, PaymentMethod, PaymentProof, RefundMeans } from '@totem/domain';

export interface Capabilities {
  readonly method: PaymentMethod;
  /** An approval is held until it is confirmed or undone. */
  readonly isTwoPhase: boolean;
  /** The host may end it while the customer is asked to act. */
  readonly canCancel: boolean;
  /** What became of a charge can be asked after its answer was lost. */
  readonly canAsk: boolean;
  readonly refund: RefundMeans;
}

/** What is charged. Fixed when the customer agreed, stored before anything is sent, and the same on every repetition. */
export interface Charge {
  readonly attemptId: string;
  /** Our name for it at the provider: one for each attempt, never used again. */
  readonly externalId: string;
  readonly amountCents: Cents;
  readonly currency: string;
  /** What the customer reads beside the amount, for instance the ticket's code. */
  readonly reference: string;
  /** How long the customer has. */
  readonly expiresInSeconds: number;
  readonly cardKind?: 'credit' | 'debit';
}

/** Why it was not approved, as far as it helps the customer to know. */
export const DECLINE_CAUSES = [
  'declined',
  'insufficient_funds',
  'card_unreadable',
  'wrong_pin',
  'no_connection',
  'terminal_pending',
] as const;
export type DeclineCause = (typeof DECLINE_CAUSES)[number];

/** How far a customer is with putting in cash. Amounts in cents. */
export interface CashToShow {
  readonly insertedCents: number;
  /** The values that are taken now: what is missing after them can still be paid exactly. */
  readonly accepts: readonly number[];
  /** The last piece was not taken. */
  readonly isRefused: boolean;
  readonly leftMs: number;
}

/** What the screen shows while the customer acts. */
export interface ToShow {
  readonly cash?: CashToShow;
  /** What a bank's app scans or pastes. */
  readonly copyCode?: string;
  /** In the terminal's own words. */
  readonly message?: string;
}

/** Receipt lines as the terminal says them, to be printed unchanged. */
export interface ReceiptLines {
  readonly customer: readonly string[];
  readonly merchant: readonly string[];
  /** Which of them the terminal wants on paper. */
  readonly copies: 'customer' | 'merchant' | 'both';
}

/** What was said, in fields that may be kept, for the record of the exchange. */
export type Said = Readonly<Record<string, string>>;

interface Words {
  readonly said?: Said;
}

export type Answer = Words &
  (
    | { readonly kind: 'waiting'; readonly show?: ToShow }
    /** Approved and held: it becomes money when it is confirmed. Two-phase only. */
    | { readonly kind: 'authorized'; readonly proof: PaymentProof; readonly receipt?: ReceiptLines }
    /** The money is the merchant's. */
    | { readonly kind: 'confirmed'; readonly proof: PaymentProof; readonly receipt?: ReceiptLines }
    | { readonly kind: 'declined'; readonly cause: DeclineCause; readonly message?: string }
    /** With `cash_owed` as its cause, money of the customer is in the machine and pays nothing: people give it back. */
    | { readonly kind: 'canceled'; readonly cause?: string }
    | { readonly kind: 'expired'; readonly cause?: string }
    /** Nothing of the request left, or the provider has certainly not taken it. */
    | { readonly kind: 'not_sent'; readonly cause: string }
    /** The provider knows no such charge, and none can come to be any more. */
    | { readonly kind: 'absent' }
    /** Not approved, because an earlier sale waits at the terminal for its second leg. */
    | { readonly kind: 'pending_found'; readonly proof: PaymentProof }
    | { readonly kind: 'unknown'; readonly cause: string }
  );
export type AnswerKind = Answer['kind'];

/** Whether the other side has taken a second leg. What was not taken is told again, for ever: telling twice is harmless. */
export type Told = 'taken' | 'not_taken';

export interface RefundOrder {
  /** Our name for it at the provider: one for each order that is tried. */
  readonly refundId: string;
  readonly charge: Charge;
  readonly proof: PaymentProof;
  readonly amountCents: Cents;
  readonly reason: string;
}

export type RefundAnswer = Words &
  (
    | { readonly kind: 'refunded' }
    /** The terminal holds it until it is confirmed with this proof. Two-phase only. */
    | { readonly kind: 'held'; readonly proof: PaymentProof; readonly receipt?: ReceiptLines }
    | { readonly kind: 'pending' }
    /** Not done, because an earlier sale waits at the terminal for its second leg. */
    | { readonly kind: 'pending_found'; readonly proof: PaymentProof }
    | { readonly kind: 'failed'; readonly cause: string }
    | { readonly kind: 'unknown'; readonly cause: string }
  );

export type Readiness = { readonly ready: true } | { readonly ready: false; readonly cause: string };

/** No method throws for what the world does: that is an answer. */
export interface PaymentPort {
  readonly name: string;
  readonly capabilities: Capabilities;
  /** Whether a customer may be offered it now. */
  ready(): Promise<Readiness>;
  /**
   * Asks for the money, and resolves with the first answer that says something. Called once for each charge.
   * @param onShow told how it goes, where the answer comes only when the customer is done.
   */
  request(charge: Charge, onShow?: (show: ToShow) => void): Promise<Answer>;
  /** What became of a charge. `waiting`: the customer may still pay. */
  ask(charge: Charge): Promise<Answer>;
  /** Ends a charge where that is possible, and says what is true after it: the payment may have come first. */
  cancel(charge: Charge): Promise<Answer>;
  /** The second leg of what was authorized: the goods are delivered. Two-phase only. */
  confirm(proof: PaymentProof): Promise<Told>;
  /** The second leg of what was authorized: they are not. Two-phase only. */
  undo(proof: PaymentProof): Promise<Told>;
  /** Sales that the other side holds for a second leg, found without asking for one. */
  found(): Promise<readonly PaymentProof[]>;
  refund(order: RefundOrder): Promise<RefundAnswer>;
  askRefund(order: RefundOrder): Promise<RefundAnswer>;
}
