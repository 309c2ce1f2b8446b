/**
 * A branch with a hub, whole: the real cloud, two real totems over real sockets and HTTPS, and a cable to the cloud that is cut.
 * What was done in the branch meanwhile is in PostgreSQL afterwards: once, in order, without a conflict.
 */
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
let cable: Cable;
let look: pg.Client;
let admin: string;
beforeEach(async () => {
  cloud = await testCloud();
  ends.push(() => cloud.close());
  look = new pg.Client({ connectionString: cloud.urls.superuser });
  await look.connect();
  ends.push(() => look.end());
  const { hostname: host, port } = new URL(cloud.url);
  cable = await layCable({ target: { host, port: Number(port) } });
  ends.push(() => cable.close());
  admin = await cloud.signIn('admin');
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A totem of the demo's branch, wired as the agent wires it. */
async function totem(index: number): Promise<{ readonly parts: Totem; readonly place: TestPlace }> {
  const { tenantId, siteId, totems } = cloud.seed;
  const one = totems[index];
  if (one === undefined) throw new Error('the demo has fewer totems');
  const { equipmentId, lane } = one;
  const place = testPlace();
  ends.push(place.remove);
  const publicKey = ensureDeviceKey(place.dataDir).x;
  await registerDeviceKey(cloud.cloud.db, { tenantId, equipmentId, publicKey });
  const { rows } = await look.query('SELECT id FROM service WHERE prefix = $1', ['A']);
  const classes = await look.query('SELECT id FROM priority_class WHERE tier = 0');
  const here: TestPlace = {
    ...place,
    world: { ...place.world, env: systemEnv, timers: systemTimers, advance: () => {} },
    device: { tenantId, siteId, equipmentId, lane },
    catalogue: {
      ...place.catalogue,
      service: { ...place.catalogue.service, id: rows[0].id },
      priorityClass: { ...place.catalogue.priorityClass, id: classes.rows[0].id },
    },
  };
  const parts = openTotem(here, {
    cloudUrl: cable.url,
    hub: { host: '127.0.0.1', port: 0, names: ['127.0.0.1'] },
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
  ends.push(async () => {
    await parts.hub.stop();
    await parts.upstream.stop();
    parts.replica.stop();
    await parts.outbox.stop();
    parts.store.close();
  });
  await until(() => parts.replica.behind().length === 0, parts.replica.onChange);
  return { parts, place: here };
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
const ready = ({ store }: Totem) =>
  store.read((db) => db.one(`SELECT 1 FROM setting WHERE key = 'hub_ready'`));

test('I-HUB-2, I-HUB-4: a branch goes on without its link through its hub, and the cloud has all of it afterwards', async () => {
  const hub = await totem(0);
  await moveHub(hub.parts.device.equipmentId);
  await until(
    () => ready(hub.parts) !== undefined && hub.parts.hub.url() !== undefined,
    hub.parts.store.onCommit,
  );
  const url = hub.parts.hub.url() ?? '';
  const { rows } = await untilRows(() =>
    look.query('SELECT url, authority FROM site_hub WHERE url IS NOT NULL'),
  );
  expect(rows).toMatchObject([{ url }]);
  const lan = createHubFetch(rows[0].authority);
  ends.push(() => lan.close());
  const operator = await cloud.signIn('operador');
  const ask = async (at: typeof fetch, base: string, command: object) => {
    const body = JSON.stringify({ id: newId<'command'>(systemEnv), ...command } as CommandInput);
    const headers = { authorization: `Bearer ${operator}`, 'content-type': 'application/json' };
    const answer = await at(`${base}/v1/commands`, { method: 'POST', headers, body });
    return {
      status: answer.status,
      body: (await answer.json()) as { code?: string; ticket?: { id: string } },
    };
  };
  const atHub = (command: object) => ask(lan.fetch, url, command);

  // The other totem finds the hub, and follows it.
  const other = await totem(1);
  await until(() => other.parts.upstream.current() === 'hub', other.parts.store.onCommit);
  const first = issueOne(other.parts, other.place);
  await until(() => shown(hub.parts, first.id) !== undefined, hub.parts.store.onCommit);

  cable.cut();
  const second = issueOne(other.parts, other.place);
  await until(() => shown(hub.parts, second.id) !== undefined, hub.parts.store.onCommit);
  const { rows: counters } = await look.query('SELECT id FROM counter WHERE number = 1');
  expect(await ask(fetch, cloud.url, { type: 'counter.open', counterId: counters[0].id })).toMatchObject({
    status: 421,
    body: { code: 'hub_serves_site' },
  });
  expect(await atHub({ type: 'counter.open', counterId: counters[0].id })).toMatchObject({ status: 200 });
  for (const { id } of [first, second]) {
    expect(await atHub({ type: 'ticket.call_next' })).toMatchObject({
      status: 200,
      body: { ticket: { id } },
    });
    await atHub({ type: 'ticket.start', ticketId: id });
    expect(await atHub({ type: 'ticket.finish', ticketId: id })).toMatchObject({ status: 200 });
    await until(() => shown(other.parts, id)?.state === 'finished', other.parts.store.onCommit);
  }
  expect(isSent(other.parts)).toBe(false);

  cable.restore();
  // What has failed has its own time: the link's return is what wakes it.
  hub.parts.outbox.linkReturned();
  other.parts.outbox.linkReturned();
  await until(() => isSent(hub.parts), hub.parts.store.onCommit);
  await until(() => isSent(other.parts), other.parts.store.onCommit);
  await until(() => isCarried(hub.parts), hub.parts.store.onCommit);
  const { rows: tickets } = await look.query('SELECT id, state, calls, conflict FROM ticket ORDER BY number');
  expect(tickets).toEqual(
    [first, second].map(({ id }) => ({ id, state: 'finished', calls: 1, conflict: null })),
  );
  for (const table of ['conflict', 'ledger_parked', 'ledger_quarantine'])
    expect((await look.query(`SELECT count(*)::int AS n FROM ${table}`)).rows).toEqual([{ n: 0 }]);
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

/** Asks until there is a row: each question is answered by a server, so nothing spins. */
async function untilRows(question: () => Promise<pg.QueryResult>): Promise<pg.QueryResult> {
  for (;;) {
    const answer = await question();
    if (answer.rows.length > 0) return answer;
  }
}
