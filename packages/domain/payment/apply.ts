/** The merging side of the payment machine: what an attempt's row becomes when an entry about it arrives. Pure and total. */
import type { LedgerAction } from '../ledger/action.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import { type Applied, contains, foldedWith } from '../ledger/outcome.ts';
import { cents } from '../money/money.ts';
import type { PaymentSessionRow, PaymentTransactionRow } from '../rows/payment-tables.ts';
import { phaseBySum } from './attempt.ts';
import type { PaymentCreateData, PaymentTransactionData } from './data.ts';
import {
  type NextPhase,
  PAYMENT_ACTIONS,
  PAYMENT_FACTS,
  type PaymentAction,
  type PaymentConflict,
  type PaymentFactCell,
  STATUS_OF_PHASE,
} from './machine.ts';
import { type PaymentProof, provesAmount } from './proof.ts';

/** The fields of any step's data, as `PAYMENT_DATA` has let them in. */
interface StepData {
  readonly proof?: PaymentProof;
  readonly failureCode?: string;
  readonly amountCents?: number;
}

/** What a creation fixes for ever: a second creation must agree in all of it. */
const FIXED = ['ticketId', 'attempt', 'method', 'adapter', 'externalId', 'currency', 'amountCents'] as const;
const FIXED_OF_EXCHANGE = [
  'paymentSessionId',
  'adapter',
  'kind',
  'externalId',
  'amountCents',
  'outcome',
] as const;

export function applyPayment(
  row: PaymentSessionRow | undefined,
  entry: LedgerEntry,
): Applied<PaymentSessionRow> {
  if (contains(row, entry)) return { row, outcome: { kind: 'repeated' } };
  const { action } = entry;
  if (!isPaymentAction(action)) return judged(row, entry, { do: 'keep', conflict: 'out_of_order' });
  return judged(row, entry, PAYMENT_FACTS[action][row?.phase ?? 'absent']);
}

function isPaymentAction(action: LedgerAction): action is PaymentAction {
  return (PAYMENT_ACTIONS as readonly string[]).includes(action);
}

function judged(
  row: PaymentSessionRow | undefined,
  entry: LedgerEntry,
  cell: PaymentFactCell,
): Applied<PaymentSessionRow> {
  switch (cell.do) {
    case 'park':
      return { row, outcome: { kind: 'parked' } };
    case 'apply': {
      if (row === undefined) return flagged('applied', createdPayment(entry), entry, undefined);
      const changed = changedPayment(row, entry, cell.to);
      return flagged('applied', changed, entry, cell.conflict ?? conflictOf(changed, entry));
    }
    case 'keep':
      return row === undefined
        ? { row, outcome: { kind: 'parked' } }
        : flagged('kept', row, entry, cell.conflict);
    case 'compare_proof': {
      const { proof } = entry.data as unknown as StepData;
      const isSame = row?.details.externalId === proof?.externalId;
      return judged(row, entry, isSame ? { do: 'keep' } : { do: 'keep', conflict: cell.conflict });
    }
    case 'compare_content': {
      const data = entry.data as unknown as PaymentCreateData;
      const isSame = row !== undefined && FIXED.every((field) => row[field] === data[field]);
      return judged(row, entry, isSame ? { do: 'keep' } : { do: 'keep', conflict: cell.conflict });
    }
    default:
      return cell satisfies never;
  }
}

function flagged(
  kind: 'applied' | 'kept',
  row: PaymentSessionRow,
  entry: LedgerEntry,
  conflict: PaymentConflict | undefined,
): Applied<PaymentSessionRow> {
  const folded = foldedWith(row.folded, entry);
  return conflict === undefined
    ? { row: { ...row, folded }, outcome: { kind } }
    : { row: { ...row, folded, conflict }, outcome: { kind, conflict } };
}

/** What does not fit although the phase does. */
function conflictOf(row: PaymentSessionRow, entry: LedgerEntry): PaymentConflict | undefined {
  const { proof } = entry.data as unknown as StepData;
  if (entry.action === 'PAYMENT_CONFIRM' && proof !== undefined && !provesAmount(proof, row))
    return 'amount_differs';
  return row.refundedCents > row.paidCents ? 'refund_excess' : undefined;
}

function createdPayment(entry: LedgerEntry): PaymentSessionRow {
  const data = entry.data as unknown as PaymentCreateData;
  return {
    tenantId: entry.tenantId,
    id: entry.entityId as string as PaymentSessionRow['id'],
    createdAt: entry.occurredAt,
    siteId: entry.siteId as PaymentSessionRow['siteId'],
    ticketId: data.ticketId,
    attempt: data.attempt,
    method: data.method,
    adapter: data.adapter,
    externalId: data.externalId,
    currency: data.currency,
    amountCents: cents(data.amountCents),
    paidCents: cents(0),
    refundedCents: cents(0),
    status: 'pending',
    phase: 'intent',
    failureCode: null,
    details: {},
    equipmentId: data.equipmentId,
    operatorId: data.operatorId,
    businessDay: data.businessDay,
    paidAt: null,
    updatedAt: entry.occurredAt,
    conflict: null,
    folded: {},
  };
}

function changedPayment(row: PaymentSessionRow, entry: LedgerEntry, to: NextPhase): PaymentSessionRow {
  const data = entry.data as unknown as StepData;
  const at = entry.occurredAt;
  const isPaid = entry.action === 'PAYMENT_CONFIRM';
  const returned = entry.action === 'PAYMENT_REFUND_DONE' ? (data.amountCents ?? 0) : 0;
  const paidCents = isPaid ? cents(data.proof?.amountCents ?? row.amountCents) : row.paidCents;
  const refundedCents = cents(row.refundedCents + returned);
  const phase = to === 'by_sum' ? phaseBySum({ paidCents, refundedCents }) : to;
  return {
    ...row,
    paidCents,
    refundedCents,
    phase,
    status: STATUS_OF_PHASE[phase],
    details: data.proof === undefined ? row.details : { ...data.proof },
    failureCode: isPaid ? null : (data.failureCode ?? row.failureCode),
    paidAt: isPaid ? at : row.paidAt,
    updatedAt: at,
  };
}

/** An exchange's row: made once, never changed. */
export function applyPaymentTransaction(
  row: PaymentTransactionRow | undefined,
  entry: LedgerEntry,
): Applied<PaymentTransactionRow> {
  if (contains(row, entry)) return { row, outcome: { kind: 'repeated' } };
  if (entry.action !== 'PAYMENT_TRANSACTION_CREATE') {
    if (row === undefined) return { row, outcome: { kind: 'parked' } };
    return keptExchange(row, entry, 'out_of_order');
  }
  const data = entry.data as unknown as PaymentTransactionData;
  if (row !== undefined) {
    const isSame = FIXED_OF_EXCHANGE.every((field) => row[field] === data[field]);
    return keptExchange(row, entry, isSame ? undefined : 'id_reused');
  }
  const made: PaymentTransactionRow = {
    tenantId: entry.tenantId,
    id: entry.entityId as string as PaymentTransactionRow['id'],
    createdAt: entry.occurredAt,
    siteId: entry.siteId as PaymentTransactionRow['siteId'],
    paymentSessionId: data.paymentSessionId,
    adapter: data.adapter,
    kind: data.kind,
    externalId: data.externalId,
    amountCents: cents(data.amountCents),
    outcome: data.outcome,
    raw: data.raw,
    conflict: null,
    folded: foldedWith({}, entry),
  };
  return { row: made, outcome: { kind: 'applied' } };
}

function keptExchange(
  row: PaymentTransactionRow,
  entry: LedgerEntry,
  conflict: PaymentConflict | undefined,
): Applied<PaymentTransactionRow> {
  const folded = foldedWith(row.folded, entry);
  return conflict === undefined
    ? { row: { ...row, folded }, outcome: { kind: 'kept' } }
    : { row: { ...row, folded, conflict }, outcome: { kind: 'kept', conflict } };
}
