/** Time-based codes over HTTP: each counts once, recovery codes too, and whoever lost the phone is let in by an admin. */
import { ROUTES } from '@totem/api';
import { newId, PLATFORM_TENANT_ID } from '@totem/domain';
import { createLog, systemEnv } from '@totem/host';
import { TEST_PASSWORDS, type TestCloud, testCloud } from '@totem/testkit/postgres';
import { virtualWorld } from '@totem/testkit/virtual';
import { generateSync } from 'otplib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase } from '../db/pool.ts';
import { clockOf, refreshAt, type SignedIn, signInAt } from '../testing/access.ts';
import { apiOf, refusalOf } from '../testing/api.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { ensureOwner } from './owners.ts';
import { createPasswords } from './password.ts';

const clock = virtualWorld();
const OWNER = { username: 'plataforma', fullName: 'Olga da Plataforma', password: 'trovão lápis nove mesa' };
const STEP_MS = 30_000;

let cloud: TestCloud;
let look: Onlooker;

beforeAll(async () => {
  cloud = await testCloud(clockOf(clock));
  look = await onlooker(cloud.urls);
  const log = createLog('test', { level: 'silent' });
  const db = createDatabase(cloud.urls, log);
  await ensureOwner({ db, env: systemEnv, hashing: createPasswords() }, OWNER);
  await db.close();
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});
beforeEach(async () => {
  await look.rows('DELETE FROM second_factor');
  clock.advance(10 * STEP_MS);
});

type Who = 'admin' | 'operador' | 'owner';
const enter = (who: Who, more: { code?: string } = {}): Promise<SignedIn> =>
  who === 'owner'
    ? signInAt(cloud.url, OWNER.username, OWNER.password, more)
    : signInAt(cloud.url, who, TEST_PASSWORDS[who], more);
const passwordOf = (who: Who) => (who === 'owner' ? OWNER.password : TEST_PASSWORDS[who]);
/** What the app shows, `steps` from now. */
const codeOf = (secret: string, steps = 0) =>
  generateSync({ secret, epoch: Math.floor(clock.env.now() / 1_000) + steps * 30 });
const refusedWith = async (call: Promise<unknown>) => (await refusalOf(call)).code;

/** Sets a second factor up, and lets the code that confirmed it pass. */
async function enrolled(who: Who) {
  const session = await enter(who);
  const api = apiOf(cloud.url, session.accessToken);
  const { secret, uri } = await api.call(ROUTES.enrolSecondFactor, { body: { password: passwordOf(who) } });
  const { recoveryCodes } = await api.call(ROUTES.confirmSecondFactor, { body: { code: codeOf(secret) } });
  clock.advance(STEP_MS);
  return { session, api, secret, uri, recoveryCodes };
}

describe.each<Who>(['admin', 'owner', 'operador'])('the second factor of %s', (who) => {
  test('is asked for once it was confirmed, and not before', async () => {
    const { accessToken } = await enter(who);
    const api = apiOf(cloud.url, accessToken);
    const { secret, uri } = await api.call(ROUTES.enrolSecondFactor, { body: { password: passwordOf(who) } });
    expect(uri).toContain(`secret=${secret}`);
    expect(uri).toMatch(/^otpauth:\/\/totp\/Totem/);
    await enter(who);
    const wrong = api.call(ROUTES.confirmSecondFactor, { body: { code: codeOf(secret, 9) } });
    expect(await refusedWith(wrong)).toBe('totp_invalid');
    await api.call(ROUTES.confirmSecondFactor, { body: { code: codeOf(secret) } });
    expect((await api.call(ROUTES.getMe, {})) as object).toMatchObject({ secondFactor: true });
    expect(await refusalOf(enter(who))).toMatchObject({ status: 401, code: 'totp_required' });
    clock.advance(STEP_MS);
    expect((await enter(who, { code: codeOf(secret) })).user.id).toBeDefined();
  });

  test('takes each code once, even from two at the same moment', async () => {
    const { secret } = await enrolled(who);
    const code = codeOf(secret);
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => enter(who, { code })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await refusedWith(enter(who, { code }))).toBe('totp_invalid');
    // The one before is older than the last one used.
    expect(await refusedWith(enter(who, { code: codeOf(secret, -1) }))).toBe('totp_invalid');
    expect(await enter(who, { code: codeOf(secret, 1) })).toBeDefined();
  });
});

describe('a code', () => {
  test('is taken one step early or late, with spaces in it, and no further away', async () => {
    const { secret } = await enrolled('admin');
    expect(await refusedWith(enter('admin', { code: codeOf(secret, 2) }))).toBe('totp_invalid');
    const code = codeOf(secret, 1);
    expect(await enter('admin', { code: `${code.slice(0, 3)} ${code.slice(3)}` })).toBeDefined();
    clock.advance(10 * STEP_MS);
    expect(await refusedWith(enter('admin', { code: codeOf(secret, -2) }))).toBe('totp_invalid');
    expect(await enter('admin', { code: codeOf(secret, -1) })).toBeDefined();
  });

  test('is not looked at before the password', async () => {
    const { secret } = await enrolled('admin');
    const code = codeOf(secret);
    expect(await refusedWith(signInAt(cloud.url, 'admin', 'wrong', { code }))).toBe('login_failed');
    expect(await enter('admin', { code })).toBeDefined();
  });

  test.each(['', '12345', '1234567', '١٢٣٤٥٦', 'ABCDE-FGHJK', "' OR 1=1 --", '0'.repeat(32)])(
    'such as %j is none',
    async (code) => {
      await enrolled('admin');
      expect(await refusedWith(enter('admin', { code }))).toBe(
        code === '' ? 'invalid_request' : 'totp_invalid',
      );
    },
  );
});

describe('recovery codes', () => {
  test('let in once each, however they are typed', async () => {
    const { recoveryCodes } = await enrolled('admin');
    expect(new Set(recoveryCodes).size).toBe(10);
    const [first = '', second = ''] = recoveryCodes;
    expect(await enter('admin', { code: first.toLowerCase().replace('-', ' ') })).toBeDefined();
    expect(await refusedWith(enter('admin', { code: first }))).toBe('totp_invalid');
    expect(await enter('admin', { code: second })).toBeDefined();
  });

  test('and the secret are not in the database as they are', async () => {
    const { recoveryCodes, secret } = await enrolled('admin');
    const dump = JSON.stringify([
      await look.rows(`SELECT encode(secret, 'escape') AS secret, recovery_hashes FROM second_factor`),
      await look.rows('SELECT data FROM audit_log'),
    ]);
    for (const text of [secret, ...recoveryCodes.flatMap((code) => [code, code.replace('-', '')])])
      expect(dump).not.toContain(text);
  });
});

describe('doing without', () => {
  test('takes password and code of who has it', async () => {
    const { api, secret } = await enrolled('admin');
    const remove = (password: string, code: string) =>
      api.call(ROUTES.removeMySecondFactor, { body: { password, code } });
    expect(await refusedWith(remove('wrong', codeOf(secret)))).toBe('password_wrong');
    expect(await refusedWith(remove(TEST_PASSWORDS.admin, '000000'))).toBe('totp_invalid');
    await remove(TEST_PASSWORDS.admin, codeOf(secret));
    expect(await enter('admin')).toBeDefined();
    expect(await refusedWith(remove(TEST_PASSWORDS.admin, codeOf(secret)))).toBe('second_factor_missing');
  });

  test('is up to an admin where the phone is lost, who signs the person out with it', async () => {
    const { session } = await enrolled('operador');
    const admin = apiOf(cloud.url, (await enter('admin')).accessToken);
    const operator = apiOf(cloud.url, session.accessToken);
    const params = { id: session.user.id };
    expect(await refusedWith(operator.call(ROUTES.removeUserSecondFactor, { params }))).toBe('forbidden');
    await admin.call(ROUTES.removeUserSecondFactor, { params });
    expect(await refusedWith(refreshAt(cloud.url, session.refreshToken))).toBe('session_ended');
    expect(await enter('operador')).toBeDefined();
    expect(await refusedWith(admin.call(ROUTES.removeUserSecondFactor, { params }))).toBe(
      'second_factor_missing',
    );
    for (const id of [newId<'user'>(systemEnv), cloud.seed.displayId as never])
      expect(await refusedWith(admin.call(ROUTES.removeUserSecondFactor, { params: { id } }))).toBe(
        'not_found',
      );
  });

  test('and what came before it are in the ledger, of the platform for its owners', async () => {
    const { api, secret } = await enrolled('owner');
    await refusedWith(enter('owner', { code: '000000' }));
    const body = { password: OWNER.password, code: codeOf(secret) };
    await api.call(ROUTES.removeMySecondFactor, { body });
    const rows = await look.rows(
      `SELECT action, data FROM audit_log WHERE tenant_id = $1 AND entity = 'owner' ORDER BY position DESC LIMIT 3`,
      [PLATFORM_TENANT_ID],
    );
    expect(rows.toReversed()).toEqual([
      { action: 'SECOND_FACTOR_ENABLED', data: {} },
      { action: 'LOGIN_FAILED', data: { reason: 'second_factor' } },
      { action: 'SECOND_FACTOR_DISABLED', data: {} },
    ]);
  });
});

test('a second factor in use cannot be replaced without its code', async () => {
  const { api } = await enrolled('admin');
  const again = api.call(ROUTES.enrolSecondFactor, { body: { password: TEST_PASSWORDS.admin } });
  expect(await refusedWith(again)).toBe('second_factor_exists');
  const wrong = api.call(ROUTES.enrolSecondFactor, { body: { password: 'wrong' } });
  expect(await refusedWith(wrong)).toBe('password_wrong');
});

test('a device has no second factor, no password and no sessions', async () => {
  const { tenantId, displayId } = cloud.seed;
  const device = apiOf(cloud.url, await cloud.cloud.mintDeviceToken(tenantId, displayId, 600));
  const calls = [
    device.call(ROUTES.enrolSecondFactor, { body: { password: 'x' } }),
    device.call(ROUTES.confirmSecondFactor, { body: { code: '123456' } }),
    device.call(ROUTES.changeMyPassword, { body: { oldPassword: 'x', newPassword: 'y' } }),
    device.call(ROUTES.listMySessions, {}),
  ];
  for (const call of calls) expect(await refusedWith(call)).toBe('forbidden');
});

describe.each(['require_second_factor_for_admins', 'platform_requires_second_factor'])(
  'where a company has %s',
  (setting) => {
    beforeEach(() => say(true));
    afterEach(() => say(false));
    const say = (required: boolean) =>
      look.rows(`UPDATE tenant SET ${setting} = $2 WHERE id = $1`, [cloud.seed.tenantId, required]);

    test('an admin without one is let in to set one up, and to nothing else before it is in use', async () => {
      const { accessToken, refreshToken } = await enter('admin');
      const api = apiOf(cloud.url, accessToken);
      const { siteId, tenantId } = cloud.seed;
      const shape = `shape=ticket&tenant=${tenantId}&site=${siteId}&offset=-1`;
      const elsewhere = async () => [
        await refusedWith(api.call(ROUTES.listSites, {})),
        await refusedWith(api.call(ROUTES.listMySessions, {})),
        await refusedWith(api.call(ROUTES.grantHub, { body: { siteId } })),
        await codeAt(`/v1/desk?site=${siteId}`, accessToken),
        await codeAt(`/v1/shape?${shape}`, accessToken),
      ];
      const refused = Array(5).fill('second_factor_enrolment_required');
      expect(await elsewhere()).toEqual(refused);
      expect(await api.call(ROUTES.getMe, {})).toMatchObject({ kind: 'user', secondFactor: false });
      const { accessToken: next } = await refreshAt(cloud.url, refreshToken);
      expect(await refusedWith(apiOf(cloud.url, next).call(ROUTES.listSites, {}))).toBe(refused[0]);
      const { secret } = await api.call(ROUTES.enrolSecondFactor, {
        body: { password: passwordOf('admin') },
      });
      expect(await refusedWith(api.call(ROUTES.listSites, {}))).toBe(refused[0]);
      await api.call(ROUTES.confirmSecondFactor, { body: { code: codeOf(secret) } });
      expect((await api.call(ROUTES.listSites, {})).items).toHaveLength(1);
      clock.advance(STEP_MS);
      const body = { password: passwordOf('admin'), code: codeOf(secret) };
      await api.call(ROUTES.removeMySecondFactor, { body });
      expect(await refusedWith(api.call(ROUTES.listSites, {}))).toBe(refused[0]);
    });

    test('who is no admin works on as before', async () => {
      const { accessToken } = await enter('operador');
      expect(await codeAt(`/v1/desk?site=${cloud.seed.siteId}`, accessToken)).toBeUndefined();
    });

    test('who is signed in already is asked for it within a minute', async () => {
      await say(false);
      const { accessToken } = await enter('admin');
      const api = apiOf(cloud.url, accessToken);
      expect((await api.call(ROUTES.listSites, {})).items).toHaveLength(1);
      await say(true);
      clock.advance(60_000);
      expect(await refusedWith(api.call(ROUTES.listSites, {}))).toBe('second_factor_enrolment_required');
    });
  },
);

describe('that admins need one', () => {
  const versionOf = async () => {
    const { tenantId } = cloud.seed;
    return Number((await look.rows('SELECT version FROM tenant WHERE id = $1', [tenantId]))[0]?.version);
  };

  test('is for an admin to say of the company, and for the platform whatever the company says', async () => {
    const { tenantId } = cloud.seed;
    const { api: admin, secret } = await enrolled('admin');
    const asked = { body: { requireSecondFactorForAdmins: true }, version: await versionOf() };
    expect(await admin.call(ROUTES.updateTenant, asked)).toMatchObject(asked.body);
    const owner = apiOf(cloud.url, (await enter('owner')).accessToken);
    const params = { id: tenantId };
    const body = { platformRequiresSecondFactor: true };
    await owner.call(ROUTES.updateTenantById, { params, body, version: await versionOf() });
    const off = { body: { requireSecondFactorForAdmins: false }, version: await versionOf() };
    expect(await admin.call(ROUTES.updateTenant, off)).toMatchObject({ ...off.body, ...body });
    await look.rows('DELETE FROM second_factor');
    clock.advance(60_000);
    expect(await refusedWith(admin.call(ROUTES.getTenant, {}))).toBe('second_factor_enrolment_required');
    expect(secret).not.toBe('');
    await owner.call(ROUTES.updateTenantById, {
      params,
      body: { platformRequiresSecondFactor: false },
      version: await versionOf(),
    });
  });

  test('is not for a company to say in the name of the platform', async () => {
    const { api } = await enrolled('admin');
    const body = { platformRequiresSecondFactor: false } as object;
    const refused = api.call(ROUTES.updateTenant, { body, version: await versionOf() });
    expect(await refusedWith(refused)).toBe('invalid_request');
  });
});

/** The code that an address is refused with; undefined when it answers. */
async function codeAt(path: string, accessToken: string): Promise<unknown> {
  const answer = await fetch(`${cloud.url}${path}`, { headers: { authorization: `Bearer ${accessToken}` } });
  const body = (await answer.json()) as { readonly code?: unknown };
  return answer.ok ? undefined : body.code;
}
