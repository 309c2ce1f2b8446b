/** Tables as declared data: the shape of a row in TypeScript, and its mapping to and from columns. */
import { type Column, decodeValue, encodeValue } from './column.ts';

type Columns = { readonly [field: string]: Column<unknown> };

/** A table: its name in SQL, its columns by camelCase field, and the fields of its key within a tenant. */
export interface Table<C extends Columns = Columns> {
  readonly name: string;
  readonly columns: C;
  readonly key: readonly string[];
}

/** The row of a table. */
export type RowOf<T extends Table> = {
  readonly [F in keyof T['columns']]: T['columns'][F] extends Column<infer V> ? V : never;
};

/** Declares a table. `key` is the primary key, `tenantId` first. */
export function defineTable<const C extends Columns>(
  name: string,
  columns: C,
  key: readonly (keyof C & string)[] = ['tenantId', 'id'],
): Table<C> {
  return { name, columns, key };
}

/** `waitingSince` is `waiting_since`. */
export function columnName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The column names of a table, in order. */
export function columnNames(table: Table): string[] {
  return Object.keys(table.columns).map(columnName);
}

/** A row from what a driver or the wire gave, by column name. Columns that the source lacks become null. @throws TypeError on a value of the wrong type. */
export function rowFromSql<T extends Table>(table: T, raw: Readonly<Record<string, unknown>>): RowOf<T> {
  const row: Record<string, unknown> = {};
  for (const [field, column] of Object.entries(table.columns)) {
    row[field] = decodeValue(column.type, raw[columnName(field)]);
  }
  return row as RowOf<T>;
}

/** The values of a row for a driver, in the order of the table's columns. */
export function sqlValues<T extends Table>(
  table: T,
  row: RowOf<T>,
  dialect: 'postgres' | 'sqlite',
): unknown[] {
  const values = row as Readonly<Record<string, unknown>>;
  return Object.entries(table.columns).map(([field, column]) =>
    encodeValue(column.type, values[field], dialect),
  );
}
