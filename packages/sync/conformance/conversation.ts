/** Initial rows, catch-up and the content of the log, by plain requests. */
import { isVisibleInSnapshot } from '@electric-sql/client';
import { describe, expect, it } from 'vitest';
import { deleteItem, insertItem, insertItems, insertPair, northItems, tenantA, updateItem } from './rows.ts';
import { isChange, isSnapshotEnd, isUpToDate, placeOf, useStage } from './stage.ts';
import type { Probe } from './tables.ts';
import type { ShapeWorldSetup } from './world.ts';

/** More than `snapshotReuseMs`. */
const sharedForMs = 1_001;

export function describeInitialRows(setup: ShapeWorldSetup): void {
  describe('initial rows', () => {
    const stage = useStage(setup);

    it('are inserts of the served columns without log headers, at 0_0, never up to date (I-SHP-2, I-SHP-6)', async () => {
      await stage().write(tenantA, [
        insertItem('a', { note: null, rank: '7' }),
        insertItem('b', { site: 'south' }),
      ]);
      const answer = await stage().ask(northItems, { offset: '-1' });
      expect(placeOf(answer).offset).toBe('0_0');
      expect(answer.headers.has('electric-up-to-date')).toBe(false);
      expect(answer.messages().filter(isChange)).toEqual([
        {
          key: '"public"."item"/"a"',
          value: {
            id: 'a',
            site: 'north',
            day: '2026-11-23',
            rank: '7',
            big: null,
            ok: null,
            tags: null,
            data: null,
            note: null,
          },
          headers: { operation: 'insert', relation: ['public', 'item'] },
        },
      ]);
      expect(answer.text).not.toContain('never served');
    });

    it('of a shape without rows are none, and the conversation still ends up to date (I-SHP-1)', async () => {
      const { answers, changes } = await stage().catchUp(northItems);
      expect(answers).toHaveLength(2);
      expect(answers[0]?.messages().map(isSnapshotEnd)).toEqual([true]);
      expect(answers[0]?.headers.get('electric-has-data')).toBe('false');
      expect(changes).toEqual([]);
    });

    it('say at their end which transactions they contain (I-SHP-2)', async () => {
      const place = await stage().catchUp(northItems);
      await stage().write(tenantA, [insertItem('a')]);
      // The first reader's rows are given to nobody who comes later than this.
      stage().virtual.advance(sharedForMs);
      const end = (await stage().ask(northItems, { offset: '-1' })).messages().at(-1);
      expect(isSnapshotEnd(end)).toBe(true);
      const seen = end?.headers as unknown as Parameters<typeof isVisibleInSnapshot>[1];
      await stage().write(tenantA, [insertItem('b')]);
      const { changes } = await stage().catchUp(northItems, place);
      const visible = changes.map(({ headers }) => isVisibleInSnapshot(Number(`${headers.txids}`), seen));
      expect(visible).toEqual([true, false]);
    });
  });
}

export function describeChunks(setup: ShapeWorldSetup): void {
  describe('initial rows in chunks', () => {
    const stage = useStage(setup);

    it('come in several chunks that each advance the offset, from one snapshot (I-SHP-1, I-SHP-3)', async () => {
      await stage().write(tenantA, insertItems('a', 12));
      const first = await stage().ask(northItems, { offset: '-1' });
      await stage().write(tenantA, [deleteItem('a11'), updateItem('a10', { note: 'later' })]);
      const rest = await stage().catchUp(northItems, placeOf(first));
      const rows = [first, ...rest.answers].flatMap((answer) => answer.messages());
      const initial = rows.filter(({ headers }) => headers.operation === 'insert');
      expect(rows.filter(isSnapshotEnd)).toHaveLength(1);
      expect(rows.slice(0, rows.findIndex(isSnapshotEnd)).filter(isChange)).toHaveLength(12);
      expect(rest.answers.length).toBeGreaterThan(2);
      expect(initial.map(({ value }) => value?.id).toSorted()).toEqual(
        Array.from({ length: 12 }, (_, index) => `a${index}`).toSorted(),
      );
      expect(initial.every(({ value }) => value?.note === null)).toBe(true);
      expect(rows.filter(({ headers }) => headers.lsn !== undefined)).toHaveLength(2);
    });

    it('whose later chunks are gone start over (I-SHP-3, I-SHP-8)', async () => {
      await stage().write(tenantA, insertItems('a', 12));
      const place = placeOf(await stage().ask(northItems, { offset: '-1' }));
      await stage().restart();
      const answer = await stage().ask(northItems, { ...place });
      expect(answer.status).toBe(409);
      expect(answer.messages()).toEqual([{ headers: { control: 'must-refetch' } }]);
    });

    it('asked for at the same time are read once (I-SHP-19)', async () => {
      await stage().write(tenantA, insertItems('a', 12));
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => stage().ask(northItems, { offset: '-1' })),
      );
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      expect(stage().events.filter(({ kind }) => kind === 'snapshot')).toHaveLength(1);
    });

    it('are skipped by "now", which answers only up-to-date at the head (I-SHP-1)', async () => {
      const head = await stage().write(tenantA, insertItems('a', 3));
      const now = await stage().ask(northItems, { offset: 'now' });
      expect(placeOf(now).offset).toBe(`${head}_0`);
      expect(now.messages().map(isUpToDate)).toEqual([true]);
      await stage().write(tenantA, [insertItem('b')]);
      const { changes } = await stage().catchUp(northItems, placeOf(now));
      expect(changes.map(({ value }) => value?.id)).toEqual(['b']);
    });
  });
}

export function describeLog(setup: ShapeWorldSetup): void {
  describe('the log', () => {
    const stage = useStage(setup);

    it('says which row is the last of its transaction, and numbers in plain decimal (I-SHP-4, I-SHP-18)', async () => {
      const { handle, offset } = await stage().catchUp(northItems);
      const head = await stage().write(tenantA, [
        insertItem('a'),
        insertItem('b'),
        insertItem('x', { site: 's' }),
      ]);
      const { changes, answers } = await stage().catchUp(northItems, { handle, offset });
      expect(changes.map(({ headers }) => headers.last)).toEqual([undefined, true]);
      for (const { headers } of changes) {
        expect(headers.lsn).toMatch(/^\d+$/);
        expect(headers.op_position).toEqual(expect.any(Number));
        expect(headers.txids).toEqual([expect.any(Number)]);
      }
      expect(changes[0]?.headers.txids).toEqual(changes[1]?.headers.txids);
      const end = answers.at(-1)?.messages().at(-1);
      expect(end).toEqual({ headers: { control: 'up-to-date', global_last_seen_lsn: `${head}` } });
    });

    it('never splits a transaction between answers, however long (I-SHP-4)', async () => {
      const place = await stage().catchUp(northItems);
      for (const prefix of ['a', 'b', 'c']) await stage().write(tenantA, insertItems(prefix, 8));
      const { answers, changes } = await stage().catchUp(northItems, place);
      expect(answers.length).toBeGreaterThan(1);
      expect(changes).toHaveLength(24);
      for (const answer of answers) {
        const last = answer.messages().findLast((message) => !isUpToDate(message));
        if (last !== undefined) expect(last.headers.last).toBe(true);
      }
    });

    it('moves the offset over changes that concern other shapes (I-SHP-21)', async () => {
      const place = await stage().catchUp(northItems);
      const head = await stage().write(tenantA, [insertItem('x', { site: 'south' }), insertPair('l', 1)]);
      const { offset, changes } = await stage().catchUp(northItems, place);
      expect(changes).toEqual([]);
      expect(offset).toBe(`${head}_0`);
    });

    it('grows strictly by lsn and place, also where a key changes (I-SHP-7, I-SHP-18)', async () => {
      const place = await stage().catchUp(northItems);
      await stage().write(tenantA, [
        insertItem('a'),
        updateItem('a', { id: 'b' }),
        updateItem('b', { rank: '2' }),
      ]);
      await stage().write(tenantA, [deleteItem('b')]);
      const { changes } = await stage().catchUp(northItems, place);
      const places = changes.map(
        ({ headers }) => BigInt(`${headers.lsn}`) * 100n + BigInt(`${headers.op_position}`),
      );
      expect(places).toHaveLength(5);
      expect(places.every((each, index) => index === 0 || each > (places[index - 1] ?? 0n))).toBe(true);
    });

    it('shows nothing of a transaction that concerns only other tenants (I-SHP-8)', async () => {
      const place = await stage().catchUp(northItems);
      await stage().write('tenant-b', [insertItem('a')]);
      const { changes } = await stage().catchUp(northItems, place);
      expect(changes).toEqual([]);
    });
  });
}

/** A change, and what the shape of the north site shows of it. */
interface ChangeCase {
  readonly title: string;
  readonly set: Readonly<Record<string, string | null>>;
  readonly replica?: 'default' | 'full';
  readonly shows: readonly object[];
}

const pk = { id: 'a' };
const row = {
  id: 'a',
  site: 'north',
  day: '2026-11-23',
  rank: '1',
  big: null,
  ok: null,
  tags: null,
  data: null,
  note: null,
};
const key = '"public"."item"/"a"';

const updates: readonly ChangeCase[] = [
  {
    title: 'is an update with key and changed columns (I-SHP-6)',
    set: { note: 'n', rank: '1' },
    shows: [{ key, operation: 'update', value: { ...pk, note: 'n' } }],
  },
  {
    title: 'is an update with all columns and the old values of the changed ones with replica=full (I-SHP-6)',
    set: { note: 'n' },
    replica: 'full',
    shows: [{ key, operation: 'update', value: { ...row, note: 'n' }, old_value: { note: null } }],
  },
  { title: 'of a column that is not served is nothing (I-SHP-6)', set: { secret: 'other' }, shows: [] },
  {
    title: 'out of the filter is a delete with the key (I-SHP-5)',
    set: { site: 'south', note: 'n' },
    shows: [{ key, operation: 'delete', value: pk }],
  },
  {
    title: 'out of the filter is a delete with all old columns with replica=full (I-SHP-5)',
    set: { site: 'south', note: 'n' },
    replica: 'full',
    shows: [{ key, operation: 'delete', value: row }],
  },
  {
    title: 'of the key is a delete and an insert that name each other (I-SHP-7)',
    set: { id: 'z/1' },
    shows: [
      { key, operation: 'delete', value: pk, key_change_to: '"public"."item"/"z//1"' },
      {
        key: '"public"."item"/"z//1"',
        operation: 'insert',
        value: { ...row, id: 'z/1' },
        key_change_from: key,
      },
    ],
  },
];

export function describeUpdates(setup: ShapeWorldSetup): void {
  describe('an update', () => {
    const stage = useStage(setup);

    it.each(updates)('$title', async ({ set, replica = 'default', shows }) => {
      const parameters = { replica };
      await stage().write(tenantA, [insertItem('a')]);
      const place = await stage().catchUp(northItems, undefined, parameters);
      await stage().write(tenantA, [updateItem('a', set)]);
      const { changes } = await stage().catchUp(northItems, place, parameters);
      const seen = changes.map(({ headers, ...rest }) => ({
        ...rest,
        operation: headers.operation,
        ...('key_change_to' in headers ? { key_change_to: headers.key_change_to } : {}),
        ...('key_change_from' in headers ? { key_change_from: headers.key_change_from } : {}),
      }));
      expect(seen).toEqual(shows);
    });

    it('into the filter is an insert with all columns, and one outside of it is nothing (I-SHP-5)', async () => {
      await stage().write(tenantA, [insertItem('a', { site: 'south' })]);
      const place = await stage().catchUp(northItems);
      await stage().write(tenantA, [updateItem('a', { site: 'west' })]);
      await stage().write(tenantA, [updateItem('a', { site: 'north' })]);
      const { changes } = await stage().catchUp(northItems, place);
      expect(changes).toMatchObject([{ key, value: row, headers: { operation: 'insert' } }]);
    });

    it('of a row with a key of two columns names both (I-SHP-18)', async () => {
      const pairs: Probe = { tenant: tenantA, table: 'pair' };
      await stage().write(tenantA, [insertPair('l', 1)]);
      const place = await stage().catchUp(pairs);
      await stage().write(tenantA, [
        { op: 'update', table: 'pair', key: { left: 'l', right: '1' }, set: { note: 'n' } },
      ]);
      const { changes } = await stage().catchUp(pairs, place);
      expect(changes).toMatchObject([
        { key: '"public"."pair"/"l"/"1"', value: { left: 'l', right: '1', note: 'n' } },
      ]);
    });
  });
}
