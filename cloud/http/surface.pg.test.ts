/**
 * The surface of the API, address by address: every one that is documented refuses methods it does not have, bodies that are
 * none, and whoever has no token, each with its code; and every answer says what browsers may do with it.
 */
import { request } from 'node:http';
import { METHODS } from '@totem/api';
import { ERRORS, type ErrorCode } from '@totem/domain';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApiDocument } from '../rest/openapi.ts';

const { paths } = openApiDocument() as unknown as {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly security?: readonly unknown[];
            readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
          }
        >
      >
    >
  >;
};
const addressOf = (path: string) => path.replace(/\{\w+\}/g, '0199d6f0-5b1e-7c3a-9f2d-3e1a5b7c9d01');
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, spec]) => ({
    path,
    address: addressOf(path),
    method: method.toUpperCase(),
    needsToken: (spec.security ?? []).length > 0,
    // Files have a test of their own: what they may be is another question than how JSON is written.
    takesBody: Object.keys(spec.requestBody?.content ?? {}).some((type) => type.startsWith('application/')),
  })),
);

let cloud: TestCloud;
let token: string;
beforeAll(async () => {
  cloud = await testCloud({ publicUrl: 'https://totem.example' });
  token = await cloud.signIn('admin');
});
afterAll(() => cloud.close());

async function ask(address: string, init: RequestInit & { readonly headers?: Record<string, string> }) {
  const answer = await fetch(`${cloud.url}${address}`, init);
  const text = await answer.text();
  const problem = text === '' ? {} : (JSON.parse(text) as { readonly code?: ErrorCode });
  return { status: answer.status, headers: answer.headers, code: problem.code, text };
}
const refusedWith = (code: ErrorCode) => [ERRORS[code].status, code];

test('every address names the methods that it takes to whoever tries another', async () => {
  for (const [path, methods] of Object.entries(paths)) {
    const known = Object.keys(methods).map((method) => method.toUpperCase());
    // A shape may be asked for by POST as its protocol has it; that is refused in the protocol's own words.
    const others = METHODS.filter((one) => !known.includes(one) && (path !== '/v1/shape' || one !== 'POST'));
    for (const method of others) {
      const answer = await ask(addressOf(path), { method, headers: { authorization: `Bearer ${token}` } });
      expect([path, answer.status]).toEqual([path, 405]);
      expect(answer.text).toContain('method_not_allowed');
      const allowed = (answer.headers.get('allow') ?? '').split(', ').filter((one) => one !== 'HEAD');
      expect(allowed.toSorted()).toEqual(known.toSorted());
    }
  }
});

test('every address but those for signing in is closed to whoever has no token, and says how to get in', async () => {
  const open = operations
    .filter(({ needsToken }) => !needsToken)
    .map(({ method, path }) => `${method} ${path}`);
  expect(open.toSorted()).toEqual([
    'GET /v1/audit/keys',
    'POST /v1/enrolments',
    'POST /v1/enrolments/outcome',
    'POST /v1/login',
    'POST /v1/logout',
    'POST /v1/pairings',
    'POST /v1/pairings/outcome',
    'POST /v1/psp/pagbank/{capability}',
    'POST /v1/psp/pix/{capability}',
    'POST /v1/psp/pix/{capability}/pix',
    'POST /v1/refresh',
    'POST /v1/token',
  ]);
  for (const { address, method } of operations.filter(({ needsToken }) => needsToken)) {
    for (const authorization of ['', 'Bearer', 'Bearer nonsense', `Basic ${token}`, `bearer  ${token} x`]) {
      const answer = await ask(address, { method, headers: { authorization } });
      expect([method, address, answer.status]).toEqual([method, address, 401]);
      expect(answer.text).toContain('unauthorized');
    }
  }
});

describe.each(operations.filter(({ takesBody, needsToken }) => takesBody && needsToken))(
  '$method $path',
  ({ path, address, method }) => {
    const json = { 'content-type': 'application/json' };
    test.each([
      ['a form', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }, 'media_type_unsupported'],
      ['nothing that says what it is', '{}', { 'content-type': 'text/plain' }, 'media_type_unsupported'],
      [
        'an encoding that nobody knows',
        '{}',
        { ...json, 'content-encoding': 'br' },
        'media_type_unsupported',
      ],
      ['half a document', '{"a":', json, 'invalid_request'],
      ['a name that is there twice', '{"name":"a","name":"b"}', json, 'invalid_request'],
      ['a name that every object has', '{"__proto__":{"role":"admin"}}', json, 'invalid_request'],
      ['lists in lists in lists', `${'['.repeat(30)}${']'.repeat(30)}`, json, 'body_too_deep'],
      ['bytes that are no text', Buffer.from([0x22, 0xff, 0xfe, 0x22]), json, 'invalid_request'],
      ['half a letter', '{"name":"\\ud800"}', json, 'invalid_request'],
    ] as const)('refuses %s', async (_, body, headers, code) => {
      const authorization = `Bearer ${token}`;
      const given = { ...headers, authorization, 'idempotency-key': 'surface-of-it', 'if-match': '"1"' };
      const answer = await ask(address, { method, headers: given, body });
      const codes: readonly (ErrorCode | undefined)[] = [code, ...OTHER_DOORS];
      expect(codes).toContain(answer.code);
      if (answer.code === code) expect([answer.status, answer.code]).toEqual(refusedWith(code));
    });

    test('refuses a body that is too large, whether it says so or not', async () => {
      const body = JSON.stringify({ name: 'x'.repeat(path === '/v1/ledger' ? 9 * 1024 * 1024 : 70 * 1024) });
      expect(await sent(address, method, body, { 'content-length': Buffer.byteLength(body) })).toContain(413);
      expect(await sent(address, method, body, { 'transfer-encoding': 'chunked' })).toContain(413);
    });
  },
);

/** Who may not call at all is told so first. */
const OTHER_DOORS: readonly ErrorCode[] = ['forbidden'];

/** Sends a body by hand. @returns the status; 413 also where the server ended the connection under a body too large. */
function sent(
  address: string,
  method: string,
  body: string,
  headers: Readonly<Record<string, string | number>>,
): Promise<readonly (number | undefined)[]> {
  const url = new URL(address, cloud.url);
  return new Promise((resolve) => {
    const asked = request(
      url,
      {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      },
      (answer) => {
        answer.resume();
        resolve([answer.statusCode === 403 ? 413 : answer.statusCode]);
      },
    );
    asked.on('error', () => resolve([]));
    asked.end(body);
  });
}

test('every answer says what browsers may do with it, and has a name', async () => {
  for (const { address, method } of operations) {
    const { headers } = await ask(address, { method });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
    expect(headers.get('content-security-policy')).toContain(`frame-ancestors 'none'`);
    expect(headers.get('content-security-policy')).not.toContain(`script-src 'self' 'unsafe`);
    expect(headers.get('cache-control')).toMatch(/no-store/);
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('x-powered-by')).toBeNull();
  }
});

test('a page of another origin is let in by none', async () => {
  for (const { address, method } of operations) {
    const { headers } = await ask(address, { method, headers: { origin: 'https://elsewhere.example' } });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  }
});
