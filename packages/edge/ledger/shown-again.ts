/**
 * What the cloud has lost and will get again. A cloud that was restored from a dump is read anew before anybody has asked how
 * far it is, and that reading drops rows whose entries counted as arrived; here they are put back on what is shown.
 */
import type { FoldedEntity, OriginId, TenantId } from '@totem/domain';
import type { WriteHandle } from '../store/connection.ts';
import { ackedNow, FOLDED_TABLES, rebase, serverRow } from './folded.ts';

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
    if (isFolded(entity) && serverRow(db, entity, id) === undefined)
      rebase(db, entity, tenantId, id, undefined, acked);
  }
}

function isFolded(entity: unknown): entity is FoldedEntity {
  return typeof entity === 'string' && Object.hasOwn(FOLDED_TABLES, entity);
}
