/**
 * Columns: what a field of a row is in TypeScript, in PostgreSQL and in SQLite. The declared tables are the one place
 * where snake_case meets camelCase, and where a value meets its text on the wire.
 */
import { epochMsOf, instantText, isInstantText } from '../env.ts';
import type { Id } from '../ids/id.ts';
import type { Cents } from '../money/money.ts';

/** A JSON value without numbers that a database or a hash could change: integers only. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** The PostgreSQL types in use. SQLite holds int4, int8 and bool as INTEGER and the others as TEXT, in STRICT tables. */
export const COLUMN_TYPES = ['uuid', 'text', 'int4', 'int8', 'bool', 'date', 'timestamptz', 'jsonb'] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

/** One column. `T` is its type in TypeScript; `null` is part of `T` when the column allows it. */
export interface Column<T> {
  readonly type: ColumnType;
  readonly notNull: boolean;
  /** Carries `T` for inference; never present at run time. */
  readonly as?: T;
}

const column = <T>(type: ColumnType): Column<T> => ({ type, notNull: true });

export const uuid = <K extends string>(): Column<Id<K>> => column('uuid');
export const text = <T extends string = string>(): Column<T> => column('text');
export const int4 = (): Column<number> => column('int4');
/** An amount in cents. */
export const centsColumn = (): Column<Cents> => column('int8');
export const int8 = (): Column<number> => column('int8');
export const bool = (): Column<boolean> => column('bool');
export const day = (): Column<string> => column('date');
/** UTC with milliseconds, as `InstantText`. */
export const instant = (): Column<string> => column('timestamptz');
export const json = <T>(): Column<T> => column('jsonb');
export const nullable = <T>(of: Column<T>): Column<T | null> => ({ type: of.type, notNull: false });

/**
 * The value of a column from its text on the wire or its raw value from a driver (`pg` gives numbers as text and dates as
 * `Date`, `better-sqlite3` gives integers for booleans).
 * @throws TypeError when the value is none of the column's type.
 */
export function decodeValue(type: ColumnType, raw: unknown): unknown {
  if (raw === null || raw === undefined) return null;
  switch (type) {
    case 'uuid':
    case 'text':
    case 'date':
      if (typeof raw !== 'string') throw new TypeError(`not a text: ${typeof raw}`);
      return raw;
    case 'int4':
    case 'int8': {
      const value = typeof raw === 'number' ? raw : Number(raw);
      if (!Number.isSafeInteger(value)) throw new TypeError(`not an integer: ${String(raw)}`);
      return value;
    }
    case 'bool':
      return raw === true || raw === 1 || raw === 't' || raw === 'true';
    case 'timestamptz':
      if (typeof raw === 'string' && isInstantText(raw)) return raw;
      return instantText(raw instanceof Date ? raw.getTime() : epochMsOf(String(raw)));
    case 'jsonb':
      return typeof raw === 'string' ? JSON.parse(raw) : raw;
    default:
      return type satisfies never;
  }
}

/** What a database driver is given for a value: JSON as text; for SQLite booleans as 0 or 1. */
export function encodeValue(type: ColumnType, value: unknown, dialect: 'postgres' | 'sqlite'): unknown {
  if (value === null || value === undefined) return null;
  if (type === 'jsonb') return JSON.stringify(value);
  if (type === 'bool' && dialect === 'sqlite') return value ? 1 : 0;
  return value;
}
