/** What every configured thing does alike, and what is particular to some: places, people, devices, secrets. */
import { type ApiClient, ROUTES, type Route } from '@totem/api';
import { newId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiOf, refusalOf } from '../testing/api.ts';
import { neighbourOf } from '../testing/neighbour.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';

let cloud: TestCloud;
let look: Onlooker;
let admin: ApiClient;
let operator: ApiClient;
let neighbour: ApiClient;

beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  admin = apiOf(cloud.url, await cloud.signIn('admin'));
  operator = apiOf(cloud.url, await cloud.signIn('operador'));
  neighbour = apiOf(cloud.url, await (await neighbourOf(cloud, look)).signIn());
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

let last = 0;
const next = () => {
  last += 1;
  return last;
};
const PASSWORD = 'jabuticaba no quintal azul';

interface Kind {
  readonly name: string;
  /** Ends the names of its routes. */
  readonly one: string;
  readonly many: string;
  fresh(): Readonly<Record<string, unknown>>;
  readonly change: Readonly<Record<string, unknown>>;
}

const KINDS: readonly Kind[] = [
  {
    name: 'a service',
    one: 'Service',
    many: 'Services',
    fresh: () => ({ name: { en: `Service ${next()}` }, prefix: 'Z' }),
    change: { active: false, slotCapacity: 2 },
  },
  {
    name: 'a priority class',
    one: 'PriorityClass',
    many: 'PriorityClasses',
    fresh: () => ({ name: { 'pt-BR': `Classe ${next()}` }, tier: 2, legalBasis: 'Lei 1' }),
    change: { weight: 7 },
  },
  {
    name: 'a counter',
    one: 'Counter',
    many: 'Counters',
    fresh: () => ({ siteId: cloud.seed.siteId, name: `Guichê ${next()}`, number: 100 + next() }),
    change: { priorityFrom: 2 },
  },
  {
    name: 'a print setting',
    one: 'PrintSetting',
    many: 'PrintSettings',
    fresh: () => ({ kind: 'ticket', name: `Senha ${next()}`, layout: { header: ['Prefeitura'] } }),
    change: { layout: { footer: ['Obrigado'], copies: 2 } },
  },
  {
    name: 'a notification setting',
    one: 'Notification',
    many: 'Notifications',
    fresh: () => ({
      channel: 'email',
      name: `Aviso ${next()}`,
      events: ['device.offline'],
      target: { to: ['ti@example.com'] },
      secret: 'canary-secret-1',
    }),
    change: { secret: 'canary-secret-2' },
  },
  {
    name: 'a webhook',
    one: 'Webhook',
    many: 'Webhooks',
    fresh: () => ({ name: `Gancho ${next()}`, url: 'https://example.com/totem', events: ['ticket.called'] }),
    change: { active: false },
  },
  {
    name: 'a person',
    one: 'User',
    many: 'Users',
    fresh: () => ({
      username: `pessoa.${next()}`,
      fullName: `Pessoa ${last}`,
      role: 'operator',
      password: PASSWORD,
      siteIds: [cloud.seed.siteId],
    }),
    change: { fullName: 'Outra Pessoa' },
  },
  {
    name: 'a device',
    one: 'Equipment',
    many: 'Equipment',
    fresh: () => ({ siteId: cloud.seed.siteId, type: 'display', identifier: `TV ${next()}` }),
    change: { location: 'Entrada', maintenance: true },
  },
];

interface Shown {
  readonly id: string;
  readonly version: number;
  readonly deletedAt: string | null;
}

/** The five routes of a kind, as one calls them without knowing it. */
function routesOf({ one, many }: Kind) {
  const routes = ROUTES as unknown as Readonly<Record<string, Route>>;
  const call = (client: ApiClient, name: string, given: object) =>
    client.call(routes[name] as Route, given as never) as Promise<never>;
  return {
    list: (client: ApiClient, query: object = {}): Promise<{ items: Shown[]; next: string | null }> =>
      call(client, `list${many}`, { query: { limit: 200, ...query } }),
    create: (client: ApiClient, body: object): Promise<Shown> => call(client, `create${one}`, { body }),
    get: (client: ApiClient, id: string): Promise<Shown> => call(client, `get${one}`, { params: { id } }),
    update: (client: ApiClient, id: string, version: number, body: object): Promise<Shown> =>
      call(client, `update${one}`, { params: { id }, version, body }),
    remove: (client: ApiClient, id: string, version: number): Promise<unknown> =>
      call(client, `delete${one}`, { params: { id }, version }),
  };
}

describe.each(KINDS.map((kind) => [kind.name, kind] as const))('%s', (_, kind) => {
  const routes = routesOf(kind);

  test('is made, read back, listed, changed by version, and taken out of use with its history', async () => {
    const made = await routes.create(admin, kind.fresh());
    expect(made.version).toBe(1);
    expect(await routes.get(admin, made.id)).toEqual(made);
    expect((await routes.list(admin)).items).toContainEqual(made);

    const changed = await routes.update(admin, made.id, 1, kind.change);
    expect(changed.version).toBe(2);
    expect(await routes.get(admin, made.id)).toEqual(changed);
    const late = await refusalOf(routes.update(admin, made.id, 1, kind.change));
    expect([late.status, late.code]).toEqual([412, 'version_conflict']);

    await routes.remove(admin, made.id, 2);
    expect((await routes.list(admin)).items.map(({ id }) => id)).not.toContain(made.id);
    const kept = (await routes.list(admin, { deleted: true })).items.find(({ id }) => id === made.id);
    expect(kept?.deletedAt).not.toBeNull();
    const gone = await refusalOf(routes.update(admin, made.id, 3, kind.change));
    expect([gone.status, gone.code]).toEqual([404, 'not_found']);
  });

  test('leaves an entry for each change, by whom', async () => {
    const made = await routes.create(admin, kind.fresh());
    await routes.update(admin, made.id, 1, kind.change);
    await routes.remove(admin, made.id, 2);
    const entries = await look.rows(
      `SELECT action, user_id, data FROM audit_log WHERE entity_id = $1 AND action LIKE 'CONFIG%' ORDER BY position`,
      [made.id],
    );
    expect(entries.map(({ action }) => action)).toEqual([
      'CONFIG_CREATED',
      'CONFIG_CHANGED',
      'CONFIG_DELETED',
    ]);
    expect(entries.every(({ user_id }) => user_id !== null)).toBe(true);
    expect(JSON.stringify(entries)).not.toMatch(/canary-secret|argon2|whsec_/);
  });

  test('of another company answers as if it were not there', async () => {
    const made = await routes.create(admin, kind.fresh());
    const unknown = newId<string>(systemEnv);
    for (const ask of [
      (id: string) => routes.get(neighbour, id),
      (id: string) => routes.update(neighbour, id, 1, kind.change),
      (id: string) => routes.remove(neighbour, id, 1),
    ]) {
      const [theirs, nobodys] = [await refusalOf(ask(made.id)), await refusalOf(ask(unknown))];
      expect([theirs.status, theirs.code]).toEqual([404, 'not_found']);
      expect([nobodys.status, nobodys.code]).toEqual([theirs.status, theirs.code]);
    }
    expect((await routes.list(neighbour)).items.map(({ id }) => id)).not.toContain(made.id);
  });

  test('is not for an operator to change', async () => {
    const refused = await refusalOf(routes.create(operator, kind.fresh()));
    expect([refused.status, refused.code]).toEqual([403, 'forbidden']);
  });
});

describe('references', () => {
  test('to what is not there, is out of use, or is of another company are refused alike', async () => {
    const foreign = (await neighbour.call(ROUTES.listSites, {})).items[0]?.id;
    const closed = await admin.call(ROUTES.createSite, {
      body: { name: 'Fechada', slug: `fechada-${next()}`, timezone: 'America/Recife' },
    });
    await admin.call(ROUTES.deleteSite, { params: { id: closed.id }, version: 1 });
    for (const siteId of [foreign, closed.id, newId<'site'>(systemEnv)]) {
      const counter = admin.call(ROUTES.createCounter, {
        body: { siteId: siteId as never, name: 'X', number: 900 },
      });
      const refused = await refusalOf(counter);
      expect([refused.code, refused.problem.params]).toEqual(['reference_not_found', { field: 'siteId' }]);
    }
  });

  test('a counter that somebody sits at stays', async () => {
    const counter = (await admin.call(ROUTES.listCounters, { query: { siteId: cloud.seed.siteId } }))
      .items[0];
    if (counter === undefined) throw new Error('the demo has counters');
    const answer = await fetch(`${cloud.url}/v1/commands`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await cloud.signIn('operador')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        id: newId<'command'>(systemEnv),
        type: 'counter.open',
        counterId: counter.id,
      }),
    });
    expect(answer.status).toBe(200);
    const refused = await refusalOf(
      admin.call(ROUTES.deleteCounter, { params: { id: counter.id }, version: counter.version }),
    );
    expect(refused.code).toBe('in_use');
  });
});

describe('people', () => {
  const person = (over: object = {}) => ({
    username: `gente.${next()}`,
    fullName: 'Gente',
    role: 'operator' as const,
    password: PASSWORD,
    ...over,
  });

  test('have user names that nobody else has, in whatever company', async () => {
    const body = person();
    await admin.call(ROUTES.createUser, { body });
    for (const client of [admin, neighbour]) {
      const refused = await refusalOf(client.call(ROUTES.createUser, { body: { ...body, siteIds: [] } }));
      expect([refused.code, refused.problem.params]).toEqual(['already_exists', { field: 'username' }]);
    }
  });

  test('are told when their permissions change: before and after, in an entry', async () => {
    const made = await admin.call(ROUTES.createUser, { body: person() });
    const services = (await admin.call(ROUTES.listServices, {})).items.slice(0, 2).map(({ id }) => id);
    const changed = await admin.call(ROUTES.updateUser, {
      params: { id: made.id },
      version: 1,
      body: { role: 'technician', siteIds: [cloud.seed.siteId], serviceIds: services },
    });
    expect(changed).toMatchObject({ role: 'technician', siteIds: [cloud.seed.siteId], version: 2 });
    expect(changed.serviceIds.toSorted()).toEqual(services.toSorted());
    const entries = await look.rows(
      `SELECT data FROM audit_log WHERE entity_id = $1 AND action = 'PERMISSION_CHANGED' ORDER BY position`,
      [made.id],
    );
    expect(entries).toHaveLength(2);
    expect(entries[1]?.data).toMatchObject({
      before: { role: 'operator', siteIds: [] },
      after: { role: 'technician', siteIds: [cloud.seed.siteId] },
    });
  });

  test('of whom the last active admin stays, even when two remove each other at once', async () => {
    const me = (await admin.call(ROUTES.listUsers, { query: { role: 'admin' } })).items[0];
    if (me === undefined) throw new Error('the demo has an admin');
    const alone = await refusalOf(
      admin.call(ROUTES.updateUser, { params: { id: me.id }, version: me.version, body: { active: false } }),
    );
    expect([alone.status, alone.code]).toEqual([409, 'last_admin']);

    const second = await admin.call(ROUTES.createUser, { body: person({ role: 'admin' }) });
    const outcomes = await Promise.allSettled(
      [me, second].map(({ id, version }) =>
        admin.call(ROUTES.updateUser, { params: { id }, version, body: { role: 'technician' } }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const left = await look.count(
      `app_user WHERE tenant_id = $1 AND role = 'admin' AND active AND deleted_at IS NULL`,
      [cloud.seed.tenantId],
    );
    expect(left).toBe(1);
    // The others of this file go on with the admin that they know.
    await look.rows(`UPDATE app_user SET role = 'admin' WHERE id = $1`, [me.id]);
  });

  test('do not get a password that everyone tries first', async () => {
    const refused = await refusalOf(
      admin.call(ROUTES.createUser, { body: person({ password: 'password1234' }) }),
    );
    expect(refused.status).toBe(422);
    expect(['password_common', 'password_too_short']).toContain(refused.code);
  });
});

describe('devices', () => {
  test('totems that are added at once get lanes of their own, which nobody had before', async () => {
    const before = await look.rows(
      `SELECT coalesce(max(lane::int4), 0) AS last FROM equipment WHERE site_id = $1`,
      [cloud.seed.siteId],
    );
    const made = await Promise.all(
      Array.from({ length: 6 }, () =>
        admin.call(ROUTES.createEquipment, {
          body: { siteId: cloud.seed.siteId, type: 'totem', identifier: `Totem ${next()}` },
        }),
      ),
    );
    const lanes = made.map(({ lane }) => Number(lane)).toSorted((a, b) => a - b);
    const first = Number(before[0]?.last) + 1;
    expect(lanes).toEqual([0, 1, 2, 3, 4, 5].map((more) => first + more));
    const [gone] = made;
    if (gone === undefined) throw new Error('nothing was made');
    await admin.call(ROUTES.deleteEquipment, { params: { id: gone.id }, version: 1 });
    const later = await admin.call(ROUTES.createEquipment, {
      body: { siteId: cloud.seed.siteId, type: 'totem', identifier: `Totem ${next()}` },
    });
    expect(Number(later.lane)).toBe(first + 6);
  });

  test('are suspended and let work again, each with its entry', async () => {
    const made = await admin.call(ROUTES.createEquipment, {
      body: { siteId: cloud.seed.siteId, type: 'panel', identifier: `Painel ${next()}` },
    });
    const params = { id: made.id };
    const stopped = await admin.call(ROUTES.suspendEquipment, {
      params,
      version: 1,
      body: { reason: 'roubo' },
    });
    expect(stopped).toMatchObject({ status: 'suspended', suspendedReason: 'roubo', version: 2 });
    const again = await admin.call(ROUTES.reinstateEquipment, { params, version: 2 });
    expect(again).toMatchObject({ status: 'offline', suspendedReason: null, version: 3 });
    await admin.call(ROUTES.deleteEquipment, { params, version: 3 });
    const actions = await look.rows(
      `SELECT action FROM audit_log WHERE entity_id = $1 AND action LIKE 'DEVICE%' ORDER BY position`,
      [made.id],
    );
    expect(actions.map(({ action }) => action)).toEqual([
      'DEVICE_SUSPENDED',
      'DEVICE_REINSTATED',
      'DEVICE_REVOKED',
    ]);
  });

  test('hang on a totem of their own site, or on nothing', async () => {
    const totem = await admin.call(ROUTES.createEquipment, {
      body: { siteId: cloud.seed.siteId, type: 'totem', identifier: `Totem ${next()}` },
    });
    const printer = { siteId: cloud.seed.siteId, type: 'printer' as const };
    const made = await admin.call(ROUTES.createEquipment, {
      body: { ...printer, identifier: `Impressora ${next()}`, attachedTo: totem.id },
    });
    const refused = await refusalOf(
      admin.call(ROUTES.createEquipment, {
        body: { ...printer, identifier: `Impressora ${next()}`, attachedTo: made.id },
      }),
    );
    expect(refused.code).toBe('reference_not_found');
    const held = await refusalOf(
      admin.call(ROUTES.deleteEquipment, { params: { id: totem.id }, version: 1 }),
    );
    expect(held.code).toBe('in_use');
  });
});

describe('secrets', () => {
  test('of a notification go in and never come out, and lie sealed', async () => {
    const kind = KINDS.find(({ one }) => one === 'Notification');
    const made = await admin.call(ROUTES.createNotification, { body: kind?.fresh() as never });
    expect(made).toMatchObject({ hasSecret: true });
    expect(JSON.stringify(made)).not.toContain('canary-secret');
    const [row] = await look.rows(
      `SELECT encode(secret, 'escape') AS secret FROM config_notification WHERE id = $1`,
      [made.id],
    );
    expect(String(row?.secret)).not.toContain('canary-secret');
    const without = await admin.call(ROUTES.updateNotification, {
      params: { id: made.id },
      version: 1,
      body: { secret: null },
    });
    expect(without.hasSecret).toBe(false);
  });

  test('of a webhook are shown once, each different', async () => {
    const made = await admin.call(ROUTES.createWebhook, {
      body: { name: 'Gancho', url: 'https://example.com/', events: ['ticket.called'] },
    });
    const params = { id: made.id };
    const first = await admin.call(ROUTES.renewWebhookSecret, { params, version: 1 });
    const second = await admin.call(ROUTES.renewWebhookSecret, { params, version: first.version });
    expect(first.secret).toMatch(/^whsec_/);
    expect(second.secret).not.toBe(first.secret);
  });

  test.each([
    'http://example.com/',
    'https://[::1]/',
    'https://10.0.0.8/x',
    'https://0x7f000001/',
    'https://2130706433/',
    'https://server.internal/',
    'https://user:word@example.com/',
    'https://intranet/',
    'ftp://example.com/',
    'nonsense',
  ])('a webhook does not point into a network: %s', async (url) => {
    const refused = await refusalOf(
      admin.call(ROUTES.createWebhook, { body: { name: 'X', url, events: ['ticket.called'] } }),
    );
    expect([refused.status, refused.code]).toEqual([400, 'invalid_request']);
  });

  test.each([
    'https://localhost/',
    'https://127.0.0.1/',
    'http://127.0.0.1:9/x',
    'https://example.com:9200/x',
  ])('nor at this machine or at a port of something else: %s', async (url) => {
    const refused = await refusalOf(
      admin.call(ROUTES.createWebhook, { body: { name: 'X', url, events: ['ticket.called'] } }),
    );
    expect([refused.status, refused.code]).toEqual([422, 'webhook_address_refused']);
  });
});

describe('keys of integrators', () => {
  test('are shown once, do what their scopes open, where they may, and end when they are revoked', async () => {
    const made = await admin.call(ROUTES.createApiKey, {
      body: {
        name: 'ERP',
        scopes: ['configuration.read', 'configuration.write'],
        siteIds: [cloud.seed.siteId],
      },
    });
    const listed = (await admin.call(ROUTES.listApiKeys, {})).items.find(({ id }) => id === made.id);
    expect(listed).not.toHaveProperty('key');
    const key = apiOf(cloud.url, made.key);
    const counter = await key.call(ROUTES.createCounter, {
      body: { siteId: cloud.seed.siteId, name: 'Da integração', number: 100 + next() },
    });
    const [entry] = await look.rows(`SELECT user_id, data FROM audit_log WHERE entity_id = $1`, [counter.id]);
    expect(entry).toMatchObject({ user_id: null, data: { by: 'key' } });

    for (const beyond of [
      () => key.call(ROUTES.listPayments, {}),
      () =>
        key.call(ROUTES.createSite, { body: { name: 'Y', slug: `y-${next()}`, timezone: 'America/Recife' } }),
      () => key.call(ROUTES.createService, { body: { name: { en: 'Everywhere' }, prefix: 'Y' } }),
      () => key.call(ROUTES.createPriorityClass, { body: { name: { en: 'All' }, tier: 1 } }),
      () => key.call(ROUTES.createApiKey, { body: { name: 'Child', scopes: ['audit.read'] } }),
    ])
      expect((await refusalOf(beyond())).status).toBe(403);

    await admin.call(ROUTES.revokeApiKey, { params: { id: made.id }, version: made.version });
    const all = await admin.call(ROUTES.listApiKeys, { query: { revoked: 'true' } });
    expect(all.items.find(({ id }) => id === made.id)?.revokedAt).not.toBeNull();
  });
});
