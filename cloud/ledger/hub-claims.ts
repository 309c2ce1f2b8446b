/**
 * What a totem says about the queue of a site that a hub commands: only the hub does that, and each of its entries names the term in
 * which it did. Without a term it has happened all the same; people are shown it.
 */
import { factOf, type LedgerAction, type LedgerEntry, type SiteId } from '@totem/domain';
import type { ReadHandle, Statement } from '../db/with-tenant.ts';
import type { FoundConflict } from './conflicts.ts';

/** What is commanded in one place for a site. Issuing, paying, and giving up what was not paid are each totem's own. */
const OF_THE_QUEUE: readonly LedgerAction[] = [
  'TICKET_CALL',
  'TICKET_RECALL',
  'TICKET_START',
  'TICKET_REQUEUE',
  'TICKET_HOLD',
  'TICKET_RELEASE',
  'TICKET_NO_SHOW',
  'TICKET_TRANSFER',
  'TICKET_FINISH',
  'TICKET_REPRINT',
  'CALL_CREATE',
  'OPERATOR_SESSION_OPEN',
  'OPERATOR_SESSION_CLOSE',
  'OPERATOR_SESSION_PAUSE',
  'OPERATOR_SESSION_RESUME',
];

const HAD_HUB: Statement = {
  name: 'hub-of-site-ever',
  text: `SELECT 1 AS found FROM site_hub
    WHERE tenant_id = $1 AND site_id = $2 AND equipment_id IS NOT NULL LIMIT 1`,
};

/** One conflict for a batch: a totem that does this does it with every ticket. */
export async function termlessConflicts(
  tx: ReadHandle,
  siteId: SiteId,
  entries: readonly LedgerEntry[],
): Promise<FoundConflict[]> {
  const termless = entries.filter((entry) => {
    const { action, data } = factOf(entry);
    return data.hubTerm === undefined && OF_THE_QUEUE.includes(action);
  });
  const [entry] = termless;
  if (entry === undefined || (await tx.one(HAD_HUB, [tx.tenantId, siteId])) === undefined) return [];
  const { origin, seq: fromSeq, action } = entry;
  return [{ kind: 'hub_term_missing', entry, detail: { origin, fromSeq, entries: termless.length, action } }];
}
