/** A day of a site's queue as its ledger has it: what it takes to make every choice again, or to try another policy on it. */
import {
  auditLogTable,
  columnNames,
  type LedgerEntry,
  type QueuePolicy,
  type ReplayedCall,
  replayCalls,
  rowFromSql,
  type SiteId,
  type TenantId,
  type TierWaits,
  waitsUnder,
} from '@totem/domain';
import type { Database } from '../db/pool.ts';
import { type ReadHandle, readTenant, type Statement } from '../db/with-tenant.ts';

/** What waits from the day before may be called too. */
const ENTRIES_OF_DAY: Statement = {
  name: 'queue-day-entries',
  text: `SELECT ${columnNames(auditLogTable).join(', ')} FROM audit_log
    WHERE tenant_id = $1 AND (
      (entity = 'ticket' AND entity_id IN (SELECT id FROM ticket
        WHERE tenant_id = $1 AND site_id = $2 AND business_day BETWEEN $3::date - 1 AND $3::date)) OR
      (entity = 'call' AND entity_id IN (SELECT id FROM call
        WHERE tenant_id = $1 AND site_id = $2 AND business_day BETWEEN $3::date - 1 AND $3::date)))
    ORDER BY position`,
};
const WEIGHTS: Statement = {
  name: 'queue-day-weights',
  text: 'SELECT id, weight FROM priority_class WHERE tenant_id = $1',
};

export interface QueueDay {
  readonly calls: readonly ReplayedCall[];
  /** By tier: what waits were, and what they would have been under the policy that was asked about. */
  readonly waits: readonly TierWaits[];
  readonly waitsTried: readonly TierWaits[] | undefined;
}

/** Tells a business day of a site again. @param tried a policy to try on it. */
export function queueDay(
  db: Database,
  tenantId: TenantId,
  { siteId, day, tried }: { readonly siteId: SiteId; readonly day: string; readonly tried?: QueuePolicy },
): Promise<QueueDay> {
  return readTenant(db, tenantId, async (tx) => {
    const entries = await entriesOfDay(tx, siteId, day);
    const weights = (await tx.all(WEIGHTS, [tenantId])).map(
      ({ id, weight }) => [String(id), Number(weight)] as const,
    );
    return {
      calls: replayCalls(entries),
      waits: waitsUnder(entries, undefined),
      waitsTried: tried && waitsUnder(entries, tried, Object.fromEntries(weights)),
    };
  });
}

/** Lines for people. */
export function queueDayLines({ calls, waits, waitsTried }: QueueDay): string[] {
  const differs = calls.filter(({ isSame }) => isSame === false);
  const unknown = calls.filter(({ isSame }) => isSame === undefined);
  const told = (title: string, rows: readonly TierWaits[]) =>
    rows.map(
      (row) =>
        `  ${title} tier ${row.tier}: ${row.called} called, p50 ${row.p50Seconds} s, p90 ${row.p90Seconds} s, longest ${row.maxSeconds} s`,
    );
  return [
    `${calls.length} choices, ${differs.length} differ, ${unknown.length} by a policy that is not known here`,
    ...differs.map(
      ({ code, calledAt, policy, expected }) =>
        `  DIFFERS ${calledAt} ${code} by ${policy}: the rules say ${expected ?? 'nobody'}`,
    ),
    ...told('waited', waits),
    ...told('would have waited', waitsTried ?? []),
  ];
}

async function entriesOfDay(tx: ReadHandle, siteId: SiteId, day: string): Promise<LedgerEntry[]> {
  const rows = await tx.all(ENTRIES_OF_DAY, [tx.tenantId, siteId, day]);
  // A row of the table is an entry; only the brands of its ids differ.
  return rows.map((row) => rowFromSql(auditLogTable, row) as unknown as LedgerEntry);
}
