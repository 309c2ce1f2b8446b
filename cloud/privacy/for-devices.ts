/** Erasures as totems are told of them: the ledger's own entries, after the last one that a totem has heard of. */
import type { SiteId, TicketId } from '@totem/domain';
import { type DeviceAnswer, ERASURES_AT_ONCE, type ErasureMark } from '@totem/sync/device';
import type { ReadHandle, Statement } from '../db/with-tenant.ts';

/** Where the entry is not at its place, this is not the ledger that the totem was told of: from the beginning. */
const AFTER: Statement = {
  name: 'erasures-after',
  text: `SELECT a.position, a.id, a.site_id, a.entity, a.entity_id FROM audit_log a
    WHERE a.tenant_id = $1 AND a.action = 'PERSON_ERASED' AND a.position > coalesce((
      SELECT k.position FROM audit_log k
      WHERE k.tenant_id = $1 AND k.action = 'PERSON_ERASED' AND k.position = $2 AND k.id = $3), 0)
    ORDER BY a.position LIMIT ${ERASURES_AT_ONCE}`,
};

/** The next erasures of all sites, by which a totem moves on, with those that are about its own. */
export async function erasuresAfter(
  tx: ReadHandle,
  siteId: SiteId,
  mark: ErasureMark | null,
): Promise<NonNullable<DeviceAnswer['erased']>> {
  const rows = await tx.all(AFTER, [tx.tenantId, mark?.position ?? 0, mark?.entryId ?? null]);
  const last = rows.at(-1);
  const isHere = (site: string | null | undefined) => site === null || site === undefined || site === siteId;
  const tickets = rows.filter(({ entity, site_id }) => entity === 'ticket' && isHere(site_id));
  return {
    upTo: last === undefined ? mark : { position: Number(last.position), entryId: last.id as never },
    tickets: tickets.map(({ entity_id }) => entity_id as TicketId),
    hasMore: rows.length === ERASURES_AT_ONCE,
  };
}
