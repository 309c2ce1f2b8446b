/** The rows of a shape in PostgreSQL: one consistent read, through the same encoder that the capture uses. */
import { createHash } from 'node:crypto';
import type { TenantId } from '@totem/domain';
import type { Comparison, ShapeDefinition, Snapshot, TextRow } from '@totem/sync';
import type { Database } from '../db/pool.ts';
import { readTenant, type Statement } from '../db/with-tenant.ts';

const HEAD: Statement = { name: 'change-head', text: 'SELECT last FROM change_head WHERE tenant_id = $1' };

/** The head of changes and the rows that are true at it. */
export async function readSnapshot(db: Database, shape: ShapeDefinition): Promise<Snapshot> {
  const { statement, values } = snapshotQuery(shape);
  return readTenant(db, shape.tenantId as TenantId, async (tx) => {
    const head = await tx.one(HEAD, [tx.tenantId]);
    const rows = await tx.all(statement, [tx.tenantId, ...values]);
    return {
      position: BigInt(head?.last ?? '0'),
      rows: rows.map(({ row }) => JSON.parse(row ?? '{}') as TextRow),
    };
  });
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
