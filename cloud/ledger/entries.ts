/** Entries into `audit_log`: a whole set in one statement, each with its position in the cloud's order of receipt. */
import {
  auditLogTable,
  columnName,
  columnNames,
  type LedgerEntry,
  type PrivateData,
  type RowOf,
  rowFromSql,
} from '@totem/domain';
import { jsonRecords } from '../db/rows.ts';
import type { ReadHandle, SqlRow, Statement, WriteHandle } from '../db/with-tenant.ts';

/** An entry with its personal data, which travels beside it. */
export interface ReceivedEntry {
  readonly entry: LedgerEntry;
  readonly private: PrivateData | null;
}

/** The columns of an entry, in the order of its table. */
export const ENTRY_COLUMNS = columnNames(auditLogTable);
const TYPED = Object.entries(auditLogTable.columns).map(
  ([field, { type }]) => `${columnName(field)} ${type}`,
);

const INSERT_ENTRIES: Statement = {
  name: 'entries-insert',
  text:
    `INSERT INTO audit_log (${ENTRY_COLUMNS.join(', ')}, position, received_at) ` +
    `SELECT ${ENTRY_COLUMNS.map((name) => `r.${name}`).join(', ')}, $2::int8 + r.place, $3 ` +
    `FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (${TYPED.join(', ')})) WITH ORDINALITY AS r(${ENTRY_COLUMNS.join(', ')}, place)`,
};

/** A cloud that was restored gets entries again that totems still keep; who was erased since does not come back with them. */
const INSERT_PRIVATE: Statement = {
  name: 'entry-private-insert',
  text: `INSERT INTO entry_private (tenant_id, entry_id, entity, entity_id, salt, data)
    SELECT $1, r.entry_id, r.entity, r.entity_id, r.salt, r.data
    FROM jsonb_to_recordset($2::jsonb) AS r(entry_id uuid, entity text, entity_id uuid, salt text, data jsonb)
    WHERE NOT EXISTS (SELECT FROM audit_log a
      WHERE a.tenant_id = $1 AND a.entity = r.entity AND a.entity_id = r.entity_id AND a.action = 'PERSON_ERASED')
    ON CONFLICT DO NOTHING`,
};

/** Sends entries to be inserted in their order; the first gets `after + 1`. @returns the position of the last. */
export function insertEntries(
  tx: WriteHandle,
  entries: readonly ReceivedEntry[],
  after: number,
  receivedAt: string,
): number {
  if (entries.length === 0) return after;
  // An entry is a row of the table as it is; only the brands of its ids differ.
  const rows = entries.map(({ entry }) => entry as unknown as RowOf<typeof auditLogTable>);
  tx.send(INSERT_ENTRIES, [jsonRecords(auditLogTable, rows), after, receivedAt]);
  const privates = entries.flatMap(({ entry, private: beside }) =>
    beside === null
      ? []
      : [{ entry_id: entry.id, entity: entry.entity, entity_id: entry.entityId, ...beside }],
  );
  if (privates.length > 0) tx.send(INSERT_PRIVATE, [tx.tenantId, JSON.stringify(privates)]);
  return after + entries.length;
}

const ORIGIN_ENTRIES: Statement = {
  name: 'entries-of-origin',
  text: `SELECT ${ENTRY_COLUMNS.join(', ')} FROM audit_log WHERE tenant_id = $1 AND origin = $2 ORDER BY seq`,
};

/** The entries of one origin that are kept, in order: for checks of its chain. */
export async function entriesOfOrigin(tx: ReadHandle, origin: string): Promise<LedgerEntry[]> {
  return (await tx.all(ORIGIN_ENTRIES, [tx.tenantId, origin])).map(entryOfRow);
}

/** An entry as its table gives it. */
export function entryOfRow(raw: SqlRow): LedgerEntry {
  return rowFromSql(auditLogTable, raw) as unknown as LedgerEntry;
}
