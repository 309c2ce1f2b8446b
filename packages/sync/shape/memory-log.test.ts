/** The change log in memory: whole transactions, floors and wake-ups. */
import { describe, expect, it } from 'vitest';
import { createMemoryChangeLog, type RowOperation } from './memory-log.ts';
import { createStopSource } from './ports.ts';

const insert = (id: string, table = 'item'): RowOperation => ({ op: 'insert', table, row: { id } });
const opened = (changesKeptMax?: number) =>
  createMemoryChangeLog({
    tables: { item: ['id'], other: ['id'] },
    ...(changesKeptMax === undefined ? {} : { changesKeptMax }),
  });

describe('the change log in memory', () => {
  it('applies a transaction whole or not at all', async () => {
    const log = opened();
    log.write('t', [insert('a'), insert('b')]);
    const failing: readonly RowOperation[] = [
      { op: 'update', table: 'item', key: { id: 'a' }, set: { id: 'c' } },
      { op: 'delete', table: 'item', key: { id: 'b' } },
      insert('d'),
      insert('d'),
    ];
    expect(() => log.write('t', failing)).toThrow(RangeError);
    expect(
      log
        .rows('t', 'item')
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(['a', 'b']);
    expect(await log.changes('t', 'item', 0n, 10)).toMatchObject({ head: 2n, more: false });
  });

  it.each<[string, RowOperation]>([
    ['a row that is there', insert('a')],
    ['a missing row', { op: 'update', table: 'item', key: { id: 'z' }, set: {} }],
    ['a missing row', { op: 'delete', table: 'item', key: { id: 'z' } }],
    ['a key that is taken', { op: 'update', table: 'item', key: { id: 'a' }, set: { id: 'b' } }],
    ['a table that is unknown', insert('a', 'none')],
  ])('refuses %s', (_what, operation) => {
    const log = opened();
    log.write('t', [insert('a'), insert('b')]);
    expect(() => log.write('t', [operation])).toThrow(RangeError);
  });

  it('returns whole transactions of one table, and says when there is more', async () => {
    const log = opened();
    log.write('t', [insert('a'), insert('b'), insert('o', 'other'), insert('c')]);
    log.write('t', [insert('d')]);
    const page = await log.changes('t', 'item', 0n, 1);
    expect(page.changes.map((change) => change.position)).toEqual([1n, 2n, 4n]);
    expect(page).toMatchObject({ head: 4n, more: true, floor: 0n });
    expect(await log.changes('t', 'item', 4n, 1)).toMatchObject({ head: 5n, more: false });
    expect(await log.changes('t', 'other', 4n, 1)).toMatchObject({ changes: [], head: 5n, more: false });
    expect(await log.changes('t', 'item', 99n, 1)).toMatchObject({ changes: [], head: 5n, more: false });
  });

  it('forgets only whole transactions when it keeps too many changes', async () => {
    const log = opened(3);
    log.write('t', [insert('a'), insert('b')]);
    log.write('t', [insert('c'), insert('d')]);
    const page = await log.changes('t', 'item', 2n, 10);
    expect(page).toMatchObject({ head: 4n, floor: 2n });
    expect(page.changes).toHaveLength(2);
  });

  it('wakes those who wait for a write, a new epoch, a new floor, or their own end', async () => {
    const log = opened();
    const { signal, stop } = createStopSource();
    const wakers = [
      () => log.write('t', [insert('a')]),
      () => log.bumpEpoch('t'),
      () => log.trim('t', 1n),
      () => stop(),
    ];
    for (const wake of wakers) {
      const waiting = log.waitPast('t', 5n, signal);
      wake();
      await waiting;
    }
    await log.waitPast('t', 5n, signal);
    await log.waitPast('t', 0n, createStopSource().signal);
  });

  it('keeps tenants apart', async () => {
    const log = opened();
    log.write('t', [insert('a')]);
    expect(log.rows('u', 'item')).toEqual([]);
    expect(await log.changes('u', 'item', 0n, 10)).toMatchObject({ changes: [], head: 0n });
  });
});
