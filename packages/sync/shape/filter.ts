/**
 * A shape's filter over rows in text form, and the checks of a definition. The same filter runs as SQL inside a
 * snapshot, so its meaning is SQL's: a null meets no condition.
 */
import type { Comparison, ShapeDefinition, TextRow } from './change-log.ts';

/** Types that `gte` can compare in text form, and how. ISO dates and UTC timestamps of PostgreSQL sort as text. */
const orderedTypes = {
  int2: 'integer',
  int4: 'integer',
  int8: 'integer',
  date: 'text',
  timestamp: 'text',
  timestamptz: 'text',
  uuid: 'text',
} as const;

/** Whether a row belongs to the shape (I-SHP-5). */
export function matches(shape: ShapeDefinition, row: TextRow): boolean {
  return (
    shape.where.every((comparison) => meets(shape, comparison, row)) && shape.condition?.meets(row) !== false
  );
}

/**
 * Refuses a definition that the server cannot serve correctly.
 * @throws RangeError naming the shape; it is a mistake in the caller, never in a request.
 */
export function assertServable(shape: ShapeDefinition): void {
  if (shape.primaryKey.length === 0) throw new RangeError(`shape ${shape.name}: no primary key`);
  for (const column of shape.primaryKey) {
    if (!Object.hasOwn(shape.columns, column)) {
      throw new RangeError(`shape ${shape.name}: key column ${column} is not served`);
    }
  }
  for (const comparison of shape.where) {
    if (comparison.op === 'gte' && orderOf(shape, comparison.column) === undefined) {
      throw new RangeError(`shape ${shape.name}: no order for column ${comparison.column}`);
    }
  }
}

function meets(shape: ShapeDefinition, comparison: Comparison, row: TextRow): boolean {
  const value = row[comparison.column] ?? null;
  if (value === null) return false;
  switch (comparison.op) {
    case 'eq':
      return value === comparison.value;
    case 'in':
      return comparison.values.includes(value);
    case 'gte':
      return orderOf(shape, comparison.column) === 'integer'
        ? BigInt(value) >= BigInt(comparison.value)
        : value >= comparison.value;
    default:
      return comparison satisfies never;
  }
}

function orderOf(shape: ShapeDefinition, column: string): 'integer' | 'text' | undefined {
  const type = shape.columns[column]?.type;
  return type !== undefined && isOrdered(type) ? orderedTypes[type] : undefined;
}

function isOrdered(type: string): type is keyof typeof orderedTypes {
  return Object.hasOwn(orderedTypes, type);
}
