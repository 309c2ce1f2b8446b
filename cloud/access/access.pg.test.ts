/** Signing in and tokens, over HTTP: nothing can be learnt from how it fails, and no altered token gets in. */
import { createHmac, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { newId, PLATFORM_TENANT_ID } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { TEST_PASSWORDS, type TestCloud, testCloud } from '@totem/testkit/postgres';
import { virtualWorld } from '@totem/testkit/virtual';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enrolTotem, type TestTotem } from '../testing/branch.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { newSigningKey } from './signing-key.ts';

const clock = virtualWorld();
const signingKey = newSigningKey();
let cloud: TestCloud;
let look: Onlooker;
let totem: TestTotem;

beforeAll(async () => {
  cloud = await testCloud({ env: { ...systemEnv, now: clock.env.now }, signingKey });
  look = await onlooker(cloud.urls);
  totem = await enrolTotem(cloud);
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

const login = async (username: string, password: string, url = cloud.url) => {
  const answer = await fetch(`${url}/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};
const me = async (token: string) => {
  const answer = await fetch(`${cloud.url}/v1/me`, { headers: { authorization: `Bearer ${token}` } });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};
const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

describe('POST /v1/login', () => {
  test('tells who signed in, where they work, and until when', async () => {
    const { status, body } = await login(' OPERADOR ', TEST_PASSWORDS.operador);
    expect(status).toBe(200);
    const { tenantId, siteId } = cloud.seed;
    expect(body).toEqual({
      accessToken: expect.any(String),
      expiresAt: '2026-11-23T15:10:00.000Z',
      refreshToken: expect.stringMatching(/^rt_/),
      sessionId: expect.any(String),
      device: expect.stringMatching(/^kd_/),
      tenantId,
      user: { id: expect.any(String), fullName: 'Otávio Operador', role: 'operator' },
      sites: [{ id: siteId, name: 'Unidade Centro' }],
    });
    expect(JSON.stringify(body)).not.toContain('argon2');
    expect(await look.count(`audit_log WHERE action = 'LOGIN'`)).toBe(1);
  });

  test('fails in one way for a wrong name, a wrong password and a person who left', async () => {
    const wrongPassword = await login('admin', 'not it');
    const wrongName = await login('nobody-here', TEST_PASSWORDS.admin);
    await look.rows(`UPDATE app_user SET active = false WHERE username = 'operador2'`);
    const inactive = await login('operador2', TEST_PASSWORDS.operador2);
    await look.rows(`UPDATE app_user SET active = true WHERE username = 'operador2'`);
    expect(wrongPassword).toMatchObject({ status: 401, body: { code: 'login_failed' } });
    const same = { ...wrongPassword, body: { ...wrongPassword.body, requestId: expect.any(String) } };
    expect(wrongName).toEqual(same);
    expect(inactive).toEqual(same);
    const entries = await look.rows(
      `SELECT tenant_id, entity, data FROM audit_log WHERE action = 'LOGIN_FAILED' ORDER BY position`,
    );
    const { tenantId } = cloud.seed;
    // Nobody's name goes into the platform's chain, and is not written down: it may be a password.
    expect(entries).toHaveLength(3);
    expect(entries).toEqual(
      expect.arrayContaining([
        { tenant_id: tenantId, entity: 'user', data: {} },
        { tenant_id: PLATFORM_TENANT_ID, entity: 'tenant', data: {} },
      ]),
    );
  });

  test.each([
    {},
    { username: 'admin' },
    { username: '', password: 'x' },
    { username: 'admin', password: 'x'.repeat(300) },
  ])('refuses what is no login: %o', async (body) => {
    const answer = await fetch(`${cloud.url}/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'invalid_request' }),
    ]);
  });

  test('slows down who tries passwords of one account, or many accounts', async () => {
    const limited = await testCloud({ database: cloud.urls, loginsPerMinute: { account: 2, address: 4 } });
    const tries: unknown[] = [];
    for (const name of ['x1', 'x1', 'x1', 'x2', 'x2'])
      tries.push((await login(name, 'x', limited.url)).body.code);
    expect(tries).toEqual([
      'login_failed',
      'login_failed',
      'too_many_requests',
      'login_failed',
      'too_many_requests',
    ]);
    const last = await fetch(`${limited.url}/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'x3', password: 'x' }),
    });
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    await limited.close();
  });
});

describe('an access token', () => {
  test('lets in until it ends', async () => {
    const token = await cloud.signIn('admin');
    expect(await me(token)).toMatchObject({ status: 200, body: { kind: 'user', siteId: cloud.seed.siteId } });
    clock.advance(600_000);
    expect(await me(token)).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
  });

  const ownKey = () => generateKeyPairSync('ed25519').privateKey;
  const signed = (header: object, claims: object, key: KeyObject = ownKey()) => {
    const text = `${base64url(header)}.${base64url(claims)}`;
    return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
  };
  const header = { alg: 'EdDSA', typ: 'at+jwt' };

  test.each<[string, (token: string) => string | Promise<string>]>([
    ['without a signature', (token) => `${token.split('.').slice(0, 2).join('.')}.`],
    ['with a changed signature', (token) => `${token.slice(0, -4)}AAAA`],
    [
      'with changed claims',
      (token) => {
        const [head, , signature] = token.split('.');
        return `${head}.${base64url({ ...claimsOf(token), role: 'technician' })}.${signature}`;
      },
    ],
    [
      'that needs no signature',
      (token) => `${base64url({ alg: 'none', typ: 'at+jwt' })}.${base64url(claimsOf(token))}.`,
    ],
    [
      'signed with the public key as a secret',
      (token) => {
        const text = `${base64url({ alg: 'HS256', typ: 'at+jwt' })}.${base64url(claimsOf(token))}`;
        return `${text}.${createHmac('sha256', signingKey.x).update(text).digest('base64url')}`;
      },
    ],
    ['signed with another key', (token) => signed(header, claimsOf(token))],
    [
      'that brings its own key',
      (token) => {
        const { privateKey, publicKey } = generateKeyPairSync('ed25519');
        return signed({ ...header, jwk: publicKey.export({ format: 'jwk' }) }, claimsOf(token), privateKey);
      },
    ],
  ])('%s is refused', async (_, spoil) => {
    const token = await cloud.signIn('admin');
    expect(await me(await spoil(token))).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
  });

  test.each<[string, object, object]>([
    ['of another type', { typ: 'JWT' }, {}],
    ['for another audience', {}, { aud: 'someone-else' }],
    ['of another issuer', {}, { iss: 'someone-else' }],
    ['without an end', {}, { exp: undefined }],
    ['for an unknown role', {}, { role: 'owner' }],
    ['for a tenant that is no id', {}, { tenant: 'x' }],
  ])('%s is refused, even with the right signature', async (_, headerOver, claimsOver) => {
    const token = await cloud.signIn('admin');
    const key = createPrivateKey({ key: signingKey, format: 'jwk' });
    expect((await me(signed(header, claimsOf(token), key))).status).toBe(200);
    const spoilt = signed({ ...header, ...headerOver }, { ...claimsOf(token), ...claimsOver }, key);
    expect(await me(spoilt)).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
  });

  test('is worth nothing once its person has left', async () => {
    const token = await cloud.signIn('operador2');
    await look.rows(`UPDATE app_user SET active = false WHERE username = 'operador2'`);
    expect(await me(token)).toMatchObject({ status: 401 });
    await look.rows(`UPDATE app_user SET active = true WHERE username = 'operador2'`);
  });
});

describe('POST /v1/token', () => {
  const assertion = (
    over: object = {},
    key = totem.privateKey,
    header: object = { alg: 'EdDSA', typ: 'JWT' },
  ) => {
    const now = Math.floor(clock.env.now() / 1_000);
    const claims = {
      iss: totem.equipmentId,
      sub: totem.equipmentId,
      aud: 'totem-cloud',
      iat: now,
      exp: now + 120,
      jti: newId<'assertion'>(systemEnv),
      ...over,
    };
    const text = `${base64url(header)}.${base64url(claims)}`;
    return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
  };
  const exchange = async (text: string) => {
    const form = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: text,
    });
    const answer = await fetch(`${cloud.url}/v1/token`, { method: 'POST', body: form });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  test('gives a short token for what the device has signed', async () => {
    const { status, body } = await exchange(assertion());
    expect({ status, body }).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 600 } });
    expect(await me(String(body.access_token))).toMatchObject({
      status: 200,
      body: {
        kind: 'device',
        siteId: cloud.seed.siteId,
        equipment: { id: totem.equipmentId, type: 'totem' },
      },
    });
  });

  test('names its refusals as OAuth does, beside their codes', async () => {
    const posted = async (body: URLSearchParams | string, type?: string) => {
      const headers = type === undefined ? {} : { 'content-type': type };
      const answer = await fetch(`${cloud.url}/v1/token`, { method: 'POST', body, headers });
      const { code, error } = (await answer.json()) as Record<string, unknown>;
      return [answer.status, code, error];
    };
    const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
    const form = (fields: Record<string, string>) => new URLSearchParams(fields);
    expect(await posted(form({ grant_type, assertion: 'x' }))).toEqual([
      401,
      'unauthorized',
      'invalid_grant',
    ]);
    expect(await posted(form({ grant_type }))).toEqual([400, 'invalid_request', 'invalid_request']);
    expect(await posted(form({ assertion: 'x' }))).toEqual([400, 'invalid_request', 'invalid_request']);
    expect(await posted(form({ grant_type: 'password', assertion: 'x' }))).toEqual([
      400,
      'invalid_request',
      'unsupported_grant_type',
    ]);
    expect(await posted('{}', 'application/json')).toEqual([
      415,
      'media_type_unsupported',
      'invalid_request',
    ]);
    await look.rows('UPDATE equipment SET suspended_at = now() WHERE id = $1', [totem.equipmentId]);
    expect(await posted(form({ grant_type, assertion: assertion() }))).toEqual([
      403,
      'device_suspended',
      'unauthorized_client',
    ]);
    await look.rows('UPDATE equipment SET suspended_at = NULL WHERE id = $1', [totem.equipmentId]);
  });

  test('takes each assertion once', async () => {
    const once = assertion();
    expect((await exchange(once)).status).toBe(200);
    expect(await exchange(once)).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
  });

  test.each<[string, () => string]>([
    ['signed with another key', () => assertion({}, generateKeyPairSync('ed25519').privateKey)],
    ['of an unknown device', () => assertion({ iss: newId(systemEnv), sub: newId(systemEnv) })],
    ['about another device', () => assertion({ sub: cloud.seed.displayId })],
    ['for another audience', () => assertion({ aud: 'elsewhere' })],
    ['that has ended', () => assertion({ iat: 1, exp: 2 })],
    ['that lives too long', () => assertion({ exp: Math.floor(clock.env.now() / 1_000) + 86_400 })],
    ['without an id', () => assertion({ jti: undefined })],
    [
      'that needs no signature',
      () => `${assertion({}, totem.privateKey, { alg: 'none' }).split('.').slice(0, 2).join('.')}.`,
    ],
    ['that is no token', () => 'x.y.z'],
  ])('refuses an assertion %s', async (_, make) => {
    expect(await exchange(make())).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
  });

  test('tells what time it is here, for a device whose clock is wrong', async () => {
    expect((await exchange(assertion({ iat: 1, exp: 2 }))).body.serverTime).toMatch(/^2026-11-2\dT/);
  });

  test('refuses a suspended device by name, and its old tokens with it', async () => {
    const { body } = await exchange(assertion());
    await look.rows(`UPDATE equipment SET suspended_at = now() WHERE id = $1`, [totem.equipmentId]);
    expect(await exchange(assertion())).toMatchObject({ status: 403, body: { code: 'device_suspended' } });
    const other = await testCloud({
      database: cloud.urls,
      signingKey,
      env: { ...systemEnv, now: clock.env.now },
    });
    const answer = await fetch(`${other.url}/v1/me`, {
      headers: { authorization: `Bearer ${body.access_token}` },
    });
    expect([answer.status, await answer.json()]).toEqual([
      403,
      expect.objectContaining({ code: 'device_suspended' }),
    ]);
    await other.close();
  });

  test('refuses a removed device', async () => {
    await look.rows(`UPDATE equipment SET deleted_at = now(), suspended_at = NULL WHERE id = $1`, [
      totem.equipmentId,
    ]);
    expect(await exchange(assertion())).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
  });
});

test('every answer says what browsers may do with it, and an unknown path is a problem', async () => {
  const answer = await fetch(`${cloud.url}/v1/nothing`, { headers: { 'accept-language': 'es' } });
  expect([answer.status, await answer.json()]).toEqual([
    404,
    expect.objectContaining({ code: 'not_found', detail: 'No encontrado.' }),
  ]);
  const header = (name: string) => answer.headers.get(name);
  expect(header('content-type')).toBe('application/problem+json');
  expect(header('x-content-type-options')).toBe('nosniff');
  expect(header('referrer-policy')).toBe('no-referrer');
  expect(header('content-security-policy')).toContain(`frame-ancestors 'none'`);
  expect(header('cache-control')).toBe('no-store');
  expect(header('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test.each(['/health/live', '/health/ready', '/v1/health'])('%s answers', async (path) => {
  const answer = await fetch(`${cloud.url}${path}`);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ status: path === '/v1/health' ? 'active' : 'ok' });
});
