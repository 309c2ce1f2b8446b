/**
 * Pages of a list: rows in the order of an instant or a number, and then of their ids, after the last one that the caller has
 * seen. A cursor says no more than where that was, and one that no list has given is refused before it meets the database.
 */
import { epochMsOf, instantText, ProblemError } from '@totem/domain';
import { and, asc, desc, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** What a list is ordered by: an instant or an integer, then the id. */
export interface PageOrder {
  readonly at: PgColumn;
  readonly id: PgColumn;
  readonly direction: 'oldest first' | 'newest first';
}

interface Place {
  readonly at: string | number;
  readonly id: string;
}

const INSTANT_TYPE = 'timestamptz';
/** int8 as JavaScript counts exactly. */
const INTEGER = /^(?:0|[1-9]\d{0,15})$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The conditions and the order of one page. One row more than asked is read, to know whether there are more. */
export function pageClauses(
  { at, id, direction }: PageOrder,
  query: PageQuery,
): { readonly after: SQL | undefined; readonly orderBy: readonly SQL[]; readonly limit: number } {
  const isForward = direction === 'oldest first';
  const order = isForward ? asc : desc;
  const isInstant = at.getSQLType() === INSTANT_TYPE;
  const place = query.cursor === undefined ? undefined : placeOf(query.cursor, isInstant);
  const type = sql.raw(isInstant ? INSTANT_TYPE : 'int8');
  const comparison = isForward ? sql`>` : sql`<`;
  return {
    after: place && sql`(${at}, ${id}) ${comparison} (${place.at}::${type}, ${place.id}::uuid)`,
    orderBy: [order(at), order(id)],
    limit: query.limit + 1,
  };
}

/** The page of the rows that were read with `pageClauses`. @param placeOfRow the instant or number and the id of a row. */
export function pageOfRows<R, T>(
  rows: readonly R[],
  query: PageQuery,
  placeOfRow: (row: R) => Place,
  view: (row: R) => T,
): Page<T> {
  const shown = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? shown.at(-1) : undefined;
  return { items: shown.map(view), next: last === undefined ? null : cursorOf(placeOfRow(last)) };
}

/** The page of rows that are all at hand, in their order. @throws ProblemError `cursor_invalid` */
export function pageOfAll<R, T>(
  rows: readonly R[],
  query: PageQuery,
  placeOfRow: (row: R) => Place,
  view: (row: R) => T,
): Page<T> {
  const seen =
    query.cursor === undefined ? -1 : rows.findIndex((row) => cursorOf(placeOfRow(row)) === query.cursor);
  if (query.cursor !== undefined && seen < 0) throw new ProblemError('cursor_invalid');
  return pageOfRows(rows.slice(seen + 1), query, placeOfRow, view);
}

/** All of these that are there. */
export function every(...conditions: readonly (SQL | undefined)[]): SQL | undefined {
  return and(...conditions);
}

function cursorOf({ at, id }: Place): string {
  return Buffer.from(`${at} ${id}`).toString('base64url');
}

/** @throws ProblemError `cursor_invalid` */
function placeOf(cursor: string, isInstant: boolean): Place {
  const [at = '', id = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  const isKnown = isInstant ? isInstantOfRows(at) : INTEGER.test(at) && Number.isSafeInteger(Number(at));
  if (!isKnown || !UUID.test(id)) throw new ProblemError('cursor_invalid');
  return { at, id };
}

/** An instant that exists, in the form in which rows are answered. PostgreSQL has no year 0. */
function isInstantOfRows(text: string): boolean {
  try {
    return instantText(epochMsOf(text)) === text && !text.startsWith('0000');
  } catch {
    return false;
  }
}
