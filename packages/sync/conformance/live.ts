/** Long-polling: what ends a hold, and what a held request is answered. All time is virtual. */
import { describe, expect, it } from 'vitest';
import { insertItem, insertItems, insertPair, northItems, tenantA } from './rows.ts';
import { beyondHoldMs, isUpToDate, liveHoldMs, placeOf, useStage } from './stage.ts';
import type { ShapeWorldSetup } from './world.ts';

export function describeLive(setup: ShapeWorldSetup): void {
  describe('a live request', () => {
    const stage = useStage(setup);
    const live = async (cursor = '') => {
      const { handle, offset } = await stage().catchUp(northItems);
      return { handle, offset, cursor, live: 'true' };
    };

    it('is answered with changes and up-to-date when they are committed (I-SHP-11)', async () => {
      const held = stage().ask(northItems, await live());
      await stage().untilHolds(1);
      const head = await stage().write(tenantA, [insertItem('a'), insertItem('b')]);
      const answer = await held;
      expect(placeOf(answer).offset).toBe(`${head}_0`);
      const messages = answer.messages();
      expect(messages.map(({ value }) => value?.id)).toEqual(['a', 'b', undefined]);
      expect(isUpToDate(messages.at(-1))).toBe(true);
    });

    it('is not ended by changes of other shapes, and says nothing for 20 s (I-SHP-11, I-SHP-21)', async () => {
      const asked = await live();
      const held = stage().ask(northItems, asked);
      await stage().untilHolds(1);
      const head = await stage().write(tenantA, [insertPair('l', 1), insertItem('x', { site: 'south' })]);
      stage().virtual.advance(liveHoldMs - 1);
      expect(stage().holds()).toBe(1);
      stage().virtual.advance(1);
      const answer = await held;
      expect(answer.messages().map(isUpToDate)).toEqual([true]);
      expect(answer.headers.has('electric-up-to-date')).toBe(true);
      expect(placeOf(answer).offset).toBe(`${head}_0`);
    });

    it('with changes already there is answered at once (I-SHP-11)', async () => {
      const asked = await live();
      await stage().write(tenantA, [insertItem('a')]);
      const answer = await stage().ask(northItems, asked);
      expect(answer.messages()).toHaveLength(2);
      expect(stage().events.some(({ kind }) => kind === 'hold_started')).toBe(false);
    });

    it('gets long news in parts that end at transactions, up-to-date with the last (I-SHP-4, I-SHP-11)', async () => {
      const asked = await live();
      for (const prefix of ['a', 'b']) await stage().write(tenantA, insertItems(prefix, 8));
      const first = await stage().ask(northItems, asked);
      expect(first.headers.has('electric-up-to-date')).toBe(false);
      expect(first.messages()).toHaveLength(8);
      const second = await stage().ask(northItems, { ...asked, ...placeOf(first) });
      expect(second.messages()).toHaveLength(9);
      expect(isUpToDate(second.messages().at(-1))).toBe(true);
    });
  });
}

export function describeLiveClients(setup: ShapeWorldSetup): void {
  describe('clients of live requests', () => {
    const stage = useStage(setup);
    const live = async (cursor = '') => {
      const { handle, offset } = await stage().catchUp(northItems);
      return { handle, offset, cursor, live: 'true' };
    };

    it('waiting at one place are given the same answer (I-SHP-11)', async () => {
      const asked = await live();
      const held = Array.from({ length: 5 }, () => stage().ask(northItems, asked));
      await stage().untilHolds(5);
      await stage().write(tenantA, [insertItem('a')]);
      const texts = await Promise.all(held.map(async (answer) => (await answer).text));
      expect(new Set(texts).size).toBe(1);
    });

    it('are told to start over when the epoch changes (I-SHP-8)', async () => {
      const held = stage().ask(northItems, await live());
      await stage().untilHolds(1);
      await stage().bumpEpoch(tenantA);
      stage().virtual.advance(liveHoldMs);
      expect((await held).status).toBe(409);
    });

    it('that have left are not held any longer (I-SHP-16)', async () => {
      const leave = new AbortController();
      const held = stage().ask(northItems, await live(), { signal: leave.signal });
      await stage().untilHolds(1);
      leave.abort();
      await expect(held).rejects.toThrow();
      await stage().untilNoHolds();
    });

    it('get a cursor that is a number and differs from the one sent (I-SHP-12)', async () => {
      let cursor = '';
      for (const id of ['a', 'b', 'c', 'd']) {
        const asked = await live(cursor);
        await stage().write(tenantA, [insertItem(id)]);
        const answer = await stage().ask(northItems, asked);
        const next = answer.headers.get('electric-cursor') ?? '';
        expect(next).toMatch(/^\d+$/);
        expect(Number(next)).toBeGreaterThan(Number(cursor));
        cursor = next;
      }
    });

    it('with a cursor that is none of ours are served (I-SHP-12)', async () => {
      for (const cursor of ['x', '-1', '9'.repeat(400)]) {
        const asked = await live(cursor);
        await stage().write(tenantA, [insertItem(cursor)]);
        expect((await stage().ask(northItems, asked)).headers.get('electric-cursor')).toMatch(/^\d+$/);
      }
    });
  });
}

export function describeBeyondHead(setup: ShapeWorldSetup): void {
  describe('an offset beyond the head', () => {
    const stage = useStage(setup);

    it.each(['false', 'true'])('is held 10 s and then refused, live=%s (I-SHP-10)', async (live) => {
      const { handle } = await stage().catchUp(northItems);
      const held = stage().ask(northItems, { handle, offset: '1000_0', live });
      await stage().untilHolds(1);
      stage().virtual.advance(beyondHoldMs - 1);
      expect(stage().holds()).toBe(1);
      stage().virtual.advance(1);
      const answer = await held;
      expect(answer.status).toBe(400);
      expect(answer.json()).toEqual({
        message: 'Invalid request',
        errors: { offset: ['out of bounds for this shape'] },
      });
    });

    it('is served when the log reaches it (I-SHP-10)', async () => {
      const { handle } = await stage().catchUp(northItems);
      const head = await stage().write(tenantA, [insertItem('a')]);
      const held = stage().ask(northItems, { handle, offset: `${head + 1n}_0` });
      await stage().untilHolds(1);
      await stage().write(tenantA, [insertItem('b')]);
      const answer = await held;
      expect(answer.messages().map(isUpToDate)).toEqual([true]);
      expect(placeOf(answer).offset).toBe(`${head + 1n}_0`);
    });
  });
}
