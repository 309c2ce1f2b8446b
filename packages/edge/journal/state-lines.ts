/** What the journal says besides entries: how far numbers are, and what the totem sells. Each segment says all of it. */
import type { ReadHandle } from '../store/connection.ts';
import { CATALOGUE, type JournalLine, type JournalRow } from './lines.ts';

type StateLine = Extract<JournalLine, { kind: 'number' | 'row' }>;

/** The days before the last ones are on no paper that anybody still holds. */
const NUMBERS_MAX = 100;

/** All that is so now. */
export function stateOf(db: ReadHandle): StateLine[] {
  const numbers = db.all(
    `SELECT lane, prefix, business_day, last FROM code_counter ORDER BY business_day DESC LIMIT ${NUMBERS_MAX}`,
  );
  return [
    ...numbers.map(
      (row): StateLine => ({
        kind: 'number',
        lane: String(row.lane),
        prefix: String(row.prefix),
        businessDay: String(row.business_day),
        last: Number(row.last),
      }),
    ),
    ...CATALOGUE.flatMap((table) =>
      db.all(`SELECT * FROM ${table}`).map(
        (row): StateLine => ({
          kind: 'row',
          table,
          // Text and numbers: a table of the catalogue has no bytes.
          row: { ...row } as JournalRow,
        }),
      ),
    ),
  ];
}

/** What a line is about: a later one takes its place. */
export function aboutOf(line: StateLine): string {
  return line.kind === 'number'
    ? `number ${line.lane} ${line.prefix} ${line.businessDay}`
    : `row ${line.table} ${line.row.id}`;
}
