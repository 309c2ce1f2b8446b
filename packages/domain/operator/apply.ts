/** An operator's session at a counter: opened once, paused as often as need be, closed once. */
import type { LedgerEntry } from '../ledger/entry.ts';
import { type Applied, contains, foldedWith } from '../ledger/outcome.ts';
import type { OperatorSessionRow } from '../rows/tables.ts';

type OpenData = Pick<OperatorSessionRow, 'userId' | 'counterId'>;

export function applyOperatorSession(
  row: OperatorSessionRow | undefined,
  entry: LedgerEntry,
): Applied<OperatorSessionRow> {
  if (contains(row, entry)) return { row, outcome: { kind: 'repeated' } };
  if (row === undefined) {
    if (entry.action !== 'OPERATOR_SESSION_OPEN') return { row, outcome: { kind: 'parked' } };
    const data = entry.data as unknown as OpenData;
    const opened: OperatorSessionRow = {
      tenantId: entry.tenantId,
      id: entry.entityId as string as OperatorSessionRow['id'],
      createdAt: entry.occurredAt,
      siteId: entry.siteId as OperatorSessionRow['siteId'],
      userId: data.userId,
      counterId: data.counterId,
      since: entry.occurredAt,
      until: null,
      pausedReason: null,
      conflict: null,
      folded: foldedWith({}, entry),
    };
    return { row: opened, outcome: { kind: 'applied' } };
  }
  const folded = foldedWith(row.folded, entry);
  switch (entry.action) {
    case 'OPERATOR_SESSION_CLOSE':
      return {
        row: { ...row, folded, until: row.until ?? entry.occurredAt, pausedReason: null },
        outcome: { kind: 'applied' },
      };
    case 'OPERATOR_SESSION_PAUSE':
    case 'OPERATOR_SESSION_RESUME': {
      // Who has left the counter is not paused there any more, whatever arrives of it later.
      if (row.until !== null) return { row: { ...row, folded }, outcome: { kind: 'kept' } };
      const { reason } = entry.data as { readonly reason?: string };
      const pausedReason = entry.action === 'OPERATOR_SESSION_PAUSE' ? (reason ?? null) : null;
      return { row: { ...row, folded, pausedReason }, outcome: { kind: 'applied' } };
    }
    case 'OPERATOR_SESSION_OPEN': {
      const data = entry.data as unknown as OpenData;
      const same = data.userId === row.userId && data.counterId === row.counterId;
      return same
        ? { row: { ...row, folded }, outcome: { kind: 'kept' } }
        : {
            row: { ...row, folded, conflict: 'id_reused' },
            outcome: { kind: 'kept', conflict: 'id_reused' },
          };
    }
    default:
      return {
        row: { ...row, folded, conflict: 'out_of_order' },
        outcome: { kind: 'kept', conflict: 'out_of_order' },
      };
  }
}
