/** Nothing that people typed, and no credential, reaches a log; whatever the form in which it was about to. */
import { ProblemError } from '@totem/domain';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createLog } from './log.ts';
import { markOf, underMark } from './request-mark.ts';

const CANARY = 'canary-4f1d9';

/** What a log writes of these fields. */
function written(fields: object): string {
  const lines: string[] = [];
  createLog('test', { level: 'debug', destination: { write: (line) => void lines.push(line) } }).error(
    fields,
    'it failed',
  );
  return lines.join('');
}

function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('it threw nothing');
}

class DatabaseError extends Error {
  readonly severity = 'ERROR';
  readonly code: string;
  readonly table = 'site';
  readonly constraint = 'site_slug_key';
  readonly detail = `Key (slug)=(${CANARY}) already exists.`;
  readonly where = `unnamed portal parameter $1 = '${CANARY}'`;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

class QueryError extends Error {
  readonly query = 'select "name" from "site" where "slug" = $1';
  readonly params = [CANARY];
  constructor(cause: unknown) {
    super(`Failed query: select … params: ${CANARY}`, { cause });
  }
}

test.each([
  'password',
  'newPassword',
  'hashed_password',
  'token',
  'refreshToken',
  'access-token',
  'assertion',
  'authorization',
  'Cookie',
  'set-cookie',
  'secret',
  'secrets',
  'webhookSecret',
  'code',
  'otp',
  'totpCode',
  'recoveryCodes',
  'customer',
  'fullName',
  'email',
  'phone',
  'private',
  'privates',
  'privateKey',
  'idempotencyKey',
  'answer',
  'body',
  'bytes',
])('a field named %s is cut, however deep it lies and whatever it holds', (name) => {
  for (const value of [CANARY, [CANARY], { inner: CANARY }, Buffer.from(CANARY)])
    for (const fields of [{ [name]: value }, { a: { b: [{ [name]: value }] } }])
      expect(written(fields)).not.toContain(CANARY);
  expect(written({ [name]: CANARY })).toContain('[cut]');
});

test.each([
  `Bearer ${CANARY}`,
  `the header was Authorization: basic ${CANARY}==`,
  `eyJhbGciOiJFZERTQSJ9.${CANARY}.c2ln`,
  `postgres://totem_api:${CANARY}@127.0.0.1/totem`,
  `rt_${'a'.repeat(50)}${CANARY}`,
  `the key tk_${'a'.repeat(43)}_${'b'.repeat(20)}${CANARY}, it seems`,
])('a text that looks like a credential is cut wherever it is: %s', (text) => {
  expect(written({ note2: text })).not.toContain(CANARY);
  expect(written({ list: [{ text }] })).not.toContain(CANARY);
  expect(written({ err: new Error(text) })).not.toContain(CANARY);
});

test.each([
  ['a body that is no JSON', () => thrown(() => JSON.parse(`{"password": ${CANARY}}`))],
  [
    'a body that does not fit',
    () => thrown(() => z.strictObject({ name: z.literal('x') }).parse({ [CANARY]: 1, name: CANARY })),
  ],
  ['a value for the database', () => new DatabaseError('22P02', `invalid input: "${CANARY}"`)],
  ['a row that is there', () => new DatabaseError('23505', 'duplicate key value')],
  ['a query', () => new QueryError(new DatabaseError('22001', `value "${CANARY}" too long`))],
  ['a problem', () => new ProblemError('invalid_request', { extra: { said: CANARY } })],
])('an error about %s says where and what, and repeats nothing of it', (_, make) => {
  const error = make();
  for (const fields of [{ err: error }, { err: new Error('outer', { cause: error }) }, { deep: { error } }]) {
    const line = written(fields);
    expect(line).not.toContain(CANARY);
    expect(line).toContain('"stack"');
    expect(line).toContain('log.test.ts');
  }
});

test("an error of the database keeps its code and the constraint's name, and a query its text", () => {
  const line = JSON.parse(
    written({ err: new QueryError(new DatabaseError('23505', 'duplicate key value')) }),
  );
  expect(line.err).toMatchObject({
    message: 'a query failed',
    query: 'select "name" from "site" where "slug" = $1',
    cause: { code: '23505', message: 'duplicate key value', table: 'site', constraint: 'site_slug_key' },
  });
});

test('what says nothing about anyone stays', () => {
  const fields = { origin: 'a', seq: 3, tokens: 5, ok: true, none: null, list: [1, 'two'] };
  expect(JSON.parse(written(fields))).toMatchObject({ ...fields, msg: 'it failed', name: 'test' });
});

test('what is too deep, too long or too much is shortened', () => {
  let deep: object = { end: CANARY };
  for (let depth = 0; depth < 10; depth += 1) deep = { deep };
  expect(written(deep)).not.toContain(CANARY);
  expect(written({ text: 'x'.repeat(100_000) }).length).toBeLessThan(3_000);
  expect(written({ list: Array.from({ length: 10_000 }, () => 'member') }).length).toBeLessThan(3_000);
});

test('a line that is written for a request says for which', () => {
  const mark = markOf({
    'x-request-id': 'caller-chose-this',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  });
  expect(JSON.parse(underMark(mark, () => written({})))).toMatchObject({
    requestId: 'caller-chose-this',
    traceId: '0af7651916cd43dd8448eb211c80319c',
  });
  expect(JSON.parse(written({}))).not.toHaveProperty('requestId');
});
