/**
 * Folding: a row is the result of applying its entries in the order of receipt. `apply` is pure and total, and the same for
 * cloud, hub, totem and simulator; a row says in `folded` what it already contains, so that applying twice changes nothing.
 */
import { applyCall } from '../call/apply.ts';
import { applyOperatorSession } from '../operator/apply.ts';
import { applyPayment, applyPaymentTransaction } from '../payment/apply.ts';
import type { PaymentSessionRow, PaymentTransactionRow } from '../rows/payment-tables.ts';
import type { CallRow, OperatorSessionRow, TicketRow } from '../rows/tables.ts';
import { applyTicket } from '../ticket/apply.ts';
import { FOLDED_ENTITIES, type FoldedEntity } from './action.ts';
import type { LedgerEntry } from './entry.ts';
import { type Applied, contains, foldedWith, type Outcome } from './outcome.ts';
import { recoveredIn } from './recovered.ts';

export interface FoldedRows {
  readonly ticket: TicketRow;
  readonly call: CallRow;
  readonly operator_session: OperatorSessionRow;
  readonly payment_session: PaymentSessionRow;
  readonly payment_transaction: PaymentTransactionRow;
}

/** Whether entries of this entity are folded into rows. */
export function isFolded(entity: string): entity is FoldedEntity {
  return (FOLDED_ENTITIES as readonly string[]).includes(entity);
}

/** Applies an entry to its row. Total: whatever arrives, there is an outcome. */
export function apply<E extends FoldedEntity>(
  entity: E,
  row: FoldedRows[E] | undefined,
  entry: LedgerEntry,
): Applied<FoldedRows[E]> {
  const original = recoveredIn(entry);
  if (original === undefined) return applyFact(entity, row, entry);
  if (contains(row, entry)) return { row, outcome: { kind: 'repeated' } };
  if (row !== undefined && contains(row, original))
    return { row: { ...row, folded: foldedWith(row.folded, entry) }, outcome: { kind: 'repeated' } };
  // What happened is the original's; the place in a chain is the carrier's.
  const applied = applyFact(entity, row, { ...original, origin: entry.origin, seq: entry.seq });
  if (applied.row === undefined || applied.outcome.kind === 'parked') return applied;
  const folded = { ...applied.row.folded, [original.id]: original.seq };
  return { ...applied, row: { ...applied.row, folded } };
}

function applyFact<E extends FoldedEntity>(
  entity: E,
  row: FoldedRows[E] | undefined,
  entry: LedgerEntry,
): Applied<FoldedRows[E]> {
  // A type parameter cannot follow a switch, so they are cast where the entity has just been compared.
  switch (entity) {
    case 'ticket':
      return applyTicket(row as TicketRow | undefined, entry) as Applied<FoldedRows[E]>;
    case 'call':
      return applyCall(row as CallRow | undefined, entry) as Applied<FoldedRows[E]>;
    case 'operator_session':
      return applyOperatorSession(row as OperatorSessionRow | undefined, entry) as Applied<FoldedRows[E]>;
    case 'payment_session':
      return applyPayment(row as PaymentSessionRow | undefined, entry) as Applied<FoldedRows[E]>;
    case 'payment_transaction':
      return applyPaymentTransaction(row as PaymentTransactionRow | undefined, entry) as Applied<
        FoldedRows[E]
      >;
    default:
      return entity satisfies never;
  }
}

/**
 * Applies entries in order, and what was parked for want of the row right after the entry that makes it.
 * @param parked entries kept aside earlier, in the order of receipt.
 * @returns the row, the outcome of each entry (by id, latest judgement), and what is still parked.
 */
export function fold<E extends FoldedEntity>(
  entity: E,
  start: FoldedRows[E] | undefined,
  parked: readonly LedgerEntry[],
  entries: readonly LedgerEntry[],
): { row: FoldedRows[E] | undefined; outcomes: Map<string, Outcome>; parked: LedgerEntry[] } {
  let row = start;
  let waiting = [...parked];
  const outcomes = new Map<string, Outcome>();
  const take = (entry: LedgerEntry) => {
    const applied = apply(entity, row, entry);
    row = applied.row;
    outcomes.set(entry.id, applied.outcome);
    if (applied.outcome.kind === 'parked' && !waiting.some((other) => other.id === entry.id))
      waiting.push(entry);
  };
  for (const entry of entries) {
    const before = row;
    take(entry);
    if (before === undefined && row !== undefined) {
      const due = waiting;
      waiting = [];
      for (const late of due) take(late);
    }
  }
  return { row, outcomes, parked: waiting };
}
