/** What the database knows about a table: its columns with their types as the protocol tells them, its key, and a digest that changes with any of it. */
import type { ColumnType } from '@totem/sync';
import type { Sql, SqlRow } from './database.ts';
import type { Scalar, SqlType } from './where/types.ts';

export interface TableDescription {
  readonly oid: string;
  readonly schema: string;
  readonly table: string;
  readonly isPartitioned: boolean;
  /** Of everything here. */
  readonly digest: string;
  /** In the order of a printed row. */
  readonly columns: readonly TableColumn[];
  /** In key order; all columns of a table without a key. */
  readonly key: readonly string[];
}

export interface TableColumn {
  readonly name: string;
  /** For the `electric-schema` header. */
  readonly shown: ColumnType;
  /** For conditions. */
  readonly type: SqlType;
}

/** Ordinary and partitioned tables can be followed; views and foreign tables have no rows of their own. */
const FOLLOWABLE = ['r', 'p'];

/** A table's identity, as text that changes when its columns or its key do; for any query that has the table's oid as `oid`. */
export const DIGEST = `md5(concat(
  (SELECT string_agg(concat_ws(' ', a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attgenerated), ',' ORDER BY a.attnum)
    FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), ';',
  (SELECT i.indkey::text FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND i.indisprimary), ';',
  c.relnamespace, ' ', c.relname))`;

const TABLE = `SELECT c.oid::text AS oid, n.nspname, c.relname, c.relkind, ${DIGEST} AS digest
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`;

/** Each column with its type, the type under a domain, and the type of an array's elements under both. */
const COLUMNS = `
  SELECT a.attname AS name, a.attnotnull AS not_null, a.atttypmod AS modifier, greatest(a.attndims, 1) AS dims,
    array_position(i.indkey::int2[], a.attnum) AS key_place, a.attgenerated AS generated,
    coalesce(e.typname, t.typname) AS shown_type, e.oid IS NOT NULL AS is_array,
    b.typname AS base, bn.nspname AS base_schema, b.typtype AS base_kind, be.typname AS base_element, ben.nspname AS base_element_schema,
    be.typtype AS base_element_kind
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND t.typcategory = 'A' AND t.typlen = -1
  CROSS JOIN LATERAL (
    WITH RECURSIVE under AS (
      SELECT t.oid, t.typtype, t.typbasetype UNION ALL
      SELECT d.oid, d.typtype, d.typbasetype FROM under JOIN pg_catalog.pg_type d ON d.oid = under.typbasetype
    ) SELECT oid FROM under WHERE typtype <> 'd'
  ) AS u
  JOIN pg_catalog.pg_type b ON b.oid = u.oid JOIN pg_catalog.pg_namespace bn ON bn.oid = b.typnamespace
  LEFT JOIN pg_catalog.pg_type be ON be.oid = b.typelem AND b.typcategory = 'A' AND b.typlen = -1
  LEFT JOIN pg_catalog.pg_namespace ben ON ben.oid = be.typnamespace
  LEFT JOIN pg_catalog.pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
  WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY a.attnum`;

/** The table of this name, or undefined. */
export async function findTable(
  sql: Sql,
  schema: string,
  table: string,
): Promise<{ readonly oid: string; readonly digest: string; readonly isFollowable: boolean } | undefined> {
  const [row] = await sql.rows(`${TABLE} WHERE n.nspname = $1 AND c.relname = $2`, [schema, table]);
  if (row === undefined) return undefined;
  return {
    oid: String(row.oid),
    digest: String(row.digest),
    isFollowable: FOLLOWABLE.includes(String(row.relkind)),
  };
}

/** Everything about a table; undefined when it is gone. */
export async function describeTable(sql: Sql, oid: string): Promise<TableDescription | undefined> {
  const [row] = await sql.rows(`${TABLE} WHERE c.oid = $1`, [oid]);
  if (row === undefined) return undefined;
  const found = await sql.rows(COLUMNS, [oid]);
  const keyed = found
    .filter(({ key_place: place }) => place !== null)
    .toSorted((left, right) => Number(left.key_place) - Number(right.key_place))
    .map(({ name }) => String(name));
  const columns = found.map((column) => columnOf(column, keyed));
  return {
    oid,
    schema: String(row.nspname),
    table: String(row.relname),
    isPartitioned: row.relkind === 'p',
    digest: String(row.digest),
    columns,
    key: keyed.length > 0 ? keyed : columns.map(({ name }) => name),
  };
}

function columnOf(row: SqlRow, key: readonly string[]): TableColumn {
  const name = String(row.name);
  const type = String(row.shown_type);
  const place = key.indexOf(name);
  const shown: ColumnType = {
    type,
    notNull: row.not_null === 't',
    ...(row.is_array === 't' ? { dims: Number(row.dims) } : {}),
    ...modifiersOf(type, Number(row.modifier)),
    ...(place < 0 ? {} : { pkIndex: place }),
  };
  return { name, shown, type: conditionType(row) };
}

const HEADER = 4;

/** What a type's modifier says (`typmodout` of each type in the server's sources). */
function modifiersOf(type: string, modifier: number): Partial<ColumnType> {
  if (modifier < 0) return {};
  switch (type) {
    case 'varchar':
      return { maxLength: modifier - HEADER };
    case 'bpchar':
      return { length: modifier - HEADER };
    case 'bit':
      return { length: modifier };
    case 'varbit':
      return { maxLength: modifier };
    case 'numeric': {
      const packed = modifier - HEADER;
      // Eleven bits with a sign: scales may be negative since PostgreSQL 15.
      return { precision: (packed >> 16) & 0xffff, scale: ((packed & 0x7ff) ^ 0x400) - 0x400 };
    }
    case 'time':
    case 'timetz':
    case 'timestamp':
    case 'timestamptz':
      return { precision: modifier };
    case 'interval':
      return intervalModifiers(modifier);
    default:
      return {};
  }
}

/** Bits of the fields of an interval, from the greatest. */
const INTERVAL_FIELDS = [
  ['YEAR', 2],
  ['MONTH', 1],
  ['DAY', 3],
  ['HOUR', 10],
  ['MINUTE', 11],
  ['SECOND', 12],
] as const;
const FULL = { range: 0x7fff, precision: 0xffff } as const;

function intervalModifiers(modifier: number): Partial<ColumnType> {
  const [range, precision] = [(modifier >> 16) & FULL.range, modifier & FULL.precision];
  const fields = INTERVAL_FIELDS.filter(([, bit]) => (range & (1 << bit)) !== 0).map(([name]) => name);
  const first = fields[0];
  const last = fields.at(-1);
  const text = first === last ? first : `${first} TO ${last}`;
  return {
    ...(precision === FULL.precision ? {} : { precision }),
    ...(range === FULL.range || text === undefined ? {} : { fields: text }),
  };
}

/** Types that conditions know by the server's name for them. */
const KNOWN: Readonly<Record<string, Scalar>> = {
  ...{
    bool: 'bool',
    int2: 'int2',
    int4: 'int4',
    int8: 'int8',
    numeric: 'numeric',
    float4: 'float4',
    float8: 'float8',
  },
  ...{
    text: 'text',
    varchar: 'text',
    bpchar: 'bpchar',
    uuid: 'uuid',
    bytea: 'bytea',
    date: 'date',
    time: 'time',
  },
  ...{
    timestamp: 'timestamp',
    timestamptz: 'timestamptz',
    interval: 'interval',
    json: 'json',
    jsonb: 'jsonb',
  },
};

function conditionType(row: SqlRow): SqlType {
  const isArray = row.base_element !== null;
  const [name, schema, kind] = isArray
    ? [row.base_element, row.base_element_schema, row.base_element_kind]
    : [row.base, row.base_schema, row.base_kind];
  const known =
    schema === 'pg_catalog' && Object.hasOwn(KNOWN, String(name)) ? KNOWN[String(name)] : undefined;
  if (known !== undefined) return { kind: known, name: known, isArray };
  return {
    kind: kind === 'e' ? 'enum' : 'opaque',
    name: `${quoted(String(schema))}.${quoted(String(name))}`,
    isArray,
  };
}

/** An identifier in SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
