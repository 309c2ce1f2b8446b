/** What the conformance suite asks of a simulator: books of its own, a customer to play, and faults on demand. */
import type { PaymentProof } from '@totem/domain';
import type { Charge, PaymentPort } from '../port.ts';
import type { DriveClock } from './drive-clock.ts';

/** What the customer does when asked to pay. `pays_at_last`: in the moment in which the host ends it. */
export const CUSTOMERS = ['pays', 'is_declined', 'cancels', 'walks_away', 'pays_at_last'] as const;
export type Customer = (typeof CUSTOMERS)[number];

/** What goes wrong with the next exchange. A protocol that cannot have it says so. */
export const RIG_FAULTS = [
  /** Nobody takes the request. */
  'refused',
  /** The request is done, its answer is lost. */
  'answer_lost',
  /** The request is lost on its way, and looks to the sender like the one before. */
  'request_lost',
  /** The answer comes after the sender has stopped waiting. */
  'answer_late',
  /** The answer comes twice. */
  'answer_twice',
  /** An answer to an older request comes first. */
  'answer_stale',
  /** The answer is cut short, or garbage, and the rest or a good one comes later. */
  'answer_broken',
  /** The other side is overloaded for a while. */
  'overloaded',
  /** Another amount is approved than was asked for. */
  'amount_changed',
  /** The second leg is lost. */
  'leg_lost',
  /** The other side loses its power with the request in hand. */
  'power_cut',
  /** A refund is accepted and fails later. */
  'refund_fails',
  /** The other side shows a certificate that is not its own. */
  'certificate_wrong',
] as const;
export type RigFault = (typeof RIG_FAULTS)[number];

/** One charge as the other side believes it. Amounts in cents. */
export interface Booked {
  readonly id: string;
  readonly chargedCents: number;
  readonly refundedCents: number;
}

export interface Rig {
  readonly clock: DriveClock;
  /** Starts a program that speaks to the provider; the provider goes on. */
  open(): PaymentPort;
  /** What the next customers do, in turn; afterwards they pay. */
  customers(...next: readonly Customer[]): void;
  /** Plans a fault for the next exchange. @returns false when the protocol cannot have it. */
  fault(kind: RigFault): boolean;
  /** The customer who walked away, or whose charge has ended, pays after all. @returns false when that cannot be. */
  paysLate(externalId: string): boolean;
  /**
   * What a person finds who looks at the provider's own list, where an adapter cannot ask: the payment, or that there is none;
   * undefined while it is not over there.
   */
  portal?(charge: Charge): PaymentProof | null | undefined;
  /** Charges that are money, not those that are held or were undone. */
  books(): readonly Booked[];
  /** How many approvals still wait for their second leg: in the end none may. */
  held(): number;
  /** Ends all planned faults; the other side has power and network. */
  heal(): void;
  /** All that the program wrote and said outside, for the search for card numbers and secrets. */
  traces(): readonly string[];
  /** Texts that must be found nowhere. */
  readonly secrets: readonly string[];
  close(): Promise<void>;
}
