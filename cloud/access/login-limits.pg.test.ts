/**
 * Limits on signing in, over two nodes: whoever guesses is slowed down wherever they ask, and the person whose name it is
 * comes in on their own device meanwhile. The library counts in real time, so what has run out is aged in its table.
 */

import { ROUTES } from '@totem/api';
import { ProblemError } from '@totem/domain';
import { createLog, systemEnv } from '@totem/host';
import { TEST_PASSWORDS, type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../db/pool.ts';
import { createVault, newDataKeys, type Vault } from '../secrets/vault.ts';
import { signInAt } from '../testing/access.ts';
import { apiOf, refusalOf } from '../testing/api.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { createKnownDevices } from './known-device.ts';
import { createLoginLimits, type LoginLimits } from './login-limits.ts';
import { newSigningKey } from './signing-key.ts';

const PACE = { account: 5, address: 1_000 };
const NAME_BURST = 20;
const keys = { signingKey: newSigningKey(), dataKeys: newDataKeys(systemEnv) };

let cloud: TestCloud;
let second: TestCloud;
let look: Onlooker;
let db: Database;
let vault: Vault;

beforeAll(async () => {
  cloud = await testCloud({ ...keys, loginsPerMinute: PACE });
  second = await testCloud({ ...keys, loginsPerMinute: PACE, database: cloud.urls });
  look = await onlooker(cloud.urls);
  db = createDatabase(cloud.urls, createLog('test', { level: 'silent' }));
  vault = createVault(keys.dataKeys, systemEnv);
});
afterAll(async () => {
  await db.close();
  await look.close();
  await second.close();
  await cloud.close();
});
beforeEach(async () => {
  await look.rows('DELETE FROM rate_limit');
});

const enter = (url: string, password = TEST_PASSWORDS.operador, device?: string) =>
  signInAt(url, 'operador', password, device === undefined ? {} : { device });
const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code;
/** As if this much time had passed. */
const age = (seconds: number) => look.rows('UPDATE rate_limit SET expire = expire - $1', [seconds * 1_000]);
const taken = (limits: LoginLimits, from: { username?: string; address: string; device?: string }) =>
  limits.take({ username: 'maria', device: undefined, ...from }).then(
    () => 'taken',
    (error: unknown) => (error instanceof ProblemError ? error.code : String(error)),
  );

describe('over HTTP', () => {
  test('nodes count together, and a node that was restarted goes on counting', async () => {
    for (const [index, url] of [cloud.url, second.url, cloud.url, second.url, cloud.url].entries())
      expect(await codeOf(enter(url, `wrong ${index}`))).toBe('login_failed');
    const refused = await refusalOf(enter(second.url));
    expect(refused).toMatchObject({ status: 429, code: 'too_many_requests' });
    expect(refused.problem.params).toEqual({ seconds: expect.any(Number) });
    const restarted = await testCloud({ ...keys, loginsPerMinute: PACE, database: cloud.urls });
    expect(await codeOf(enter(restarted.url))).toBe('too_many_requests');
    await restarted.close();
    await age(61);
    expect(await enter(cloud.url)).toBeDefined();
  });

  test('who guessed from the same place does not stop the person on a device of their own', async () => {
    const { device } = await enter(cloud.url);
    for (let time = 0; time < 6; time += 1) await refusalOf(enter(cloud.url, 'wrong'));
    expect(await codeOf(enter(cloud.url))).toBe('too_many_requests');
    const again = await enter(second.url, TEST_PASSWORDS.operador, device);
    expect(again.device).toBe(device);
  });

  test('a device of one person is unknown for another, and so is one that was made up', async () => {
    const { device } = await enter(cloud.url);
    for (let time = 0; time < 5; time += 1) await refusalOf(signInAt(cloud.url, 'admin', 'wrong'));
    const madeUp = createKnownDevices(new Uint8Array(32), systemEnv).make('admin');
    for (const shown of [device, madeUp, `${device.slice(0, -4)}AAAA`]) {
      const call = signInAt(cloud.url, 'admin', TEST_PASSWORDS.admin, { device: shown });
      expect(await codeOf(call)).toBe('too_many_requests');
    }
  });

  test('a stolen device proof gives no more tries than a place has', async () => {
    const { device } = await enter(cloud.url);
    for (let time = 0; time < 5; time += 1)
      expect(await codeOf(enter(cloud.url, 'wrong', device))).toBe('login_failed');
    expect(await codeOf(enter(cloud.url, 'wrong', device))).toBe('too_many_requests');
  });

  test('the tries of who came in are forgiven', async () => {
    for (let round = 0; round < 8; round += 1) {
      await refusalOf(enter(cloud.url, 'wrong'));
      await refusalOf(enter(cloud.url, 'wrong'));
      await enter(cloud.url);
    }
  });

  test('a password that is asked for again is limited too', async () => {
    const api = apiOf(cloud.url, (await enter(cloud.url)).accessToken);
    const body = { oldPassword: 'wrong', newPassword: 'cavalo verde anda de lado' };
    for (let time = 0; time < 5; time += 1)
      expect(await codeOf(api.call(ROUTES.changeMyPassword, { body }))).toBe('password_wrong');
    const right = { ...body, oldPassword: TEST_PASSWORDS.operador };
    expect(await codeOf(api.call(ROUTES.changeMyPassword, { body: right }))).toBe('too_many_requests');
  });

  test('what is kept of who tried names nobody', async () => {
    await refusalOf(enter(cloud.url, 'wrong'));
    const dump = JSON.stringify(await look.rows('SELECT * FROM rate_limit'));
    expect(dump).not.toContain('operador');
    expect(dump).not.toContain('127.0.0.1');
  });
});

describe('many places that guess at one name', () => {
  test('are slowed down together, and none is shut out for good', async () => {
    const limits = createLoginLimits(db, vault, PACE);
    const outcomes: string[] = [];
    for (let place = 0; place < NAME_BURST + 3; place += 1)
      outcomes.push(await taken(limits, { address: `10.0.0.${place}` }));
    expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(NAME_BURST + 1);
    expect(outcomes.at(-1)).toBe('too_many_requests');
    await age(15);
    expect(await taken(limits, { address: '10.0.1.1' })).toBe('taken');
    expect(await taken(limits, { address: '10.0.1.2' })).toBe('too_many_requests');
    await age(900);
    expect(await taken(limits, { address: '10.0.1.3' })).toBe('taken');
  });

  test('slow down neither the person on a known device, nor other names', async () => {
    const limits = createLoginLimits(db, vault, PACE);
    for (let place = 0; place < NAME_BURST + 9; place += 1)
      await taken(limits, { address: `10.0.0.${place}` });
    expect(await taken(limits, { address: '10.0.1.1' })).toBe('too_many_requests');
    expect(await taken(limits, { address: '10.0.1.1', device: 'known' })).toBe('taken');
    expect(await taken(limits, { address: '10.0.1.1', username: 'jose' })).toBe('taken');
  });
});

test('one place that tries many names is stopped by its address', async () => {
  const limits = createLoginLimits(db, vault, { account: 5, address: 20 });
  for (let name = 0; name < 20; name += 1)
    expect(await taken(limits, { address: '10.9.9.9', username: `name ${name}` })).toBe('taken');
  expect(await taken(limits, { address: '10.9.9.9', username: 'another' })).toBe('too_many_requests');
  expect(await taken(limits, { address: '10.9.9.8', username: 'another' })).toBe('taken');
});

test('what has run out is swept away, and nothing else', async () => {
  const limits = createLoginLimits(db, vault, PACE);
  await taken(limits, { address: '10.0.0.1' });
  const before = await look.count('rate_limit');
  await limits.sweep();
  expect(await look.count('rate_limit')).toBe(before);
  await age(1_000);
  await limits.sweep();
  expect(await look.count('rate_limit')).toBe(0);
});
