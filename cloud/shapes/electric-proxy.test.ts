/** The proxy before a service that is scripted: what reaches the service, and what of its answers reaches a client. */
import { createLog } from '@totem/host';
import type { ShapeDefinition, ShapeResolution } from '@totem/sync';
import { virtualWorld } from '@totem/testkit/virtual';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ELECTRIC_HEADERS, type FakeElectric, fakeElectric } from '../testing/fake-electric.ts';
import { createElectricProxy, type ElectricProxy } from './electric-proxy.ts';

const SECRET = 'the-secret-of-the-service';
const shape: ShapeDefinition = {
  name: 'ticket',
  table: 'ticket',
  columns: { id: { type: 'uuid', notNull: true, pkIndex: 0 }, 'co"de': { type: 'text', notNull: true } },
  primaryKey: ['id'],
  tenantId: 'tenant-1',
  where: [
    { column: 'site_id', op: 'eq', value: "site' OR true --" },
    { column: 'business_day', op: 'gte', value: '2026-11-23' },
    { column: 'state', op: 'in', values: ['a', 'b'] },
  ],
};
const DEFINITION = {
  table: '"public"."ticket"',
  columns: '"id","co""de"',
  where: '"tenant_id" = $1 AND "site_id" = $2 AND "business_day" >= $3 AND "state" IN ($4, $5)',
  'params[1]': 'tenant-1',
  'params[2]': "site' OR true --",
  'params[3]': '2026-11-23',
  'params[4]': 'a',
  'params[5]': 'b',
  secret: SECRET,
};

let electric: FakeElectric;
let proxy: ElectricProxy;
let world: ReturnType<typeof virtualWorld>;
let resolution: ShapeResolution;
let logged: string;

beforeEach(async () => {
  electric = await fakeElectric();
  world = virtualWorld();
  resolution = { kind: 'shape', shape, frozen: { day: '2026-11-23' } };
  logged = '';
  proxy = createElectricProxy({
    electricUrl: new URL(electric.url),
    secret: SECRET,
    handleKey: new Uint8Array(32),
    env: world.env,
    timers: world.timers,
    log: createLog('test', {
      destination: {
        write: (line) => {
          logged += line;
        },
      },
    }),
  });
});
afterEach(async () => {
  proxy.end();
  await electric.close();
});

type Pairs = readonly (readonly [string, string])[];

async function ask(query: Pairs, more: { method?: string; signal?: AbortSignal; ifNoneMatch?: string } = {}) {
  const { method = 'GET', signal = new AbortController().signal, ifNoneMatch } = more;
  const answer = await proxy.handle({
    method,
    name: 'ticket',
    query,
    signal,
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
    resolve: () => resolution,
  });
  const body = answer.body === null ? '' : await new Response(answer.body).text();
  expect(JSON.stringify(answer.headers) + body + logged).not.toContain(SECRET);
  return { ...answer, body };
}

async function handleOf(): Promise<string> {
  return (await ask([['offset', '-1']])).headers['electric-handle'] ?? '';
}

const lastQuery = () => Object.fromEntries(electric.requests.at(-1)?.query ?? []);

describe('a request', () => {
  test('reaches the service with the shape as it was resolved, and the secret', async () => {
    expect(await ask([['offset', '-1']])).toMatchObject({ status: 200, body: '[]' });
    expect(electric.requests[0]?.path).toBe('/v1/shape');
    expect(lastQuery()).toEqual({ ...DEFINITION, offset: '-1', replica: 'default' });
  });

  test('goes on with the service’s own handle, and with what the protocol needs', async () => {
    const handle = await handleOf();
    await ask([
      ...Object.entries({ handle, offset: '0_0', live: 'true', cursor: '7', log: 'full', replica: 'full' }),
      ['cache-buster', 'x'],
      ['expired_handle', handle],
      ['shape', 'ticket'],
      ['tenant', 'tenant-1'],
    ]);
    // The replica mode is another than the handle's: that copy is not gone on with.
    expect(electric.requests).toHaveLength(1);
    await ask(Object.entries({ handle, offset: '0_0', live: 'true', cursor: '7', log: 'full' }));
    expect(lastQuery()).toEqual({
      ...DEFINITION,
      handle: ELECTRIC_HEADERS['electric-handle'],
      offset: '0_0',
      live: 'true',
      cursor: '7',
      log: 'full',
      replica: 'default',
    });
  });

  test('with a handle that is none of ours, or that was changed, starts over without asking the service', async () => {
    const handle = await handleOf();
    const issued = new Set([handle]);
    for (const wrong of [
      'x',
      ELECTRIC_HEADERS['electric-handle'],
      `${handle}A`,
      handle.slice(1),
      'A'.repeat(5_000),
    ]) {
      const answer = await ask(Object.entries({ handle: wrong, offset: '0_0' }));
      expect([answer.status, answer.body]).toEqual([409, '[{"headers":{"control":"must-refetch"}}]']);
      const fresh = answer.headers['electric-handle'] ?? '';
      expect(issued.has(fresh)).toBe(false);
      issued.add(fresh);
    }
    expect(electric.requests).toHaveLength(1);
  });

  test('keeps the frozen values of its copy', async () => {
    const handle = await handleOf();
    let given: unknown;
    await proxy.handle({
      method: 'GET',
      name: 'ticket',
      query: Object.entries({ handle, offset: '0_0' }),
      signal: new AbortController().signal,
      resolve: (frozen) => {
        given = frozen;
        return resolution;
      },
    });
    expect(given).toEqual({ day: '2026-11-23' });
    resolution = { kind: 'expired' };
    expect((await ask(Object.entries({ handle, offset: '0_0' }))).status).toBe(409);
  });

  test('that may not be made is refused before the service hears of it', async () => {
    const handle = await handleOf();
    resolution = { kind: 'refused', status: 403, code: 'forbidden', message: 'no' };
    for (const query of [{ offset: '-1' }, { offset: '0_0', handle }, { offset: '0_0', handle: 'x' }]) {
      expect(await ask(Object.entries(query))).toMatchObject({ status: 403 });
    }
    expect((await ask([['offset', '-1']], { method: 'DELETE' })).status).toBe(405);
    expect((await ask([['offset', '-1']], { method: 'POST' })).status).toBe(400);
    expect(electric.requests).toHaveLength(1);
  });
});

const OWN = [
  'table',
  'where',
  'columns',
  'params',
  'params[1]',
  'params[9]',
  'params[x]',
  'replica',
  'secret',
];
const PROTOCOL = ['offset', 'handle', 'live', 'cursor', 'log', 'cache-buster', 'expired_handle'];
const UNSERVED = [
  ...['where', 'params', 'limit', 'offset', 'order_by', 'where_expr', 'order_by_expr'].map(
    (name) => `subset__${name}`,
  ),
  ...['live_sse', 'experimental_live_sse', 'shape_definition', 'api_secret', 'shape_id', 'database_id'],
];
const VALUES = [
  'app_user',
  'true',
  "1=1 OR tenant_id <> 'tenant-1'",
  '"public"."app_user"',
  '&table=app_user&where=true',
  '1_0&params[1]=tenant-2',
  '#/../v1/shape?table=app_user',
  '\u0000\r\nx-electric: 1',
  'full',
  '{"1":"tenant-2"}',
];
const DISGUISES = [
  (name: string) => name,
  (name: string) => name.toUpperCase(),
  (name: string) => `${name}[]`,
  (name: string) => ` ${name}`,
  (name: string) => `${name}\u200b`,
];

describe('a tampered query', () => {
  /** Every parameter in every disguise with one value each, and every parameter with every value. */
  const queries: readonly Pairs[] = [...OWN, ...PROTOCOL, ...UNSERVED].flatMap((name, index) => [
    ...DISGUISES.map((disguise): Pairs => [[disguise(name), VALUES[index % VALUES.length] ?? '']]),
    ...VALUES.map((value): Pairs => [[name, value]]),
    ...VALUES.map(
      (value): Pairs => [
        [name, value],
        [name, 'default'],
      ],
    ),
  ]);

  test('never changes what the service is asked for', async () => {
    expect(queries.length).toBeGreaterThanOrEqual(200);
    const handle = await handleOf();
    const allowed = new Set([...Object.keys(DEFINITION), ...PROTOCOL, 'replica']);
    let answered = 0;
    for (const tampered of queries) {
      const before = electric.requests.length;
      const { status } = await ask([['handle', handle], ['offset', '0_0'], ...tampered]);
      expect([200, 400, 409]).toContain(status);
      if (electric.requests.length === before) continue;
      answered += 1;
      const { query } = electric.requests.at(-1) ?? { query: [] };
      expect(query.filter(([name]) => !allowed.has(name))).toEqual([]);
      expect(new Set(query.map(([name]) => name)).size).toBe(query.length);
      expect(Object.fromEntries(query)).toMatchObject({ ...DEFINITION, replica: 'default' });
      expect(electric.requests.at(-1)).toMatchObject({ path: '/v1/shape' });
      expect(electric.requests.at(-1)?.headers).not.toHaveProperty('x-electric');
    }
    expect(answered).toBeGreaterThan(50);
  });
});

describe('an answer of the service', () => {
  test('is passed on with its protocol headers, and with our own rules for caches', async () => {
    const { headers } = await ask([['offset', '-1']]);
    expect(headers).toEqual({
      'content-type': 'application/json',
      'electric-handle': expect.any(String),
      'electric-offset': '0_0',
      'electric-schema': ELECTRIC_HEADERS['electric-schema'],
      etag: ELECTRIC_HEADERS.etag,
      'cache-control': 'private, no-store',
      vary: 'authorization',
    });
    expect(headers['electric-handle']).not.toBe(ELECTRIC_HEADERS['electric-handle']);
    // The same copy keeps its handle, so that addresses stay the same.
    expect(await handleOf()).toBe(headers['electric-handle']);
  });

  test('is read as it comes, not when it is complete', async () => {
    electric.answer((response) => {
      response.writeHead(200, ELECTRIC_HEADERS);
      response.write('[{"a":1}');
    });
    const answer = await proxy.handle({
      method: 'GET',
      name: 'ticket',
      query: [['offset', '-1']],
      signal: new AbortController().signal,
      resolve: () => resolution,
    });
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('[{"a":1}');
    await reader.cancel();
  });

  test('that says the copy is known is passed on without a body', async () => {
    electric.answer((response) => response.writeHead(304, ELECTRIC_HEADERS).end());
    const answer = await ask([['offset', '-1']], { ifNoneMatch: ELECTRIC_HEADERS.etag });
    expect([answer.status, answer.body, answer.headers.etag]).toEqual([304, '', ELECTRIC_HEADERS.etag]);
    expect(electric.requests[0]?.headers['if-none-match']).toBe(ELECTRIC_HEADERS.etag);
  });

  test('that starts the client over does so with a handle that opens nothing', async () => {
    const handle = await handleOf();
    electric.answer((response) =>
      response.writeHead(409, { 'electric-handle': 'next' }).end('[{"headers":{"control":"must-refetch"}}]'),
    );
    const answer = await ask(Object.entries({ handle, offset: '0_0' }));
    expect(answer).toMatchObject({ status: 409, body: '[{"headers":{"control":"must-refetch"}}]' });
    const asked = electric.requests.length;
    expect(
      (await ask(Object.entries({ handle: answer.headers['electric-handle'] ?? '', offset: '0_0' }))).status,
    ).toBe(409);
    expect(electric.requests).toHaveLength(asked);
  });

  test('400 about the client’s own parameter is the client’s, about ours it is not', async () => {
    const refuse = (errors: object) =>
      electric.answer((response) =>
        response.writeHead(400).end(JSON.stringify({ message: 'Invalid', errors })),
      );
    refuse({ offset: ['out of bounds for this shape'] });
    expect(await ask([['offset', '-1']])).toMatchObject({
      status: 400,
      body: '{"message":"Invalid request","errors":{"offset":["out of bounds for this shape"]}}',
    });
    refuse({ table: [`secret ${SECRET}`] });
    expect(await ask([['offset', '-1']])).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    electric.answer((response) => response.writeHead(400).end('no JSON'));
    expect((await ask([['offset', '-1']])).status).toBe(503);
  });

  test.each([
    ['401', 401, {}],
    ['403', 403, {}],
    ['404', 404, {}],
    ['500', 500, {}],
    ['a redirect', 302, { location: 'http://127.0.0.1:1/' }],
    ['a page of a portal', 200, { 'content-type': 'text/html' }],
  ])('%s is no answer for a client, which comes back later', async (_, status, headers) => {
    electric.answer((response) => response.writeHead(status, headers).end(`<h1>${SECRET}</h1>`));
    expect(await ask([['offset', '-1']])).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  });

  test('that it has too much to do is passed on with its time', async () => {
    for (const status of [429, 503]) {
      electric.answer((response) => response.writeHead(status, { 'retry-after': '7' }).end());
      expect(await ask([['offset', '-1']])).toMatchObject({ status: 503, headers: { 'retry-after': '7' } });
    }
  });
});

describe('a wait', () => {
  const held = async (known?: string) => {
    const arrived = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    const handle = known ?? (await handleOf());
    electric.answer((response) => {
      response.on('close', left.resolve);
      arrived.resolve();
    });
    return {
      query: Object.entries({ handle, offset: '0_0', live: 'true' }),
      arrived: arrived.promise,
      left: left.promise,
    };
  };

  test('ends at the service when the client leaves', async () => {
    const { query, arrived, left } = await held();
    const leaving = new AbortController();
    const answer = ask(query, { signal: leaving.signal });
    await arrived;
    leaving.abort();
    await left;
    expect((await answer).status).toBe(503);
  });

  test('ends when the process does, and when the service has been silent for too long', async () => {
    const first = await held();
    const silent = ask(first.query);
    await first.arrived;
    world.advance(40_000);
    await first.left;
    expect((await silent).status).toBe(503);
    const second = await held(Object.fromEntries(first.query).handle);
    const ending = ask(second.query);
    await second.arrived;
    proxy.end();
    await second.left;
    expect((await ending).status).toBe(503);
    expect((await ask([['offset', '-1']])).status).toBe(503);
  });

  test('for a service that is not there is answered as for one that is busy', async () => {
    await electric.close();
    expect(await ask([['offset', '-1']])).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(logged).toContain('does not answer');
  });
});
