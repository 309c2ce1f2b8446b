/** A call's row: made once, never changed. A second creation with other content is a conflict. */
import type { LedgerEntry } from '../ledger/entry.ts';
import { type Applied, contains, foldedWith } from '../ledger/outcome.ts';
import type { CallRow } from '../rows/tables.ts';
import type { CallWhy } from './call.ts';
import type { CallCreateData } from './data.ts';

const FIXED = ['ticketId', 'code', 'counterId', 'operatorId', 'number', 'businessDay'] as const;

export function applyCall(row: CallRow | undefined, entry: LedgerEntry): Applied<CallRow> {
  if (contains(row, entry)) return { row, outcome: { kind: 'repeated' } };
  if (entry.action !== 'CALL_CREATE') {
    if (row === undefined) return { row, outcome: { kind: 'parked' } };
    const folded = foldedWith(row.folded, entry);
    return {
      row: { ...row, folded, conflict: 'out_of_order' },
      outcome: { kind: 'kept', conflict: 'out_of_order' },
    };
  }
  const data = entry.data as unknown as CallCreateData;
  if (row !== undefined) {
    const folded = foldedWith(row.folded, entry);
    if (FIXED.every((field) => row[field] === data[field]))
      return { row: { ...row, folded }, outcome: { kind: 'kept' } };
    return {
      row: { ...row, folded, conflict: 'id_reused' },
      outcome: { kind: 'kept', conflict: 'id_reused' },
    };
  }
  const made: CallRow = {
    tenantId: entry.tenantId,
    id: entry.entityId as string as CallRow['id'],
    createdAt: entry.occurredAt,
    siteId: entry.siteId as CallRow['siteId'],
    ticketId: data.ticketId,
    code: data.code,
    businessDay: data.businessDay,
    counterId: data.counterId,
    counterNumber: data.counterNumber,
    operatorId: data.operatorId,
    number: data.number,
    priority: data.priority,
    calledAt: entry.occurredAt,
    why: data.why as CallWhy,
    conflict: null,
    folded: foldedWith({}, entry),
  };
  return { row: made, outcome: { kind: 'applied' } };
}
