/**
 * The totem's tables as a change log for the read door. SQLite has one writer at a time, so the numbers that the triggers
 * give are in the order of commits and never have a hole that fills later.
 */
import type {
  Change,
  ChangeLog,
  ChangeOperation,
  ChangePage,
  ColumnType,
  ShapeDefinition,
  Snapshot,
  StopSignal,
  TextRow,
} from '@totem/sync';
import type { ReadHandle, SqlRow, SqlValue } from '../store/connection.ts';

/** What is needed of the store. */
export interface FollowedStore {
  read<T>(work: (db: ReadHandle) => T): T;
  onCommit(listener: () => void): () => void;
}

export function createSqliteChangeLog(store: FollowedStore): ChangeLog {
  return {
    epoch: async () => store.read((db) => String(db.one('SELECT epoch FROM change_state')?.epoch)),
    snapshot: async (shape, bytesMax) => store.read((db) => snapshotOf(db, shape, bytesMax)),
    changes: async (tenantId, table, after, limit) =>
      store.read((db) => pageOf(db, tenantId, table, after, limit)),
    waitPast: (tenantId, position, signal) => waitPast(store, tenantId, position, signal),
  };
}

/** The newest change, or the one before the oldest that is kept. */
function headOf(db: ReadHandle, tenantId: string): bigint {
  const row = db.one(
    'SELECT coalesce((SELECT max(number) FROM change_log WHERE tenant_id = ?), 0) AS newest, floor FROM change_state',
    tenantId,
  );
  return BigInt(Math.max(Number(row?.newest), Number(row?.floor)));
}

function snapshotOf(db: ReadHandle, shape: ShapeDefinition, bytesMax: number): Snapshot | null {
  const { from, values } = rowsOf(shape);
  const texts = Object.entries(shape.columns).map(asText);
  // Measured before it is read: the rows of a copy are all in memory at once.
  const lengths = texts.map((text) => `coalesce(octet_length(${text}), 0)`).join(' + ');
  const measured = db.one(`SELECT coalesce(sum(${lengths}), 0) AS bytes ${from}`, ...values);
  if (Number(measured?.bytes) > bytesMax) return null;
  const names = Object.keys(shape.columns).map(quoted);
  const columns = texts.map((text, index) => `${text} AS ${names[index]}`).join(', ');
  const rows = db.all(`SELECT ${columns} ${from}`, ...values) as readonly TextRow[];
  // Reads happen between transactions, so the next one to come is the first that is not in these rows.
  const next = String(Number(db.one('SELECT tx FROM change_state')?.tx) + 1);
  const transactions = { xmin: next, xmax: next, xip: [] };
  return { position: headOf(db, shape.tenantId), rows, transactions };
}

function rowsOf(shape: ShapeDefinition): { readonly from: string; readonly values: readonly SqlValue[] } {
  const conditions = ['tenant_id = ?'];
  const values: SqlValue[] = [shape.tenantId];
  for (const comparison of shape.where) {
    switch (comparison.op) {
      case 'eq':
        conditions.push(`${quoted(comparison.column)} = ?`);
        values.push(comparison.value);
        break;
      case 'gte':
        conditions.push(`${quoted(comparison.column)} >= ${castOf(shape, comparison.column)}`);
        values.push(comparison.value);
        break;
      case 'in':
        conditions.push(`${quoted(comparison.column)} IN (SELECT value FROM json_each(?))`);
        values.push(JSON.stringify(comparison.values));
        break;
      default:
        comparison satisfies never;
    }
  }
  return { from: `FROM ${quoted(shape.table)} WHERE ${conditions.join(' AND ')}`, values };
}

/** Changes of a table after a position. One transaction is returned whole, so the limit is looked at between two. */
function pageOf(db: ReadHandle, tenantId: string, table: string, after: bigint, limit: number): ChangePage {
  const floor = BigInt(Number(db.one('SELECT floor FROM change_state')?.floor));
  const head = headOf(db, tenantId);
  if (after >= head) return { changes: [], head, more: false, floor };
  const found = db.all(
    'SELECT number, tx, op, old_row, new_row FROM change_log WHERE table_name = ? AND tenant_id = ? AND number > ? ' +
      'AND tx <= coalesce((SELECT tx FROM change_log WHERE table_name = ? AND tenant_id = ? AND number > ? ' +
      'ORDER BY number LIMIT 1 OFFSET ?), 9223372036854775807) ORDER BY number',
    table,
    tenantId,
    after,
    table,
    tenantId,
    after,
    limit - 1,
  );
  const changes = found.map((row) => changeOf(table, row));
  const last = changes.at(-1);
  const isCut =
    last !== undefined &&
    db.one(
      'SELECT 1 FROM change_log WHERE table_name = ? AND tenant_id = ? AND number > ? LIMIT 1',
      table,
      tenantId,
      last.position,
    ) !== undefined;
  return { changes, head: isCut ? last.position : head, more: isCut, floor };
}

async function waitPast(
  store: FollowedStore,
  tenantId: string,
  position: bigint,
  signal: StopSignal,
): Promise<void> {
  const isPast = () => store.read((db) => headOf(db, tenantId)) > position;
  if (signal.aborted || isPast()) return;
  await new Promise<void>((resolve, reject) => {
    const done = (settle: () => void): void => {
      stopListening();
      signal.removeEventListener('abort', onAbort);
      settle();
    };
    const onAbort = () => done(resolve);
    const stopListening = store.onCommit(() => {
      try {
        if (isPast()) done(resolve);
      } catch (error) {
        done(() => reject(error));
      }
    });
    signal.addEventListener('abort', onAbort);
  });
}

function changeOf(table: string, row: SqlRow): Change {
  return {
    position: BigInt(Number(row.number)),
    tx: String(row.tx),
    op: row.op as ChangeOperation,
    table,
    old: row.old_row === null ? null : (JSON.parse(String(row.old_row)) as TextRow),
    new: row.new_row === null ? null : (JSON.parse(String(row.new_row)) as TextRow),
  };
}

/** A column in PostgreSQL's text form: the same text as the triggers give it. Integers beyond 2^53 stay exact only as text. */
function asText([name, { type, dims }]: [string, ColumnType]): string {
  const column = quoted(name);
  if (type === 'bool') return `CASE ${column} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END`;
  return type.startsWith('int') && dims === undefined ? `CAST(${column} AS TEXT)` : column;
}

/** Integers are compared as such; everything else that has an order has it as text. */
function castOf(shape: ShapeDefinition, column: string): string {
  return shape.columns[column]?.type.startsWith('int') ? 'CAST(? AS INTEGER)' : '?';
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
