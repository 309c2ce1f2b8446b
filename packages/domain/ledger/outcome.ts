/** What became of an entry when it was applied, and how a row remembers it. */
import type { PaymentConflict } from '../payment/machine.ts';
import type { TicketConflict } from '../ticket/machine.ts';
import type { LedgerEntry } from './entry.ts';

/**
 * The last seq of each origin that a row has applied or judged. What was recovered from a damaged disk is there by the id of
 * the entry, with its seq: of its origin, entries before it may still arrive.
 */
export type Folded = { readonly [origin: string]: number };

/** Conflicts that rows carry: those of the ticket machine, and those that only the whole set of rows can show. */
export const CONFLICTS_ACROSS_ROWS = [
  /** One operator had two tickets in hand, at two places of command. */
  'operator_at_two_places',
  /** Two operators had one counter, or one operator two counters. */
  'counter_taken_twice',
  /** One code twice on a day. */
  'code_reused',
] as const;
/** The same for payments. */
export const PAYMENT_CONFLICTS_ACROSS_ROWS = [
  'paid_twice',
  'external_id_reused',
] as const satisfies readonly PaymentConflict[];
export type Conflict = TicketConflict | (typeof CONFLICTS_ACROSS_ROWS)[number];
/** What any folded row may carry. */
export type RowConflict = Conflict | PaymentConflict;

/** What became of an entry. */
export type Outcome =
  | { readonly kind: 'applied'; readonly conflict?: RowConflict }
  | { readonly kind: 'kept'; readonly conflict?: RowConflict }
  | { readonly kind: 'parked' }
  | { readonly kind: 'repeated' };

export interface Applied<R> {
  readonly row: R | undefined;
  readonly outcome: Outcome;
}

/** Whether a row already contains an entry: by its origin and seq, or recovered. */
export function contains(row: { readonly folded: Folded } | undefined, entry: LedgerEntry): boolean {
  if (row === undefined) return false;
  return entry.seq <= (row.folded[entry.origin] ?? 0) || row.folded[entry.id] !== undefined;
}

/** `folded` with one more entry judged. */
export function foldedWith(folded: Folded, entry: LedgerEntry): Folded {
  return { ...folded, [entry.origin]: Math.max(entry.seq, folded[entry.origin] ?? 0) };
}
