/**
 * What is forgotten: entries that the cloud has had for a week, with the personal data beside them, answers of old
 * commands, old paper, and changes that no reader will ask for again. Runs in small transactions, off the customer's path.
 */
import { instantText } from '@totem/domain';
import type { Clock } from '../clock/clock.ts';
import { prunePayments } from '../pay/retention.ts';
import type { Store } from '../store/store.ts';

/** A cloud restored from a dump that is younger than this gets everything again. */
export const KEEP_ACKNOWLEDGED_MS = 7 * 86_400_000;
/** Rows removed in one transaction. */
const PRUNE_ROWS_MAX = 2_000;
/** Transactions in one run; what is left waits for the next. */
const PRUNE_ROUNDS_MAX = 200;
/** Numbers of days that nobody issues on any more. */
const KEEP_NUMBERS_MS = 60 * 86_400_000;
/** Changes kept for local readers, who start over when they have slept longer. */
const CHANGES_KEPT = 20_000;

/** @returns how many entries were forgotten. */
export function prune(store: Store, clock: Clock): number {
  // Without a believed clock nothing is old.
  if (clock.state().state !== 'ok' && clock.state().state !== 'drift') return 0;
  const before = instantText(clock.env.now() - KEEP_ACKNOWLEDGED_MS);
  let entries = 0;
  for (let round = 0; round < PRUNE_ROUNDS_MAX; round += 1) {
    const removed = store.write((db) => {
      const gone = db.run(
        'DELETE FROM audit_log WHERE (tenant_id, id) IN (SELECT a.tenant_id, a.id FROM audit_log AS a WHERE a.seq <= ' +
          '(SELECT max(k.seq) FROM acknowledgement AS k WHERE k.origin = a.origin AND k.at < ?) LIMIT ?)',
        before,
        PRUNE_ROWS_MAX,
      );
      entries += gone;
      return (
        gone +
        db.run(
          'DELETE FROM command WHERE id IN (SELECT id FROM command WHERE created_at < ? LIMIT ?)',
          before,
          PRUNE_ROWS_MAX,
        ) +
        db.run(
          'DELETE FROM print_job WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM print_job WHERE created_at < ? LIMIT ?)',
          before,
          PRUNE_ROWS_MAX,
        )
      );
    });
    if (removed < PRUNE_ROWS_MAX) break;
  }
  store.write((db) => {
    db.run(
      'DELETE FROM acknowledgement AS k WHERE k.at < ? AND EXISTS (SELECT 1 FROM acknowledgement AS n WHERE n.origin = k.origin AND n.seq > k.seq AND n.at < ?)',
      before,
      before,
    );
    db.run(
      'UPDATE change_state SET floor = max(floor, (SELECT coalesce(max(number), 0) FROM change_log) - ?)',
      CHANGES_KEPT,
    );
    const lastDay = instantText(clock.env.now() - KEEP_NUMBERS_MS).slice(0, 10);
    db.run('DELETE FROM code_counter WHERE business_day < ?', lastDay);
    prunePayments(db, clock.env.now());
    db.run('DELETE FROM change_log WHERE number <= (SELECT floor FROM change_state)');
  });
  // Deleted text stays in the WAL until it is cut.
  store.checkpoint();
  return entries;
}
