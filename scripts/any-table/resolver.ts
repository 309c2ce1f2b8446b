/**
 * From a caller's own `table`, `where`, `params` and `columns` to a definition. Names come from the catalogue and values are
 * bound, so a caller reads what the connecting role may read and nothing else; that is why this is for tests only.
 */
import { createHash } from 'node:crypto';
import type { ColumnType, FieldErrors, ShapeResolution } from '@totem/sync';
import { followTable } from './capture.ts';
import { describeTable, findTable, type TableDescription } from './catalog.ts';
import { type AnyShape, tenantOf } from './change-log.ts';
import type { AnyDatabase } from './database.ts';
import { parseNames } from './identifiers.ts';
import type { CaseFolding } from './values/text.ts';
import { type Condition, compileCondition } from './where/condition.ts';
import { constantsReader } from './where/read-constants.ts';
import { ConditionError } from './where/tokens.ts';

export interface AnyShapes {
  /** The shape that a query asks for. */
  resolve(query: URLSearchParams): Promise<ShapeResolution>;
}

/** Definitions that were compiled already; more make room for each other. */
const DEFINITIONS_MAX = 2_000;
const OWN_SCHEMA = 'totem_shapes';
/** The server's own tables take no triggers. */
const SYSTEM_SCHEMA = /^(pg_|information_schema$)/;
const SCHEMA_DEFAULT = 'public';

/** A mistake of the caller, by parameter. */
class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly errors: FieldErrors;

  constructor(field: string, message: string) {
    super(message);
    this.errors = { [field]: [message] };
  }
}

export function createAnyShapes(db: AnyDatabase, folding: CaseFolding): AnyShapes {
  const compiled = new Map<string, AnyShape>();
  const described = new Map<string, TableDescription>();
  const followed = new Map<string, Promise<void>>();
  const describe = async (name: readonly [string, string], text: string): Promise<TableDescription> => {
    const found = await findTable(db, ...name);
    if (found === undefined || name[0] === OWN_SCHEMA) throw new QueryError('table', missing(name, text));
    if (!found.isFollowable || SYSTEM_SCHEMA.test(name[0]))
      throw new QueryError('table', `${text} is not a table that can be followed`);
    const known = described.get(found.oid);
    const table = known?.digest === found.digest ? known : await describeTable(db, found.oid);
    if (table === undefined) throw new QueryError('table', missing(name, text));
    if (described.size >= DEFINITIONS_MAX) described.clear();
    described.set(found.oid, table);
    return table;
  };
  const follow = (table: TableDescription): Promise<void> => {
    const known = followed.get(table.oid);
    if (known !== undefined) return known;
    const following = followTable(db, table);
    followed.set(table.oid, following);
    following.catch(() => followed.delete(table.oid));
    return following;
  };
  return {
    resolve: async (query) => {
      try {
        const asked = askedFor(query);
        const table = await describe(asked.name, asked.table);
        const key = JSON.stringify([
          table.oid,
          table.digest,
          asked.columns,
          asked.where,
          [...asked.parameters],
        ]);
        const shape = compiled.get(key) ?? (await compile(db, table, asked, folding));
        if (compiled.size >= DEFINITIONS_MAX) compiled.clear();
        compiled.set(key, shape);
        await follow(table);
        return { kind: 'shape', shape, frozen: {} };
      } catch (error) {
        if (error instanceof QueryError) return { kind: 'invalid', errors: error.errors };
        throw error;
      }
    },
  };
}

interface Asked {
  readonly table: string;
  readonly name: readonly [string, string];
  readonly columns: readonly string[] | undefined;
  readonly where: string | undefined;
  readonly parameters: ReadonlyMap<number, string>;
}

function askedFor(query: URLSearchParams): Asked {
  const table = query.get('table') ?? '';
  if (table === '') throw new QueryError('table', "can't be blank");
  const name = parseNames(table, '.');
  if (name === undefined || name.length > 2) {
    throw new QueryError('table', 'Invalid table name: it may have a schema before a dot, and quotes');
  }
  const [first = '', second] = name;
  const columns = query.get('columns');
  const listed = columns === null || columns === '' ? undefined : parseNames(columns, ',');
  if (columns !== null && columns !== '' && listed === undefined) {
    throw new QueryError('columns', 'Invalid list of columns');
  }
  return {
    table,
    name: second === undefined ? [SCHEMA_DEFAULT, first] : [first, second],
    columns: listed,
    where: query.get('where') || undefined,
    parameters: parametersOf(query),
  };
}

/** `params[1]=x`, or all of them as a JSON object. */
function parametersOf(query: URLSearchParams): ReadonlyMap<number, string> {
  const given: [string, unknown][] = [];
  const json = query.get('params');
  if (json !== null && json !== '') given.push(...Object.entries(objectOf(json)));
  for (const [name, value] of query) {
    const [, number] = /^params\[(.+)\]$/.exec(name) ?? [];
    if (number !== undefined) given.push([number, value]);
  }
  const parameters = new Map<number, string>();
  for (const [number, value] of given) {
    if (!/^[1-9]\d{0,3}$/.test(number)) throw new QueryError('params', 'Parameters must be numbered from 1');
    if (typeof value === 'object') throw new QueryError('params', 'Parameters must be texts or numbers');
    parameters.set(Number(number), String(value));
  }
  for (let number = 1; number <= parameters.size; number += 1) {
    if (!parameters.has(number)) throw new QueryError('params', 'Parameters must be numbered sequentially');
  }
  return parameters;
}

function objectOf(json: string): object {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below: what is no JSON is no object either.
  }
  throw new QueryError('params', 'params must be a JSON object');
}

async function compile(
  db: AnyDatabase,
  table: TableDescription,
  asked: Asked,
  folding: CaseFolding,
): Promise<AnyShape> {
  const columns = columnsOf(table, asked.columns);
  if (asked.where === undefined && asked.parameters.size > 0) {
    throw new QueryError('params', 'There is no where clause to use them');
  }
  const condition =
    asked.where === undefined ? undefined : await conditionOf(db, table, asked.where, asked, folding);
  const identity = JSON.stringify([table.oid, Object.keys(columns), condition?.text ?? '']);
  return {
    name: table.table,
    schema: table.schema,
    table: table.table,
    columns,
    primaryKey: table.key,
    tenantId: tenantOf(table.oid, createHash('sha256').update(identity).digest('base64url')),
    where: [],
    ...(condition === undefined ? {} : { condition }),
  };
}

function columnsOf(
  { columns, key }: TableDescription,
  asked: readonly string[] | undefined,
): Readonly<Record<string, ColumnType>> {
  const known = new Map(columns.map(({ name, shown }) => [name, shown]));
  const names = asked ?? [...known.keys()];
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new QueryError('columns', `The following columns could not be found: ${unknown.join(', ')}`);
  }
  const missing = key.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new QueryError('columns', `Must include all primary key columns, missing: ${missing.join(', ')}`);
  }
  return Object.fromEntries([...known].filter(([name]) => names.includes(name)));
}

async function conditionOf(
  db: AnyDatabase,
  { schema, table, columns }: TableDescription,
  where: string,
  { parameters }: Asked,
  folding: CaseFolding,
): Promise<Condition> {
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  try {
    const scope = { schema, table, columns: types, parameters, folding };
    return await compileCondition(where, scope, constantsReader(db));
  } catch (error) {
    if (error instanceof ConditionError) throw new QueryError('where', error.message);
    throw error;
  }
}

function missing([schema, table]: readonly [string, string], text: string): string {
  const hint = text.includes('"')
    ? ''
    : ' If the table name contains capitals or special characters you must quote it.';
  return `Table "${schema}"."${table}" does not exist.${hint}`;
}
