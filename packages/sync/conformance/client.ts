/** The official client, unmodified, against the server under test. */
import { FetchError, ShapeStream } from '@electric-sql/client';
import { describe, expect, it } from 'vitest';
import { follow, settleAt } from './follower.ts';
import { deleteItem, insertItem, insertItems, northItems, tenantA, updateItem } from './rows.ts';
import { useStage } from './stage.ts';
import type { ShapeWorldSetup } from './world.ts';

export function describeClient(setup: ShapeWorldSetup): void {
  describe('the official client', () => {
    const stage = useStage(setup);

    it('parses values by the schema (I-SHP-17)', async () => {
      const head = await stage().write(tenantA, [
        insertItem('a', {
          rank: '-3',
          big: '9007199254740993',
          ok: 't',
          tags: '{x,NULL,"y z"}',
          data: '{"n":[1]}',
        }),
      ]);
      const follower = follow(stage().urlOf(northItems));
      await settleAt(stage(), follower, head);
      const [row] = follower.stop().rows.values();
      expect(row).toEqual({
        id: 'a',
        site: 'north',
        day: '2026-11-23',
        rank: -3,
        big: 9007199254740993n,
        ok: true,
        tags: ['x', null, 'y z'],
        data: { n: [1] },
        note: null,
      });
    });

    it('holds what is in the table through inserts, updates, moves and deletes (I-SHP-17)', async () => {
      await stage().write(tenantA, insertItems('a', 12));
      const follower = follow(stage().urlOf(northItems));
      const head = await stage().write(tenantA, [
        updateItem('a0', { note: 'n' }),
        updateItem('a1', { site: 'south' }),
        updateItem('a2', { id: 'z' }),
        deleteItem('a3'),
      ]);
      await settleAt(stage(), follower, head);
      const ids = [...follower.rows.values()].map(({ id }) => id).toSorted();
      expect(ids).toEqual(['a0', 'a10', 'a11', 'a4', 'a5', 'a6', 'a7', 'a8', 'a9', 'z']);
      expect(follower.rows.get('"public"."item"/"a0"')?.note).toBe('n');
      follower.stop();
      expect(follower.violations).toEqual([]);
    });

    it('goes on from a stored place without reading the rows again (I-SHP-17)', async () => {
      const head = await stage().write(tenantA, insertItems('a', 12));
      const first = follow(stage().urlOf(northItems));
      await settleAt(stage(), first, head);
      const stored = first.stop();
      const next = await stage().write(tenantA, [deleteItem('a0'), insertItem('b')]);
      const second = follow(stage().urlOf(northItems), stored);
      await settleAt(stage(), second, next);
      expect(second.stop().rows.size).toBe(12);
      expect(second.violations).toEqual([]);
      expect(stage().events.filter(({ kind }) => kind === 'snapshot')).toHaveLength(1);
    });
  });
}

export function describeClientRecovery(setup: ShapeWorldSetup): void {
  describe('the official client, disturbed,', () => {
    const stage = useStage(setup);

    it('starts over by itself when its copy became invalid, while it is held and after (I-SHP-8, I-SHP-17)', async () => {
      const head = await stage().write(tenantA, insertItems('a', 12));
      const follower = follow(stage().urlOf(northItems));
      await settleAt(stage(), follower, head);
      await stage().untilHolds(1);
      await stage().bumpEpoch(tenantA);
      const next = await stage().write(tenantA, [deleteItem('a0')]);
      await settleAt(stage(), follower, next);
      expect(follower.rows.size).toBe(11);
      const stored = follower.stop();
      expect(follower.refetches).toBe(1);
      const last = await stage().write(tenantA, [deleteItem('a1')]);
      await stage().trim(tenantA);
      const again = follow(stage().urlOf(northItems), stored);
      await settleAt(stage(), again, last);
      expect(again.stop().rows.size).toBe(10);
      expect(again.refetches).toBe(1);
      expect([...follower.violations, ...again.violations]).toEqual([]);
    });

    it('goes on after a restart of the server (I-SHP-17)', async () => {
      const head = await stage().write(tenantA, insertItems('a', 3));
      const follower = follow(stage().urlOf(northItems));
      await settleAt(stage(), follower, head);
      await stage().untilHolds(1);
      await stage().restart();
      const next = await stage().write(tenantA, [insertItem('b')]);
      await settleAt(stage(), follower, next);
      expect(follower.stop().rows.size).toBe(4);
      expect(follower.refetches).toBe(0);
    });

    it('that wants server-sent events is told so and does not lose rows (I-SHP-13)', async () => {
      await stage().write(tenantA, [insertItem('a')]);
      const failed = Promise.withResolvers<unknown>();
      const stream = new ShapeStream({
        url: stage().urlOf(northItems),
        liveSse: true,
        onError: (error) => failed.resolve(error),
      });
      stream.subscribe(() => {});
      const error = await failed.promise;
      expect(error).toBeInstanceOf(FetchError);
      expect(error).toMatchObject({ status: 400 });
    });
  });
}
