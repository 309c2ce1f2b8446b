/** Tables as declared data: the shape of a row in TypeScript, and its mapping to and from columns. */
import { type Column, type ColumnType, decodeValue, encodeValue } from './column.ts';

type Columns = { readonly [field: string]: Column<unknown> };

/** A table: its name in SQL, its columns by camelCase field, and the fields of its key within a tenant. */
export interface Table<C extends Columns = Columns> {
  readonly name: string;
  readonly columns: C;
  readonly key: readonly string[];
  /** The columns once more, in order, with their names in SQL: every row that is read or written passes here. */
  readonly fields: readonly TableField[];
}

/** One column of a table, by its names on both sides. */
export interface TableField {
  readonly field: string;
  readonly name: string;
  readonly type: ColumnType;
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
  const fields = Object.entries(columns).map(([field, { type }]) => ({
    field,
    name: columnName(field),
    type,
  }));
  return { name, columns, key, fields };
}

/** `waitingSince` is `waiting_since`. */
export function columnName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The column names of a table, in order. */
export function columnNames(table: Table): string[] {
  return table.fields.map(({ name }) => name);
}

/** A row from what a driver or the wire gave, by column name. Columns that the source lacks become null. @throws TypeError on a value of the wrong type. */
export function rowFromSql<T extends Table>(table: T, raw: Readonly<Record<string, unknown>>): RowOf<T> {
  const row: Record<string, unknown> = {};
  for (const { field, name, type } of table.fields) row[field] = decodeValue(type, raw[name]);
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
