/** The rows of a shape in PostgreSQL: one consistent read, through the same encoder that the capture uses. */
import { createHash } from 'node:crypto';
import type { TenantId } from '@totem/domain';
import type { Comparison, ShapeDefinition, Snapshot, TextRow } from '@totem/sync';
import type { Database } from '../db/pool.ts';
import { readTenant, type SqlRow, type Statement } from '../db/with-tenant.ts';

/** The head, and which transactions are in what this transaction reads. */
const HEAD: Statement = {
  name: 'snapshot-head',
  text: `SELECT h.last, pg_snapshot_xmin(s.seen) AS xmin, pg_snapshot_xmax(s.seen) AS xmax,
      array_to_string(ARRAY(SELECT pg_snapshot_xip(s.seen)), ',') AS xip
    FROM (SELECT pg_current_snapshot() AS seen) s LEFT JOIN change_head h ON h.tenant_id = $1`,
};
/** Rows fetched at once, so that a shape that is too large is noticed before it fills the memory. */
const FETCHED_AT_ONCE = 2_000;
const FETCH: Statement = { name: '', text: `FETCH ${FETCHED_AT_ONCE} FROM shape_rows` };

/** The head of changes and the rows that are true at it; null when their texts exceed `bytesMax`. */
export async function readSnapshot(
  db: Database,
  shape: ShapeDefinition,
  bytesMax: number,
): Promise<Snapshot | null> {
  const { statement, values } = snapshotQuery(shape);
  return readTenant(db, shape.tenantId as TenantId, async (tx) => {
    const head = await tx.one(HEAD, [tx.tenantId]);
    const declare = { name: '', text: `DECLARE shape_rows NO SCROLL CURSOR FOR ${statement.text}` };
    await tx.all(declare, [tx.tenantId, ...values]);
    const rows: TextRow[] = [];
    for (let bytes = 0, isMore = true; isMore; ) {
      const fetched = await tx.all(FETCH);
      for (const { row } of fetched) {
        bytes += row?.length ?? 0;
        rows.push(JSON.parse(row ?? '{}') as TextRow);
      }
      if (bytes > bytesMax) return null;
      isMore = fetched.length === FETCHED_AT_ONCE;
    }
    return { position: BigInt(head?.last ?? '0'), rows, transactions: transactionsOf(head) };
  });
}

function transactionsOf(head: SqlRow | undefined): Snapshot['transactions'] {
  const { xmin, xmax, xip } = head ?? {};
  return { xmin: xmin ?? '0', xmax: xmax ?? '0', xip: xip ? xip.split(',') : [] };
}

/** The query of a shape. Names come from the definition, which the server makes itself; values are always bound. */
export function snapshotQuery(shape: ShapeDefinition): {
  readonly statement: Statement;
  readonly values: readonly unknown[];
} {
  const table = identifier(shape.table);
  const conditions = shape.where.map((comparison, index) => condition(shape, comparison, `$${index + 2}`));
  const text =
    `SELECT ${identifier(`text_of_${shape.table}`)}(t) AS row FROM ${table} t ` +
    `WHERE ${['t.tenant_id = $1', ...conditions].join(' AND ')}`;
  return {
    statement: { name: `snapshot ${createHash('sha256').update(text).digest('hex').slice(0, 32)}`, text },
    values: shape.where.map((comparison) => (comparison.op === 'in' ? comparison.values : comparison.value)),
  };
}

function condition(shape: ShapeDefinition, comparison: Comparison, parameter: string): string {
  const column = `t.${identifier(comparison.column)}`;
  const type = typeOf(shape, comparison.column);
  // A column that is not served has no declared type; as text it compares as the live filter does.
  const left = type === undefined ? `${column}::text` : column;
  const right = `${parameter}::${type ?? 'text'}`;
  switch (comparison.op) {
    case 'eq':
      return `${left} = ${right}`;
    case 'in':
      return `${left} = ANY(${right}[])`;
    case 'gte':
      return `${left} >= ${right}`;
    default:
      return comparison satisfies never;
  }
}

function typeOf(shape: ShapeDefinition, column: string): string | undefined {
  const declared = shape.columns[column];
  return declared === undefined
    ? undefined
    : `${identifier(declared.type)}${'[]'.repeat(declared.dims ?? 0)}`;
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
