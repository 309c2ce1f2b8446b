/** What makes a copy invalid, and what never does. */
import { describe, expect, it } from 'vitest';
import { insertItem, insertItems, northItems, tenantA, tenantB } from './rows.ts';
import { type Answer, placeOf, useStage } from './stage.ts';
import type { Probe } from './tables.ts';
import type { ShapeWorldSetup } from './world.ts';

function expectRefetch(answer: Answer, old: string): string {
  expect(answer.status, answer.text).toBe(409);
  expect(answer.messages()).toEqual([{ headers: { control: 'must-refetch' } }]);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const fresh = answer.headers.get('electric-handle') ?? '';
  expect(fresh).not.toBe('');
  expect(fresh).not.toBe(old);
  return fresh;
}

export function describeHandles(setup: ShapeWorldSetup): void {
  describe('a handle', () => {
    const stage = useStage(setup);

    it('survives a restart of the server (I-SHP-8)', async () => {
      const place = await stage().catchUp(northItems);
      await stage().restart();
      await stage().write(tenantA, [insertItem('a')]);
      const { changes, handle } = await stage().catchUp(northItems, place);
      expect(changes).toHaveLength(1);
      expect(handle).toBe(place.handle);
    });

    it('that was never issued, or was altered, starts over (I-SHP-8)', async () => {
      const { handle, offset } = await stage().catchUp(northItems);
      const altered = `${handle.startsWith('A') ? 'B' : 'A'}${handle.slice(1)}`;
      for (const unknown of [altered, handle.slice(0, -4), 'x', '0-0', 'x'.repeat(5_000)]) {
        expectRefetch(await stage().ask(northItems, { handle: unknown, offset }), handle);
      }
    });

    it.each<[string, Probe]>([
      ['tenant', { ...northItems, tenant: tenantB }],
      ['filter', { ...northItems, where: [{ column: 'site', op: 'eq', value: 'south' }] }],
      ['table', { tenant: tenantA, table: 'pair' }],
      ['column list', { ...northItems, columns: ['id', 'site'] }],
    ])('of another %s starts over (I-SHP-8)', async (_what, other) => {
      const { handle, offset } = await stage().catchUp(northItems);
      expectRefetch(await stage().ask(other, { handle, offset }), handle);
    });

    it('of another epoch starts over, also in the middle of the initial rows (I-SHP-8)', async () => {
      await stage().write(tenantA, insertItems('a', 12));
      const first = placeOf(await stage().ask(northItems, { offset: '-1' }));
      const { handle, offset } = await stage().catchUp(northItems, first);
      await stage().bumpEpoch(tenantA);
      expectRefetch(await stage().ask(northItems, { handle, offset }), handle);
      expectRefetch(await stage().ask(northItems, { handle, offset, live: 'true' }), handle);
      expectRefetch(await stage().ask(northItems, { ...first }), handle);
      const again = await stage().catchUp(northItems);
      expect(again.handle).not.toBe(handle);
      expect(again.changes).toHaveLength(12);
    });
  });
}

export function describePositions(setup: ShapeWorldSetup): void {
  describe('a handle and its offset', () => {
    const stage = useStage(setup);

    it('with an offset below the retention floor starts over (I-SHP-9)', async () => {
      const { handle, offset } = await stage().catchUp(northItems);
      await stage().write(tenantA, [insertItem('a')]);
      await stage().trim(tenantA);
      const fresh = expectRefetch(await stage().ask(northItems, { handle, offset }), handle);
      expectRefetch(await stage().ask(northItems, { handle: fresh, offset }), fresh);
    });

    it('with an offset at the floor goes on (I-SHP-9)', async () => {
      await stage().write(tenantA, [insertItem('a')]);
      const place = await stage().catchUp(northItems);
      await stage().trim(tenantA);
      await stage().write(tenantA, [insertItem('b')]);
      expect((await stage().catchUp(northItems, place)).changes).toHaveLength(1);
    });

    it('with an offset before its own initial rows starts over (I-SHP-9)', async () => {
      await stage().write(tenantA, insertItems('a', 3));
      const { handle } = await stage().catchUp(northItems);
      expectRefetch(await stage().ask(northItems, { handle, offset: '1_0' }), handle);
    });

    it('that was answered with 409 is never issued again (I-SHP-8)', async () => {
      await stage().write(tenantA, insertItems('a', 2));
      const issued = new Set<string>();
      for (let round = 0; round < 5; round += 1) {
        const { handle, offset } = await stage().catchUp(northItems);
        expect(issued.has(handle)).toBe(false);
        issued.add(handle);
        const wrong = { handle, offset, replica: 'full' };
        const fresh = expectRefetch(await stage().ask(northItems, wrong), handle);
        expect(issued.has(fresh)).toBe(false);
        issued.add(fresh);
      }
    });

    it('is ignored with offset -1 and now (I-SHP-13)', async () => {
      for (const offset of ['-1', 'now']) {
        expect((await stage().ask(northItems, { handle: 'nothing', offset })).status).toBe(200);
      }
    });

    it('says nothing to who may not read (I-SHP-8)', async () => {
      const { handle, offset } = await stage().catchUp(northItems);
      const denied: Probe = { ...northItems, denied: true };
      for (const asked of [{ offset: '-1' }, { handle, offset }, { handle: 'x', offset }]) {
        const answer = await stage().ask(denied, asked);
        expect(answer.status).toBe(403);
        expect(answer.headers.has('electric-handle')).toBe(false);
        expect(answer.json()).toEqual({ code: 'forbidden', message: 'Not for this principal' });
      }
    });
  });
}

export function describeFrozenValues(setup: ShapeWorldSetup): void {
  describe('a value frozen in the handle', () => {
    const stage = useStage(setup);
    const today: Probe = { tenant: tenantA, table: 'item', sinceToday: true };
    const dayMs = 86_400_000;

    it('stays what it was at the first request (I-SHP-14)', async () => {
      await stage().write(tenantA, [insertItem('old', { day: '2026-11-22' }), insertItem('a')]);
      const place = await stage().catchUp(today);
      expect(place.changes.map(({ value }) => value?.id)).toEqual(['a']);
      stage().virtual.advance(dayMs);
      await stage().write(tenantA, [insertItem('b'), insertItem('c', { day: '2026-11-24' })]);
      const next = await stage().catchUp(today, place);
      expect(next.changes.map(({ value }) => value?.id)).toEqual(['b', 'c']);
      const other = await stage().catchUp(today);
      expect(other.changes.map(({ value }) => value?.id)).toEqual(['c']);
    });

    it('that is out of date starts over (I-SHP-14)', async () => {
      const place = await stage().catchUp(today);
      stage().virtual.advance(3 * dayMs);
      expectRefetch(await stage().ask(today, { handle: place.handle, offset: place.offset }), place.handle);
    });
  });
}
