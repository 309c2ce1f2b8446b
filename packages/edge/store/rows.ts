/** Declared rows in and out of SQLite: one statement for each table, made from its declaration. */
import { columnName, columnNames, type RowOf, rowFromSql, sqlValues, type Table } from '@totem/domain';
import type { ReadHandle, SqlValue, WriteHandle } from './connection.ts';

interface Statements {
  readonly upsert: string;
  readonly byKey: string;
  readonly deleteByKey: string;
}

const known = new Map<string, Statements>();

function statementsOf(table: Table): Statements {
  const made = known.get(table.name);
  if (made !== undefined) return made;
  const columns = columnNames(table);
  const key = table.key.map(columnName);
  const rest = columns.filter((name) => !key.includes(name));
  const where = key.map((name) => `${name} = ?`).join(' AND ');
  const statements = {
    // Not INSERT OR REPLACE: that deletes without telling the triggers that capture changes.
    upsert:
      `INSERT INTO ${table.name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) ` +
      `ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${rest.map((name) => `${name} = excluded.${name}`).join(', ')}`,
    byKey: `SELECT ${columns.join(', ')} FROM ${table.name} WHERE ${where}`,
    deleteByKey: `DELETE FROM ${table.name} WHERE ${where}`,
  };
  known.set(table.name, statements);
  return statements;
}

/** Writes a row, new or not. */
export function upsertRow<T extends Table>(db: WriteHandle, table: T, row: RowOf<T>): void {
  db.run(statementsOf(table).upsert, ...(sqlValues(table, row, 'sqlite') as SqlValue[]));
}

/** The row with this key, in the order of the table's key. */
export function rowByKey<T extends Table>(
  db: ReadHandle,
  table: T,
  ...key: readonly string[]
): RowOf<T> | undefined {
  const raw = db.one(statementsOf(table).byKey, ...key);
  return raw === undefined ? undefined : rowFromSql(table, raw);
}

export function deleteRow(db: WriteHandle, table: Table, ...key: readonly string[]): void {
  db.run(statementsOf(table).deleteByKey, ...key);
}
