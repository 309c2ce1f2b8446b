/**
 * A branch with a hub, whole: the real cloud, two real totems over real sockets and HTTPS, and a cable to the cloud that is cut.
 * What was done in the branch meanwhile is in PostgreSQL afterwards: once, in order, without a conflict.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerDeviceKey } from '@totem/cloud';
import { type CommandInput, newId, rowFromSql, type TicketRow, ticketTable } from '@totem/domain';
import { createHubFetch, ensureDeviceKey } from '@totem/edge';
import { issueOne, openTotem, type TestPlace, testPlace, until } from '@totem/edge/testing';
import { systemEnv, systemTimers } from '@totem/host';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Cable, layCable } from './cable.ts';
import { type TestCloud, testCloud } from './postgres.ts';

type Totem = ReturnType<typeof openTotem>;

const ends: (() => Promise<void> | void)[] = [];
let cloud: TestCloud;
let look: pg.Client;
let admin: string;
beforeEach(async () => {
  cloud = await testCloud();
  ends.push(() => cloud.close());
  look = new pg.Client({ connectionString: cloud.urls.superuser });
  await look.connect();
  ends.push(() => look.end());
  admin = await cloud.signIn('admin');
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Running {
  readonly parts: Totem;
  readonly place: TestPlace;
  readonly cable: Cable;
  stop(): Promise<void>;
}

/** A totem of the demo's branch, with a cable of its own to the cloud. */
async function totem(index: number): Promise<Running> {
  const { tenantId, siteId, totems } = cloud.seed;
  const one = totems[index];
  if (one === undefined) throw new Error('the demo has fewer totems');
  const { equipmentId, lane } = one;
  const place = testPlace();
  ends.push(place.remove);
  const publicKey = ensureDeviceKey(place.dataDir).x;
  await registerDeviceKey(cloud.cloud.db, { tenantId, equipmentId, publicKey });
  const { hostname: host, port } = new URL(cloud.url);
  const cable = await layCable({ target: { host, port: Number(port) } });
  ends.push(() => cable.close());
  const services = await look.query('SELECT id FROM service WHERE prefix = $1', ['A']);
  const classes = await look.query('SELECT id FROM priority_class WHERE tier = 0');
  const running = boot(cable, {
    ...place,
    world: { ...place.world, env: systemEnv, timers: systemTimers, advance: () => {} },
    device: { tenantId, siteId, equipmentId, lane },
    catalogue: {
      ...place.catalogue,
      service: { ...place.catalogue.service, id: services.rows[0].id },
      priorityClass: { ...place.catalogue.priorityClass, id: classes.rows[0].id },
    },
  });
  await until(() => running.parts.replica.behind().length === 0, running.parts.replica.onChange);
  return running;
}

/** Starts a totem from what is on its disk, wired as the agent wires it. */
function boot(cable: Cable, place: TestPlace, port = 0): Running {
  const parts = openTotem(place, {
    cloudUrl: cable.url,
    hub: { host: '127.0.0.1', port, names: ['127.0.0.1'] },
  });
  parts.store.onCommit(() => {
    parts.outbox.wake();
    parts.upstream.wake();
  });
  parts.link.onUp(() => parts.outbox.linkReturned());
  parts.outbox.start();
  parts.replica.start();
  parts.upstream.start();
  parts.hub.start();
  let isOver = false;
  const stop = async (): Promise<void> => {
    if (isOver) return;
    isOver = true;
    await parts.hub.stop();
    await parts.upstream.stop();
    parts.replica.stop();
    await parts.outbox.stop();
    parts.store.close();
  };
  ends.push(stop);
  return { parts, place, cable, stop };
}

/** The hub, once it serves. */
async function serving({ parts }: Running): Promise<string> {
  const { store, hub } = parts;
  await until(() => ready(parts) !== undefined && hub.url() !== undefined, store.onCommit, hub.onChange);
  return parts.hub.url() ?? '';
}

const follows = (one: Running, whom: 'hub' | 'cloud') =>
  until(() => one.parts.upstream.current() === whom, one.parts.store.onCommit, one.parts.replica.onChange);

/** What a person at a panel says to a server. */
function panel(at: typeof fetch, base: string, token: string) {
  return async (command: object) => {
    const body = JSON.stringify({ id: newId<'command'>(systemEnv), ...command } as CommandInput);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await at(`${base}/v1/commands`, { method: 'POST', headers, body });
    return {
      status: answer.status,
      body: (await answer.json()) as { code?: string; ticket?: { id: string } },
    };
  };
}
type Panel = ReturnType<typeof panel>;

/** `fetch` to the hub, by the authority that it has announced to the cloud. */
async function lanOf(url: string): Promise<typeof fetch> {
  const { rows } = await untilRows(() =>
    look.query('SELECT authority FROM site_hub WHERE url = $1 ORDER BY term DESC LIMIT 1', [url]),
  );
  const lan = createHubFetch(rows[0].authority);
  ends.push(() => lan.close());
  return lan.fetch;
}

const firstCounter = async () =>
  (await look.query('SELECT id FROM counter WHERE number = 1')).rows[0].id as string;

/** Calls, starts and finishes the next ticket, which must be this one. */
async function serve(ask: Panel, id: string): Promise<void> {
  expect(await ask({ type: 'ticket.call_next' })).toMatchObject({ status: 200, body: { ticket: { id } } });
  expect(await ask({ type: 'ticket.start', ticketId: id })).toMatchObject({ status: 200 });
  expect(await ask({ type: 'ticket.finish', ticketId: id })).toMatchObject({ status: 200 });
}

/** Everything of these totems is at the cloud. */
async function sent(...totems: Running[]): Promise<void> {
  for (const { parts } of totems) {
    parts.outbox.linkReturned();
    await until(() => isSent(parts) && isCarried(parts), parts.store.onCommit, parts.outbox.onChange);
  }
}

async function expectCalm(tickets: readonly { readonly id: string }[]): Promise<void> {
  const { rows } = await look.query('SELECT id, state, calls, conflict FROM ticket ORDER BY issued_at, id');
  expect(rows).toEqual(tickets.map(({ id }) => ({ id, state: 'finished', calls: 1, conflict: null })));
  for (const table of ['conflict', 'ledger_parked', 'ledger_quarantine'])
    expect((await look.query(`SELECT count(*)::int AS n FROM ${table}`)).rows).toEqual([{ n: 0 }]);
}

async function moveHub(equipmentId: string): Promise<void> {
  const address = `${cloud.url}/v1/sites/${cloud.seed.siteId}`;
  const authorization = `Bearer ${admin}`;
  const { headers } = await fetch(address, { headers: { authorization } });
  const answer = await fetch(`${address}/hub`, {
    method: 'PUT',
    headers: {
      authorization,
      'content-type': 'application/json',
      'if-match': headers.get('etag') ?? '',
      'idempotency-key': newId(systemEnv),
    },
    body: JSON.stringify({ equipmentId }),
  });
  expect(answer.status).toBe(200);
}

const shown = ({ store }: Totem, id: string): TicketRow | undefined =>
  store.read((db) => {
    const row = db.one('SELECT * FROM ticket WHERE id = ?', id);
    return row && rowFromSql(ticketTable, row);
  });
const isSent = ({ store }: Totem) =>
  store.read((db) => db.all('SELECT 1 FROM origin_state WHERE acked < seq').length === 0);
const isCarried = ({ store }: Totem) => store.read((db) => db.all('SELECT 1 FROM relay_batch').length === 0);
const isSuspended = ({ store }: Totem) =>
  store.read((db) => db.one(`SELECT 1 FROM setting WHERE key = 'suspended'`) !== undefined);
const ready = ({ store }: Totem) =>
  store.read((db) => db.one(`SELECT 1 FROM setting WHERE key = 'hub_ready'`));

test('I-HUB-2, I-HUB-4: a branch goes on without its link through its hub, and the cloud has all of it afterwards', async () => {
  const hub = await totem(0);
  await moveHub(hub.parts.device.equipmentId);
  const url = await serving(hub);
  const lan = await lanOf(url);
  const token = await cloud.signIn('operador');
  const atHub = panel(lan, url, token);
  // The other totem finds the hub, and follows it.
  const other = await totem(1);
  await follows(other, 'hub');
  const first = issueOne(other.parts, other.place);
  await until(() => shown(hub.parts, first.id) !== undefined, hub.parts.store.onCommit);

  for (const { cable } of [hub, other]) cable.cut();
  const second = issueOne(other.parts, other.place);
  await until(() => shown(hub.parts, second.id) !== undefined, hub.parts.store.onCommit);
  const open = { type: 'counter.open', counterId: await firstCounter() };
  expect(await panel(fetch, cloud.url, token)(open)).toMatchObject({
    status: 421,
    body: { code: 'hub_serves_site' },
  });
  expect(await atHub(open)).toMatchObject({ status: 200 });
  for (const { id } of [first, second]) {
    await serve(atHub, id);
    await until(() => shown(other.parts, id)?.state === 'finished', other.parts.store.onCommit);
  }
  expect(isSent(other.parts)).toBe(false);

  for (const { cable } of [hub, other]) cable.restore();
  await sent(hub, other);
  await expectCalm([first, second]);
  const { rows: actions } = await look.query(
    `SELECT action FROM audit_log WHERE entity = 'ticket' AND entity_id = $1 ORDER BY position`,
    [second.id],
  );
  expect(actions.map(({ action }) => action)).toEqual([
    'TICKET_CREATE',
    'TICKET_CALL',
    'TICKET_START',
    'TICKET_FINISH',
  ]);
});

test('I-HUB-4: a totem sends what the hub carries to nobody else, and by itself what a hub without a link cannot carry', async () => {
  const hub = await totem(0);
  await moveHub(hub.parts.device.equipmentId);
  await serving(hub);
  const other = await totem(1);
  await follows(other, 'hub');
  const { upstream, outbox, replica, store } = other.parts;
  await until(() => upstream.isCarried(), store.onCommit, outbox.onChange, replica.onChange);
  await sent(other);

  const before = other.cable.passed().up;
  const carried = Array.from({ length: 100 }, () => issueOne(other.parts, other.place));
  await until(() => isSent(other.parts), store.onCommit);
  // A hundred entries are more than twenty thousand bytes; the directory and a cursor are asked for all the same.
  expect(other.cable.passed().up - before).toBeLessThan(8_000);

  hub.cable.cut();
  await until(() => !upstream.isCarried(), outbox.onChange);
  const alone = issueOne(other.parts, other.place);
  await until(() => isSent(other.parts), store.onCommit);
  expect(upstream.current()).toBe('hub');
  const { rows } = await look.query('SELECT count(*)::int AS n FROM ticket WHERE id = ANY ($1)', [
    [...carried, alone].map(({ id }) => id),
  ]);
  expect(rows).toEqual([{ n: 101 }]);
  hub.cable.restore();
  await sent(hub, other);
  expect((await look.query('SELECT count(*)::int AS n FROM ledger_quarantine')).rows).toEqual([{ n: 0 }]);
});

test('I-HUB-5: a branch begins its day without a link: everybody comes from their disks, and people with their PINs', async () => {
  const before = await totem(0);
  await moveHub(before.parts.device.equipmentId);
  const url = await serving(before);
  const lan = await lanOf(url);
  const otherBefore = await totem(1);
  await follows(otherBefore, 'hub');
  const token = await cloud.signIn('operador');
  const asked = async (at: typeof fetch, base: string, path: string, body: object, bearer?: string) => {
    const answer = await at(`${base}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, string> };
  };
  const { siteId } = cloud.seed;
  const { body } = await asked(fetch, cloud.url, '/v1/me/hub-grants', { siteId }, token);
  const pin = '482913';
  expect(await asked(lan, url, '/v1/pin', { grant: body.grant, pin }, token)).toMatchObject({ status: 204 });
  for (const one of [before, otherBefore]) {
    await one.stop();
    one.cable.cut();
  }

  const hub = boot(before.cable, before.place, Number(new URL(url).port));
  const other = boot(otherBefore.cable, otherBefore.place);
  await until(() => hub.parts.hub.url() !== undefined, hub.parts.hub.onChange);
  await follows(other, 'hub');
  expect((await asked(lan, url, '/v1/login', { username: 'operador', pin: '111333' })).status).toBe(401);
  const session = await asked(lan, url, '/v1/login', { username: 'operador', pin });
  expect(session.status).toBe(200);
  const atHub = panel(lan, url, session.body.accessToken ?? '');
  const tickets = [issueOne(other.parts, other.place), issueOne(hub.parts, hub.place)];
  await until(() => tickets.every(({ id }) => shown(hub.parts, id) !== undefined), hub.parts.store.onCommit);
  expect(await atHub({ type: 'counter.open', counterId: await firstCounter() })).toMatchObject({
    status: 200,
  });
  for (const { id } of tickets) await serve(atHub, id);

  for (const { cable } of [hub, other]) cable.restore();
  await sent(hub, other);
  await expectCalm(tickets);
  const { rows } = await look.query(
    `SELECT action FROM audit_log WHERE action LIKE 'HUB_%' ORDER BY position`,
  );
  expect(rows.map(({ action }) => action)).toEqual(['HUB_PIN_SET', 'HUB_LOGIN_FAILED', 'HUB_LOGIN']);
});

test('I-HUB-1: a hub that comes back after its role has moved only hands over what it did', async () => {
  const [old, next] = [await totem(0), await totem(1)];
  await moveHub(old.parts.device.equipmentId);
  const oldUrl = await serving(old);
  const oldLan = await lanOf(oldUrl);
  const token = await cloud.signIn('operador');
  const counterId = await firstCounter();
  const atOld = panel(oldLan, oldUrl, token);
  old.cable.cut();
  const lost = issueOne(old.parts, old.place);
  expect(await atOld({ type: 'counter.open', counterId })).toMatchObject({ status: 200 });
  await serve(atOld, lost.id);
  expect(await atOld({ type: 'counter.close' })).toMatchObject({ status: 200 });

  await moveHub(next.parts.device.equipmentId);
  const url = await serving(next);
  const ask = panel(await lanOf(url), url, token);
  const ticket = issueOne(next.parts, next.place);
  expect(await ask({ type: 'counter.open', counterId })).toMatchObject({ status: 200 });
  await serve(ask, ticket.id);

  old.cable.restore();
  await follows(old, 'hub');
  await sent(old, next);
  await expectCalm([lost, ticket]);
  // Whoever asks it now is sent to where the site is served.
  await until(() => old.parts.hub.url() === undefined, old.parts.hub.onChange);
  const { rows } = await look.query(
    `SELECT DISTINCT data->>'hubTerm' AS term FROM audit_log WHERE action = 'TICKET_CALL' ORDER BY 1`,
  );
  expect(rows).toEqual([{ term: '1' }, { term: '2' }]);
});

/** Asks until there is a row: each question is answered by a server, so nothing spins. */
async function untilRows(question: () => Promise<pg.QueryResult>): Promise<pg.QueryResult> {
  for (;;) {
    const answer = await question();
    if (answer.rows.length > 0) return answer;
  }
}

test('I-HUB-2: of a totem and its clone that only the hub hears, the cloud learns from the hub, and the second one stops', async () => {
  const hub = await totem(0);
  await moveHub(hub.parts.device.equipmentId);
  await lanOf(await serving(hub));
  const other = await totem(1);
  await follows(other, 'hub');
  const { equipmentId } = other.parts.device;
  await until(
    () => isSent(other.parts),
    other.parts.store.onCommit,
    other.parts.outbox.onChange,
    hub.parts.store.onCommit,
  );
  await other.stop();
  const dataDir = mkdtempSync(join(tmpdir(), 'totem-clone-'));
  ends.push(() => rmSync(dataDir, { recursive: true, force: true }));
  cpSync(other.place.dataDir, dataDir, { recursive: true });
  other.cable.cut();
  const [first, clone] = [boot(other.cable, other.place), boot(other.cable, { ...other.place, dataDir })];
  const ticket = issueOne(first.parts, first.place);
  await until(() => shown(hub.parts, ticket.id) !== undefined, hub.parts.store.onCommit);
  issueOne(clone.parts, clone.place);
  await until(() => isSuspended(clone.parts), clone.parts.store.onCommit);

  const suspended = () =>
    look.query(`SELECT suspended_reason FROM equipment WHERE id = $1 AND suspended_at IS NOT NULL`, [
      equipmentId,
    ]);
  expect((await untilRows(suspended)).rows).toEqual([{ suspended_reason: 'ledger_fork' }]);
  expect((await look.query('SELECT reason FROM ledger_quarantine')).rows).toEqual([{ reason: 'batch_fork' }]);
  await until(
    () => hub.parts.store.read((db) => db.all('SELECT 1 FROM relay_fork').length === 0),
    hub.parts.store.onCommit,
  );
});
