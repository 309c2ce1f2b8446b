/** The hub on the network, at its app: who is let in with what, what each may follow, and what is taken from other totems. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  type EntryDraft,
  type EquipmentId,
  newId,
  type OriginId,
  rowFromSql,
  sealText,
  siteTable,
  type TicketRow,
  ticketTable,
} from '@totem/domain';
import { PROTOCOL_VERSION } from '@totem/sync/push';
import { buildOrigin, draft } from '@totem/testkit/builders';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDeviceKey } from '../../identity/device-key.ts';
import { ASSERTION_AUDIENCE, JWT_BEARER_GRANT } from '../../identity/tokens.ts';
import type { CloudRequest } from '../../link/cloud-link.ts';
import { rowByKey, upsertRow } from '../../store/rows.ts';
import { clearSetting, writeSetting } from '../../store/settings.ts';
import { silentLog } from '../../testing/totem.ts';
import { createHubPins } from '../access/pins.ts';
import { createHubTokens, type HubTokens } from '../access/tokens.ts';
import type { SiteDevice } from '../devices.ts';
import { keepDirectory } from '../directory.ts';
import { relayForks } from '../relay/forks.ts';
import { operatorAt, TEST_TERM, type TestHub, testHub } from '../testing/hub-world.ts';
import { createHubApp } from './app.ts';

let hub: TestHub;
let app: ReturnType<typeof createHubApp>;
const carried: CloudRequest[] = [];
let tokens: HubTokens;
let cloudKey: KeyObject;
let totemKey: KeyObject;
let totemId: EquipmentId;
let displayId: EquipmentId;
let operator: ReturnType<typeof operatorAt>;
let taken = 0;
let told = (): void => {};
/** What the cloud says, with these displays. */
let keep = (_displays: readonly SiteDevice[]): void => {};
const CLOUD_PAGE = 'https://totem.example';
const page = {
  bytes: new TextEncoder().encode('<html><head><title>p</title></head></html>'),
  type: 'text/html; charset=utf-8',
  isImmutable: false,
};

beforeEach(() => {
  hub = testHub();
  const { parts, place } = hub;
  const { env } = place.world;
  const [cloud, totem] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];
  cloudKey = cloud.privateKey;
  totemKey = totem.privateKey;
  totemId = newId<'equipment'>(env);
  displayId = newId<'equipment'>(env);
  operator = operatorAt(parts.device, place);
  keepDisplays([{ equipmentId: displayId, type: 'display', publicKey: null }]);
  tokens = createHubTokens({ ...parts, key: openDeviceKey(place.dataDir), env });
  taken = 0;
  carried.length = 0;
  app = createHubApp({
    ...parts,
    timers: place.world.timers,
    link: {
      state: () => ({ state: 'up', since: '2026-11-23T15:00:00.000Z' }),
      request: async (asked) => {
        carried.push(asked);
        return Response.json({ code: '7K3M-Q9TX' }, { status: 201 });
      },
    },
    log: silentLog,
    tokens,
    pins: createHubPins({ ...parts, tokens }),
    authority: 'PEM',
    url: () => 'https://192.0.2.7:4443',
    allowedOrigins: [CLOUD_PAGE],
    screens: { panel: new Map([['/', page]]) },
    onDirectory: (listener) => {
      told = listener;
      return () => {};
    },
    onTaken: () => {
      taken += 1;
    },
  });

  function keepDisplays(displays: readonly SiteDevice[]) {
    parts.store.write((db) =>
      keepDirectory(db, {
        serverTime: '2026-11-23T15:00:00.000Z',
        hub: null,
        tokenKey: x(cloud.publicKey),
        people: [{ ...operator, siteIds: [...operator.siteIds], fullName: 'Otávio', username: 'otavio' }],
        devices: [{ equipmentId: totemId, type: 'totem', publicKey: x(totem.publicKey) }, ...displays],
      }),
    );
  }
  keep = keepDisplays;
});
afterEach(() => hub.close());

const x = (key: KeyObject) => String(key.export({ format: 'jwk' }).x);

/** A token as the cloud mints it. */
function cloudToken(over: object = {}, key: KeyObject = cloudKey, issuer = 'totem-cloud'): Promise<string> {
  const { env } = hub.place.world;
  const seconds = Math.floor(env.now() / 1_000);
  const { tenantId, userId, sessionId, role, siteIds } = operator;
  const claims = {
    kind: 'user',
    sub: userId,
    tenant: tenantId,
    sid: sessionId,
    role,
    sites: siteIds,
    services: null,
  };
  return new SignJWT({ ...claims, ...over })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience('totem')
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 600)
    .setJti(newId(env))
    .sign(key);
}
const deviceClaims = (sub: string, type: string) => ({
  kind: 'device',
  sub,
  type,
  site: hub.parts.device.siteId,
  sid: undefined,
  role: undefined,
  sites: undefined,
  services: undefined,
});
async function ask(path: string, token: string, init: RequestInit = {}) {
  const answer = await app.request(`https://hub${path}`, {
    ...init,
    headers: { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string> | undefined) },
  });
  const text = await answer.text();
  return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
}
const shapePath = (shape: string) => {
  const { tenantId: tenant, siteId: site } = hub.parts.device;
  return `/v1/shape?${new URLSearchParams({ shape, tenant, site, offset: '-1' })}`;
};

describe('who is let in', () => {
  it('the cloud’s tokens are known without asking it, and those of people whom its list names', async () => {
    expect(await ask('/v1/me', await cloudToken())).toMatchObject({
      status: 200,
      body: { kind: 'user', userId: operator.userId },
    });
    const { env } = hub.place.world;
    const others: [string, Promise<string>][] = [
      ['another key', cloudToken({}, generateKeyPairSync('ed25519').privateKey)],
      ['the hub’s name with the cloud’s key', cloudToken({}, cloudKey, 'totem-hub')],
      ['another issuer', cloudToken({}, cloudKey, 'somebody')],
      ['nobody on the list', cloudToken({ sub: newId(env) })],
      ['another company', cloudToken({ tenant: newId(env) })],
      ['a device that is not of the site', cloudToken(deviceClaims(newId(env), 'display'))],
    ];
    for (const [title, token] of others)
      expect([title, (await ask('/v1/me', await token)).status]).toEqual([title, 401]);
    const late = await cloudToken();
    hub.place.world.advance(700_000);
    expect((await ask('/v1/me', late)).status).toBe(401);
  });

  it('a device gets a token of the hub’s for its signed assertion, once, and nothing for another’s', async () => {
    const { env } = hub.place.world;
    const assert = (key: KeyObject, sub: string) => {
      const seconds = Math.floor(env.now() / 1_000);
      return new SignJWT({})
        .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
        .setIssuer(sub)
        .setSubject(sub)
        .setAudience(ASSERTION_AUDIENCE)
        .setIssuedAt(seconds)
        .setExpirationTime(seconds + 120)
        .setJti(newId(env))
        .sign(key);
    };
    const exchange = async (assertion: string) => {
      const answer = await app.request('https://hub/v1/token', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ grant_type: JWT_BEARER_GRANT, assertion }).toString(),
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, string> };
    };
    const assertion = await assert(totemKey, totemId);
    const { status, body } = await exchange(assertion);
    expect(status).toBe(200);
    expect(await ask('/v1/me', body.access_token ?? '')).toMatchObject({
      body: { kind: 'device', type: 'totem', equipmentId: totemId },
    });
    expect((await exchange(assertion)).status).toBe(401);
    expect((await exchange(await assert(cloudKey, totemId))).status).toBe(401);
    expect((await exchange(await assert(totemKey, displayId))).status).toBe(401);

    // A display that was paired by its code has a key of its own.
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    keep([{ equipmentId: displayId, type: 'display', publicKey: x(publicKey) }]);
    const token = (await exchange(await assert(privateKey, displayId))).body.access_token ?? '';
    expect((await ask(shapePath('call'), token)).status).toBe(200);
    expect((await ask(shapePath('ticket'), token)).status).toBe(403);
    // The cloud's next list does not name it: it has been revoked.
    keep([]);
    told();
    expect((await ask(shapePath('call'), token)).status).toBe(401);
    expect((await exchange(await assert(privateKey, displayId))).status).toBe(401);
  });

  it('what a screen asks before it is anybody’s is carried to the cloud as it is, and nothing else', async () => {
    const post = (path: string) =>
      app.request(`https://hub${path}`, { method: 'POST', body: '{"publicKey":"x"}' });
    const answer = await post('/v1/pairings');
    expect([answer.status, await answer.json()]).toEqual([201, { code: '7K3M-Q9TX' }]);
    expect((await post('/v1/pairings/outcome')).status).toBe(201);
    expect(carried.map(({ path, body }) => [path, body])).toEqual([
      ['/v1/pairings', '{"publicKey":"x"}'],
      ['/v1/pairings/outcome', '{"publicKey":"x"}'],
    ]);
    expect((await post('/v1/enrolments')).status).toBe(404);
    expect(carried).toHaveLength(2);
  });

  it('who follows what is as at the cloud, and of this site only', async () => {
    const person = await cloudToken();
    const display = await cloudToken(deviceClaims(displayId, 'display'));
    for (const shape of [
      'site',
      'service',
      'priority_class',
      'counter',
      'call',
      'ticket',
      'operator_session',
    ])
      expect([shape, (await ask(shapePath(shape), person)).status]).toEqual([shape, 200]);
    expect((await ask(shapePath('call'), display)).status).toBe(200);
    expect((await ask(shapePath('ticket'), display)).status).toBe(403);
    expect((await ask(shapePath('print_job'), person)).status).toBe(404);
    const elsewhere = shapePath('ticket').replace(hub.parts.device.siteId, newId(hub.place.world.env));
    expect((await ask(elsewhere, person)).status).toBe(404);
    expect((await ask('/v1/ledger/taken?origin=x', person)).status).toBe(403);
  });

  it('who is taken off the list is let go from a request that is held', async () => {
    const display = await cloudToken(deviceClaims(displayId, 'display'));
    const first = await app.request(`https://hub${shapePath('call')}`, {
      headers: { authorization: `Bearer ${display}` },
    });
    const next = new URLSearchParams({
      handle: first.headers.get('electric-handle') ?? '',
      offset: first.headers.get('electric-offset') ?? '',
      live: 'true',
    });
    const held = ask(`${shapePath('call').replace('&offset=-1', '')}&${next}`, display);
    await new Promise((resolve) => setImmediate(resolve));
    hub.parts.store.write((db) => db.run('DELETE FROM site_device WHERE equipment_id = ?', displayId));
    told();
    expect(await held).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
  });

  it('I-HUB-4: a hub that the cloud has suspended is nobody’s hub, though it has a link', async () => {
    const carries = async () => (await ask('/v1/hub', await cloudToken())).body;
    expect(await carries()).toMatchObject({ carries: true });
    const since = '2026-11-23T15:00:00.000Z';
    hub.parts.store.write((db) => writeSetting(db, 'suspended', { code: 'ledger_fork', since }));
    expect(await carries()).toMatchObject({ code: 'device_suspended' });
  });

  it('a screen is told who commands the queue, and a person also who their colleagues are', async () => {
    const { siteId, equipmentId } = hub.parts.device;
    const desk = (token: string, site: string = siteId) => ask(`/v1/desk?site=${site}`, token);
    const served = { equipmentId, term: TEST_TERM, url: 'https://192.0.2.7:4443' };
    const people = [{ userId: operator.userId, fullName: 'Otávio' }];
    expect(await desk(await cloudToken())).toEqual({ status: 200, body: { hub: served, people } });
    const display = await cloudToken(deviceClaims(displayId, 'display'));
    expect(await desk(display)).toEqual({ status: 200, body: { hub: served, people: [] } });
    expect((await desk(display, newId(hub.place.world.env))).status).toBe(404);
    hub.parts.store.write((db) => clearSetting(db, 'hub_ready'));
    expect(await desk(display)).toMatchObject({ body: { code: 'not_ready' } });
  });

  it('pages of the cloud may ask, with their tokens, and nobody else’s pages', async () => {
    const { siteId } = hub.parts.device;
    const from = async (origin: string, method: string) => {
      const answer = await app.request(`https://hub/v1/desk?site=${siteId}`, {
        method,
        headers: { origin, 'access-control-request-method': 'GET' },
      });
      return [answer.status, answer.headers.get('access-control-allow-origin')];
    };
    expect(await from(CLOUD_PAGE, 'OPTIONS')).toEqual([204, CLOUD_PAGE]);
    // A refusal is read by the page too: it is how it learns that a token has ended.
    expect(await from(CLOUD_PAGE, 'GET')).toEqual([401, CLOUD_PAGE]);
    expect(await from('https://elsewhere.example', 'OPTIONS')).toEqual([204, null]);
  });

  it('a page is told that a hub has served it', async () => {
    const answer = await app.request('https://hub/panel/');
    expect(await answer.text()).toContain('<meta name="totem-server" content="hub">');
    expect((await app.request('https://hub/panel/gone.js')).status).toBe(404);
  });

  it('a totem that is the hub no more sends everybody elsewhere', async () => {
    const { parts, place } = hub;
    parts.store.write((db) => upsertRow(db, siteTable, { ...place.catalogue.site, hubTerm: 9 }));
    for (const path of ['/v1/me', shapePath('call')])
      expect(await ask(path, await cloudToken())).toMatchObject({
        status: 421,
        body: { code: 'not_the_hub' },
      });
  });
});

describe('what other totems hand over', () => {
  type Chain = ReturnType<typeof buildOrigin>;
  let chain: Chain;
  const sealed = (
    chained: ReturnType<Chain['write']>,
    key: KeyObject = totemKey,
  ): Uint8Array<ArrayBuffer> => {
    const { tenantId } = hub.parts.device;
    const [first, last] = [chained[0]?.entry, chained.at(-1)?.entry];
    if (first === undefined || last === undefined) throw new Error('a batch has entries');
    const head = { seq: last.seq, hash: last.hash };
    const signature = sign(null, Buffer.from(sealText(tenantId, first.origin, head)), key);
    const batch = {
      protocol: PROTOCOL_VERSION,
      tenantId,
      origin: first.origin,
      fromSeq: first.seq,
      prevHash: first.prevHash,
      entries: chained.map(({ entry }) => entry),
      privates: {},
      seal: { ...head, signature: signature.toString('base64url') },
    };
    return new Uint8Array(gzipSync(JSON.stringify(batch)));
  };
  const give = async (body: Uint8Array<ArrayBuffer>, sub: string = totemId) =>
    ask('/v1/ledger', await cloudToken(deviceClaims(sub, 'totem')), {
      method: 'POST',
      headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' },
      body,
    });
  const created = (id: string, number: number): EntryDraft =>
    draft(
      'TICKET_CREATE',
      'ticket',
      id as never,
      {
        state: 'waiting',
        serviceId: newId<'service'>(hub.place.world.env),
        code: `B2-00${number}`,
        businessDay: '2026-11-23',
        lane: '2',
        number,
        priorityClassId: newId<'priority_class'>(hub.place.world.env),
        priority: 0,
        partySize: 1,
        channel: 'totem',
        priceCents: 0,
      },
      { siteId: hub.parts.device.siteId },
    );
  const shown = (id: string): TicketRow | undefined =>
    hub.parts.store.read((db) => rowByKey(db, ticketTable, hub.parts.device.tenantId, id));
  const batches = () =>
    hub.parts.store.read((db) => db.all('SELECT origin FROM relay_batch ORDER BY number'));
  beforeEach(() => {
    chain = buildOrigin(hub.place.world.env, hub.parts.device.tenantId);
  });

  it('I-HUB-2: is on the rows and on the disk when it is taken, once, and is not acknowledged', async () => {
    const id = newId<'ticket'>(hub.place.world.env);
    const body = sealed(chain.write([created(id, 1)]));
    const answer = { origin: chain.id, taken: chain.head(), acknowledged: null };
    expect(await give(body)).toMatchObject({ status: 200, body: answer });
    expect(await give(body)).toMatchObject({ status: 200, body: answer });
    expect(shown(id)).toMatchObject({ code: 'B2-001', state: 'waiting', conflict: null });
    expect(batches()).toEqual([{ origin: chain.id }]);
    expect(taken).toBe(2);
    const path = `/v1/ledger/taken?origin=${chain.id satisfies OriginId}`;
    const token = await cloudToken(deviceClaims(totemId, 'totem'));
    expect(await ask(path, token)).toMatchObject({ body: answer });
  });

  it('may begin in the middle of a life, and then has no hole and no second history', async () => {
    const ids = [1, 2, 3, 4].map(() => newId<'ticket'>(hub.place.world.env));
    const written = ids.map((id, index) => chain.write([created(id, index + 1)]));
    const [first, second, third, fourth] = written;
    if (first === undefined || second === undefined || third === undefined || fourth === undefined) return;
    expect((await give(sealed(second))).status).toBe(200);
    expect(await give(sealed(fourth))).toMatchObject({
      status: 409,
      body: { code: 'ledger_gap', expected: 3 },
    });
    expect((await give(sealed([...second, ...third, ...fourth]))).status).toBe(200);
    expect(ids.map((id) => shown(id)?.code)).toEqual([undefined, 'B2-002', 'B2-003', 'B2-004']);
    const fork = buildOrigin(hub.place.world.env, hub.parts.device.tenantId);
    const other = fork.write([created(newId(hub.place.world.env), 9)]);
    const bent = other.map((one) => ({ ...one, entry: { ...one.entry, origin: chain.id, seq: 4 } }));
    expect((await give(sealed(bent))).status).toBe(409);
    expect(hub.parts.store.read(relayForks)).toMatchObject([{ origin: chain.id }]);
  });

  it('is the carrier’s own, under its own seal', async () => {
    const { env } = hub.place.world;
    const chained = chain.write([created(newId(env), 1)]);
    const stranger = generateKeyPairSync('ed25519').privateKey;
    expect(await give(sealed(chained, stranger))).toMatchObject({ body: { code: 'ledger_unattributed' } });
    expect((await give(sealed(chained), newId(env))).status).toBe(401);
    expect((await give(new Uint8Array(gzipSync('{}')))).status).toBe(400);
    expect(batches()).toEqual([]);
  });

  it('that only the cloud can say, or about another site, changes no row', async () => {
    const { env } = hub.place.world;
    const [id, foreign] = [newId<'ticket'>(env), newId<'ticket'>(env)];
    const { siteId } = hub.parts.device;
    const override = { from: 'waiting', to: 'finished', reason: 'x' };
    const body = sealed(
      chain.write([
        created(id, 1),
        draft('TICKET_OVERRIDE', 'ticket', id as never, override, { siteId }),
        { ...created(foreign, 2), siteId: newId<'site'>(env) },
      ]),
    );
    expect((await give(body)).status).toBe(200);
    expect([shown(id)?.state, shown(foreign)]).toEqual(['waiting', undefined]);
    const rows = hub.parts.store.read((db) => db.all('SELECT * FROM ticket'));
    expect(rows.map((row) => rowFromSql(ticketTable, row).id)).toEqual([id]);
  });
});
