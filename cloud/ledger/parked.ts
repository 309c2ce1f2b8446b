/** Entries whose row has not been created yet: kept in the order of receipt until its creation arrives. */
import { FOLDED_ENTITIES, type FoldedEntity, type LedgerEntry } from '@totem/domain';
import type { ReadHandle, Statement, WriteHandle } from '../db/with-tenant.ts';
import type { AllIds } from './folded-tables.ts';

/** Parked entries by the id of the row that they wait for. */
export type ParkedEntries = ReadonlyMap<string, readonly LedgerEntry[]>;

const PARKED_OF: Statement = {
  name: 'parked-of',
  text: `SELECT entry FROM ledger_parked
    WHERE tenant_id = $1 AND entity = $2 AND entity_id = ANY($3::uuid[]) ORDER BY position`,
};

const INSERT_PARKED: Statement = {
  name: 'parked-insert',
  text: `INSERT INTO ledger_parked (tenant_id, position, entry_id, entity, entity_id, entry, parked_at)
    SELECT $1, r.position, r.entry_id, r.entity, r.entity_id, r.entry, $3
    FROM jsonb_to_recordset($2::jsonb) AS r(position int8, entry_id uuid, entity text, entity_id uuid, entry jsonb)`,
};

const DELETE_PARKED: Statement = {
  name: 'parked-delete',
  text: 'DELETE FROM ledger_parked WHERE tenant_id = $1 AND entry_id = ANY($2::uuid[])',
};

/** What waits for these rows. */
export async function parkedOf(tx: ReadHandle, ids: AllIds): Promise<ParkedEntries> {
  const found = new Map<string, LedgerEntry[]>();
  for (const entity of FOLDED_ENTITIES) {
    if (ids[entity].length === 0) continue;
    for (const row of await tx.all(PARKED_OF, [tx.tenantId, entity, ids[entity]])) {
      const entry = entryOf(row.entry);
      found.set(keyOf(entity, entry.entityId), [...(found.get(keyOf(entity, entry.entityId)) ?? []), entry]);
    }
  }
  return found;
}

/** Names a row of any folded entity. */
export function keyOf(entity: FoldedEntity, id: string): string {
  return `${entity} ${id}`;
}

/** Parks entries at their positions. */
export async function insertParked(
  tx: WriteHandle,
  parked: readonly { readonly entry: LedgerEntry; readonly position: number }[],
  parkedAt: string,
): Promise<void> {
  if (parked.length === 0) return;
  const records = parked.map(({ entry, position }) => ({
    position,
    entry_id: entry.id,
    entity: entry.entity,
    entity_id: entry.entityId,
    entry,
  }));
  await tx.run(INSERT_PARKED, [tx.tenantId, JSON.stringify(records), parkedAt]);
}

/** Takes entries out that have been applied. */
export async function deleteParked(tx: WriteHandle, entryIds: readonly string[]): Promise<void> {
  if (entryIds.length > 0) await tx.run(DELETE_PARKED, [tx.tenantId, entryIds]);
}

function entryOf(json: string | null | undefined): LedgerEntry {
  return JSON.parse(String(json)) as LedgerEntry;
}
