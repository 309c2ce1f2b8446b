/** The filter of a shape: which rows it lets through, for each operator and type. */
import { describe, expect, it } from 'vitest';
import type { Comparison, ShapeDefinition } from './change-log.ts';
import { matches } from './filter.ts';

const shapeWith = (where: readonly Comparison[]): ShapeDefinition => ({
  name: 'item',
  table: 'item',
  columns: {
    id: { type: 'text', notNull: true },
    rank: { type: 'int8', notNull: false },
    day: { type: 'date', notNull: false },
    at: { type: 'timestamptz', notNull: false },
  },
  primaryKey: ['id'],
  tenantId: 't',
  where,
});

const cases: readonly (readonly [Comparison, string | null, boolean])[] = [
  [{ column: 'id', op: 'eq', value: 'a' }, 'a', true],
  [{ column: 'id', op: 'eq', value: 'a' }, 'A', false],
  [{ column: 'id', op: 'eq', value: '' }, null, false],
  [{ column: 'id', op: 'in', values: ['a', 'b'] }, 'b', true],
  [{ column: 'id', op: 'in', values: [] }, 'a', false],
  [{ column: 'rank', op: 'gte', value: '9' }, '10', true],
  [{ column: 'rank', op: 'gte', value: '-9' }, '-10', false],
  [{ column: 'rank', op: 'gte', value: '9007199254740993' }, '9007199254740992', false],
  [{ column: 'rank', op: 'gte', value: '0' }, null, false],
  [{ column: 'day', op: 'gte', value: '2026-11-23' }, '2026-11-23', true],
  [{ column: 'day', op: 'gte', value: '2026-11-23' }, '2026-09-30', false],
  [{ column: 'at', op: 'gte', value: '2026-11-23 21:00:00+00' }, '2026-11-23 21:00:00.5+00', true],
  [{ column: 'at', op: 'gte', value: '2026-11-23 21:00:00.51+00' }, '2026-11-23 21:00:00.5+00', false],
];

describe('a comparison means what it means in SQL (I-SHP-5)', () => {
  it.each(cases)('%j of %j is %s', (comparison, value, expected) => {
    expect(matches(shapeWith([comparison]), { id: 'z', [comparison.column]: value })).toBe(expected);
  });

  it('all must hold, and none always does', () => {
    const [first, second] = [cases[0]?.[0], cases[3]?.[0]];
    if (first === undefined || second === undefined) throw new Error('no cases');
    expect(matches(shapeWith([first, second]), { id: 'a' })).toBe(true);
    expect(matches(shapeWith([first, second]), { id: 'b' })).toBe(false);
    expect(matches(shapeWith([]), { id: null })).toBe(true);
  });
});
