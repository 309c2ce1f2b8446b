/**
 * Many shapes over one long history, from a seed: every shape is followed by the official client, transactions overlap and
 * commit in another order than they were written, clients stop and go on, servers restart; and after each batch every copy
 * is what a query says (I-SHP-17). Small histories are the oracle's; this one finds what only many at once bring about.
 */
import { seededRandom } from '@totem/testkit/virtual';
import { describe, expect, it } from 'vitest';
import type { Comparison, TextRow } from '../shape/change-log.ts';
import type { RowOperation } from '../shape/memory-log.ts';
import { type Follower, follow, type StoredCopy, settleAllAt } from './follower.ts';
import { itemRow, tenantA } from './rows.ts';
import { openStage, type Stage } from './stage.ts';
import { type Probe, shapeOfProbe } from './tables.ts';
import type { ShapeWorldSetup } from './world.ts';

export interface MatrixOptions {
  /** Histories to play: one is a share, more are the proof. */
  readonly seeds?: number;
}

/** A share has each kind of restart and of filter more than once; the proof has what only many bring about. */
const SIZES = { share: { shapes: 10, batches: 6 }, full: { shapes: 100, batches: 10 } } as const;
const TRANSACTIONS = 10;
const CHANGES = 5;
/** Transactions that are open at the same time. */
const OVERLAPPING = [1, 2, 3, 4] as const;
const CLIENT_RESTARTS_EACH = 2;
const SERVER_RESTARTS_EACH = 3;
const ROWS = 60;

const sites = ['north', 'south', 'west'];
const days = ['2026-11-21', '2026-11-22', '2026-11-23'];

export function describeMatrix(setup: ShapeWorldSetup, { seeds = 1 }: MatrixOptions = {}): void {
  describe('many shapes over a long history', () => {
    it.each(Array.from({ length: seeds }, (_, index) => index + 1))(
      'are what a query says, from seed %i (I-SHP-4, I-SHP-17)',
      { timeout: 600_000 },
      async (seed) => {
        const { world, stage } = await openStage(setup, { snapshotChunkBytes: 2_000, pageChangesMax: 40 });
        try {
          await play(stage, chanceOf(seed), seeds === 1 ? SIZES.share : SIZES.full);
        } finally {
          await world.close();
        }
      },
    );
  });
}

type Chance = ReturnType<typeof chanceOf>;

function chanceOf(seed: number) {
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const oneOf = <T>(values: readonly T[]): T => values[below(values.length)] as T;
  const shuffled = <T>(values: readonly T[]): T[] =>
    values
      .map((value) => ({ value, place: random() }))
      .toSorted((left, right) => left.place - right.place)
      .map(({ value }) => value);
  return { below, oneOf, shuffled };
}

async function play(
  stage: Stage,
  chance: Chance,
  { shapes, batches }: (typeof SIZES)['share' | 'full'],
): Promise<void> {
  const probes = Array.from({ length: shapes }, () => probeOf(chance));
  const table = new Map<string, TextRow>();
  let copies: readonly (StoredCopy | undefined)[] = probes.map(() => undefined);
  let followers: readonly Follower[] = [];
  for (let batch = 1; batch <= batches; batch += 1) {
    if (followers.length === 0) followers = probes.map((probe, at) => follow(stage.urlOf(probe), copies[at]));
    const head = await writeBatch(stage, chance, table);
    if (batch % SERVER_RESTARTS_EACH === 0) await stage.restart();
    await settleAllAt(stage, followers, head);
    await expectCopies(stage, probes, followers);
    if (batch % CLIENT_RESTARTS_EACH === 0) {
      copies = followers.map((follower) => follower.stop());
      followers = [];
      await stage.untilNoHolds();
    }
  }
  for (const follower of followers) follower.stop();
}

async function expectCopies(
  stage: Stage,
  probes: readonly Probe[],
  followers: readonly Follower[],
): Promise<void> {
  expect(followers.flatMap(({ violations }) => violations)).toEqual([]);
  for (const [at, probe] of probes.entries()) {
    const shape = shapeOfProbe(probe);
    const columns = Object.keys(shape.columns);
    const queried = (await stage.rows(shape)).map((row) =>
      Object.fromEntries(
        columns.map((column) => [column, column === 'rank' ? Number(row[column]) : row[column]]),
      ),
    );
    expect(byId([...(followers[at]?.rows.values() ?? [])]), JSON.stringify(probe)).toEqual(byId(queried));
  }
}

function probeOf(chance: Chance): Probe {
  const comparisons: readonly (() => Comparison)[] = [
    () => ({ column: 'site', op: 'eq', value: chance.oneOf(sites) }),
    () => ({ column: 'site', op: 'in', values: chance.shuffled(sites).slice(0, chance.below(3)) }),
    () => ({ column: 'day', op: 'gte', value: chance.oneOf(days) }),
    () => ({ column: 'rank', op: 'gte', value: String(chance.below(12) - 1) }),
    () => ({ column: 'id', op: 'in', values: Array.from({ length: 20 }, () => idOf(chance.below(ROWS))) }),
  ];
  return {
    tenant: tenantA,
    table: 'item',
    columns: ['id', 'day', 'rank', ...chance.shuffled(['site', 'note']).slice(0, chance.below(3))],
    where: Array.from({ length: chance.below(3) }, () => chance.oneOf(comparisons)()),
  };
}

/** Groups of transactions over disjoint rows, written in one order and committed in another. */
async function writeBatch(stage: Stage, chance: Chance, table: Map<string, TextRow>): Promise<bigint> {
  let head = 0n;
  for (let written = 0; written < TRANSACTIONS; ) {
    const count = Math.min(chance.oneOf(OVERLAPPING), TRANSACTIONS - written);
    const ids = chance.shuffled(Array.from({ length: ROWS }, (_, index) => idOf(index)));
    const transactions = Array.from({ length: count }, (_, at) =>
      transactionOf(chance, table, ids.slice(at * CHANGES * 2, (at + 1) * CHANGES * 2)),
    );
    const order = chance.shuffled(transactions.map((_, index) => index));
    head = await stage.overlap(tenantA, transactions, order);
    written += count;
  }
  return head;
}

/** Five changes among the transaction's own rows, some of the same row twice. */
function transactionOf(
  chance: Chance,
  table: Map<string, TextRow>,
  own: readonly string[],
): readonly RowOperation[] {
  return Array.from({ length: CHANGES }, (): RowOperation => {
    const id = chance.oneOf(own);
    const old = table.get(id);
    if (old === undefined) {
      const row = itemRow(id, changed(chance));
      table.set(id, row);
      return { op: 'insert', table: 'item', row };
    }
    if (chance.below(5) === 0) {
      table.delete(id);
      return { op: 'delete', table: 'item', key: { id } };
    }
    const to = chance.oneOf(own);
    const set = chance.below(8) === 0 && !table.has(to) ? { ...changed(chance), id: to } : changed(chance);
    table.delete(id);
    table.set(set.id ?? id, { ...old, ...set });
    return { op: 'update', table: 'item', key: { id }, set };
  });
}

/** At least one value, so that every transaction has a position of its own. */
function changed(chance: Chance): Record<string, string> {
  const set: Record<string, string> = { note: `n${chance.below(1_000_000)}` };
  if (chance.below(2) === 0) set.site = chance.oneOf(sites);
  if (chance.below(3) === 0) set.day = chance.oneOf(days);
  if (chance.below(2) === 0) set.rank = String(chance.below(14) - 2);
  if (chance.below(4) === 0) set.secret = `s${chance.below(9)}`;
  return set;
}

function idOf(index: number): string {
  return `r${index}`;
}

function byId(rows: readonly Readonly<Record<string, unknown>>[]): unknown {
  return Object.fromEntries(rows.map((row) => [`${row.id}`, row]));
}
