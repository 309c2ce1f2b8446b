/** What people are asked to look at: facts that did not fit their row, clashes across rows, clocks that cannot be right. */
import { type Env, type LedgerEntry, newId, type RowConflict } from '@totem/domain';
import type { Statement, WriteHandle } from '../db/with-tenant.ts';

/** The kinds that only people see: they are about who wrote an entry, and no row carries them. */
export type ShownKind =
  /** Written by a clock that cannot be right. */
  | 'clock_suspect'
  /** A ticket for a service that its site does not have. */
  | 'service_unknown'
  /** A ticket at a price that its service never had. */
  | 'price_unknown'
  /** About the queue of a site with a hub, by somebody who does not say that they were the hub. */
  | 'hub_term_missing'
  /** A person was checked in for a booking at two places, and has two tickets. */
  | 'checked_in_twice'
  /** A person was checked in for a booking that had been canceled or closed. */
  | 'checked_in_after_end'
  /** It has waited for its row for a day. */
  | 'parked';
/** The kinds that rows carry, and those that only people see. */
export type ConflictKind = RowConflict | ShownKind;

export interface FoundConflict {
  readonly kind: ConflictKind;
  readonly entry: LedgerEntry;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}

const INSERT_CONFLICTS: Statement = {
  name: 'conflicts-insert',
  text: `INSERT INTO conflict (tenant_id, id, kind, site_id, entity, entity_id, entry_id, detail, found_at)
    SELECT $1, r.id, r.kind, r.site_id, r.entity, r.entity_id, r.entry_id, r.detail, $3
    FROM jsonb_to_recordset($2::jsonb)
      AS r(id uuid, kind text, site_id uuid, entity text, entity_id uuid, entry_id uuid, detail jsonb)`,
};

const SETTLE_PARKED: Statement = {
  name: 'conflicts-settle-parked',
  text: `UPDATE conflict SET resolved_at = $3, resolution = 'arrived'
    WHERE tenant_id = $1 AND kind = 'parked' AND entry_id = ANY($2::uuid[]) AND resolved_at IS NULL`,
};

/** What had waited for its row is nobody's business any more. */
export async function settleParked(tx: WriteHandle, entryIds: readonly string[], at: string): Promise<void> {
  if (entryIds.length > 0) await tx.run(SETTLE_PARKED, [tx.tenantId, entryIds, at]);
}

/** Keeps conflicts for people. */
export async function insertConflicts(
  tx: WriteHandle,
  env: Env,
  conflicts: readonly FoundConflict[],
  foundAt: string,
): Promise<void> {
  if (conflicts.length === 0) return;
  const records = conflicts.map(({ kind, entry, detail }) => ({
    id: newId<'conflict'>(env),
    kind,
    site_id: entry.siteId,
    entity: entry.entity,
    entity_id: entry.entityId,
    entry_id: entry.id,
    detail,
  }));
  await tx.run(INSERT_CONFLICTS, [tx.tenantId, JSON.stringify(records), foundAt]);
}
