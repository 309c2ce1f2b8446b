/** A shape's definition in the words of a real Electric service. Values travel as parameters, never inside the condition. */
import type { Comparison, Replica, ShapeDefinition } from '@totem/sync';

/** The query parameters that define a shape. */
export function electricDefinition(
  shape: ShapeDefinition,
  replica: Replica,
): readonly (readonly [string, string])[] {
  const tenant: Comparison = { column: 'tenant_id', op: 'eq', value: shape.tenantId };
  const values: string[] = [];
  const place = (value: string): string => `$${values.push(value)}`;
  const conditions = [tenant, ...shape.where].map((comparison) => conditionOf(comparison, place));
  return [
    ['table', `${quoted(shape.schema ?? 'public')}.${quoted(shape.table)}`],
    ['columns', Object.keys(shape.columns).map(quoted).join(',')],
    ['replica', replica],
    ['where', conditions.join(' AND ')],
    ...values.map((value, index) => [`params[${index + 1}]`, value] as const),
  ];
}

function conditionOf(comparison: Comparison, place: (value: string) => string): string {
  const column = quoted(comparison.column);
  switch (comparison.op) {
    case 'eq':
      return `${column} = ${place(comparison.value)}`;
    case 'gte':
      return `${column} >= ${place(comparison.value)}`;
    case 'in':
      // An empty list is no SQL; nothing is in it.
      return comparison.values.length === 0
        ? 'false'
        : `${column} IN (${comparison.values.map(place).join(', ')})`;
    default:
      return comparison satisfies never;
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
