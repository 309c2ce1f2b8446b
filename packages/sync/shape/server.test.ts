/** What the conformance suite cannot bring about from outside: limits, failures of the log, mistakes of the caller. */
import { virtualWorld } from '@totem/testkit/virtual';
import { describe, expect, it } from 'vitest';
import { sharedCaching } from './answer.ts';
import type { ChangeLog, ShapeDefinition } from './change-log.ts';
import type { ShapeResolution, ShapeServerParts } from './core.ts';
import type { ShapeEvent } from './events.ts';
import type { ShapeLimits } from './limits.ts';
import { createMemoryChangeLog } from './memory-log.ts';
import { createShapeServer } from './server.ts';

const shape: ShapeDefinition = {
  name: 'item',
  table: 'item',
  columns: { id: { type: 'text', notNull: true, pkIndex: 0 }, note: { type: 'text', notNull: false } },
  primaryKey: ['id'],
  tenantId: 't',
  where: [],
};

const handleKey = new Uint8Array(32);

interface Options extends Partial<Pick<ShapeServerParts, 'caching' | 'definedByCaller'>> {
  readonly limits?: Partial<ShapeLimits>;
  readonly log?: (log: ChangeLog) => ChangeLog;
  readonly resolution?: ShapeResolution;
}

function opened({ limits = {}, log: wrap = (log) => log, resolution, ...rest }: Options = {}) {
  const virtual = virtualWorld();
  const log = createMemoryChangeLog({ tables: { item: ['id'] } });
  const events: ShapeEvent[] = [];
  const heldAt = new Map<number, PromiseWithResolvers<void>>();
  const server = createShapeServer({
    ...rest,
    log: wrap(log),
    env: virtual.env,
    timers: virtual.timers,
    handleKey,
    limits,
    onEvent: (event) => {
      events.push(event);
      if (event.kind === 'hold_started') heldAt.get(event.holds)?.resolve();
    },
  });
  const untilHeld = (count: number): Promise<void> => {
    const held = Promise.withResolvers<void>();
    heldAt.set(count, held);
    if (server.held() >= count) held.resolve();
    return held.promise;
  };
  const ask = (parameters: Record<string, string>, signal: AbortSignal = new AbortController().signal) =>
    server.handle({
      method: 'GET',
      name: 'item',
      query: Object.entries(parameters),
      resolve: () => resolution ?? { kind: 'shape', shape, frozen: {} },
      signal,
    });
  const insert = (...ids: readonly string[]) =>
    log.write(
      't',
      ids.map((id) => ({ op: 'insert', table: 'item', row: { id, note: 'x'.repeat(50) } })),
    );
  return { virtual, log, events, server, untilHeld, ask, insert };
}

function placeOf(answer: { readonly headers: Readonly<Record<string, string>> }) {
  const { 'electric-handle': handle = '', 'electric-offset': offset = '' } = answer.headers;
  return { handle, offset };
}

describe('a limit of the shape server', () => {
  it('on the bytes of initial rows is answered 413 (I-SHP-16)', async () => {
    const { ask, insert, events } = opened({ limits: { snapshotBytesMax: 300 } });
    insert('a', 'b', 'c');
    expect(await ask({ offset: '-1' })).toMatchObject({ status: 413 });
    expect(events).toContainEqual({ kind: 'limit', limit: 'snapshotBytesMax' });
  });

  it('on kept snapshots is answered 503 while they are read, and the idle ones make room (I-SHP-16)', async () => {
    const { ask, insert, events, virtual } = opened({
      limits: { snapshotChunkBytes: 100, shelfBytesMax: 700, shelfIdleMs: 30, snapshotReuseMs: 0 },
    });
    insert('a', 'b', 'c');
    const first = await ask({ offset: '-1' });
    virtual.advance(10);
    const refused = await ask({ offset: '-1' });
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(events).toContainEqual({ kind: 'limit', limit: 'shelfBytesMax' });
    expect(await ask(placeOf(first))).toMatchObject({ status: 200 });
    virtual.advance(31);
    expect(await ask({ offset: '-1' })).toMatchObject({ status: 200 });
    expect(await ask(placeOf(first))).toMatchObject({ status: 409 });
  });

  it('on waiting snapshots is answered 503 (I-SHP-16)', async () => {
    const gate = Promise.withResolvers<void>();
    const { ask, events } = opened({
      limits: { snapshotsAtOnceMax: 1, snapshotsQueuedMax: 0 },
      log: (log) => ({ ...log, snapshot: (...of) => gate.promise.then(() => log.snapshot(...of)) }),
    });
    const running = ask({ offset: '-1' });
    expect(await ask({ offset: '-1', replica: 'full' })).toMatchObject({ status: 503 });
    expect(events).toContainEqual({ kind: 'limit', limit: 'snapshotsQueuedMax' });
    gate.resolve();
    expect(await running).toMatchObject({ status: 200 });
  });

  it('on held requests is answered 503 (I-SHP-16)', async () => {
    const { ask, server, untilHeld, events } = opened({ limits: { holdsMax: 1 } });
    const place = placeOf(await ask({ offset: 'now' }));
    const leave = new AbortController();
    const held = ask({ ...place, live: 'true' }, leave.signal);
    await untilHeld(1);
    expect(await ask({ ...place, live: 'true' })).toMatchObject({ status: 503 });
    expect(events).toContainEqual({ kind: 'limit', limit: 'holdsMax' });
    leave.abort();
    expect(await held).toMatchObject({ status: 200 });
    expect(server.held()).toBe(0);
  });

  it('on wake-ups ends a hold as its time would (I-SHP-16)', async () => {
    const { ask } = opened({
      limits: { wakesPerHoldMax: 5 },
      log: (log) => ({ ...log, waitPast: async () => {} }),
    });
    const place = placeOf(await ask({ offset: 'now' }));
    expect(await ask({ ...place, live: 'true' })).toMatchObject({ status: 200 });
  });
});

describe('a failure of the change log', () => {
  const broken = async (): Promise<never> => {
    throw new Error('connection refused by db.internal');
  };

  it.each<[keyof ChangeLog, Record<string, string>]>([
    ['epoch', { offset: '-1' }],
    ['snapshot', { offset: '-1' }],
    ['changes', { offset: 'now' }],
  ])('in %s is answered 503 without its text, and the client retries (I-SHP-20)', async (method, asked) => {
    const { ask, events } = opened({ log: (log) => ({ ...log, [method]: broken }) });
    const answer = await ask(asked);
    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1', 'cache-control': 'no-store' },
    });
    expect(answer.body).not.toContain('internal');
    expect(events).toContainEqual({ kind: 'fault', error: expect.any(Error) });
  });

  it('while a request is held ends it with 503 and frees its place (I-SHP-20)', async () => {
    const { ask, server } = opened({ log: (log) => ({ ...log, waitPast: broken }) });
    const place = placeOf(await ask({ offset: 'now' }));
    expect(await ask({ ...place, live: 'true' })).toMatchObject({ status: 503 });
    expect(server.held()).toBe(0);
  });

  it('does not stay: the next snapshot is read anew (I-SHP-20)', async () => {
    let failures = 1;
    const { ask } = opened({
      log: (log) => ({ ...log, snapshot: (...of) => (failures-- > 0 ? broken() : log.snapshot(...of)) }),
    });
    expect(await ask({ offset: '-1' })).toMatchObject({ status: 503 });
    expect(await ask({ offset: '-1' })).toMatchObject({ status: 200 });
  });
});

describe('the shape server', () => {
  it('rejects a definition that it cannot serve, as the mistake of the caller that it is (I-SHP-6)', async () => {
    const wrong: readonly ShapeDefinition[] = [
      { ...shape, primaryKey: [] },
      { ...shape, columns: { note: { type: 'text', notNull: false } } },
      { ...shape, where: [{ column: 'note', op: 'gte', value: 'a' }] },
      { ...shape, where: [{ column: 'day', op: 'gte', value: '2026-11-23' }] },
    ];
    for (const each of wrong) {
      const { ask } = opened({ resolution: { kind: 'shape', shape: each, frozen: {} } });
      await expect(ask({ offset: '-1' })).rejects.toThrow(RangeError);
    }
  });

  it('rejects frozen values that would not fit a URL, and a first request that is out of date (I-SHP-14)', async () => {
    for (const day of ['ontem à noite', 'x'.repeat(600)]) {
      const { ask } = opened({ resolution: { kind: 'shape', shape, frozen: { day } } });
      await expect(ask({ offset: '-1' })).rejects.toThrow(RangeError);
    }
    await expect(opened({ resolution: { kind: 'expired' } }).ask({ offset: '-1' })).rejects.toThrow(
      RangeError,
    );
  });

  it('refuses to start with a short handle key (I-SHP-8)', () => {
    const { env, timers } = virtualWorld();
    const log = createMemoryChangeLog({ tables: {} });
    expect(() => createShapeServer({ log, env, timers, handleKey: new Uint8Array(31) })).toThrow(RangeError);
  });

  it('sends the public cache headers only when told that its data is public (I-SHP-15)', async () => {
    const { ask, insert } = opened({ caching: sharedCaching });
    insert('a');
    const initial = await ask({ offset: '-1' });
    const caught = await ask(placeOf(initial));
    expect(initial.headers['cache-control']).toMatch(/^public, max-age=604800/);
    expect(caught.headers['cache-control']).toBe('public, max-age=60, stale-while-revalidate=300');
    insert('b');
    const live = await ask({ ...placeOf(caught), live: 'true' });
    expect(live.headers['cache-control']).toBe('public, max-age=5, stale-while-revalidate=5');
    expect(live.headers).not.toHaveProperty('etag');
    const refetched = await ask({ handle: 'x', offset: '1_0' });
    expect(refetched.headers['cache-control']).toBe('public, max-age=60, must-revalidate');
    expect((await ask({ offset: 'x' })).headers['cache-control']).toBe('no-store');
  });

  it('leaves definitions to the resolver only when told to (I-SHP-13)', async () => {
    const asked = { offset: '-1', table: 'item', where: 'true', 'params[1]': 'x', columns: 'id' };
    expect(await opened({ definedByCaller: true }).ask(asked)).toMatchObject({ status: 200 });
    expect(await opened().ask(asked)).toMatchObject({ status: 400 });
  });

  it('does not give out a snapshot again whose handle was refused (I-SHP-8)', async () => {
    const { ask, insert } = opened({ limits: { snapshotReuseMs: 1_000 } });
    insert('a');
    const first = placeOf(await ask({ offset: '-1' }));
    expect(placeOf(await ask({ offset: '-1' })).handle).toBe(first.handle);
    expect(await ask({ ...first, replica: 'full' })).toMatchObject({ status: 409 });
    expect(placeOf(await ask({ offset: '-1' })).handle).not.toBe(first.handle);
  });

  it('takes a new snapshot when the old one is not fresh any more (I-SHP-19)', async () => {
    const { ask, events, virtual } = opened({ limits: { snapshotReuseMs: 1_000 } });
    await ask({ offset: '-1' });
    virtual.advance(1_000);
    await ask({ offset: '-1' });
    virtual.advance(1);
    await ask({ offset: '-1' });
    expect(events.map(({ kind }) => kind)).toEqual(['snapshot', 'snapshot_shared', 'snapshot']);
  });

  it('reads initial rows once for all who ask while they are read (I-SHP-19)', async () => {
    const gate = Promise.withResolvers<void>();
    const { ask, events } = opened({
      limits: { snapshotReuseMs: -1 },
      log: (log) => ({ ...log, snapshot: (...of) => gate.promise.then(() => log.snapshot(...of)) }),
    });
    const asking = Array.from({ length: 5 }, () => ask({ offset: '-1' }));
    gate.resolve();
    const handles = new Set((await Promise.all(asking)).map((answer) => placeOf(answer).handle));
    expect(handles.size).toBe(1);
    expect(events.filter(({ kind }) => kind === 'snapshot')).toHaveLength(1);
  });

  it('tells why a client has to start over (I-SHP-8)', async () => {
    const { ask, insert, log, events } = opened();
    insert('a', 'b');
    const { handle } = placeOf(await ask({ offset: '-1' }));
    const pending = placeOf(await ask({ handle: 'x', offset: '2_0' })).handle;
    await ask({ handle: pending, offset: '2_0' });
    await ask({ handle, offset: '2_0', replica: 'full' });
    await ask({ handle, offset: '1_0' });
    insert('c');
    log.trim('t', 3n);
    await ask({ handle, offset: '2_0' });
    log.bumpEpoch('t');
    await ask({ handle, offset: '3_0' });
    expect(events.flatMap((event) => (event.kind === 'refetch' ? [event.reason] : []))).toEqual([
      'unknown_handle',
      'pending_handle',
      'other_shape',
      'before_cut',
      'below_floor',
      'other_epoch',
    ]);
  });

  it('over a log without changes but with rows ends up to date at an offset it accepts (I-SHP-1)', async () => {
    const rows = Array.from({ length: 6 }, (_, index) => ({ id: `${index}`, note: 'x'.repeat(50) }));
    const { ask } = opened({
      limits: { snapshotChunkBytes: 100 },
      log: (log) => ({
        ...log,
        snapshot: async () => ({ position: 0n, rows, transactions: { xmin: '1', xmax: '1', xip: [] } }),
      }),
    });
    let answer = await ask({ offset: '-1' });
    let bodies = answer.body ?? '';
    while (answer.headers['electric-up-to-date'] === undefined) {
      answer = await ask(placeOf(answer));
      bodies += answer.body;
    }
    expect(bodies.match(/"insert"/g)).toHaveLength(6);
    const again = await ask(placeOf(answer));
    expect(again.body).toBe(answer.body);
    expect(placeOf(again)).toEqual(placeOf(answer));
  });
});

/** The same log, and how often its changes were read. */
function countedReads() {
  const counter = { reads: 0 };
  const log = (inner: ChangeLog): ChangeLog => ({
    ...inner,
    changes: (...parameters) => {
      counter.reads += 1;
      return inner.changes(...parameters);
    },
  });
  return { counter, log };
}

describe('a page of the log', () => {
  it('is read once for all who wait at the same position (I-SHP-11)', async () => {
    const { counter, log } = countedReads();
    const { ask, insert, untilHeld } = opened({ log });
    const place = placeOf(await ask({ offset: 'now' }));
    const held = Array.from({ length: 50 }, () => ask({ ...place, live: 'true' }));
    await untilHeld(held.length);
    counter.reads = 0;
    insert('a');
    const bodies = new Set((await Promise.all(held)).map(({ body }) => body));
    expect(bodies.size).toBe(1);
    expect(counter.reads).toBe(1);
  });

  it('with nothing for the shape is read once for each wake-up (I-SHP-11)', async () => {
    const { counter, log } = countedReads();
    const other: ShapeDefinition = { ...shape, where: [{ column: 'id', op: 'eq', value: 'z' }] };
    const { ask, insert, untilHeld, virtual } = opened({
      log,
      resolution: { kind: 'shape', shape: other, frozen: {} },
    });
    const place = placeOf(await ask({ offset: 'now' }));
    const held = ask({ ...place, live: 'true' });
    await untilHeld(1);
    counter.reads = 0;
    insert('a');
    for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
    expect(counter.reads).toBe(1);
    virtual.advance(20_000);
    expect(placeOf(await held).offset).toBe('1_0');
  });

  it('goes on reading over changes of other shapes, up to a limit (I-SHP-16, I-SHP-21)', async () => {
    const nothing: ShapeDefinition = { ...shape, where: [{ column: 'id', op: 'eq', value: 'last' }] };
    const { ask, insert } = opened({
      limits: { pageChangesMax: 1, readsPerPageMax: 3 },
      resolution: { kind: 'shape', shape: nothing, frozen: {} },
    });
    const place = placeOf(await ask({ offset: 'now' }));
    for (const id of ['a', 'b', 'c', 'd', 'last']) insert(id);
    const first = await ask(place);
    expect(first.body).toBe('[]');
    expect(placeOf(first).offset).toBe('3_0');
    const second = await ask(placeOf(first));
    expect(second.headers).toHaveProperty('electric-up-to-date');
    expect(JSON.parse(second.body ?? '')).toHaveLength(2);
  });
});
