/**
 * Sessions over HTTP: a lost answer costs nobody their session, a copied token ends it, and whatever takes access away acts
 * on every node within a minute. The clock is the test's.
 */
import { ROUTES } from '@totem/api';
import { newId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { TEST_PASSWORDS, type TestCloud, testCloud } from '@totem/testkit/postgres';
import { virtualWorld } from '@totem/testkit/virtual';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clockOf, refreshAt, signInAt, standingAt } from '../testing/access.ts';
import { apiOf, refusalOf } from '../testing/api.ts';
import { openSite } from '../testing/neighbour.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { createRefreshTokens } from './refresh-token.ts';
import { newSigningKey } from './signing-key.ts';

const clock = virtualWorld();
const signingKey = newSigningKey();
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

let cloud: TestCloud;
/** Another node on the same database. */
let second: TestCloud;
let look: Onlooker;

beforeAll(async () => {
  cloud = await testCloud({ ...clockOf(clock), signingKey });
  second = await testCloud({ ...clockOf(clock), signingKey, database: cloud.urls });
  look = await onlooker(cloud.urls);
});
afterAll(async () => {
  await look.close();
  await second.close();
  await cloud.close();
});

const signIn = (username: 'admin' | 'operador' = 'operador') =>
  signInAt(cloud.url, username, TEST_PASSWORDS[username]);
const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code;
const entries = (action: string, session: string) =>
  look.count(`audit_log WHERE action = $1 AND data->>'session' = $2`, [action, session]);

describe('a refresh', () => {
  test('goes on with the session, with what the person may do by now', async () => {
    const first = await signIn();
    const siteId = await openSite(look, first.tenantId, 'sul');
    await look.rows(
      `INSERT INTO user_site (tenant_id, user_id, site_id) SELECT tenant_id, id, $1 FROM app_user WHERE username = 'operador'`,
      [siteId],
    );
    clock.advance(600 * SECOND);
    expect(await standingAt(cloud.url, first.accessToken)).toBe('unauthorized');
    const next = await refreshAt(second.url, first.refreshToken);
    expect(next).toMatchObject({ sessionId: first.sessionId, user: first.user });
    expect(next.sites.map(({ name }) => name)).toEqual(['Unidade Centro', 'sul']);
    expect(next.refreshToken).not.toBe(first.refreshToken);
    expect(await standingAt(cloud.url, next.accessToken)).toBe(200);
    await look.rows('DELETE FROM user_site WHERE site_id = $1', [siteId]);
  });

  test('that is sent twenty times at once has one successor', async () => {
    const { refreshToken } = await signIn();
    const nodes = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? cloud.url : second.url));
    const answers = await Promise.all(nodes.map((url) => refreshAt(url, refreshToken)));
    expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1);
    expect(await refreshAt(cloud.url, answers[0]?.refreshToken ?? '')).toBeDefined();
  });

  test('whose answer was lost gets the same successor for thirty seconds', async () => {
    const { refreshToken } = await signIn();
    const lost = await refreshAt(cloud.url, refreshToken);
    clock.advance(30 * SECOND);
    const again = await refreshAt(second.url, refreshToken);
    expect(again.refreshToken).toBe(lost.refreshToken);
    expect((await refreshAt(cloud.url, again.refreshToken)).sessionId).toBe(lost.sessionId);
  });

  test('with a token of a generation before the last ends the session, even at once', async () => {
    const { refreshToken, sessionId } = await signIn();
    const next = await refreshAt(cloud.url, refreshToken);
    await refreshAt(cloud.url, next.refreshToken);
    expect(await codeOf(refreshAt(cloud.url, refreshToken))).toBe('token_reused');
    expect(await entries('TOKEN_REUSED', sessionId)).toBe(1);
  });

  test('with a copied token ends the session for both who use it, and the ledger says so', async () => {
    const { refreshToken, sessionId } = await signIn();
    const thief = await refreshAt(cloud.url, refreshToken);
    expect(await standingAt(second.url, thief.accessToken)).toBe(200);
    clock.advance(30 * SECOND + 1);
    expect(await refusalOf(refreshAt(cloud.url, refreshToken))).toMatchObject({
      status: 401,
      code: 'token_reused',
    });
    expect(await codeOf(refreshAt(cloud.url, thief.refreshToken))).toBe('session_ended');
    expect(await codeOf(refreshAt(cloud.url, refreshToken))).toBe('session_ended');
    clock.advance(30 * SECOND);
    expect(await standingAt(second.url, thief.accessToken)).toBe('unauthorized');
    expect(await entries('TOKEN_REUSED', sessionId)).toBe(1);
    const [row] = await look.rows('SELECT ended_reason FROM user_session WHERE id = $1', [sessionId]);
    expect(row).toEqual({ ended_reason: 'reuse' });
  });

  test('comes within twelve hours of the last one, and thirty days of the sign-in', async () => {
    const idle = await signIn();
    let { refreshToken } = await signIn();
    clock.advance(12 * HOUR);
    expect(await codeOf(refreshAt(cloud.url, idle.refreshToken))).toBe('session_ended');
    expect(await codeOf(refreshAt(cloud.url, refreshToken))).toBe('session_ended');

    const used = await signIn();
    ({ refreshToken } = used);
    const ends = clock.env.now() + 30 * 24 * HOUR;
    for (; clock.env.now() + 11 * HOUR < ends; clock.advance(11 * HOUR))
      ({ refreshToken } = await refreshAt(cloud.url, refreshToken));
    ({ refreshToken } = await refreshAt(cloud.url, refreshToken));
    clock.advance(ends - clock.env.now() - 5 * SECOND);
    const last = await refreshAt(cloud.url, refreshToken);
    expect(Date.parse(last.expiresAt)).toBeLessThanOrEqual(ends);
    clock.advance(5 * SECOND);
    expect(await codeOf(refreshAt(cloud.url, last.refreshToken))).toBe('session_ended');
  });

  test('of a suspended company waits for it, and goes on with the same token', async () => {
    const { refreshToken, sessionId } = await signIn();
    await look.rows(`UPDATE tenant SET suspended_at = now() WHERE slug = 'default'`);
    expect(await refusalOf(refreshAt(cloud.url, refreshToken))).toMatchObject({
      status: 403,
      code: 'tenant_suspended',
    });
    expect(await codeOf(signIn())).toBe('tenant_suspended');
    clock.advance(60 * SECOND);
    await look.rows('UPDATE tenant SET suspended_at = NULL');
    expect((await refreshAt(cloud.url, refreshToken)).sessionId).toBe(sessionId);
  });

  test('answers nothing but a token of ours', async () => {
    const { refreshToken, accessToken, tenantId, sessionId } = await signIn();
    const foreign = createRefreshTokens(new Uint8Array(32)).make({ tenantId, sessionId, generation: 1 });
    const spoilt = Array.from({ length: refreshToken.length }, (_, at) => {
      const sign = refreshToken[at] === 'A' ? 'B' : 'A';
      return `${refreshToken.slice(0, at)}${sign}${refreshToken.slice(at + 1)}`;
    });
    for (const token of [
      ...spoilt,
      foreign,
      accessToken,
      'rt_',
      'x',
      `${refreshToken}A`,
      refreshToken.slice(1),
    ]) {
      const call = refreshAt(cloud.url, token.slice(0, 200));
      expect(await refusalOf(call), token).toMatchObject({ status: 401, code: 'unauthorized' });
    }
    expect((await refreshAt(cloud.url, refreshToken)).sessionId).toBe(sessionId);
  });

  test('leaves nothing in the database that could be used', async () => {
    const { refreshToken, accessToken, device } = await signIn();
    const dump = JSON.stringify([
      await look.rows('SELECT * FROM user_session'),
      await look.rows('SELECT * FROM rate_limit'),
      await look.rows('SELECT * FROM audit_log'),
    ]);
    for (const secret of [refreshToken, accessToken, device, TEST_PASSWORDS.operador])
      expect(dump).not.toContain(secret.slice(-20));
    expect(dump).not.toContain('127.0.0.1');
  });
});

describe('what takes access away acts on another node within a minute:', () => {
  const sql = (text: string) => async () => void (await look.rows(text));
  const OPERATOR = `username = 'operador'`;
  interface Case {
    readonly act: (own: Awaited<ReturnType<typeof signIn>>) => Promise<unknown>;
    readonly undo?: () => Promise<void>;
    readonly code?: string;
  }
  let oldHash: unknown;
  const cases: Record<string, Case> = {
    'signing out': {
      act: ({ refreshToken }) => apiOf(cloud.url).call(ROUTES.signOut, { body: { refreshToken } }),
    },
    'disabling the person': {
      act: sql(`UPDATE app_user SET active = false WHERE ${OPERATOR}`),
      undo: sql(`UPDATE app_user SET active = true WHERE ${OPERATOR}`),
    },
    'removing the person': {
      act: sql(`UPDATE app_user SET deleted_at = now() WHERE ${OPERATOR}`),
      undo: sql(`UPDATE app_user SET deleted_at = NULL WHERE ${OPERATOR}`),
    },
    'another role': {
      act: sql(`UPDATE app_user SET role = 'technician' WHERE ${OPERATOR}`),
      undo: sql(`UPDATE app_user SET role = 'operator' WHERE ${OPERATOR}`),
    },
    'fewer sites': {
      act: sql(`DELETE FROM user_site USING app_user u WHERE user_id = u.id AND u.${OPERATOR}`),
      undo: sql(
        `INSERT INTO user_site (tenant_id, user_id, site_id)
         SELECT u.tenant_id, u.id, s.id FROM app_user u JOIN site s USING (tenant_id) WHERE u.${OPERATOR} AND s.slug = 'centro'`,
      ),
    },
    'fewer services': {
      act: sql(
        `INSERT INTO user_service (tenant_id, user_id, service_id)
         SELECT u.tenant_id, u.id, s.id FROM app_user u JOIN service s USING (tenant_id) WHERE u.${OPERATOR} AND s.prefix = 'A'`,
      ),
      undo: sql('DELETE FROM user_service'),
    },
    'an admin who ends all sessions': {
      act: async ({ user }) => {
        const admin = await signIn('admin');
        await apiOf(cloud.url, admin.accessToken).call(ROUTES.endUserSessions, { params: { id: user.id } });
      },
    },
    'a new password': {
      act: async (own) => {
        const [row] = await look.rows(`SELECT hashed_password FROM app_user WHERE ${OPERATOR}`);
        oldHash = row?.hashed_password;
        const body = { oldPassword: TEST_PASSWORDS.operador, newPassword: 'cavalo verde anda de lado' };
        const elsewhere = await signIn();
        await apiOf(cloud.url, elsewhere.accessToken).call(ROUTES.changeMyPassword, { body });
        expect(await codeOf(refreshAt(cloud.url, own.refreshToken))).toBe('session_ended');
        expect((await refreshAt(cloud.url, elsewhere.refreshToken)).sessionId).toBe(elsewhere.sessionId);
      },
      undo: async () =>
        void (await look.rows(`UPDATE app_user SET hashed_password = $1 WHERE ${OPERATOR}`, [oldHash])),
    },
    'suspending the company': {
      act: sql(`UPDATE tenant SET suspended_at = now() WHERE slug = 'default'`),
      undo: sql('UPDATE tenant SET suspended_at = NULL'),
      code: 'tenant_suspended',
    },
  };

  test.each(Object.entries(cases))('%s', async (_, { act, undo, code = 'unauthorized' }) => {
    const own = await signIn();
    expect(await standingAt(second.url, own.accessToken)).toBe(200);
    await act(own);
    try {
      // Remembered for a while, so that a request costs no query.
      expect(await standingAt(second.url, own.accessToken)).toBe(200);
      clock.advance(30 * SECOND);
      expect(await standingAt(second.url, own.accessToken)).toBe(code);
    } finally {
      await undo?.();
      clock.advance(30 * SECOND);
    }
  });
});

describe('signing out', () => {
  test('acts at once on the node that was asked, is written down once, and is harmless when repeated', async () => {
    const { refreshToken, accessToken, sessionId } = await signIn();
    expect(await standingAt(cloud.url, accessToken)).toBe(200);
    for (let time = 0; time < 2; time += 1)
      await apiOf(cloud.url).call(ROUTES.signOut, { body: { refreshToken } });
    expect(await standingAt(cloud.url, accessToken)).toBe('unauthorized');
    expect(await codeOf(refreshAt(cloud.url, refreshToken))).toBe('session_ended');
    expect(await entries('LOGOUT', sessionId)).toBe(1);
  });

  test('elsewhere is done from a list of one’s own sessions, and of nobody else’s', async () => {
    const [here, there, other] = [await signIn(), await signIn(), await signIn('admin')];
    const api = apiOf(cloud.url, here.accessToken);
    const { items } = await api.call(ROUTES.listMySessions, {});
    expect(items.find(({ current }) => current)?.id).toBe(here.sessionId);
    expect(items.map(({ id }) => id)).toContain(there.sessionId);
    expect(items.map(({ id }) => id)).not.toContain(other.sessionId);
    await api.call(ROUTES.endMySession, { params: { id: there.sessionId } });
    expect(await codeOf(refreshAt(cloud.url, there.refreshToken))).toBe('session_ended');
    expect(await entries('SESSION_REVOKED', there.sessionId)).toBe(1);
    for (const id of [other.sessionId, there.sessionId, newId<'session'>(systemEnv)])
      expect(await codeOf(api.call(ROUTES.endMySession, { params: { id } }))).toBe('not_found');
  });

  test('happens by itself where somebody is signed in for longest, after twenty sign-ins', async () => {
    const first = await signIn('admin');
    clock.advance(SECOND);
    for (let time = 0; time < 20; time += 1) await signIn('admin');
    expect(await codeOf(refreshAt(cloud.url, first.refreshToken))).toBe('session_ended');
  });
});
