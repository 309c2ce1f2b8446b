/** Conditions against the server: for random conditions and rows, what is computed here is what the server computes. */
import { createLog } from '@totem/host';
import type { TextRow } from '@totem/sync';
import { type TestDatabase, testDatabase } from '@totem/testkit/postgres';
import { proof } from '@totem/testkit/proof';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeTable, findTable } from '../catalog.ts';
import { type AnyDatabase, openAnyDatabase } from '../database.ts';
import { ConditionFault } from '../values/fault.ts';
import { recordFields } from '../values/record.ts';
import type { Scope } from './bind.ts';
import { type Condition, compileCondition } from './condition.ts';
import { constantsReader } from './read-constants.ts';
import { ConditionError } from './tokens.ts';

let database: TestDatabase;
let db: AnyDatabase;
let scope: Scope;
let rows: readonly TextRow[];

/** Values for each column; the last ones are the odd ones. */
const VALUES = {
  b: ['true', 'false'],
  i2: ['1', '-3', '32767'],
  i4: ['0', '7', '-2147483648', '2147483647'],
  i8: ['5', '-9', '9223372036854775807'],
  n: ['1.50', '-0.001', '100', '12345678901234567890.12345', 'NaN', 'Infinity'],
  f4: ['1.5', '0.1', '-0', 'NaN', 'Infinity'],
  f8: ['0.1', '-2.5', '1e20', 'NaN', '-Infinity'],
  t: ['', 'foo', 'Foo bar', 'a%b_c\\d', 'ação', 'zé', '😀x', 'true'],
  v: ['foo', 'x'],
  c: ['ab', 'ab ', 'z'],
  u: ['00000000-0000-0000-0000-000000000001', 'ffffffff-0000-4000-8000-0123456789ab'],
  d: ['2026-11-23', '2024-02-29', '0044-03-15 BC', 'infinity'],
  tm: ['00:00', '23:59:59.999999'],
  ts: ['2026-11-23 10:20:30.5', '2024-01-31', '1969-12-31 23:59:59.999999', '-infinity'],
  tz: ['2026-11-23 10:20:30+02', '2024-03-31 00:00:00Z', 'infinity'],
  iv: ['1 day', '-3 months 2 days 01:02:03.4', '24 hours', '0'],
  ia: ['{}', '{1,2,3}', '{NULL,2}', '{{1,2},{3,4}}', '[0:1]={1,2}'],
  ta: ['{a,b}', '{"x y",NULL,"q\\"uote"}', '{}'],
  j: ['{"a": 1, "b": [1, "x", null], "ç": {"k": true}}', '[1, 2.0, "s"]', '"s"', 'null', '{"1": "one"}'],
  js: ['{ "a" : 1.0,"b":[1 , 2]}', '3'],
  m: ['sad', 'happy'],
  by: ['\\x00ff', '\\x'],
} as const;
type Column = keyof typeof VALUES;

const TYPES: Readonly<Record<Column, string>> = {
  ...{ b: 'bool', i2: 'int2', i4: 'int4', i8: 'int8', n: 'numeric', f4: 'float4', f8: 'float8', t: 'text' },
  ...{ v: 'varchar(10)', c: 'char(4)', u: 'uuid', d: 'date', tm: 'time', ts: 'timestamp', tz: 'timestamptz' },
  ...{ iv: 'interval', ia: 'int4[]', ta: 'text[]', j: 'jsonb', js: 'json', m: 'mood', by: 'bytea' },
};

beforeAll(async () => {
  database = await testDatabase();
  db = openAnyDatabase(database.urls.superuser, createLog('test', { level: 'silent' }));
  const columns = Object.entries(TYPES).map(([name, type]) => `${name} ${type}`);
  await db.rows(`CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')`);
  await db.rows(`CREATE TABLE kinds (id int4 PRIMARY KEY, ${columns.join(', ')})`);
  // The server's answer about one row as text: an error of one row must not hide the others.
  await db.rows(`CREATE FUNCTION asked(question text, r kinds) RETURNS text LANGUAGE plpgsql AS $$
    DECLARE answer text;
    BEGIN EXECUTE 'SELECT coalesce((' || question || ')::text, ''unknown'') FROM (SELECT ($1).*) AS r' INTO answer USING r; RETURN answer;
    EXCEPTION WHEN data_exception OR feature_not_supported THEN RETURN 'error'; END $$`);
  const [server] = await db.rows(`SELECT current_setting('server_version_num') AS version`);
  // Before 17 the difference of infinite moments was an error; since then it is an infinite span.
  const isStorable = (value: string) => Number(server?.version) >= 170_000 || !value.endsWith('infinity');
  const longest = Math.max(...Object.values(VALUES).map((values) => values.length));
  for (let index = 0; index <= longest; index += 1) {
    const names = Object.keys(VALUES) as Column[];
    const row = names.map((name, at) => {
      const value = VALUES[name][(index + at * index) % (VALUES[name].length + 1)];
      return value !== undefined && isStorable(value) ? value : null;
    });
    await db.rows(
      `INSERT INTO kinds VALUES (${index}, ${names.map((name, at) => `$${at + 1}::text::${TYPES[name]}`).join(', ')})`,
      row,
    );
  }
  const table = await findTable(db, 'public', 'kinds');
  const described = await describeTable(db, table?.oid ?? '');
  const named = described?.columns.map(({ name, type }) => [name, type] as const) ?? [];
  scope = {
    schema: 'public',
    table: 'kinds',
    columns: new Map(named),
    parameters: new Map(),
    folding: 'ascii',
  };
  const printed = await db.rows('SELECT (r.*)::text AS row FROM kinds r ORDER BY id');
  rows = printed.map(({ row }) => {
    const fields = recordFields(row ?? '');
    return Object.fromEntries(named.map(([name], at) => [name, fields[at] ?? null]));
  });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const compile = (text: string, parameters: readonly string[] = []): Promise<Condition> => {
  const given = new Map(parameters.map((value, index) => [index + 1, value]));
  return compileCondition(text, { ...scope, parameters: given }, constantsReader(db));
};

function computedFor(condition: Condition, row: TextRow): string {
  try {
    const value = condition.evaluate(row);
    return value === null ? 'unknown' : String(value);
  } catch (error) {
    if (error instanceof ConditionFault) return 'error';
    throw error;
  }
}

/** What the server says of each row about a condition with its values written into it. */
async function askedOf(question: string): Promise<readonly string[]> {
  const answers = await db.rows('SELECT asked($1, r) AS answer FROM kinds r ORDER BY id', [question]);
  return answers.map(({ answer }) => String(answer));
}

function withValues({ sql, values }: Condition): string {
  return sql.replace(
    /\$(\d+)/g,
    (_, number) => `'${(values[Number(number) - 1] ?? '').replaceAll("'", "''")}'`,
  );
}

const literal = (value: string) => `'${value.replaceAll("'", "''")}'`;
const of = (...names: Column[]) => fc.constantFrom(...names);
/** A column of the kind, or one of its values as a text without a type. */
const operand = (...names: Column[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 2, arbitrary: of(...names) },
    of(...names).chain((name) => fc.constantFrom<string>(...VALUES[name]).map(literal)),
  );
const integer = (): fc.Arbitrary<string> =>
  fc.oneof(of('i2', 'i4', 'i8'), fc.integer({ min: -50, max: 50 }).map(String));
const number = (): fc.Arbitrary<string> =>
  fc.oneof(
    integer(),
    of('n', 'f4', 'f8'),
    fc.constantFrom('0.5', '2.50', '1e3', '7::float8', "'NaN'::numeric"),
  );
const pair = (kind: fc.Arbitrary<string>, ...operators: string[]): fc.Arbitrary<string> =>
  fc
    .tuple(kind, fc.constantFrom(...operators), kind)
    .map(([left, operator, right]) => `(${left} ${operator} ${right})`);
const computedNumber = fc.oneof(
  { weight: 2, arbitrary: number() },
  pair(number(), '+', '-', '*', '/'),
  pair(integer(), '%', '&', '|', '#'),
  pair(of('n'), '/', '%'),
  fc
    .tuple(fc.constantFrom('-', '@ ', '+'), of('i2', 'i4', 'n', 'f8', 'iv'))
    .map(([sign, name]) => (name === 'iv' ? 'i4' : `(${sign}${name})`)),
  fc.constantFrom(
    '(f8 ^ 2)',
    '(|/ f8)',
    '(~ i4)',
    'n::int4',
    'f8::int8',
    'i4::numeric',
    'i8::int2',
    'array_ndims(ia)',
    'f8::numeric',
    'abs(n)',
  ),
);
const computedText = fc.oneof(
  { weight: 3, arbitrary: operand('t', 'v') },
  of('t', 'v').map((name) => `lower(${name})`),
  of('t', 'v').map((name) => `upper(${name})`),
  pair(of('t', 'v'), '||'),
  fc.constantFrom(
    'c::text',
    'i4::text',
    'b::text',
    'm::text',
    'u::text',
    'n::text',
    'ts::text',
    'ia::text',
    'j::text',
    "j->>'a'",
    "j->>'b'",
    'j->>1',
    "js->>'b'",
    "j->'ç'->>'k'",
    "j->>'1'",
    "js->>'a'",
  ),
);
const moment = fc.oneof(
  { weight: 3, arbitrary: of('d', 'ts', 'tz') },
  fc.constantFrom(
    "'2026-11-23'",
    "date '2024-02-29'",
    "'2026-11-23 10:20:30'::timestamp",
    '(d + 1)',
    '(d - 3)',
    '(ts + iv)',
    '(tz - iv)',
    '(d + iv)',
    "(ts + '1 month'::interval)",
    '(d + tm)',
    'ts::date',
    'd::timestamp',
    'tz::date',
  ),
);
const span = fc.oneof(
  of('iv'),
  fc.constantFrom(
    "'1 mon'::interval",
    "interval '30 days'",
    '(iv + iv)',
    "(iv - '1 day')",
    '(ts - ts)',
    "(ts - '2026-01-01')",
    '(- iv)',
    '(tz - tz)',
    '(tm - tm)',
  ),
);
const order = ['=', '<>', '!=', '<', '<=', '>', '>='];

const atom: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: pair(computedNumber, ...order) },
  { weight: 4, arbitrary: pair(computedText, ...order) },
  { weight: 3, arbitrary: pair(moment, ...order) },
  { weight: 2, arbitrary: pair(span, ...order) },
  pair(operand('tm'), ...order),
  pair(operand('u'), ...order),
  pair(operand('by'), ...order),
  pair(operand('c'), ...order),
  pair(operand('b'), ...order),
  pair(operand('m'), '=', '<>'),
  pair(operand('ia'), '=', '<>', '@>', '<@', '&&'),
  pair(operand('ta'), '=', '<>', '@>', '<@', '&&'),
  pair(operand('j'), '=', '<>', '@>', '<@'),
  fc
    .tuple(
      computedText,
      fc.constantFrom('LIKE', 'ILIKE', 'NOT LIKE', 'NOT ILIKE'),
      fc.constantFrom("'foo%'", "'%o_b%'", "'F%'", "'a\\%b\\_c%'", "'_'", "''", 't', "'%é'"),
    )
    .map((parts) => `(${parts.join(' ')})`),
  fc
    .tuple(
      operand('i4', 'i8'),
      fc.array(fc.integer({ min: -3, max: 9 }), { minLength: 1, maxLength: 3 }),
      fc.constantFrom('IN', 'NOT IN'),
    )
    .map(([left, list, word]) => `(${left} ${word} (${list.join(', ')}, i2))`),
  fc
    .tuple(operand('t'), fc.constantFrom(...order), fc.constantFrom('ANY', 'ALL'))
    .map(([left, operator, word]) => `(${left} ${operator} ${word} (ta))`),
  fc
    .tuple(integer(), fc.constantFrom(...order), fc.constantFrom('ANY', 'ALL'))
    .map(([left, operator, word]) => `(${left}::int4 ${operator} ${word} (ARRAY[1, 7, i4]))`),
  fc
    .tuple(computedNumber, number(), number(), fc.constantFrom('BETWEEN', 'NOT BETWEEN', 'BETWEEN SYMMETRIC'))
    .map(([left, low, high, word]) => `(${left} ${word} ${low} AND ${high})`),
  fc
    .tuple(of(...(Object.keys(VALUES) as Column[])), fc.constantFrom('IS NULL', 'IS NOT NULL', 'ISNULL'))
    .map((parts) => `(${parts.join(' ')})`),
  fc
    .tuple(of('b'), fc.constantFrom('IS TRUE', 'IS NOT TRUE', 'IS FALSE', 'IS UNKNOWN', 'IS NOT UNKNOWN'))
    .map((parts) => `(${parts.join(' ')})`),
  fc
    .tuple(computedNumber, fc.constantFrom('IS DISTINCT FROM', 'IS NOT DISTINCT FROM'), number())
    .map((parts) => `(${parts.join(' ')})`),
  fc
    .tuple(of('t', 'u', 'd', 'b'), fc.constantFrom('IS DISTINCT FROM NULL', 'IS NOT DISTINCT FROM NULL'))
    .map((parts) => `(${parts.join(' ')})`),
  fc.constantFrom(
    "(j ? 'a')",
    "(j ? 's')",
    'b',
    'true',
    "(ta || 'z' @> ARRAY['z'])",
    '(ia || 9 = ia)',
    "((j->'b') = '[1, \"x\", null]')",
    "((j->0) = '1')",
    '(NOT b)',
    'null',
  ),
);
const condition: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: atom },
  fc.tuple(atom, fc.constantFrom('AND', 'OR', 'AND NOT', 'OR NOT'), atom).map((parts) => parts.join(' ')),
  fc.tuple(atom, atom, atom).map(([a, b, c]) => `NOT (${a} OR ${b}) AND ${c} OR ${a}`),
);

const RUNS = proof('scripts/a condition means here what it means to PostgreSQL', {
  share: 400,
  full: 50_000,
});

describe('any condition', () => {
  test('is computed for each row as the server does, in its own words and in those that were written', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(condition, async (text) => {
        let compiled: Condition;
        try {
          compiled = await compile(text);
        } catch (error) {
          // What is refused is refused with a reason; everything else must be right.
          expect(error, text).toBeInstanceOf(ConditionError);
          return;
        }
        const computed = rows.map((row) => computedFor(compiled, row));
        const [generated, written] = [await askedOf(withValues(compiled)), await askedOf(text)];
        const isLogic = /AND|OR/.test(text);
        for (const [index, answer] of computed.entries()) {
          // The server may compute the parts of a logical condition in any order, and fail where another order does not.
          const hasFault = answer === 'error' || generated[index] === 'error' || written[index] === 'error';
          if (isLogic && hasFault) continue;
          compared += 1;
          expect([generated[index], written[index]], `${text} for row ${index}: ${compiled.sql}`).toEqual([
            answer,
            answer,
          ]);
        }
      }),
      { numRuns: RUNS },
    );
    // Nearly all that is generated is served.
    expect(compared).toBeGreaterThan(RUNS * rows.length * 0.5);
  }, 3_600_000);
});
