/** Passwords over HTTP: chosen well, changed by who knows the old one, given by an admin for one sign-in; and owners of the platform. */
import { hash } from '@node-rs/argon2';
import { ROUTES } from '@totem/api';
import { PLATFORM_TENANT_ID } from '@totem/domain';
import { createLog, systemEnv } from '@totem/host';
import { TEST_PASSWORDS, type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../db/pool.ts';
import { refreshAt, signInAt, standingAt } from '../testing/access.ts';
import { apiOf, refusalOf } from '../testing/api.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { ensureOwner } from './owners.ts';
import { createPasswords } from './password.ts';

const OWN = 'cavalo verde anda de lado';
const OTHER = 'o gato subiu no telhado azul';
const OWNER = { username: 'Plataforma', fullName: 'Olga Prado', password: 'trovão lápis nove mesa' };
const hashing = createPasswords();

let cloud: TestCloud;
let look: Onlooker;
let db: Database;

beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  db = createDatabase(cloud.urls, createLog('test', { level: 'silent' }));
});
afterAll(async () => {
  await db.close();
  await look.close();
  await cloud.close();
});

const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code;
const enter = (password: string, more: { newPassword?: string } = {}) =>
  signInAt(cloud.url, 'operador', password, more);
const setHash = async (password: string, mustChange = false) =>
  look.rows('UPDATE app_user SET hashed_password = $1, must_change_password = $2 WHERE username = $3', [
    await hashing.hash(password),
    mustChange,
    'operador',
  ]);

describe('one’s own password', () => {
  test('is changed by who knows the old one, to one that is worth it', async () => {
    await setHash(OWN);
    const { accessToken } = await enter(OWN);
    const api = apiOf(cloud.url, accessToken);
    const change = (oldPassword: string, newPassword: string) =>
      api.call(ROUTES.changeMyPassword, { body: { oldPassword, newPassword } });
    expect(await codeOf(change('wrong', OTHER))).toBe('password_wrong');
    const short = await refusalOf(change(OWN, 'curta'));
    expect(short.problem).toMatchObject({ status: 422, code: 'password_too_short', params: { min: 12 } });
    for (const common of ['password1234', 'operador2026!', 'Otávio Operador', 'totemtotem123', OWN])
      expect(await codeOf(change(OWN, common)), common).toBe('password_common');
    expect(await codeOf(change(OWN, 'x'.repeat(257)))).toBe('invalid_request');
    await change(OWN, OTHER);
    expect(await codeOf(enter(OWN))).toBe('login_failed');
    expect((await enter(OTHER)).user.role).toBe('operator');
    expect(await look.count(`audit_log WHERE action = 'PASSWORD_CHANGED' AND user_id = entity_id`)).toBe(1);
  });

  test('of 256 characters, or with composed letters typed on another keyboard, is as good', async () => {
    const long = 'um dois três quatro '.repeat(12);
    await setHash(long);
    expect(await enter(long)).toBeDefined();
    await setHash('coração de pedra-pomes');
    expect(await enter('corac\u0327a\u0303o de pedra-pomes')).toBeDefined();
  });

  test('that was hashed with weaker parameters is hashed anew when it is next used', async () => {
    const weak = await hash(OWN, { memoryCost: 8 * 1024, timeCost: 1, parallelism: 1 });
    await look.rows(`UPDATE app_user SET hashed_password = $1 WHERE username = 'operador'`, [weak]);
    await enter(OWN);
    const [row] = await look.rows(`SELECT hashed_password FROM app_user WHERE username = 'operador'`);
    expect(row?.hashed_password).toMatch(/^\$argon2id\$v=19\$m=47104,t=1,p=1\$/);
    expect(await enter(OWN)).toBeDefined();
  });
});

describe('a password that another gave', () => {
  test('opens nothing but the choice of one’s own', async () => {
    await setHash(OWN);
    const before = await enter(OWN);
    await setHash(OWN, true);
    expect(await codeOf(enter(OWN))).toBe('password_change_required');
    expect(await codeOf(enter('wrong', { newPassword: OTHER }))).toBe('login_failed');
    expect(await codeOf(enter(OWN, { newPassword: OWN }))).toBe('password_common');
    expect(await codeOf(enter(OWN, { newPassword: 'curta' }))).toBe('password_too_short');
    const { accessToken } = await enter(OWN, { newPassword: OTHER });
    expect(await standingAt(cloud.url, accessToken)).toBe(200);
    expect(await codeOf(refreshAt(cloud.url, before.refreshToken))).toBe('session_ended');
    expect(await codeOf(enter(OWN))).toBe('login_failed');
    expect(await enter(OTHER)).toBeDefined();
  });

  test('is not changed by a login of who need not change theirs', async () => {
    await setHash(OWN);
    await enter(OWN, { newPassword: OTHER });
    expect(await enter(OWN)).toBeDefined();
  });
});

describe('an owner of the platform', () => {
  const enterAsOwner = () => signInAt(cloud.url, ' PLATAFORMA ', OWNER.password);

  test('is made once, by who installs it, with a good password and a name of their own', async () => {
    const parts = { db, env: systemEnv, hashing };
    const id = await ensureOwner(parts, OWNER);
    expect(await ensureOwner(parts, { ...OWNER, password: 'another one that is long' })).toBe(id);
    await expect(
      ensureOwner(parts, { ...OWNER, username: 'dono', password: 'dono12345678' }),
    ).rejects.toMatchObject({
      code: 'password_common',
    });
    await expect(ensureOwner(parts, { ...OWNER, username: 'Admin' })).rejects.toThrow('a person of a tenant');
  });

  test('signs in like anyone, and is nobody inside of a company', async () => {
    const session = await enterAsOwner();
    expect(session).toMatchObject({
      tenantId: PLATFORM_TENANT_ID,
      user: { fullName: 'Olga Prado', role: 'platform_owner' },
      sites: [],
    });
    const api = apiOf(cloud.url, session.accessToken);
    expect(await api.call(ROUTES.getMe, {})).toMatchObject({ kind: 'owner', secondFactor: false });
    expect(await codeOf(api.call(ROUTES.listSites, {}))).toBe('forbidden');
    expect(await codeOf(api.call(ROUTES.listTickets, {}))).toBe('forbidden');
    const next = await refreshAt(cloud.url, session.refreshToken);
    expect(await standingAt(cloud.url, next.accessToken)).toBe(200);
    await apiOf(cloud.url).call(ROUTES.signOut, { body: { refreshToken: next.refreshToken } });
    expect(await standingAt(cloud.url, next.accessToken)).toBe('unauthorized');
  });

  test('is not kept out by a person of a tenant who takes their name', async () => {
    await look.rows(
      `INSERT INTO app_user (tenant_id, id, created_at, username, full_name, hashed_password, role)
       SELECT tenant_id, gen_random_uuid(), now(), 'plataforma', 'X', hashed_password, 'admin' FROM app_user WHERE username = 'admin'`,
    );
    expect((await enterAsOwner()).user.role).toBe('platform_owner');
    expect(await codeOf(signInAt(cloud.url, 'plataforma', TEST_PASSWORDS.admin))).toBe('login_failed');
  });

  test('changes their password, and all they do is in the platform’s ledger', async () => {
    const { accessToken } = await enterAsOwner();
    const body = { oldPassword: OWNER.password, newPassword: OTHER };
    await apiOf(cloud.url, accessToken).call(ROUTES.changeMyPassword, { body });
    expect(await codeOf(enterAsOwner())).toBe('login_failed');
    expect((await signInAt(cloud.url, 'plataforma', OTHER)).user.role).toBe('platform_owner');
    const actions = await look.rows(
      `SELECT DISTINCT action FROM audit_log WHERE tenant_id = $1 AND entity = 'owner'`,
      [PLATFORM_TENANT_ID],
    );
    expect(actions.map(({ action }) => String(action)).toSorted()).toEqual([
      'LOGIN',
      'LOGIN_FAILED',
      'LOGOUT',
      'PASSWORD_CHANGED',
    ]);
  });

  test('who was taken out of use cannot sign in', async () => {
    await look.rows('UPDATE platform_owner SET active = false');
    expect(await codeOf(signInAt(cloud.url, 'plataforma', OTHER))).toBe('login_failed');
  });
});
