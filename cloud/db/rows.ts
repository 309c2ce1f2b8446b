/**
 * Rows of the declared tables in PostgreSQL: reading, locking and writing whole sets of them in one statement each. The SQL
 * is made once from the declarations, so no column is written by hand twice.
 */
import { columnName, columnNames, type RowOf, rowFromSql, sqlValues, type Table } from '@totem/domain';
import type { ReadHandle, Statement, WriteHandle } from './with-tenant.ts';

/** The statements of one table. */
export interface TableStatements<T extends Table> {
  readonly table: T;
  /** By tenant and ids. */
  readonly byIds: Statement;
  /** The same under a row lock, in the order of ids, so that two transactions wait for each other and never in a ring. */
  readonly lockByIds: Statement;
  /** Writes rows given as one JSON array. */
  readonly upsert: Statement;
}

/** The statements of a table that readers follow. */
export interface FollowedStatements<T extends Table> extends TableStatements<T> {
  /** The same, and what changed by it into the change log: numbered from a number on, in the order of the array. */
  readonly upsertCaptured: Statement;
}

/** Makes the statements of a table whose key is tenant and id. */
export function statementsOf<T extends Table>(table: T): TableStatements<T> {
  const columns = columnNames(table);
  const list = columns.join(', ');
  const typed = Object.entries(table.columns).map(([field, { type }]) => `${columnName(field)} ${type}`);
  const changed = columns.filter((name) => !['tenant_id', 'id'].includes(name));
  const byIds = `SELECT ${list} FROM ${table.name} WHERE tenant_id = $1 AND id = ANY($2::uuid[])`;
  return {
    table,
    byIds: { name: `${table.name}-by-ids`, text: byIds },
    lockByIds: { name: `${table.name}-lock-by-ids`, text: `${byIds} ORDER BY id FOR UPDATE` },
    upsert: {
      name: `${table.name}-upsert`,
      text:
        `INSERT INTO ${table.name} (${list}) SELECT ${list} FROM jsonb_to_recordset($1::jsonb) AS r(${typed.join(', ')}) ` +
        `ON CONFLICT (tenant_id, id) DO UPDATE SET ${changed.map((name) => `${name} = excluded.${name}`).join(', ')}`,
    },
  };
}

/** Makes the statements of a table that readers follow. */
export function followedStatementsOf<T extends Table>(table: T): FollowedStatements<T> {
  const statements = statementsOf(table);
  const { name } = table;
  const list = columnNames(table).join(', ');
  const typed = Object.entries(table.columns).map(([field, { type }]) => `${columnName(field)} ${type}`);
  const changed = columnNames(table).filter((column) => !['tenant_id', 'id'].includes(column));
  // All parts see the state before the statement, so `before` holds the rows as they were.
  const text = `WITH given AS MATERIALIZED (
      SELECT * FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (${typed.join(', ')})) WITH ORDINALITY AS r(${list}, place)
    ), before AS MATERIALIZED (
      SELECT t.id, text_of_${name}(t) AS row FROM given g JOIN ${name} t ON t.tenant_id = g.tenant_id AND t.id = g.id
    ), written AS (
      INSERT INTO ${name} AS t (${list}) SELECT ${list} FROM given ORDER BY place
      ON CONFLICT (tenant_id, id) DO UPDATE SET ${changed.map((column) => `${column} = excluded.${column}`).join(', ')}
      RETURNING t.id, text_of_${name}(t) AS row
    ), changed AS (
      SELECT row_number() OVER (ORDER BY g.place) AS nth, b.row AS old_row, w.row AS new_row
      FROM written w JOIN given g ON g.id = w.id LEFT JOIN before b ON b.id = w.id
      WHERE b.row IS DISTINCT FROM w.row
    )
    INSERT INTO change_log (tenant_id, number, tx, table_name, op, old_row, new_row)
    SELECT $2::uuid, $3::int8 + nth, pg_current_xact_id()::text, '${name}',
      CASE WHEN old_row IS NULL THEN 'insert' ELSE 'update' END, old_row, new_row FROM changed`;
  return { ...statements, upsertCaptured: { name: `${name}-upsert-captured`, text } };
}

/** Rows by id; missing ones are absent from the map. */
export async function rowsByIds<T extends Table>(
  tx: ReadHandle,
  statements: TableStatements<T>,
  ids: readonly string[],
): Promise<Map<string, RowOf<T>>> {
  return read(tx, statements.table, statements.byIds, ids);
}

/** Rows by id under a lock, for as long as the transaction lives. */
export async function lockRows<T extends Table>(
  tx: WriteHandle,
  statements: TableStatements<T>,
  ids: readonly string[],
): Promise<Map<string, RowOf<T>>> {
  return read(tx, statements.table, statements.lockByIds, ids);
}

/** Sends rows to be written, in their order. */
export function upsertRows<T extends Table>(
  tx: WriteHandle,
  statements: TableStatements<T>,
  rows: readonly RowOf<T>[],
): void {
  if (rows.length === 0) return;
  tx.send(statements.upsert, [jsonRecords(statements.table, rows)]);
}

const CAPTURED: Statement = {
  name: 'captured',
  text: `SELECT set_config('app.captured', $1, true)`,
};

/**
 * Writes rows in their order, and their changes with numbers after `after`. The tenant's lock must be held: whoever holds it
 * keeps the count. @returns how many changes there were.
 */
export async function upsertCaptured<T extends Table>(
  tx: WriteHandle,
  statements: FollowedStatements<T>,
  rows: readonly RowOf<T>[],
  after: number,
): Promise<number> {
  if (rows.length === 0) return 0;
  tx.send(CAPTURED, ['on']);
  const changes = await tx.run(statements.upsertCaptured, [
    jsonRecords(statements.table, rows),
    tx.tenantId,
    after,
  ]);
  tx.send(CAPTURED, ['off']);
  return changes;
}

/** Rows as the JSON array that `jsonb_to_recordset` takes. */
export function jsonRecords<T extends Table>(table: T, rows: readonly RowOf<T>[]): string {
  const names = columnNames(table);
  const isJson = Object.values(table.columns).map(({ type }) => type === 'jsonb');
  return `[${rows
    .map((row) => {
      const values = sqlValues(table, row, 'postgres');
      const members = names.map((name, index) => {
        const value = values[index] ?? null;
        // JSON columns are JSON text already.
        return `"${name}":${isJson[index] && value !== null ? String(value) : JSON.stringify(value)}`;
      });
      return `{${members.join(',')}}`;
    })
    .join(',')}]`;
}

async function read<T extends Table>(
  tx: ReadHandle,
  table: T,
  statement: Statement,
  ids: readonly string[],
): Promise<Map<string, RowOf<T>>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.all(statement, [tx.tenantId, ids]);
  return new Map(rows.map((raw) => [String(raw.id), rowFromSql(table, raw)]));
}
