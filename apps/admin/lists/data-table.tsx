/** A table of rows, with the way to a row in its first cell. On a small screen only what matters most is left. */
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import css from './lists.module.css';

export interface Column<T> {
  readonly name: string;
  readonly label: string;
  cell(row: T): ReactNode;
  /** Left out on a small screen. */
  readonly isSecondary?: boolean;
  readonly isNumeric?: boolean;
}

interface DataTableProps<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  keyOf(row: T): string;
  /** Where a row's own page is; its link is the first cell. */
  readonly hrefOf?: ((row: T) => string) | undefined;
  readonly isBusy?: boolean;
}

export function DataTable<T>({ label, columns, rows, keyOf, hrefOf, isBusy = false }: DataTableProps<T>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls a wide table with the keyboard.
    <div className={css.scroll} tabIndex={0}>
      <table className={css.table} aria-label={label} aria-busy={isBusy}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col" {...marksOf(column)}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column, index) => (
                <td key={column.name} {...marksOf(column)}>
                  {index === 0 && hrefOf !== undefined ? (
                    <Link href={hrefOf(row)} className={css.rowLink}>
                      {column.cell(row)}
                    </Link>
                  ) : (
                    column.cell(row)
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function marksOf<T>({ isSecondary, isNumeric }: Column<T>) {
  return {
    'data-secondary': isSecondary === true ? true : undefined,
    'data-numeric': isNumeric === true ? true : undefined,
  };
}
