/**
 * Writing what the server sent: the batch and its position in one transaction, so that a crash repeats a batch and repeating
 * is harmless (I-EDG-4). Rows of folded tables are shown with this totem's own entries on top (I-EDG-5).
 */
import {
  appointmentTable,
  columnName,
  counterTable,
  type FoldedEntity,
  type FoldedRows,
  type InstantText,
  priorityClassTable,
  rowFromSql,
  type ShapeName,
  serviceTable,
  siteTable,
  type Table,
  type TenantId,
} from '@totem/domain';
import { type Acked, ackedNow, FOLDED_TABLES, rebase, saveServerRow, serverRow } from '../ledger/folded.ts';
import type { ReadHandle, WriteHandle } from '../store/connection.ts';
import { deleteRow, rowByKey, upsertRow } from '../store/rows.ts';
import type { WireChange, WireRow } from './wire.ts';

/** The shapes that a totem follows, in the order in which it asks for them: first what people at the counters wait for. */
export const FOLLOWED = [
  'ticket',
  'call',
  'site',
  'service',
  'priority_class',
  'counter',
  'operator_session',
  'appointment',
] as const satisfies readonly ShapeName[];
export type FollowedShape = (typeof FOLLOWED)[number];

/** Shapes whose rows are the server's alone. */
const PLAIN_TABLES = {
  site: siteTable,
  service: serviceTable,
  priority_class: priorityClassTable,
  counter: counterTable,
  appointment: appointmentTable,
} as const satisfies Record<Exclude<FollowedShape, FoldedEntity>, Table>;

/** Where a shape stands. */
export interface ShapePlace {
  readonly upstream: string;
  readonly handle: string;
  readonly offset: string;
}

export function readPlace(db: ReadHandle, shape: FollowedShape): ShapePlace | undefined {
  const row = db.one('SELECT upstream, handle, "offset" FROM shape_state WHERE shape = ?', shape);
  if (row === undefined) return undefined;
  return { upstream: String(row.upstream), handle: String(row.handle), offset: String(row.offset) };
}

export function savePlace(db: WriteHandle, shape: FollowedShape, place: ShapePlace, at: InstantText): void {
  db.run(
    'INSERT INTO shape_state (shape, upstream, handle, "offset", synced_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET ' +
      'upstream = excluded.upstream, handle = excluded.handle, "offset" = excluded."offset", synced_at = excluded.synced_at',
    shape,
    place.upstream,
    place.handle,
    place.offset,
    at,
  );
}

/** Changes on top of what is here. */
export function applyChanges(
  db: WriteHandle,
  shape: FollowedShape,
  tenantId: TenantId,
  changes: readonly WireChange[],
): void {
  const acked = ackedNow(db);
  for (const change of changes) {
    if (isFoldedShape(shape)) applyFolded(db, shape, tenantId, change, acked);
    else applyPlain(db, PLAIN_TABLES[shape], tenantId, change);
  }
}

/**
 * Replaces everything that is here of a shape by a complete reading of it.
 * @param ackedBefore how far the cloud had the own entries when the reading began: what it then had and has no longer is
 * gone; what came later is not in the reading yet, and stays.
 */
export function replaceAll(
  db: WriteHandle,
  shape: FollowedShape,
  tenantId: TenantId,
  changes: readonly WireChange[],
  ackedBefore: Acked,
): void {
  const rows = collected(changes);
  if (!isFoldedShape(shape)) {
    const table = PLAIN_TABLES[shape];
    for (const { id } of db.all(`SELECT id FROM ${table.name}`))
      if (!rows.has(String(id))) deleteRow(db, table, tenantId, String(id));
    for (const row of rows.values()) upsertRow(db, table, rowFromSql<Table>(table, row));
    return;
  }
  const gone = db
    .all(`SELECT id FROM ${shape} UNION SELECT id FROM server_row WHERE table_name = ?`, shape)
    .map(({ id }) => String(id))
    .filter((id) => !rows.has(id));
  for (const id of gone) {
    saveServerRow(db, shape, id, undefined);
    rebase(db, shape, tenantId, id, undefined, ackedBefore);
  }
  for (const [id, row] of rows) writeServer(db, shape, tenantId, id, row, ackedBefore);
}

/** The rows that a complete reading ends with. */
function collected(changes: readonly WireChange[]): Map<string, WireRow> {
  const rows = new Map<string, WireRow>();
  for (const { op, row } of changes) {
    const id = String(row.id);
    if (op === 'delete') rows.delete(id);
    else rows.set(id, op === 'put' ? row : { ...rows.get(id), ...row });
  }
  return rows;
}

function applyPlain(db: WriteHandle, table: Table, tenantId: TenantId, { op, row }: WireChange): void {
  const id = String(row.id);
  if (op === 'delete') {
    deleteRow(db, table, tenantId, id);
    return;
  }
  const before = op === 'merge' ? rowByKey(db, table, tenantId, id) : undefined;
  if (op === 'merge' && before === undefined) throw new MissingRowError(table.name, id);
  const change = rowFromSql(table, row) as Readonly<Record<string, unknown>>;
  const sent = Object.entries(change).filter(([field]) => columnName(field) in row);
  upsertRow(db, table, { ...before, ...Object.fromEntries(sent) });
}

function applyFolded(
  db: WriteHandle,
  shape: FoldedEntity,
  tenantId: TenantId,
  { op, row }: WireChange,
  acked: Acked,
): void {
  const id = String(row.id);
  if (op === 'delete') {
    saveServerRow(db, shape, id, undefined);
    rebase(db, shape, tenantId, id, undefined, acked);
    return;
  }
  const before = op === 'merge' ? serverRow(db, shape, id) : undefined;
  if (op === 'merge' && before === undefined) throw new MissingRowError(shape, id);
  writeServer(db, shape, tenantId, id, { ...before, ...row }, acked);
}

function writeServer(
  db: WriteHandle,
  shape: FoldedEntity,
  tenantId: TenantId,
  id: string,
  row: WireRow,
  acked: Acked,
): void {
  saveServerRow(db, shape, id, row);
  const table: Table = FOLDED_TABLES[shape];
  const decoded = rowFromSql(table, row) as unknown as FoldedRows[typeof shape];
  rebase(db, shape, tenantId, id, decoded, acked);
}

/** An update of a row that is not here: this copy is not what the server believes, and must be fetched anew. */
export class MissingRowError extends Error {
  constructor(table: string, id: string) {
    super(`${table} ${id} was changed and is not here`);
    this.name = 'MissingRowError';
  }
}

function isFoldedShape(shape: FollowedShape): shape is FollowedShape & FoldedEntity {
  return shape in FOLDED_TABLES;
}
