/** Rows as PostgreSQL would print them: what the cloud's shapes carry. */
import { columnName, type RowOf, type Table } from '@totem/domain';
import type { TextRow } from '@totem/sync';

export function wireRow<T extends Table>(table: T, row: RowOf<T>): TextRow {
  const values = row as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(table.columns).map(([field, { type }]) => {
      const value = values[field];
      if (value === null || value === undefined) return [columnName(field), null];
      return [columnName(field), type === 'jsonb' ? JSON.stringify(value) : String(value)];
    }),
  );
}
