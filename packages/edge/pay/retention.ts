/**
 * How long a totem remembers payments: exchanges for as long as entries, which say the same; payments and their receipts for as
 * long as a card sale can be taken back at its terminal, which asks for the fields of its proof. What is open is never forgotten.
 */
import { instantText } from '@totem/domain';
import type { WriteHandle } from '../store/connection.ts';

const DAY_MS = 86_400_000;
const KEEP_EXCHANGES_MS = 7 * DAY_MS;
/** Fields of a card sale are asked for in a chargeback for half a year. */
const KEEP_PAYMENTS_MS = 180 * DAY_MS;
/** Rows removed in one transaction; what is left waits for the next run. */
const PRUNE_ROWS_MAX = 2_000;

const OLD = `SELECT tenant_id, payment_session_id FROM payment_attempt
  WHERE created_at < ? AND holds = 0 AND refund IS NULL ORDER BY created_at LIMIT ?`;

/** Of other totems, as their hub has them: without an attempt of its own. */
const OLD_OF_OTHERS = `DELETE FROM payment_session WHERE (tenant_id, id) IN (SELECT s.tenant_id, s.id FROM payment_session AS s
  WHERE s.created_at < ? AND s.phase IN ('confirmed', 'declined', 'canceled', 'expired', 'undone', 'partially_refunded', 'refunded')
    AND NOT EXISTS (SELECT 1 FROM payment_attempt AS a WHERE a.tenant_id = s.tenant_id AND a.payment_session_id = s.id)
  LIMIT ?)`;

/** What was put in, and for whom; a session that is open is not old. */
const OLD_PIECES = `DELETE FROM cash_piece WHERE (tenant_id, id) IN (
  SELECT tenant_id, id FROM cash_piece WHERE created_at < ? LIMIT ?)`;
const OLD_CASH = `DELETE FROM cash_session WHERE (tenant_id, payment_session_id) IN (
  SELECT tenant_id, payment_session_id FROM cash_session WHERE created_at < ? AND is_open = 0 LIMIT ?)`;

/** Forgets what is old. @param nowMs of a clock that is believed. */
export function prunePayments(db: WriteHandle, nowMs: number): void {
  db.run(
    'DELETE FROM payment_transaction WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM payment_transaction WHERE created_at < ? LIMIT ?)',
    instantText(nowMs - KEEP_EXCHANGES_MS),
    PRUNE_ROWS_MAX,
  );
  const before = instantText(nowMs - KEEP_PAYMENTS_MS);
  db.run(OLD_OF_OTHERS, before, PRUNE_ROWS_MAX);
  for (const sql of [OLD_PIECES, OLD_CASH]) db.run(sql, before, PRUNE_ROWS_MAX);
  const old = db.all(OLD, before, PRUNE_ROWS_MAX);
  for (const { tenant_id: tenantId, payment_session_id: id } of old) {
    const key = [String(tenantId), String(id)] as const;
    db.run('DELETE FROM payment_receipt WHERE tenant_id = ? AND payment_session_id = ?', ...key);
    db.run('DELETE FROM payment_attempt WHERE tenant_id = ? AND payment_session_id = ?', ...key);
    db.run('DELETE FROM payment_session WHERE tenant_id = ? AND id = ?', ...key);
  }
}
