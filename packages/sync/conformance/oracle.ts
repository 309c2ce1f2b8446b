/**
 * The oracle: whatever is written, however often readers stop and go on and servers restart, what the official client
 * holds in the end is what the filter says about the table (I-SHP-17).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Comparison, TextRow } from '../shape/change-log.ts';
import { matches } from '../shape/filter.ts';
import type { RowOperation } from '../shape/memory-log.ts';
import { follow, type StoredCopy, settleAt } from './follower.ts';
import { itemRow, tenantA } from './rows.ts';
import { openStage, type Stage } from './stage.ts';
import { type Probe, shapeOfProbe } from './tables.ts';
import type { ShapeWorldSetup } from './world.ts';

/** A wish that is made an operation by the state of the table: insert, update, or delete what is there. */
interface Wish {
  readonly id: string;
  readonly act: 'put' | 'remove' | 'rename';
  readonly to: string;
  readonly set: TextRow;
}

const ids = ['a', 'b', 'c/d', 'é', 'f', 'g'];
const sites = ['north', 'south', 'west'];
const days = ['2026-11-21', '2026-11-22', '2026-11-23'];

const wish: fc.Arbitrary<Wish> = fc.record({
  id: fc.constantFrom(...ids),
  act: fc.constantFrom('put', 'put', 'put', 'remove', 'rename'),
  to: fc.constantFrom(...ids),
  set: fc.record(
    {
      site: fc.constantFrom(...sites),
      day: fc.constantFrom(...days),
      rank: fc.integer({ min: -2, max: 12 }).map(String),
      note: fc.option(fc.string({ unit: 'grapheme', maxLength: 4 }).filter(isStorable)),
      secret: fc.constantFrom('s1', 's2'),
    },
    { requiredKeys: [] },
  ),
});

const comparison: fc.Arbitrary<Comparison> = fc.oneof(
  fc.record({
    column: fc.constant('site'),
    op: fc.constant('eq' as const),
    value: fc.constantFrom(...sites),
  }),
  fc.record({ column: fc.constant('id'), op: fc.constant('in' as const), values: fc.subarray(ids) }),
  fc.record({ column: fc.constant('day'), op: fc.constant('gte' as const), value: fc.constantFrom(...days) }),
  fc.record({
    column: fc.constant('rank'),
    op: fc.constant('gte' as const),
    value: fc.constantFrom('0', '9', '10'),
  }),
);

const probe: fc.Arbitrary<Probe> = fc.record({
  tenant: fc.constant(tenantA),
  table: fc.constant('item' as const),
  columns: fc.subarray(['site', 'note']).map((some) => ['id', 'day', 'rank', ...some]),
  where: fc.array(comparison, { maxLength: 2 }),
});

const batch = fc.array(fc.array(wish, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 });
const scenario = fc.record({
  probes: fc.array(probe, { minLength: 1, maxLength: 3 }),
  batches: fc.array(batch, { minLength: 2, maxLength: 6 }),
});

export interface OracleOptions {
  /** Random histories to try. */
  readonly runs?: number;
}

export function describeOracle(setup: ShapeWorldSetup, { runs = 25 }: OracleOptions = {}): void {
  describe('any history', () => {
    it('leaves the official client with exactly the rows of the filter (I-SHP-17)', {
      timeout: 120_000,
    }, async () => {
      await fc.assert(
        fc.asyncProperty(scenario, async ({ probes, batches }) => {
          const { world, stage } = await openStage(setup, { pageChangesMax: 3 });
          try {
            await play(stage, probes, batches);
          } finally {
            await world.close();
          }
        }),
        { numRuns: runs },
      );
    });
  });
}

async function play(
  stage: Stage,
  probes: readonly Probe[],
  batches: readonly (readonly (readonly Wish[])[])[],
): Promise<void> {
  const table = new Map<string, TextRow>();
  let copies: readonly (StoredCopy | undefined)[] = probes.map(() => undefined);
  for (const [index, transactions] of batches.entries()) {
    // Readers stop before every second batch; otherwise they are there, held, while it is written.
    const early = index % 2 === 0;
    const followers = early ? probes.map((each, at) => follow(stage.urlOf(each), copies[at])) : [];
    if (early) await stage.untilHolds(probes.length);
    let head = 0n;
    for (const wishes of transactions) head = await stage.write(tenantA, operationsOf(table, wishes));
    if (index % 3 === 2) await stage.restart();
    if (index % 4 === 3) await stage.trim(tenantA);
    const readers = early ? followers : probes.map((each, at) => follow(stage.urlOf(each), copies[at]));
    for (const reader of readers) await settleAt(stage, reader, head);
    copies = readers.map((reader) => reader.stop());
    await stage.untilNoHolds();
    expect(readers.flatMap(({ violations }) => violations)).toEqual([]);
    for (const [at, each] of probes.entries()) expect(heldBy(copies[at])).toEqual(expected(table, each));
  }
}

/** Makes wishes possible, and keeps the model of the table. Never empty, so that every transaction has a position. */
function operationsOf(table: Map<string, TextRow>, wishes: readonly Wish[]): readonly RowOperation[] {
  return wishes.map(({ id, act, to, set }): RowOperation => {
    const old = table.get(id);
    if (old === undefined) {
      const row = itemRow(id, set);
      table.set(id, row);
      return { op: 'insert', table: 'item', row };
    }
    if (act === 'remove') {
      table.delete(id);
      return { op: 'delete', table: 'item', key: { id } };
    }
    const renamed = act === 'rename' && !table.has(to) ? { ...set, id: to } : set;
    table.delete(id);
    table.set(renamed.id ?? id, { ...old, ...renamed });
    return { op: 'update', table: 'item', key: { id }, set: renamed };
  });
}

function expected(table: ReadonlyMap<string, TextRow>, probeOf: Probe): unknown {
  const shape = shapeOfProbe(probeOf);
  const rows = [...table.values()].filter((row) => matches(shape, row));
  return byId(
    rows.map((row) =>
      Object.fromEntries(
        Object.keys(shape.columns).map((column) => [
          column,
          column === 'rank' ? Number(row[column]) : row[column],
        ]),
      ),
    ),
  );
}

function heldBy(copy: StoredCopy | undefined): unknown {
  return byId([...(copy?.rows.values() ?? [])]);
}

function byId(rows: readonly Readonly<Record<string, unknown>>[]): unknown {
  return Object.fromEntries(rows.map((row) => [`${row.id}`, row]));
}

/** PostgreSQL refuses NUL and lone surrogates in text; the project removes them at the door. */
function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}
