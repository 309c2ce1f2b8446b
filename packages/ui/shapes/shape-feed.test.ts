/** A feed over the real client and the real shape server, in one process: the network between them is a function. */
import {
  columnName,
  columnNames,
  encodeValue,
  NAMED_SHAPES,
  type ServiceRow,
  serviceTable,
} from '@totem/domain';
import { createMemoryChangeLog, createShapeServer, type ShapeDefinition, type TextRow } from '@totem/sync';
import { buildService } from '@totem/testkit/builders';
import { virtualWorld } from '@totem/testkit/virtual';
import { afterEach, describe, expect, it } from 'vitest';
import { createDoor } from '../door/door.ts';
import { createShapeFeed, LINGER_MS, type ShapeFeed, type ShapeView } from './shape-feed.ts';

const virtual = virtualWorld();
const TENANT = buildService(virtual.env).tenantId;
const KEY = ['tenant_id', 'id'];

const textRow = (row: ServiceRow): TextRow =>
  Object.fromEntries(
    Object.entries(serviceTable.columns).map(([field, { type }]) => {
      const value = encodeValue(type, row[field as keyof ServiceRow], 'postgres');
      return [columnName(field), value === null ? null : String(value)];
    }),
  );

const definition: ShapeDefinition = {
  name: 'service',
  table: NAMED_SHAPES.service.table.name,
  tenantId: TENANT,
  primaryKey: KEY,
  where: [],
  columns: Object.fromEntries(
    columnNames(serviceTable).map((name, at) => [
      name,
      {
        type: Object.values(serviceTable.columns)[at]?.type ?? 'text',
        notNull: false,
        ...(KEY.includes(name) ? { pkIndex: KEY.indexOf(name) } : {}),
      },
    ]),
  ),
};

type Weather = 'fine' | 'cut' | 'refused';

function stage() {
  const log = createMemoryChangeLog({ tables: { service: KEY } });
  const { env, timers } = virtual;
  const server = createShapeServer({ log, env, timers, handleKey: new Uint8Array(32) });
  const cuts = new Set<AbortController>();
  let weather: Weather = 'fine';
  let requests = 0;
  const send: typeof fetch = async (input, init) => {
    requests += 1;
    if (weather === 'cut') throw new TypeError('failed to fetch');
    if (weather === 'refused') return Response.json({ code: 'device_suspended' }, { status: 403 });
    const cut = new AbortController();
    cuts.add(cut);
    const signal = AbortSignal.any([cut.signal, ...(init?.signal ? [init.signal] : [])]);
    const { status, headers, body } = await server.handle({
      method: 'GET',
      name: 'service',
      query: new URL(String(input)).searchParams,
      signal,
      resolve: () => ({ kind: 'shape', shape: definition, frozen: {} }),
    });
    cuts.delete(cut);
    if (signal.aborted) throw new TypeError('connection lost');
    return new Response(body, { status, headers });
  };
  const door = createDoor({
    baseUrl: 'http://hub',
    token: () => 'key',
    onUnauthorized: () => {},
    place: () => ({ tenantId: TENANT, siteId: 'site' }),
    world: { env, timers, fetch: send },
  });
  return {
    door,
    requests: () => requests,
    put: (row: ServiceRow) => log.write(TENANT, [{ op: 'insert', table: 'service', row: textRow(row) }]),
    change: (row: ServiceRow) =>
      log.write(TENANT, [
        { op: 'update', table: 'service', key: { tenant_id: TENANT, id: row.id }, set: textRow(row) },
      ]),
    setWeather: (next: Weather) => {
      weather = next;
      if (next !== 'fine') for (const cut of cuts) cut.abort();
    },
  };
}

const leaves: (() => void)[] = [];
afterEach(() => {
  for (const leave of leaves.splice(0)) leave();
  virtual.advance(LINGER_MS);
});

/** Looks at a feed, and resolves with its first view that is as wanted. */
function seen(feed: ShapeFeed<'service'>, isWanted: (view: ShapeView<'service'>) => boolean) {
  return new Promise<ShapeView<'service'>>((resolve) => {
    const look = () => {
      if (isWanted(feed.current())) resolve(feed.current());
    };
    leaves.push(feed.subscribe(look));
    look();
  });
}

const isLive = ({ status }: ShapeView<'service'>) => status === 'live';
const service = (over: Partial<ServiceRow> = {}) => buildService(virtual.env, { tenantId: TENANT, ...over });

describe('a live feed', () => {
  it('shows the rows of the domain, and every change as it comes', async () => {
    const { door, put, change } = stage();
    const row = service({ prefix: 'A' });
    put(row);
    const feed = createShapeFeed(door, 'service', true);
    expect(feed.current().status).toBe('loading');
    expect((await seen(feed, isLive)).rows).toEqual([row]);
    change({ ...row, prefix: 'B' });
    const changed = await seen(feed, ({ rows }) => rows[0]?.prefix === 'B');
    expect(changed.rows).toEqual([{ ...row, prefix: 'B' }]);
  });

  it('keeps its rows and their age while the link is cut, and catches up when it is back', async () => {
    const { door, put, setWeather } = stage();
    put(service());
    const feed = createShapeFeed(door, 'service', true);
    const before = await seen(feed, isLive);
    setWeather('cut');
    const stale = await seen(feed, ({ status }) => status === 'stale');
    expect(stale).toMatchObject({ rows: before.rows, asOf: before.asOf, error: { code: 'unreachable' } });
    put(service());
    setWeather('fine');
    virtual.advance(1_000);
    const after = await seen(feed, isLive);
    expect(after.rows).toHaveLength(2);
    expect(after.asOf).toBe(virtual.env.now());
  });

  it('says why it is refused, and starts anew by itself when it no longer is', async () => {
    const { door, put, setWeather } = stage();
    put(service());
    setWeather('refused');
    const feed = createShapeFeed(door, 'service', true);
    const refused = await seen(feed, ({ status }) => status === 'error');
    expect(refused.error?.code).toBe('device_suspended');
    setWeather('fine');
    virtual.advance(1_000);
    expect((await seen(feed, isLive)).rows).toHaveLength(1);
  });

  it('ends when nobody has looked for a moment', async () => {
    const { door, put, requests } = stage();
    put(service());
    const feed = createShapeFeed(door, 'service', true);
    await seen(feed, isLive);
    for (const leave of leaves.splice(0)) leave();
    virtual.advance(LINGER_MS);
    const asked = requests();
    put(service());
    virtual.advance(60_000);
    expect(requests()).toBe(asked);
  });
});

describe('a feed that has ended', () => {
  it('has nothing under way, also not what its client asked for ahead, and asks no more', async () => {
    const signals: AbortSignal[] = [];
    const ahead = Promise.withResolvers<void>();
    const { timers, env } = virtual;
    const send: typeof fetch = (input, init) => {
      if (new URL(String(input)).searchParams.get('offset') === '-1') return Promise.resolve(halfOfReading());
      const { promise, reject } = Promise.withResolvers<Response>();
      const { signal } = init ?? {};
      if (signal) {
        signals.push(signal);
        signal.addEventListener('abort', () => reject(signal.reason));
      }
      ahead.resolve();
      return promise;
    };
    const door = createDoor({
      baseUrl: 'http://hub',
      token: () => 'key',
      onUnauthorized: () => {},
      place: () => ({ tenantId: TENANT, siteId: 'site' }),
      world: { env, timers, fetch: send },
    });
    const leave = createShapeFeed(door, 'service', true).subscribe(() => {});
    await ahead.promise;
    // The client takes in the first half, and waits for the other one.
    await new Promise((resolve) => setImmediate(resolve));
    leave();
    virtual.advance(LINGER_MS);
    expect(signals.map(({ aborted }) => aborted)).toEqual(signals.map(() => true));
    const asked = signals.length;
    virtual.advance(60_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(signals).toHaveLength(asked);
  });
});

/** As a server answers that has more to say of a shape. */
function halfOfReading(): Response {
  return new Response('[]', {
    headers: {
      'content-type': 'application/json',
      'electric-handle': 'handle',
      'electric-offset': '0_0',
      'electric-schema': '{}',
    },
  });
}

describe('a feed that is not live', () => {
  it('is read once, and again when it is asked to', async () => {
    const { door, put } = stage();
    put(service());
    const feed = createShapeFeed(door, 'service', false);
    const first = await seen(feed, isLive);
    put(service());
    expect(feed.current()).toBe(first);
    await feed.refresh();
    expect(feed.current().rows).toHaveLength(2);
  });

  it('keeps what it has when reading again fails', async () => {
    const { door, put, setWeather } = stage();
    put(service());
    const feed = createShapeFeed(door, 'service', false);
    await seen(feed, isLive);
    setWeather('cut');
    await feed.refresh();
    expect(feed.current()).toMatchObject({ status: 'stale', error: { code: 'unreachable' } });
    expect(feed.current().rows).toHaveLength(1);
  });
});
