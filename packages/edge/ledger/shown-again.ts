/**
 * What is put back on the rows, and what is taken off them, when the cloud and this database do not agree how far an origin is.
 * What the cloud has lost, it will get again. A cloud that was restored from a dump is read anew before anybody has asked how
 * far it is, and that reading drops rows whose entries counted as arrived; here they are put back on what is shown.
 */
import {
  apply,
  type FoldedEntity,
  type FoldedRows,
  type LedgerEntry,
  type OriginId,
  rowFromSql,
  type Table,
  type TenantId,
} from '@totem/domain';
import type { WriteHandle } from '../store/connection.ts';
import { ownEntriesBeyond } from './entries.ts';
import { ackedNow, FOLDED_TABLES, rebase, serverRow } from './folded.ts';

/** No reading brings payments, so none has dropped them: they are on their rows as they were. */
const UNREAD: readonly FoldedEntity[] = ['payment_session', 'payment_transaction'];

/**
 * Shows again what an origin's entries made, as far as the server does not have it.
 * @param after the seq up to which the cloud still has this origin: already saved as acknowledged.
 */
export function showAgain(db: WriteHandle, tenantId: TenantId, origin: OriginId, after: number): void {
  const acked = ackedNow(db);
  const about = db.all(
    'SELECT DISTINCT entity, entity_id FROM audit_log WHERE origin = ? AND seq > ?',
    origin,
    after,
  );
  for (const { entity, entity_id } of about) {
    const id = String(entity_id);
    const isDropped = isFolded(entity) && !UNREAD.includes(entity);
    if (isDropped && serverRow(db, entity, id) === undefined)
      rebase(db, entity, tenantId, id, undefined, acked);
  }
}

/**
 * Takes entries off the rows and off the disk, because they are about to be written anew in another origin: kept, they would be
 * on their rows a second time, under a name that the cloud has never heard of.
 */
export function takeBack(db: WriteHandle, tenantId: TenantId, entries: readonly LedgerEntry[]): void {
  // What hangs on a row of theirs finds it again when they are written anew, before the transaction ends.
  db.run('PRAGMA defer_foreign_keys = ON');
  for (const { id } of entries) db.run('DELETE FROM audit_log WHERE tenant_id = ? AND id = ?', tenantId, id);
  const firstOf = new Map<string, LedgerEntry & { readonly entity: FoldedEntity }>();
  for (const entry of entries) {
    const { entity, entityId } = entry;
    const key = `${entity} ${entityId}`;
    if (isFolded(entity) && !firstOf.has(key)) firstOf.set(key, { ...entry, entity });
  }
  for (const first of firstOf.values()) {
    const { entity } = first;
    const id = String(first.entityId);
    const row = serverRow(db, entity, id);
    const server =
      row && (rowFromSql<Table>(FOLDED_TABLES[entity], row) as unknown as FoldedRows[typeof entity]);
    // Of a row whose beginning is forgotten only the row itself is left.
    const canBeMade =
      server !== undefined ||
      apply(entity, undefined, first).row !== undefined ||
      ownEntriesBeyond(db, entity, id, {}).length > 0;
    if (canBeMade) rebase(db, entity, tenantId, id, server, new Map());
  }
}

function isFolded(entity: unknown): entity is FoldedEntity {
  return typeof entity === 'string' && Object.hasOwn(FOLDED_TABLES, entity);
}
