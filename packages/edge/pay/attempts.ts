/** The attempts that this totem has begun, beside their rows: the charge as it was sent, and what is still owed. */
import type { TenantId } from '@totem/domain';
import type { AttemptRecord, Charge } from '@totem/drivers/payment';
import type { ReadHandle, SqlRow, WriteHandle } from '../store/connection.ts';

export interface StoredAttempt {
  readonly charge: Charge;
  readonly owed: AttemptRecord['owed'];
  readonly refund: AttemptRecord['refund'];
  /** Whether it holds its terminal. */
  readonly holds: boolean;
}

const COLUMNS = 'charge, owed, refund, holds';

export function insertAttempt(
  db: WriteHandle,
  row: {
    readonly tenantId: TenantId;
    readonly terminal: string;
    readonly createdAt: string;
    readonly charge: Charge;
  },
): void {
  db.run(
    'INSERT INTO payment_attempt (tenant_id, payment_session_id, terminal, created_at, charge, holds) VALUES (?, ?, ?, ?, ?, 1)',
    row.tenantId,
    row.charge.attemptId,
    row.terminal,
    row.createdAt,
    JSON.stringify(row.charge),
  );
}

export function saveAttempt(
  db: WriteHandle,
  tenantId: TenantId,
  id: string,
  { owed, refund, holds }: Omit<StoredAttempt, 'charge'>,
): void {
  db.run(
    'UPDATE payment_attempt SET owed = ?, refund = ?, holds = ? WHERE tenant_id = ? AND payment_session_id = ?',
    owed === null ? null : JSON.stringify(owed),
    refund === null ? null : JSON.stringify(refund),
    holds ? 1 : 0,
    tenantId,
    id,
  );
}

export function readAttempt(db: ReadHandle, tenantId: TenantId, id: string): StoredAttempt | undefined {
  const sql = `SELECT ${COLUMNS} FROM payment_attempt WHERE tenant_id = ? AND payment_session_id = ?`;
  const row = db.one(sql, tenantId, id);
  return row === undefined ? undefined : fromSql(row);
}

/** Attempts at a terminal of which something is open, oldest first. */
export function openAttempts(db: ReadHandle, tenantId: TenantId, terminal: string): StoredAttempt[] {
  const sql = `SELECT ${COLUMNS} FROM payment_attempt
    WHERE tenant_id = ? AND terminal = ? AND (holds = 1 OR refund IS NOT NULL)
    ORDER BY created_at, payment_session_id`;
  return db.all(sql, tenantId, terminal).map(fromSql);
}

function fromSql({ charge, owed, refund, holds }: SqlRow): StoredAttempt {
  return {
    charge: JSON.parse(String(charge)),
    owed: owed === null || owed === undefined ? null : JSON.parse(String(owed)),
    refund: refund === null || refund === undefined ? null : JSON.parse(String(refund)),
    holds: holds === 1,
  };
}
