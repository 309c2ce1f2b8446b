/**
 * Turns rows and changes into messages of the Shape protocol, already as JSON text, because one encoding is shared by
 * every client that waits at the same position.
 */
import type { Change, ColumnType, ShapeDefinition, SnapshotTransactions, TextRow } from './change-log.ts';
import { matches } from './filter.ts';
import type { Replica } from './request.ts';

/** The schema of tables that do not name theirs; the relation of every message has it. */
const schemaDefault = 'public';
const txid32 = 0xffff_ffffn;

/** A message before the headers that depend on its place in the transaction. */
interface Draft {
  readonly key: string;
  readonly value: TextRow;
  readonly oldValue?: TextRow;
  readonly operation: 'insert' | 'update' | 'delete';
  readonly extra?: Readonly<Record<string, string>>;
  readonly opPosition: number;
  readonly position: bigint;
}

/** An initial row: an insert without log headers (I-SHP-2). */
export function rowMessage(shape: ShapeDefinition, row: TextRow): string {
  return JSON.stringify({
    key: rowKey(shape, row),
    value: project(Object.keys(shape.columns), row),
    headers: { operation: 'insert', relation: relationOf(shape) },
  });
}

/** A message as JSON and the position of its change. */
export interface LogMessage {
  readonly text: string;
  readonly position: bigint;
}

/**
 * The messages of one transaction for a shape, in order; empty when it does not concern the shape. The last one says so
 * (I-SHP-4).
 */
export function transactionMessages(
  shape: ShapeDefinition,
  replica: Replica,
  changes: readonly Change[],
): readonly LogMessage[] {
  const drafts = changes.flatMap((change) => draftsOf(shape, replica, change));
  const txids = txidsOf(changes[0]?.tx ?? '');
  return drafts.map((draft, index) => ({
    position: draft.position,
    text: JSON.stringify({
      key: draft.key,
      value: draft.value,
      ...(draft.oldValue === undefined ? {} : { old_value: draft.oldValue }),
      headers: {
        operation: draft.operation,
        relation: relationOf(shape),
        ...draft.extra,
        lsn: `${draft.position}`,
        op_position: draft.opPosition,
        ...(txids === undefined ? {} : { txids }),
        ...(index === drafts.length - 1 ? { last: true } : {}),
      },
    }),
  }));
}

/**
 * The control message after the last initial row (I-SHP-2). With the `txids` of later changes it tells a writer whether its
 * own transaction was in the rows already.
 */
export function snapshotEndMessage({ xmin, xmax, xip }: SnapshotTransactions): string {
  return JSON.stringify({ headers: { control: 'snapshot-end', xmin, xmax, xip_list: xip } });
}

/** The control message that ends a consistent answer. `lsn` is plain decimal: the client reads it as a big integer. */
export function upToDateMessage(position: bigint): string {
  return JSON.stringify({ headers: { control: 'up-to-date', global_last_seen_lsn: `${position}` } });
}

/** The whole body of a 409. */
export const mustRefetchBody = JSON.stringify([{ headers: { control: 'must-refetch' } }]);

/** Key text of a row: `"public"."ticket"/"id"`, a slash within a part doubled. Opaque to clients. */
export function rowKey(shape: ShapeDefinition, row: TextRow): string {
  const parts = shape.primaryKey.map((column) => {
    const value = row[column] ?? null;
    return value === null ? '_' : `"${value.replaceAll('/', '//')}"`;
  });
  return [relationOf(shape).map(quoted).join('.'), ...parts].join('/');
}

/** The `electric-schema` header: column to type, in the order of the definition. */
export function schemaHeader(shape: ShapeDefinition): string {
  const schema = Object.entries(shape.columns).map(([name, column]) => [name, schemaEntry(column)]);
  return asciiJson(Object.fromEntries(schema));
}

function schemaEntry(column: ColumnType): Readonly<Record<string, unknown>> {
  return {
    type: column.type,
    ...(column.dims === undefined ? {} : { dims: column.dims }),
    ...(column.maxLength === undefined ? {} : { max_length: column.maxLength }),
    ...(column.length === undefined ? {} : { length: column.length }),
    ...(column.precision === undefined ? {} : { precision: column.precision }),
    ...(column.scale === undefined ? {} : { scale: column.scale }),
    ...(column.fields === undefined ? {} : { fields: column.fields }),
    ...(column.notNull ? { not_null: true } : {}),
    ...(column.pkIndex === undefined ? {} : { pk_index: column.pkIndex }),
  };
}

/** JSON for a header, which may only carry Latin letters: a column may be named `preço` or `価格`. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function relationOf({ schema = schemaDefault, table }: ShapeDefinition): readonly [string, string] {
  return [schema, table];
}

function draftsOf(shape: ShapeDefinition, replica: Replica, change: Change): readonly Draft[] {
  const before = change.old !== null && matches(shape, change.old) ? change.old : null;
  const after = change.new !== null && matches(shape, change.new) ? change.new : null;
  const { position } = change;
  if (before === null) return after === null ? [] : [inserted(shape, position, after)];
  if (after === null) return [deleted(shape, replica, position, before)];
  const oldKey = rowKey(shape, before);
  const newKey = rowKey(shape, after);
  if (oldKey === newKey) return updated(shape, replica, position, before, after);
  return [
    { ...deleted(shape, replica, position, before), extra: { key_change_to: newKey } },
    { ...inserted(shape, position, after), extra: { key_change_from: oldKey }, opPosition: 1 },
  ];
}

function inserted(shape: ShapeDefinition, position: bigint, row: TextRow): Draft {
  const value = project(Object.keys(shape.columns), row);
  return { key: rowKey(shape, row), value, operation: 'insert', opPosition: 0, position };
}

function deleted(shape: ShapeDefinition, replica: Replica, position: bigint, row: TextRow): Draft {
  const columns = replica === 'full' ? Object.keys(shape.columns) : shape.primaryKey;
  return {
    key: rowKey(shape, row),
    value: project(columns, row),
    operation: 'delete',
    opPosition: 0,
    position,
  };
}

function updated(
  shape: ShapeDefinition,
  replica: Replica,
  position: bigint,
  before: TextRow,
  after: TextRow,
): readonly Draft[] {
  const all = Object.keys(shape.columns);
  const changed = all.filter((column) => (before[column] ?? null) !== (after[column] ?? null));
  if (changed.length === 0) return [];
  const common = { key: rowKey(shape, after), operation: 'update', opPosition: 0, position } as const;
  return replica === 'full'
    ? [{ ...common, value: project(all, after), oldValue: project(changed, before) }]
    : [{ ...common, value: project([...new Set([...shape.primaryKey, ...changed])], after) }];
}

function project(columns: readonly string[], row: TextRow): TextRow {
  return Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));
}

/** Transaction ids as clients compare them: the low 32 bits, as `pg_current_xact_id()::xid` prints. None for other names. */
function txidsOf(tx: string): readonly number[] | undefined {
  return /^\d+$/.test(tx) ? [Number(BigInt(tx) & txid32)] : undefined;
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
