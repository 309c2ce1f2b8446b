/** Entries in and out of `audit_log`, each with its personal data beside it. */
import {
  auditLogTable,
  type ChainedEntry,
  columnNames,
  contains,
  type Folded,
  type FoldedEntity,
  type LedgerEntry,
  type OriginId,
  type PrivateData,
  type RowOf,
  rowFromSql,
} from '@totem/domain';
import type { ReadHandle, SqlRow, WriteHandle } from '../store/connection.ts';
import { upsertRow } from '../store/rows.ts';
import type { OriginState } from './origins.ts';

const COLUMNS = columnNames(auditLogTable).join(', ');

const ENTRIES_AFTER =
  `SELECT ${columnNames(auditLogTable)
    .map((name) => `a.${name}`)
    .join(', ')}, p.salt AS private_salt, p.data AS private_data ` +
  'FROM audit_log AS a LEFT JOIN entry_private AS p ON p.tenant_id = a.tenant_id AND p.entry_id = a.id ' +
  'WHERE a.origin = ? AND a.seq > ? ORDER BY a.seq LIMIT ?';

/** Answered by the index alone: most rows contain all that is known of them, and then no entry is read. */
const LAST_OF_EACH_ORIGIN =
  'SELECT origin, max(seq) AS seq FROM audit_log WHERE entity = ? AND entity_id = ? GROUP BY origin';
const ENTRIES_OF_ROW =
  `SELECT ${COLUMNS} FROM audit_log AS a WHERE entity = ? AND entity_id = ? ` +
  'ORDER BY (SELECT number FROM origin_state AS o WHERE o.origin = a.origin), seq';

export function insertEntry(db: WriteHandle, { entry, private: beside }: ChainedEntry): void {
  // An entry is a row of the table as it is; only the brands of its ids differ.
  upsertRow(db, auditLogTable, entry as unknown as RowOf<typeof auditLogTable>);
  if (beside === null) return;
  db.run(
    'INSERT INTO entry_private (tenant_id, entry_id, salt, data) VALUES (?, ?, ?, ?)',
    entry.tenantId,
    entry.id,
    beside.salt,
    JSON.stringify(beside.data),
  );
}

/** Entries of an origin after a seq, in order. */
export function entriesAfter(db: ReadHandle, origin: OriginId, seq: number, limit: number): ChainedEntry[] {
  return db.all(ENTRIES_AFTER, origin, seq, limit).map((row) => ({
    entry: entryFromSql(row),
    private: privateFromSql(row),
  }));
}

/** The hash at a seq of an origin; undefined when that entry is no longer kept. */
export function hashAt(db: ReadHandle, origin: OriginId, seq: number): string | undefined {
  const row = db.one('SELECT hash FROM audit_log WHERE origin = ? AND seq = ?', origin, seq);
  return row === undefined ? undefined : String(row.hash);
}

/** The oldest entry of an origin that is still kept; past its head when none is. */
export function keptFrom(db: ReadHandle, state: OriginState): number {
  const row = db.one('SELECT min(seq) AS seq FROM audit_log WHERE origin = ?', state.origin);
  return row?.seq == null ? state.head.seq + 1 : Number(row.seq);
}

/**
 * The entries about a row that are kept here and that it does not contain: those that other totems have handed over, then the
 * own ones, which come after what they are about.
 * @param folded what the row contains; nothing when there is no row.
 */
export function ownEntriesBeyond(
  db: ReadHandle,
  entity: FoldedEntity,
  id: string,
  folded: Folded,
): LedgerEntry[] {
  const isBeyond = ({ origin, seq }: SqlRow) => Number(seq) > (folded[String(origin)] ?? 0);
  if (!db.all(LAST_OF_EACH_ORIGIN, entity, id).some(isBeyond)) return [];
  return db
    .all(ENTRIES_OF_ROW, entity, id)
    .map(entryFromSql)
    .filter((entry) => !contains({ folded }, entry));
}

/** How many entries the cloud has not acknowledged, and since when. */
export function pendingEntries(db: ReadHandle): { count: number; oldestAt: string | null } {
  const row = db.one(
    'SELECT count(*) AS count, min(occurred_at) AS oldest FROM audit_log AS a JOIN origin_state AS o ' +
      'ON o.origin = a.origin AND a.seq > o.acked',
  );
  return { count: Number(row?.count ?? 0), oldestAt: row?.oldest == null ? null : String(row.oldest) };
}

function entryFromSql(row: SqlRow): LedgerEntry {
  return rowFromSql(auditLogTable, row) as unknown as LedgerEntry;
}

function privateFromSql(row: SqlRow): PrivateData | null {
  if (row.private_salt == null) return null;
  return { salt: String(row.private_salt), data: JSON.parse(String(row.private_data)) };
}
