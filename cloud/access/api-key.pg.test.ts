/** Keys of integrators over HTTP: what they open, where, until when, and that nothing but the whole key does. */
import { ROUTES } from '@totem/api';
import { type ApiKeyId, idSchema, instantText, type KeyScope, newId, type PrincipalOf } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { virtualWorld } from '@totem/testkit/virtual';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withTenant } from '../db/with-tenant.ts';
import { clockOf } from '../testing/access.ts';
import { apiOf, refusalOf } from '../testing/api.ts';
import { type Neighbour, neighbourOf, openSite } from '../testing/neighbour.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { API_KEYS_MAX, newApiKey, parsedApiKey, revokeApiKey } from './api-key.ts';
import { newSigningKey } from './signing-key.ts';

const clock = virtualWorld();
const signingKey = newSigningKey();
let cloud: TestCloud;
let second: TestCloud;
let look: Onlooker;
let neighbour: Neighbour;
let admin: PrincipalOf<'user'>;

beforeAll(async () => {
  cloud = await testCloud({ ...clockOf(clock), signingKey });
  second = await testCloud({ ...clockOf(clock), signingKey, database: cloud.urls });
  look = await onlooker(cloud.urls);
  neighbour = await neighbourOf(cloud, look);
  const [row] = await look.rows(`SELECT id FROM app_user WHERE username = 'admin'`);
  admin = {
    kind: 'user',
    tenantId: cloud.seed.tenantId,
    userId: idSchema<'user'>().parse(row?.id),
    sessionId: newId<'session'>(systemEnv),
    role: 'admin',
    siteIds: null,
    serviceIds: null,
  };
});
afterAll(async () => {
  await look.close();
  await second.close();
  await cloud.close();
});

const make = (scopes: readonly KeyScope[], more: Partial<Parameters<typeof newApiKey>[3]> = {}) =>
  withTenant(cloud.cloud.db, cloud.seed.tenantId, (tx) =>
    newApiKey(tx, cloudEnv, admin, { name: 'ERP', scopes, siteIds: null, expiresAt: null, ...more }),
  );
const revoke = (id: ApiKeyId) =>
  withTenant(cloud.cloud.db, cloud.seed.tenantId, (tx) => revokeApiKey(tx, cloudEnv, admin, id));
const cloudEnv = clockOf(clock).env;
const asked = async (url: string, key: string, path = '/v1/me') => {
  const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } });
  const body = (await answer.json()) as { readonly code?: string };
  return answer.ok ? body : (body.code ?? answer.status);
};

describe('a key', () => {
  test('says who it is, and opens what its scopes do', async () => {
    const { key, record } = await make(['configuration.read', 'configuration.read']);
    expect(key).toMatch(/^tk_[\w-]{43}_[\w-]{43}$/);
    const { tenantId } = cloud.seed;
    expect(await asked(cloud.url, key)).toEqual({
      kind: 'key',
      tenantId,
      keyId: record.id,
      scopes: ['configuration.read'],
      siteIds: null,
    });
    expect((await apiOf(cloud.url, key).call(ROUTES.listSites, {})).items).toHaveLength(1);
    expect((await refusalOf(apiOf(cloud.url, key).call(ROUTES.listTickets, {}))).code).toBe('forbidden');
    expect((await refusalOf(apiOf(cloud.url, key).call(ROUTES.listMySessions, {}))).code).toBe('forbidden');
  });

  test('for some sites sees no others', async () => {
    const siteId = await openSite(look, cloud.seed.tenantId, 'leste');
    const { key } = await make(['configuration.read'], { siteIds: [siteId] });
    const { items } = await apiOf(cloud.url, key).call(ROUTES.listSites, {});
    expect(items.map(({ id }) => id)).toEqual([siteId]);
    await look.rows('DELETE FROM site WHERE id = $1', [siteId]);
  });

  test('is made for sites of its own company only', async () => {
    const api = apiOf(cloud.url, await cloud.signIn('admin'));
    for (const siteId of [neighbour.siteId, newId<'site'>(systemEnv)]) {
      const body = { name: 'ERP', scopes: ['audit.read' as const], siteIds: [cloud.seed.siteId, siteId] };
      const refused = await refusalOf(api.call(ROUTES.createApiKey, { body }));
      expect([refused.code, refused.problem.params]).toEqual(['reference_not_found', { field: 'siteIds' }]);
    }
  });

  test('ends when it was made to', async () => {
    const { key } = await make([], { expiresAt: instantText(clock.env.now() + 10_000) });
    expect(await asked(cloud.url, key)).toMatchObject({ kind: 'key' });
    clock.advance(10_000);
    expect(await asked(cloud.url, key)).toBe('unauthorized');
    expect(await asked(second.url, key)).toBe('unauthorized');
  });

  test('that was revoked is refused on every node within a minute, and revoking it again changes nothing', async () => {
    const { key, record } = await make([]);
    expect(await asked(second.url, key)).toMatchObject({ kind: 'key' });
    const revoked = await revoke(record.id);
    expect(revoked.revokedAt).not.toBeNull();
    expect(await revoke(record.id)).toEqual(revoked);
    clock.advance(30_000);
    expect(await asked(second.url, key)).toBe('unauthorized');
    const entries = await look.rows(
      `SELECT action, data FROM audit_log WHERE entity_id = $1 ORDER BY position`,
      [record.id],
    );
    expect(entries).toEqual([
      {
        action: 'CONFIG_CREATED',
        data: { by: 'user', after: { name: 'ERP', scopes: [], siteIds: null, expiresAt: null } },
      },
      { action: 'CONFIG_DELETED', data: { by: 'user' } },
    ]);
  });

  test('of a suspended company is told so', async () => {
    const { key } = await make([]);
    await look.rows('UPDATE tenant SET suspended_at = now() WHERE id = $1', [cloud.seed.tenantId]);
    expect(await asked(cloud.url, key)).toBe('tenant_suspended');
    await look.rows('UPDATE tenant SET suspended_at = NULL');
  });

  test('has its last use written to the minute', async () => {
    const { key, record } = await make([]);
    const lastUse = async () =>
      (await look.rows('SELECT last_used_at FROM api_key WHERE id = $1', [record.id]))[0]?.last_used_at;
    expect(await lastUse()).toBeNull();
    await asked(cloud.url, key);
    const first = await lastUse();
    expect(first).not.toBeNull();
    clock.advance(31_000);
    await asked(cloud.url, key);
    expect(await lastUse()).toEqual(first);
    clock.advance(31_000);
    await asked(cloud.url, key);
    expect(await lastUse()).not.toEqual(first);
  });

  test('is refused with any sign changed, and is not in the database', async () => {
    const { key } = await make(['audit.read']);
    const spoilt = Array.from({ length: key.length }, (_, at) => {
      const sign = key[at] === 'A' ? 'B' : 'A';
      return `${key.slice(0, at)}${sign}${key.slice(at + 1)}`;
    });
    for (const other of [...spoilt, `${key}A`, key.slice(0, -1), 'tk_', key.replace('tk_', 'TK_')])
      expect(await asked(cloud.url, other), other).toBe('unauthorized');
    expect(JSON.stringify(await look.rows('SELECT * FROM api_key'))).not.toContain(key.slice(-43));
  });

  test('names a row of its own company: moved to another, it is nobody’s', async () => {
    const { key } = await make(['audit.read']);
    const sent = parsedApiKey(key);
    expect(sent?.tenantId).toBe(cloud.seed.tenantId);
    const place = `${neighbour.tenantId}${sent?.id}`.replaceAll('-', '');
    const moved = `tk_${Buffer.from(place, 'hex').toString('base64url')}_${sent?.secret}`;
    expect(await asked(cloud.url, moved)).toBe('unauthorized');
  });

  test('is one of a hundred at most', async () => {
    const used = await look.count('api_key WHERE revoked_at IS NULL');
    for (let made = used; made < API_KEYS_MAX; made += 1) await make([]);
    await expect(make([])).rejects.toMatchObject({ code: 'limit_reached' });
  });
});
