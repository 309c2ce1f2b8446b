/** What a token still allows after its holder's place or role has changed; and a name that no database can hold. */
import { newId, type SiteId, type TenantId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { enrolTotem } from '../testing/branch.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';

let cloud: TestCloud;
let look: Onlooker;
let tenantId: TenantId;
let siteId: SiteId;
let elsewhere: SiteId;

/** A cloud of its own for each test: what it remembers of a token is not to be waited for. */
beforeEach(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  ({ tenantId, siteId } = cloud.seed);
  elsewhere = newId<'site'>(systemEnv);
  await look.rows(
    `INSERT INTO site (tenant_id, id, created_at, name, slug, timezone, rollover_hour, currency, default_locale, queue_rules)
     SELECT tenant_id, $1, created_at, 'Norte', 'norte', timezone, 0, currency, default_locale, queue_rules
     FROM site WHERE id = $2`,
    [elsewhere, siteId],
  );
});
afterEach(async () => {
  await look.close();
  await cloud.close();
});

const statusOf = async (token: string) =>
  (await fetch(`${cloud.url}/v1/me`, { headers: { authorization: `Bearer ${token}` } })).status;

test.each([
  ['whose site was taken away', 'operador', 'DELETE FROM user_site', 401],
  [
    'who got another site besides',
    'operador',
    'INSERT INTO user_site (tenant_id, user_id, site_id) SELECT tenant_id, id, $2 FROM app_user WHERE username = $1',
    200,
  ],
  [
    'who is no longer an admin',
    'admin',
    `UPDATE app_user SET role = 'operator' WHERE username = 'admin'`,
    401,
  ],
  ['with whom nothing has changed', 'operador', 'SELECT', 200],
] as const)('a person %s: their old token', async (_, username, change, status) => {
  const token = await cloud.signIn(username);
  await look.rows(change, change.includes('$') ? [username, elsewhere] : []);
  expect(await statusOf(token)).toBe(status);
});

test('a device that was moved to another site asks for a new token', async () => {
  const totem = await enrolTotem(cloud);
  const move = 'UPDATE equipment SET site_id = $3 WHERE tenant_id = $1 AND id = $2';
  await look.rows(move, [tenantId, totem.equipmentId, elsewhere]);
  expect(await statusOf(totem.token)).toBe(401);
  await look.rows(move, [tenantId, totem.equipmentId, siteId]);
});

test('a name that no database can hold is a wrong name', async () => {
  const answer = await fetch(`${cloud.url}/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'a\u0000b', password: 'x' }),
  });
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([401, 'login_failed']);
});
