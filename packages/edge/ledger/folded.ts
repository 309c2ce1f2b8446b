/**
 * Shown rows of folded tables: the server's row with this totem's own entries on top. This is the one place where such a
 * row is made, whether the reason is a local commit or a batch from the server (I-EDG-5).
 */
import {
  apply,
  callTable,
  type FoldedEntity,
  type FoldedRows,
  isFolded,
  type LedgerEntry,
  operatorSessionTable,
  paymentSessionTable,
  paymentTransactionTable,
  type RowOf,
  type Table,
  type TenantId,
  ticketTable,
} from '@totem/domain';
import type { ReadHandle, WriteHandle } from '../store/connection.ts';
import { deleteRow, rowByKey, upsertRow } from '../store/rows.ts';
import { ownEntriesBeyond } from './entries.ts';
import { allOrigins } from './origins.ts';

export const FOLDED_TABLES = {
  ticket: ticketTable,
  call: callTable,
  operator_session: operatorSessionTable,
  payment_session: paymentSessionTable,
  payment_transaction: paymentTransactionTable,
} as const satisfies Record<FoldedEntity, Table>;

/** Puts a new own entry on the shown row. */
export function applyToShown(db: WriteHandle, entry: LedgerEntry): void {
  const { entity } = entry;
  if (!isFolded(entity)) return;
  const shown = shownRow(db, entity, entry.tenantId, entry.entityId);
  const { row } = apply(entity, shown, entry);
  if (row !== undefined) writeShown(db, entity, row);
}

/** The server's row as it last came. */
export function serverRow(
  db: ReadHandle,
  entity: FoldedEntity,
  id: string,
): Readonly<Record<string, unknown>> | undefined {
  const raw = db.one('SELECT row FROM server_row WHERE table_name = ? AND id = ?', entity, id);
  return raw === undefined ? undefined : JSON.parse(String(raw.row));
}

/** Keeps the server's row; undefined when the server has it no longer. */
export function saveServerRow(
  db: WriteHandle,
  entity: FoldedEntity,
  id: string,
  row: object | undefined,
): void {
  if (row === undefined) db.run('DELETE FROM server_row WHERE table_name = ? AND id = ?', entity, id);
  else
    db.run(
      'INSERT INTO server_row (table_name, id, row) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET row = excluded.row',
      entity,
      id,
      JSON.stringify(row),
    );
}

/**
 * Makes the shown row anew from the server's row.
 * @param ackedBefore for a row that the server does not have: own entries up to these seqs have been there and are gone
 * with it; later ones are not the server's yet, and what they made stays.
 */
export function rebase<E extends FoldedEntity>(
  db: WriteHandle,
  entity: E,
  tenantId: TenantId,
  id: string,
  server: FoldedRows[E] | undefined,
  ackedBefore: Acked,
): void {
  let row = server;
  for (const entry of ownEntriesBeyond(db, entity, id, server?.folded ?? {})) {
    if (server === undefined && entry.seq <= (ackedBefore.get(entry.origin) ?? 0)) continue;
    row = apply(entity, row, entry).row;
  }
  if (row === undefined) deleteRow(db, FOLDED_TABLES[entity], tenantId, id);
  else writeShown(db, entity, row);
}

/** How far the cloud had each own origin, and each that was handed over to this totem. */
export type Acked = ReadonlyMap<string, number>;

export function ackedNow(db: ReadHandle): Acked {
  const relayed = db.all('SELECT origin, acked FROM relay_origin');
  return new Map([
    ...relayed.map((row): [string, number] => [String(row.origin), Number(row.acked)]),
    ...allOrigins(db).map(({ origin, acked }): [string, number] => [origin, acked]),
  ]);
}

function shownRow<E extends FoldedEntity>(
  db: ReadHandle,
  entity: E,
  tenantId: string,
  id: string,
): FoldedRows[E] | undefined {
  return rowByKey(db, FOLDED_TABLES[entity], tenantId, id) as FoldedRows[E] | undefined;
}

function writeShown<E extends FoldedEntity>(db: WriteHandle, entity: E, row: FoldedRows[E]): void {
  const table: Table = FOLDED_TABLES[entity];
  upsertRow(db, table, row as RowOf<typeof table>);
}
