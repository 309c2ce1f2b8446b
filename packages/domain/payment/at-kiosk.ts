/** A payment as the totem tells its kiosk of it: what can be paid with, where one stands, and what the customer may do. */
import type { CommandDone } from '../command/command.ts';
import type { PaymentMethod } from './machine.ts';

/** Something that can be paid with at this totem now. */
export interface PaymentMeans {
  readonly id: string;
  readonly method: PaymentMethod;
}

/**
 * Where a payment stands for the person in front of it.
 * - `asking`: the terminal or provider has been asked; at a terminal the customer acts there.
 * - `waiting`: there is something to scan, or to put in, for as long as `leftMs` says.
 * - `finishing`: approved, and what was paid for is on its way.
 * - `paid`: `ticket` is in the queue.
 * - `not_paid`: nothing was charged, or it was undone; `why` says how it ended.
 * - `unknown`: the money may have moved; nobody may ask the customer for it again.
 */
export const PAYING_STATES = ['asking', 'waiting', 'finishing', 'paid', 'not_paid', 'unknown'] as const;
export type PayingState = (typeof PAYING_STATES)[number];

/** `unavailable`: nothing was asked of the customer. `not_delivered`: approved and undone, because no ticket came out. */
export const NOT_PAID_CAUSES = [
  'declined',
  'insufficient_funds',
  'card_unreadable',
  'wrong_pin',
  'canceled',
  'expired',
  'unavailable',
  'not_delivered',
] as const;
export type NotPaidCause = (typeof NOT_PAID_CAUSES)[number];

/** How far somebody is with putting in cash. Amounts in cents. */
export interface CashView {
  readonly insertedCents: number;
  /** The notes and coins that are taken now. */
  readonly accepts: readonly number[];
  /** The last one was given back. */
  readonly isRefused: boolean;
}

/** Money of the customer that is in the machine and pays nothing: people give it back. */
export interface OwedView {
  readonly owedCents: number;
  /** Something is in there beyond this, and nobody knows what it is worth. */
  readonly hasUncounted: boolean;
}

export interface PaymentView {
  readonly id: string;
  readonly ticketId: string;
  readonly means: PaymentMeans;
  /** In cents, as it was agreed to. */
  readonly amountCents: number;
  readonly currency: string;
  readonly state: PayingState;
  /** Grows with each change. */
  readonly version: number;
  /** The customer may end it from the screen. */
  readonly canCancel: boolean;
  /** The customer has asked to end it, and what is true after it is not known yet. */
  readonly isEnding: boolean;
  /** What a bank's app scans or pastes. */
  readonly copyCode?: string;
  readonly cash?: CashView;
  /** How long it can be paid, in milliseconds from this answer. */
  readonly leftMs?: number;
  readonly why?: NotPaidCause;
  readonly owed?: OwedView;
  /** In the terminal's own words. */
  readonly message?: string;
  /** By which people find the attempt, once there is one. */
  readonly protocol?: string;
  /** Another try may be made for the same ticket. */
  readonly isTicketOpen: boolean;
  readonly ticket?: NonNullable<CommandDone['ticket']>;
}

const GROUP = 4;

/** What a person reads out, of an attempt's id: the part of it that is chance, in two groups. */
export function protocolOf(attemptId: string): string {
  const end = attemptId
    .replaceAll('-', '')
    .slice(-2 * GROUP)
    .toUpperCase();
  return `${end.slice(0, GROUP)}-${end.slice(GROUP)}`;
}
