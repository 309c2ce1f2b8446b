/** Tenants, by who runs the platform: taken in whole, changed through their own fence, suspended within a minute. */
import { type ApiClient, ROUTES } from '@totem/api';
import { createDatabase, createPasswords } from '@totem/cloud';
import { newId, PLATFORM_TENANT_ID, type TenantId } from '@totem/domain';
import { createLog, systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { virtualWorld } from '@totem/testkit/virtual';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureOwner } from '../access/owners.ts';
import { clockOf, signInAt } from '../testing/access.ts';
import { apiOf, refusalOf } from '../testing/api.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';

const PASSWORD = 'jabuticaba no quintal azul';
const REMEMBERED_MS = 60_000;

let cloud: TestCloud;
let look: Onlooker;
let owner: ApiClient;
const world = virtualWorld();

beforeAll(async () => {
  cloud = await testCloud({ ...clockOf(world), jobsComeRound: false });
  look = await onlooker(cloud.urls);
  const db = createDatabase(
    { api: cloud.urls.owner, tailer: cloud.urls.owner },
    createLog('test', { level: 'silent' }),
  );
  const hashing = createPasswords();
  await ensureOwner(
    { db, env: world.env, hashing },
    { username: 'dona.da.plataforma', fullName: 'Dona', password: PASSWORD },
  );
  await db.close();
  owner = apiOf(cloud.url, (await signInAt(cloud.url, 'dona.da.plataforma', PASSWORD)).accessToken);
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

let last = 0;
const company = (over: object = {}) => {
  last += 1;
  return {
    name: `Empresa ${last}`,
    slug: `empresa-${last}`,
    site: { name: 'Matriz', slug: 'matriz', timezone: 'America/Sao_Paulo' },
    admin: { username: `dono.${last}`, fullName: 'Dono', password: PASSWORD },
    ...over,
  };
};

/** The first admin of a company, with a password of their own. */
async function adminOf({ admin }: ReturnType<typeof company>): Promise<ApiClient> {
  const signedIn = await signInAt(cloud.url, admin.username, PASSWORD, { newPassword: `${PASSWORD} 2` });
  return apiOf(cloud.url, signedIn.accessToken);
}

describe('a tenant', () => {
  test('is taken in with a site, its admin and the priorities of the law, and can begin', async () => {
    const body = company();
    const made = await owner.call(ROUTES.createTenant, { body });
    expect(made).toMatchObject({ name: body.name, slug: body.slug, locale: 'pt-BR', version: 1 });
    const admin = await adminOf(body);
    const { items: sites } = await admin.call(ROUTES.listSites, {});
    expect(sites.map(({ name }) => name)).toEqual(['Matriz']);
    const { items: classes } = await admin.call(ROUTES.listPriorityClasses, {});
    expect(classes.length).toBeGreaterThan(5);
    expect(await admin.call(ROUTES.getTenant, {})).toMatchObject({ id: made.id, name: body.name });
  });

  test('is taken in once, however often the request comes, also at the same time', async () => {
    const body = company();
    const key = newId<'key'>(systemEnv);
    const made = await Promise.all(
      Array.from({ length: 6 }, () => owner.call(ROUTES.createTenant, { body, key })),
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(await look.count('tenant WHERE slug = $1', [body.slug])).toBe(1);
    const other = await refusalOf(owner.call(ROUTES.createTenant, { body: company(), key }));
    expect(other.code).toBe('idempotency_key_reused');
    const again = await refusalOf(
      owner.call(ROUTES.createTenant, { body: { ...company(), slug: body.slug } }),
    );
    expect([again.code, again.problem.params]).toEqual(['already_exists', { field: 'slug' }]);
  });

  test('is changed by version, and reads in its own ledger who did it', async () => {
    const body = company();
    const { id } = await owner.call(ROUTES.createTenant, { body });
    const params = { id };
    await owner.call(ROUTES.updateTenantById, { params, version: 1, body: { name: 'Nome novo' } });
    const late = await refusalOf(
      owner.call(ROUTES.updateTenantById, { params, version: 1, body: { name: 'Tarde' } }),
    );
    expect([late.code, late.problem.version]).toEqual(['version_conflict', 2]);
    const admin = await adminOf(body);
    await admin.call(ROUTES.updateTenant, { version: 2, body: { theme: { primary: '#0b5fff' } } });
    const themes = await look.rows('SELECT theme FROM site WHERE tenant_id = $1', [id]);
    expect(themes).toEqual([{ theme: { primary: '#0b5fff' } }]);
    const entries = await admin.call(ROUTES.listEntries, { query: { entity: 'tenant', entityId: id } });
    expect(entries.items.map(({ action, data }) => [action, data.by])).toEqual([
      ['CONFIG_CHANGED', 'user'],
      ['CONFIG_CHANGED', 'owner'],
      ['CONFIG_CREATED', 'owner'],
    ]);
  });

  test('that is suspended lets nobody in within a minute, and everybody when it is resumed', async () => {
    const body = company();
    const { id } = await owner.call(ROUTES.createTenant, { body });
    const admin = await adminOf(body);
    await admin.call(ROUTES.listSites, {});
    const stopped = await owner.call(ROUTES.suspendTenant, {
      params: { id },
      version: 1,
      body: { reason: 'fatura' },
    });
    expect(stopped.suspendedAt).not.toBeNull();
    world.advance(REMEMBERED_MS);
    const shut = await refusalOf(admin.call(ROUTES.listSites, {}));
    expect(shut.status).toBeOneOf([401, 403]);
    const door = await refusalOf(signInAt(cloud.url, body.admin.username, `${PASSWORD} 2`));
    expect(door.status).toBeOneOf([401, 403]);
    await owner.call(ROUTES.resumeTenant, { params: { id }, version: 2 });
    world.advance(REMEMBERED_MS);
    expect((await admin.call(ROUTES.listSites, {})).items).toHaveLength(1);
  });
});

describe('who runs the platform', () => {
  test('sees tenants as such, and nothing inside them', async () => {
    const { items } = await owner.call(ROUTES.listTenants, { query: { limit: 200 } });
    expect(items.map(({ id }) => id)).not.toContain(PLATFORM_TENANT_ID);
    expect(items.length).toBe(Number(await look.count('tenant')) - 1);
    for (const route of [ROUTES.listSites, ROUTES.listUsers, ROUTES.listTickets, ROUTES.listPayments])
      expect((await refusalOf(owner.call(route as typeof ROUTES.listSites, {}))).code).toBe('forbidden');
  });

  test('does not change the platform, nor a company that is not there', async () => {
    for (const id of [PLATFORM_TENANT_ID, newId<'tenant'>(systemEnv)] as TenantId[]) {
      const refused = [
        await refusalOf(owner.call(ROUTES.getTenantById, { params: { id } })),
        await refusalOf(
          owner.call(ROUTES.updateTenantById, { params: { id }, version: 1, body: { name: 'X' } }),
        ),
        await refusalOf(
          owner.call(ROUTES.suspendTenant, { params: { id }, version: 1, body: { reason: 'X' } }),
        ),
      ];
      expect(refused.map(({ code }) => code)).toEqual(['not_found', 'not_found', 'not_found']);
    }
  });

  test('is nobody of a tenant', async () => {
    const admin = apiOf(cloud.url, await cloud.signIn('admin'));
    const refused = await refusalOf(admin.call(ROUTES.listTenants, {}));
    expect([refused.status, refused.code]).toEqual([403, 'forbidden']);
  });
});
