/** The server over tables that are not ours, on a database that knows nothing of it, read by the official client. */
import { type Message, type Offset, type Row, Shape, ShapeStream } from '@electric-sql/client';
import { createLog, systemEnv, systemTimers } from '@totem/host';
import { sharedCaching } from '@totem/sync';
import { type TestDatabase, testDatabase } from '@totem/testkit/postgres';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AnyTableServer, serveAnyTable } from './server.ts';

let database: TestDatabase;
let server: AnyTableServer;
let db: pg.Client;
let leaving: AbortController;

const serve = (chunkBytes = 10_000) =>
  serveAnyTable({
    databaseUrl: database.urls.superuser,
    ...{ host: '127.0.0.1', port: 0, caching: sharedCaching, chunkBytes, pollMs: 5 },
    ...{ env: systemEnv, timers: systemTimers, log: createLog('test', { level: 'silent' }) },
    onEvent: (event) => {
      if (event.kind === 'hold_started') held();
    },
  });
/** Resolves when a request goes on hold. */
let held = () => {};
const nextHold = () =>
  new Promise<void>((resolve) => {
    held = resolve;
  });

beforeAll(async () => {
  database = await testDatabase();
  server = await serve();
});
afterAll(async () => {
  await server.close();
  await database.drop();
});
beforeEach(async () => {
  leaving = new AbortController();
  db = new pg.Client({ connectionString: database.urls.superuser });
  await db.connect();
  await db.query('DROP SCHEMA IF EXISTS shop CASCADE; CREATE SCHEMA shop; SET search_path = shop');
});
afterEach(async () => {
  leaving.abort();
  await db.end();
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly messages: readonly Message[];
}

async function ask(query: Record<string, string>, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${server.url}/v1/shape?${new URLSearchParams(query)}`, init);
  const text = await response.text();
  const isList = text.startsWith('[');
  return {
    status: response.status,
    headers: response.headers,
    text,
    messages: isList ? JSON.parse(text) : [],
  };
}

const placeOf = ({ headers }: Answer) => ({
  handle: headers.get('electric-handle') ?? '',
  offset: headers.get('electric-offset') ?? '',
});
const valuesOf = ({ messages }: Answer) =>
  messages.flatMap((message) => ('value' in message ? [[message.headers.operation, message.value]] : []));

/** First rows and log, up to date. */
async function caughtUp(
  query: Record<string, string>,
): Promise<Answer & { readonly place: ReturnType<typeof placeOf> }> {
  let answer = await ask({ ...query, offset: '-1' });
  const messages = [...answer.messages];
  while (!answer.headers.has('electric-up-to-date')) {
    expect(answer.status, answer.text).toBe(200);
    answer = await ask({ ...query, ...placeOf(answer) });
    messages.push(...answer.messages);
  }
  return { ...answer, messages, place: placeOf(answer) };
}

function follow(params: Record<string, string | string[]>) {
  const stream = new ShapeStream({
    url: `${server.url}/v1/shape`,
    params: params as never,
    signal: leaving.signal,
  });
  const shape = new Shape(stream as ConstructorParameters<typeof Shape>[0]);
  const until = (isTrue: (rows: readonly Row<unknown>[]) => boolean) =>
    new Promise<readonly Row<unknown>[]>((resolve) => {
      const look = () => {
        if (shape.isUpToDate && isTrue(shape.currentRows)) resolve(shape.currentRows);
      };
      shape.subscribe(look);
      look();
    });
  return { until, shape, stream };
}

describe('the server', () => {
  test('says that it is there, and lets pages of any origin read it', async () => {
    expect(await (await fetch(`${server.url}/v1/health`)).json()).toEqual({ status: 'active' });
    expect((await fetch(server.url)).status).toBe(200);
    expect((await fetch(`${server.url}/v2/shape`)).status).toBe(404);
    const preflight = await fetch(`${server.url}/v1/shape`, {
      method: 'OPTIONS',
      headers: { origin: 'https://a.example' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
    expect(preflight.headers.get('access-control-expose-headers')).toContain('electric-handle');
  });

  test.each([
    [{}, 'table', /can't be blank/],
    [{ table: 'nothing' }, 'table', /Table "public"."nothing" does not exist/],
    [{ table: 'shop."No"' }, 'table', /Table "shop"."No" does not exist/],
    [{ table: 'shop.goods; DROP TABLE goods' }, 'table', /Invalid table name/],
    [{ table: 'a.b.c' }, 'table', /Invalid table name/],
    [{ table: 'shop.cheap' }, 'table', /not a table that can be followed/],
    [{ table: 'pg_catalog.pg_class' }, 'table', /not a table that can be followed/],
    [{ table: 'totem_shapes.change' }, 'table', /does not exist/],
    [
      { table: 'shop.goods', columns: 'name' },
      'columns',
      /Must include all primary key columns, missing: id/,
    ],
    [{ table: 'shop.goods', columns: 'id,colour,size' }, 'columns', /could not be found: colour, size/],
    [{ table: 'shop.goods', columns: 'id,' }, 'columns', /Invalid list/],
    [{ table: 'shop.goods', where: '1 x 1' }, 'where', /^At location 17: syntax error at or near "x"$/],
    [{ table: 'shop.goods', where: 'colour = 1' }, 'where', /unknown reference colour/],
    [
      { table: 'shop.goods', where: "price = 'dear'" },
      'where',
      /invalid input syntax for type integer: "dear"/,
    ],
    [{ table: 'shop.goods', where: 'price' }, 'where', /must be of type bool/],
    [{ table: 'shop.goods', where: 'name > now()' }, 'where', /unknown or unsupported function now/],
    [{ table: 'shop.goods', where: 'id IN (SELECT 1)' }, 'where', /subqueries are not supported/],
    [{ table: 'shop.goods', where: 'id = $1' }, 'where', /parameter \$1 was not provided/],
    [{ table: 'shop.goods', where: 'true', 'params[1]': 'x' }, 'where', /\$1 was not used/],
    [{ table: 'shop.goods', 'params[1]': 'x' }, 'params', /no where clause/],
    [{ table: 'shop.goods', where: 'id = $2', 'params[2]': '1' }, 'params', /sequentially/],
    [{ table: 'shop.goods', where: 'id = $1', params: '[1]' }, 'params', /JSON object/],
    [{ table: 'shop.goods', replica: 'half' }, 'replica', /is invalid/],
    [{ table: 'shop.goods', live_sse: 'true' }, 'live_sse', /not served/],
    [{ table: 'shop.goods', log: 'changes_only' }, 'log', /only the full log/],
    [{ table: 'shop.goods', subset__where: 'true' }, 'subset__where', /not served/],
  ])('refuses %j by the name of %s', async (query, field, message) => {
    await db.query('CREATE TABLE goods (id int4 PRIMARY KEY, name text, price int4)');
    await db.query('CREATE VIEW cheap AS SELECT * FROM goods WHERE price < 10');
    const answer = await ask({ offset: '-1', ...query } as Record<string, string>);
    expect(answer.status).toBe(400);
    const body = JSON.parse(answer.text) as { message: string; errors: Record<string, string[]> };
    expect(body.message).toBe('Invalid request');
    expect(body.errors[field]?.[0]).toMatch(message);
  });
});

describe('a table of any name and form', () => {
  test('is found by schema and quoted name, and named so in keys and relations', async () => {
    await db.query(
      `CREATE TABLE "Goods for ""sale""" ("Id" int4 PRIMARY KEY, preço text); INSERT INTO "Goods for ""sale""" VALUES (1, 'x/y')`,
    );
    const table = 'SHOP."Goods for ""sale"""';
    const { messages, headers } = await caughtUp({ table, columns: '"Id","preço"' });
    expect(messages[0]).toEqual({
      key: '"shop"."Goods for ""sale"""/"1"',
      value: { Id: '1', preço: 'x/y' },
      headers: { operation: 'insert', relation: ['shop', 'Goods for "sale"'] },
    });
    expect(JSON.parse(headers.get('electric-schema') ?? '')).toEqual({
      Id: { type: 'int4', not_null: true, pk_index: 0 },
      preço: { type: 'text' },
    });
  });

  test('without a key is told apart by all its columns', async () => {
    await db.query(`CREATE TABLE visits (who text, n int4); INSERT INTO visits VALUES ('a', 1), (NULL, 2)`);
    const { messages, place, headers } = await caughtUp({ table: 'shop.visits' });
    expect(messages.flatMap((message) => ('key' in message ? [message.key] : []))).toEqual([
      '"shop"."visits"/"a"/"1"',
      '"shop"."visits"/_/"2"',
    ]);
    expect(headers.get('electric-schema')).not.toContain('pk_index');
    await db.query(`UPDATE visits SET n = 3 WHERE who = 'a'`);
    const { messages: changes } = await ask({ table: 'shop.visits', ...place });
    expect(changes.slice(0, 2)).toMatchObject([
      {
        key: '"shop"."visits"/"a"/"1"',
        headers: { operation: 'delete', key_change_to: '"shop"."visits"/"a"/"3"' },
      },
      { key: '"shop"."visits"/"a"/"3"', headers: { operation: 'insert' } },
    ]);
  });

  test('in partitions is one table, also where a partition has its columns in another order', async () => {
    await db.query(`CREATE TABLE parts (id int4, region text, note text, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
      CREATE TABLE north (note text, region text NOT NULL, id int4 NOT NULL);
      ALTER TABLE parts ATTACH PARTITION north FOR VALUES IN ('north');
      CREATE TABLE south PARTITION OF parts FOR VALUES IN ('south');
      INSERT INTO parts VALUES (1, 'north', 'a')`);
    const both = follow({ table: 'shop.parts' });
    const one = follow({ table: 'shop.north' });
    await both.until((rows) => rows.length === 1);
    await one.until((rows) => rows.length === 1);
    await db.query(`INSERT INTO parts VALUES (2, 'south', 'b'); UPDATE parts SET note = 'c' WHERE id = 1`);
    const rows = await both.until((all) => all.length === 2 && all.some(({ note }) => note === 'c'));
    expect(rows).toContainEqual({ id: 1, region: 'north', note: 'c' });
    expect(await one.until((all) => all[0]?.note === 'c')).toHaveLength(1);
    await db.query(`UPDATE parts SET region = 'south' WHERE id = 1`);
    expect(await both.until((all) => all.every(({ region }) => region === 'south'))).toHaveLength(2);
    await one.until((all) => all.length === 0);
  });

  test('is followed whoever writes to it, with whatever settings', async () => {
    await db.query(
      `CREATE TABLE times (id int4 PRIMARY KEY, at timestamptz, d date, lasts interval, raw bytea, f float8)`,
    );
    const { place } = await caughtUp({ table: 'shop.times' });
    const writer = new pg.Client({ connectionString: database.urls.api });
    await db.query('GRANT USAGE ON SCHEMA shop TO totem_api; GRANT INSERT ON times TO totem_api');
    await writer.connect();
    await writer.query(`SET timezone = 'America/Sao_Paulo'; SET datestyle = 'German'; SET intervalstyle = 'postgres_verbose';
      SET bytea_output = 'escape'; SET extra_float_digits = -5;
      INSERT INTO shop.times VALUES (1, '2026-11-23 10:00-03', '2026-11-23', '1 day 2 hours', 'a', 1 / 3.0)`);
    await writer.end();
    const [[, value] = []] = valuesOf(await ask({ table: 'shop.times', ...place }));
    expect(value).toEqual({
      ...{ id: '1', at: '2026-11-23 13:00:00+00', d: '2026-11-23', lasts: 'P1DT2H', raw: '\\x61' },
      f: '0.3333333333333333',
    });
  });
});

describe('every type', () => {
  const TYPES: readonly (readonly [string, string, string, object])[] = [
    ['numeric(12,3)', '12.5', '12.500', { type: 'numeric', precision: 12, scale: 3 }],
    ['numeric', 'NaN', 'NaN', { type: 'numeric' }],
    ['numeric(3,-2)', '1234', '1200', { type: 'numeric', precision: 3, scale: -2 }],
    ['int2', '-1', '-1', { type: 'int2' }],
    ['int8', '9223372036854775807', '9223372036854775807', { type: 'int8' }],
    ['float4', '0.1', '0.1', { type: 'float4' }],
    ['float8', '-Infinity', '-Infinity', { type: 'float8' }],
    ['float8', 'NaN', 'NaN', { type: 'float8' }],
    ['bool', 'true', 't', { type: 'bool' }],
    ['text', 'a "b"\\ ,(ç)\n😀', 'a "b"\\ ,(ç)\n😀', { type: 'text' }],
    ['text', '', '', { type: 'text' }],
    ['varchar(10)', 'x', 'x', { type: 'varchar', max_length: 10 }],
    ['varchar', 'x', 'x', { type: 'varchar' }],
    ['char(4)', 'x', 'x   ', { type: 'bpchar', length: 4 }],
    [
      'uuid',
      'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11',
      'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
      { type: 'uuid' },
    ],
    ['bytea', '\\xDEAD00', '\\xdead00', { type: 'bytea' }],
    ['date', '2026-11-23', '2026-11-23', { type: 'date' }],
    ['date', '0044-03-15 BC', '0044-03-15 BC', { type: 'date' }],
    ['time(3)', '01:02:03.4567', '01:02:03.457', { type: 'time', precision: 3 }],
    ['timetz', '01:02:03+02', '01:02:03+02', { type: 'timetz' }],
    ['timestamp', '2026-11-23 01:02:03.4', '2026-11-23 01:02:03.4', { type: 'timestamp' }],
    ['timestamp(0)', 'infinity', 'infinity', { type: 'timestamp', precision: 0 }],
    [
      'timestamptz(6)',
      '2026-11-23 01:02:03+02',
      '2026-11-22 23:02:03+00',
      { type: 'timestamptz', precision: 6 },
    ],
    ['interval', '1 year -2 days 3.5 seconds', 'P1Y-2DT3.5S', { type: 'interval' }],
    ['interval day to hour', '2 days 3 hours', 'P2DT3H', { type: 'interval', fields: 'DAY TO HOUR' }],
    ['interval second(2)', '1.239', 'PT1.24S', { type: 'interval', fields: 'SECOND', precision: 2 }],
    ['interval(3)', '1.2399', 'PT1.24S', { type: 'interval', precision: 3 }],
    ['bit(3)', '101', '101', { type: 'bit', length: 3 }],
    ['json', '{"a" : [1, 2.0]}', '{"a" : [1, 2.0]}', { type: 'json' }],
    ['jsonb', '{"b":1,"a":null}', '{"a": null, "b": 1}', { type: 'jsonb' }],
    ['int4[]', '{1,NULL,3}', '{1,NULL,3}', { type: 'int4', dims: 1 }],
    ['int8[][]', '{{1,2},{3,4}}', '{{1,2},{3,4}}', { type: 'int8', dims: 2 }],
    ['text[]', '{"a b",c}', '{"a b",c}', { type: 'text', dims: 1 }],
    ['varchar(5)[]', '{x}', '{x}', { type: 'varchar', dims: 1, max_length: 5 }],
    ['mood', 'ok', 'ok', { type: 'mood' }],
    ['mood[]', '{ok,"so so"}', '{ok,"so so"}', { type: 'mood', dims: 1 }],
    ['posint', '5', '5', { type: 'posint' }],
    ['posint[]', '{5,6}', '{5,6}', { type: 'posint', dims: 1 }],
    ['point2', '(1.5,"a b")', '(1.5,"a b")', { type: 'point2' }],
    ['point2[]', '{"(1,x)"}', '{"(1,x)"}', { type: 'point2', dims: 1 }],
    ['inet', '10.0.0.1/8', '10.0.0.1/8', { type: 'inet' }],
    ['int4range', '[1,5]', '[1,6)', { type: 'int4range' }],
    ['xml', '<a/>', '<a/>', { type: 'xml' }],
    ['tsvector', 'b a', "'a' 'b'", { type: 'tsvector' }],
    ['money', '12.5', '$12.50', { type: 'money' }],
    ['point', '(1,2)', '(1,2)', { type: 'point' }],
  ];

  test('has its text and its description, in the first rows and in the log', async () => {
    await db.query(`CREATE TYPE mood AS ENUM ('ok', 'so so'); CREATE DOMAIN posint AS int4 CHECK (VALUE > 0);
      CREATE TYPE point2 AS (x float8, label text)`);
    await db.query(
      `CREATE TABLE kinds (id int4 PRIMARY KEY, ${TYPES.map(([type], at) => `c${at} ${type}`).join(', ')})`,
    );
    const insert = (id: number) =>
      db.query(
        `INSERT INTO kinds VALUES (${id}, ${TYPES.map(([type], at) => `$${at + 1}::text::${type}`).join(', ')})`,
        TYPES.map(([, text]) => text),
      );
    await insert(1);
    const { messages, place, headers } = await caughtUp({ table: 'shop.kinds' });
    const shown = Object.fromEntries(TYPES.map(([, , text], at) => [`c${at}`, text]));
    expect(messages[0]).toMatchObject({ value: { id: '1', ...shown } });
    const { id, ...schema } = JSON.parse(headers.get('electric-schema') ?? '{}') as Record<string, object>;
    expect(id).toEqual({ type: 'int4', not_null: true, pk_index: 0 });
    expect(schema).toEqual(Object.fromEntries(TYPES.map(([, , , type], at) => [`c${at}`, type])));
    await insert(2);
    await db.query('INSERT INTO kinds (id) VALUES (3)');
    const [second, third] = valuesOf(await ask({ table: 'shop.kinds', ...place }));
    expect(second).toEqual(['insert', { id: '2', ...shown }]);
    expect(third).toEqual([
      'insert',
      { id: '3', ...Object.fromEntries(TYPES.map((_, at) => [`c${at}`, null])) },
    ]);
  });

  test('that the official client parses arrives as its value', async () => {
    await db.query(`CREATE TABLE parsed (i2 int2 PRIMARY KEY, i8 int8, f8 float8[], b bool, j json, js jsonb[], bs bool[], grid int8[][]);
      INSERT INTO parsed VALUES (1, 9223372036854775807, '{Infinity,NaN}', true, '{"a":1}', ARRAY['{"b": 2}'::jsonb], '{t,f}', '{{1,2},{3,4}}')`);
    const { until } = follow({ table: 'shop.parsed' });
    expect(await until((rows) => rows.length === 1)).toEqual([
      {
        ...{
          i2: 1,
          i8: 9223372036854775807n,
          f8: [Number.POSITIVE_INFINITY, Number.NaN],
          b: true,
          j: { a: 1 },
        },
        ...{
          js: [{ b: 2 }],
          bs: [true, false],
          grid: [
            [1n, 2n],
            [3n, 4n],
          ],
        },
      },
    ]);
  });
});

describe('a condition', () => {
  beforeEach(async () => {
    await db.query(`CREATE TABLE issues (id int4 PRIMARY KEY, title text NOT NULL, state text, price numeric);
      INSERT INTO issues VALUES (1, 'foo', 'open', 10), (2, 'bar', 'done', 0)`);
  });

  test('holds for the first rows, and moves rows in and out', async () => {
    const { until } = follow({ table: 'shop.issues', where: `title LIKE 'foo%' AND state <> 'done'` });
    await until((rows) => rows.length === 1);
    await db.query(`UPDATE issues SET title = 'foo2', state = 'new' WHERE id = 2`);
    await until((rows) => rows.length === 2);
    await db.query(`UPDATE issues SET state = NULL WHERE id = 1`);
    expect((await until((rows) => rows.length === 1))[0]).toMatchObject({ id: 2, title: 'foo2' });
  });

  test.each([
    ['one by one', { 'params[1]': 'open', 'params[2]': '5' }],
    ['as JSON', { params: '{"1":"open","2":5}' }],
  ])('takes its parameters %s', async (_, params) => {
    const where = 'state = $1 AND price > $2';
    const { messages } = await caughtUp({
      table: 'shop.issues',
      where,
      ...(params as Record<string, string>),
    });
    expect(messages.filter((message) => 'key' in message)).toMatchObject([{ value: { id: '1' } }]);
  });

  test('that cannot be computed for a row leaves the row out, in both places', async () => {
    const query = { table: 'shop.issues', where: '100 / price > 5' };
    const { messages, place } = await caughtUp(query);
    expect(messages.filter((message) => 'key' in message)).toMatchObject([{ value: { id: '1' } }]);
    await db.query(`INSERT INTO issues VALUES (3, 'x', 'open', 0), (4, 'y', 'open', 2)`);
    expect(valuesOf(await ask({ ...query, ...place }))).toMatchObject([['insert', { id: '4' }]]);
  });
});

describe('what invalidates a copy', () => {
  beforeEach(async () => {
    await db.query(
      `CREATE TABLE goods (id int4 PRIMARY KEY, name text, price int4); INSERT INTO goods VALUES (1, 'a', 1)`,
    );
  });
  const goods = { table: 'shop.goods' };

  test.each([
    ['a TRUNCATE', 'TRUNCATE goods'],
    [
      'a TRUNCATE beside other changes',
      `BEGIN; INSERT INTO goods VALUES (2, 'b', 2); TRUNCATE goods; INSERT INTO goods VALUES (3, 'c', 3); COMMIT`,
    ],
    ['a new column', 'ALTER TABLE goods ADD COLUMN colour text'],
    ['a column that is gone', 'ALTER TABLE goods DROP COLUMN price'],
    ['a column by another name', 'ALTER TABLE goods RENAME COLUMN price TO cost'],
    ['a column of another type', 'ALTER TABLE goods ALTER COLUMN price TYPE int8'],
    [
      'changes and a new column in one transaction',
      `BEGIN; INSERT INTO goods VALUES (2, 'b', 2); ALTER TABLE goods ADD COLUMN colour text; COMMIT`,
    ],
    [
      'another table by the same name',
      `DROP TABLE goods; CREATE TABLE goods (id int4 PRIMARY KEY, name text, price int4)`,
    ],
  ])('is %s, for a reader that waits and for one that comes later', async (_, sql) => {
    const { place } = await caughtUp(goods);
    const held = ask({ ...goods, ...place, live: 'true' });
    await db.query(sql);
    const answers = [
      await held,
      await ask({ ...goods, ...place }),
      await ask({ ...goods, ...place, live: 'true' }),
    ];
    for (const answer of answers) {
      expect([answer.status, answer.text]).toEqual([409, '[{"headers":{"control":"must-refetch"}}]']);
      expect(placeOf(answer).handle).not.toBe(place.handle);
    }
    const { rows } = await db.query<{ all: string }>('SELECT count(*)::text AS all FROM goods');
    const again = await caughtUp(goods);
    expect(again.messages.filter((message) => 'key' in message)).toHaveLength(Number(rows[0]?.all));
  });

  test('is a table that is gone: then there is nothing to start over with', async () => {
    const { place } = await caughtUp(goods);
    const holding = nextHold();
    const waiting = ask({ ...goods, ...place, live: 'true' });
    await holding;
    await db.query('DROP TABLE goods');
    expect((await waiting).status).toBe(409);
    expect(await ask({ ...goods, ...place })).toMatchObject({ status: 400 });
  });

  test('is a DELETE of the shape, for the shape alone', async () => {
    const other = { ...goods, where: 'price > 0' };
    const [shape, narrowed] = [await caughtUp(goods), await caughtUp(other)];
    const holding = nextHold();
    const waiting = ask({ ...goods, ...shape.place, live: 'true' });
    await holding;
    expect((await ask({ ...goods, handle: shape.place.handle }, { method: 'DELETE' })).status).toBe(202);
    expect((await waiting).status).toBe(409);
    expect((await ask({ ...goods, ...shape.place })).status).toBe(409);
    expect((await ask({ ...other, ...narrowed.place })).status).toBe(200);
    expect((await ask({ table: 'shop.nothing' }, { method: 'DELETE' })).status).toBe(400);
  });

  test('brings the official client to start over by itself', async () => {
    const { until } = follow(goods);
    await until((rows) => rows.length === 1);
    await db.query('TRUNCATE goods');
    await until((rows) => rows.length === 0);
    await db.query(`ALTER TABLE goods ADD COLUMN colour text; INSERT INTO goods VALUES (5, 'e', 5, 'red')`);
    expect(await until((rows) => rows[0]?.colour === 'red')).toHaveLength(1);
  });
});

describe('the conversation', () => {
  beforeEach(async () => {
    await db.query('CREATE TABLE lines (id int4 PRIMARY KEY, body text NOT NULL)');
  });
  const lines = { table: 'shop.lines' };
  const add = (from: number, count: number) =>
    db.query(
      `INSERT INTO lines SELECT n, repeat('x', 1000) FROM generate_series($1::int4, $1 + $2 - 1) AS n`,
      [from, count],
    );

  test('comes in answers of about the length asked for, also within one transaction', async () => {
    await add(0, 35);
    const first = await ask({ ...lines, offset: '-1' });
    const sizes = [first.text.length];
    let answer = first;
    const next = async () => {
      answer = await ask({ ...lines, ...placeOf(answer) });
      if (answer.messages.length > 1) sizes.push(answer.text.length);
    };
    while (!answer.headers.has('electric-up-to-date')) await next();
    await add(100, 35);
    do await next();
    while (!answer.headers.has('electric-up-to-date'));
    expect(sizes.length).toBe(8);
    for (const size of sizes) expect(size).toBeLessThan(12_000);
  });

  test('begins with the same first rows for everybody, followed by what happened since', async () => {
    await add(0, 1);
    const first = await ask({ ...lines, offset: '-1' });
    await add(1, 2);
    const second = await ask({ ...lines, offset: '-1' });
    expect([second.text, second.headers.get('etag')]).toEqual([first.text, first.headers.get('etag')]);
    expect(second.headers.get('cache-control')).toBe(
      'public, max-age=604800, s-maxage=3600, stale-while-revalidate=2629746',
    );
    const rest = await ask({ ...lines, ...placeOf(second) });
    expect(rest.messages).toHaveLength(3);
    const etag = rest.headers.get('etag') ?? '';
    const headers = { 'if-none-match': etag };
    expect((await ask({ ...lines, ...placeOf(second) }, { headers })).status).toBe(304);
  });

  test('goes on after a restart of the server', async () => {
    await add(0, 3);
    const { place } = await caughtUp(lines);
    await server.close();
    server = await serve();
    await add(3, 1);
    expect(valuesOf(await ask({ ...lines, ...place }))).toMatchObject([['insert', { id: '3' }]]);
  });

  test('has transactions in the order of their commits, whichever began or wrote first', async () => {
    const { place } = await caughtUp(lines);
    const slow = new pg.Client({ connectionString: database.urls.superuser });
    await slow.connect();
    await slow.query(`BEGIN; INSERT INTO shop.lines VALUES (1, 'slow')`);
    await db.query(`INSERT INTO lines VALUES (2, 'fast')`);
    const first = await ask({ ...lines, ...place });
    expect(valuesOf(first)).toMatchObject([['insert', { id: '2' }]]);
    await slow.query('COMMIT');
    await slow.end();
    expect(valuesOf(await ask({ ...lines, ...placeOf(first) }))).toMatchObject([['insert', { id: '1' }]]);
  });

  test('skips what was rolled back, and what changed nothing', async () => {
    await add(0, 1);
    const { place } = await caughtUp(lines);
    await db.query(`BEGIN; INSERT INTO lines VALUES (7, 'x'); SAVEPOINT s; INSERT INTO lines VALUES (8, 'x');
      ROLLBACK TO s; UPDATE lines SET body = body; COMMIT; BEGIN; DELETE FROM lines; ROLLBACK`);
    expect(valuesOf(await ask({ ...lines, ...place }))).toMatchObject([['insert', { id: '7' }]]);
  });

  test('of the official client goes on from where it stopped, with what it missed and no more', async () => {
    await add(0, 3);
    const { place } = await caughtUp(lines);
    await add(10, 9);
    const stream = new ShapeStream({
      url: `${server.url}/v1/shape`,
      params: lines,
      signal: leaving.signal,
      handle: place.handle,
      offset: place.offset as Offset,
    });
    const seen = await new Promise<number>((resolve) => {
      let changes = 0;
      stream.subscribe((messages) => {
        changes += messages.filter((message) => 'key' in message).length;
        if (messages.some(({ headers }) => headers.control === 'up-to-date')) resolve(changes);
      });
    });
    expect(seen).toBe(9);
  });

  test('without rows ends in two steps, of which each says something', async () => {
    const steps: (string | undefined)[][] = [];
    const stream = new ShapeStream({ url: `${server.url}/v1/shape`, params: lines, signal: leaving.signal });
    await new Promise<void>((resolve) => {
      stream.subscribe((messages) => {
        steps.push(messages.map(({ headers }) => headers.control as string | undefined));
        if (steps.length === 2) resolve();
      });
    });
    expect(steps).toEqual([['snapshot-end'], ['up-to-date']]);
  });

  test('with replica=full has whole rows, and what they were', async () => {
    await db.query(`INSERT INTO lines VALUES (1, 'a')`);
    const query = { ...lines, replica: 'full' };
    const { place } = await caughtUp(query);
    await db.query(`UPDATE lines SET body = 'b'; DELETE FROM lines`);
    expect((await ask({ ...query, ...place })).messages).toMatchObject([
      { value: { id: '1', body: 'b' }, old_value: { body: 'a' }, headers: { operation: 'update' } },
      { value: { id: '1', body: 'b' }, headers: { operation: 'delete' } },
      { headers: { control: 'up-to-date' } },
    ]);
  });
});
