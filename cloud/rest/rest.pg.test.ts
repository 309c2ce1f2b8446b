/** What every resource does alike, shown on sites: pages, versions, idempotency, entries in the ledger, and scope. */
import { type ApiClient, ROUTES } from '@totem/api';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiOf, refusalOf } from '../testing/api.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';

const { listSites, createSite, getSite, updateSite, deleteSite } = ROUTES;

let cloud: TestCloud;
let look: Onlooker;
let admin: ApiClient;
let operator: ApiClient;

beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  admin = apiOf(cloud.url, await cloud.signIn('admin'));
  operator = apiOf(cloud.url, await cloud.signIn('operador'));
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

let last = 0;
const fresh = (over: object = {}) => {
  last += 1;
  return { name: `Unidade ${last}`, slug: `unidade-${last}`, timezone: 'America/Recife', ...over };
};
const entriesAbout = (id: string) =>
  look.rows('SELECT action, data, user_id FROM audit_log WHERE entity_id = $1 ORDER BY position', [id]);

describe('a row', () => {
  test('is made with its defaults, read back, changed by version and taken out of use', async () => {
    const made = await admin.call(createSite, { body: fresh({ name: '  Unidade   Norte ' }) });
    expect(made).toMatchObject({ name: 'Unidade Norte', rolloverHour: 0, currency: 'BRL', version: 1 });
    expect(await admin.call(getSite, { params: { id: made.id } })).toEqual(made);

    const changed = await admin.call(updateSite, {
      params: { id: made.id },
      version: 1,
      body: { address: 'Rua da Praia, 1' },
    });
    expect(changed).toEqual({ ...made, address: 'Rua da Praia, 1', version: 2 });
    await admin.call(deleteSite, { params: { id: made.id }, version: 2 });
    const gone = await admin.call(getSite, { params: { id: made.id } });
    expect(gone.deletedAt).not.toBeNull();
    const { items } = await admin.call(listSites, { query: { limit: 200 } });
    expect(items.map(({ id }) => id)).not.toContain(made.id);
  });

  test('leaves an entry for each change, with what it was before and after, by whom', async () => {
    const made = await admin.call(createSite, { body: fresh() });
    await admin.call(updateSite, { params: { id: made.id }, version: 1, body: { rolloverHour: 4 } });
    const entries = await entriesAbout(made.id);
    expect(entries.map(({ action }) => action)).toEqual(['CONFIG_CREATED', 'CONFIG_CHANGED']);
    expect(entries[1]?.data).toEqual({ by: 'user', before: { rolloverHour: 0 }, after: { rolloverHour: 4 } });
    expect(entries[1]?.user_id).not.toBeNull();
  });

  test('is not changed by saying what is there, and keeps its version', async () => {
    const made = await admin.call(createSite, { body: fresh() });
    const same = await admin.call(updateSite, {
      params: { id: made.id },
      version: 1,
      body: { name: made.name },
    });
    expect(same.version).toBe(1);
    expect(await entriesAbout(made.id)).toHaveLength(1);
  });

  test('that somebody else has changed meanwhile is not changed over it', async () => {
    const made = await admin.call(createSite, { body: fresh() });
    const params = { id: made.id };
    await admin.call(updateSite, { params, version: 1, body: { rolloverHour: 5 } });
    const late = await refusalOf(admin.call(updateSite, { params, version: 1, body: { rolloverHour: 6 } }));
    expect([late.status, late.code, late.problem.version]).toEqual([412, 'version_conflict', 2]);
    const unnamed = await refusalOf(admin.call(updateSite, { params, body: { rolloverHour: 6 } }));
    expect([unnamed.status, unnamed.code]).toEqual([428, 'version_missing']);
    expect((await admin.call(getSite, { params })).rolloverHour).toBe(5);
  });

  test('is told apart by what must be unique, and says which field it was', async () => {
    const body = fresh();
    await admin.call(createSite, { body });
    const second = await refusalOf(admin.call(createSite, { body }));
    expect([second.status, second.code, second.problem.params]).toEqual([
      409,
      'already_exists',
      { field: 'slug' },
    ]);
  });
});

describe('a write', () => {
  test('that is repeated with its key is answered as the first time and done once', async () => {
    const body = fresh();
    const first = await admin.call(createSite, { body, key: 'the-same-key' });
    const second = await admin.call(createSite, { body, key: 'the-same-key' });
    expect(second).toEqual(first);
    expect(await look.count('site WHERE slug = $1', [body.slug])).toBe(1);
    const other = await refusalOf(admin.call(createSite, { body: fresh(), key: 'the-same-key' }));
    expect([other.status, other.code]).toEqual([422, 'idempotency_key_reused']);
  });

  test('of twenty at once with one key happens once', async () => {
    const body = fresh();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => admin.call(createSite, { body, key: 'twenty-at-once' })),
    );
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  });

  test('that was refused leaves its key free', async () => {
    const taken = fresh();
    await admin.call(createSite, { body: taken });
    await refusalOf(admin.call(createSite, { body: taken, key: 'a-second-try' }));
    await admin.call(createSite, { body: fresh(), key: 'a-second-try' });
  });

  test('without a key is refused', async () => {
    const answer = await fetch(`${cloud.url}/v1/sites`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await cloud.signIn('admin')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(fresh()),
    });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
      400,
      'idempotency_key_missing',
    ]);
  });
});

describe('a list', () => {
  test('comes in pages that together hold each row once, in order', async () => {
    for (let index = 0; index < 7; index += 1) await admin.call(createSite, { body: fresh() });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await admin.call(listSites, {
        query: { limit: 3, ...(cursor === undefined ? {} : { cursor }) },
      });
      expect(page.items.length).toBeLessThanOrEqual(3);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    const all = await look.rows('SELECT id FROM site WHERE deleted_at IS NULL ORDER BY created_at, id');
    expect(seen).toEqual(all.map(({ id }) => id));
  });

  test('refuses a cursor that it has not given', async () => {
    const refused = await refusalOf(admin.call(listSites, { query: { cursor: 'bm8' } }));
    expect([refused.status, refused.code]).toEqual([400, 'cursor_invalid']);
  });

  test('takes no sign for a wildcard', async () => {
    await admin.call(createSite, { body: fresh({ name: '100% nova_era' }) });
    const found = async (search: string) =>
      (await admin.call(listSites, { query: { search } })).items.map(({ name }) => name);
    expect(await found('0% n')).toEqual(['100% nova_era']);
    expect(await found('%%')).toEqual([]);
    expect(await found('nova-era')).toEqual([]);
  });
});

describe('a person', () => {
  test('sees the sites where they work, and no others', async () => {
    const other = await admin.call(createSite, { body: fresh() });
    const { items } = await operator.call(listSites, {});
    expect(items.map(({ id }) => id)).toEqual([cloud.seed.siteId]);
    const refused = await refusalOf(operator.call(getSite, { params: { id: other.id } }));
    expect([refused.status, refused.code]).toEqual([404, 'not_found']);
  });

  test('without the permission changes nothing', async () => {
    const refused = await refusalOf(operator.call(createSite, { body: fresh() }));
    expect([refused.status, refused.code]).toEqual([403, 'forbidden']);
    const nobody = await refusalOf(apiOf(cloud.url).call(listSites, {}));
    expect([nobody.status, nobody.code]).toEqual([401, 'unauthorized']);
  });
});
