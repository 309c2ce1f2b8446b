/** A site with a hub, as the cloud sees it: who makes one and how, what the cloud then refuses, and whose word it takes. */
import { type CounterRow, newId, type SiteId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { hubDirectorySchema } from '@totem/sync/hub';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createTicket,
  enrolTotem,
  onTicket,
  openChain,
  push,
  sealedBatch,
  type TestTotem,
} from '../testing/branch.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { type Screen, screenOf } from '../testing/person.ts';

let cloud: TestCloud;
let look: Onlooker;
let ana: Screen;
let otavio: Screen;
let hub: TestTotem;
let other: TestTotem;
let counterId: CounterRow['id'];
let siteId: SiteId;
beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  ana = screenOf(cloud, await cloud.signIn('admin'));
  otavio = screenOf(cloud, await cloud.signIn('operador'));
  [hub, other] = [await enrolTotem(cloud), await enrolTotem(cloud)];
  counterId = (await ana.rows('counter')).find(({ number }) => number === 1)?.id as CounterRow['id'];
  siteId = cloud.seed.siteId;
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

async function moveHub(equipmentId: string | null, over: { token?: string; version?: number } = {}) {
  const address = `${cloud.url}/v1/sites/${siteId}`;
  const authorization = `Bearer ${over.token ?? ana.token}`;
  const { headers } = await fetch(address, { headers: { authorization: `Bearer ${ana.token}` } });
  const answer = await fetch(`${address}/hub`, {
    method: 'PUT',
    headers: {
      authorization,
      'content-type': 'application/json',
      'idempotency-key': newId(systemEnv),
      'if-match': over.version === undefined ? (headers.get('etag') ?? '') : `"${over.version}"`,
    },
    body: JSON.stringify({ equipmentId }),
  });
  const body = (await answer.json()) as Record<string, unknown>;
  return { status: answer.status, body };
}
const terms = () => look.rows('SELECT term, equipment_id FROM site_hub ORDER BY term');

describe('the role of the hub', () => {
  test('is moved by an admin, each time to a new term, with an entry that says from whom to whom', async () => {
    expect(await moveHub(hub.equipmentId)).toMatchObject({
      status: 200,
      body: { hubEquipmentId: hub.equipmentId, hubTerm: 1 },
    });
    expect(await moveHub(hub.equipmentId)).toMatchObject({ status: 200, body: { hubTerm: 1 } });
    expect(await moveHub(other.equipmentId)).toMatchObject({ status: 200, body: { hubTerm: 2 } });
    expect(await terms()).toEqual([
      { term: 1, equipment_id: hub.equipmentId },
      { term: 2, equipment_id: other.equipmentId },
    ]);
    const [entry] = await look.rows(
      `SELECT action, entity, entity_id, data FROM audit_log WHERE entity = 'site' ORDER BY position DESC LIMIT 1`,
    );
    expect(entry).toMatchObject({ action: 'CONFIG_CHANGED', entity_id: siteId });
    expect(JSON.stringify(entry?.data)).toContain(other.equipmentId);
  });

  test('is not given by an operator, to a stranger, to what is no totem, or by who has not seen who has it', async () => {
    expect(await moveHub(hub.equipmentId, { token: otavio.token })).toMatchObject({ status: 403 });
    expect(await moveHub(newId<'equipment'>(systemEnv))).toMatchObject({
      body: { code: 'reference_not_found' },
    });
    expect(await moveHub(cloud.seed.displayId)).toMatchObject({ body: { code: 'reference_not_found' } });
    expect(await moveHub(hub.equipmentId, { version: 1 })).toMatchObject({ status: 412 });
  });
});

describe('the cloud, of a site with a hub', () => {
  test('answers every command of the queue with where it is served, and still takes an override', async () => {
    const { ticket } = createTicket(systemEnv, siteId);
    const asks = [
      { type: 'counter.open', counterId },
      { type: 'counter.close' },
      { type: 'operator.pause', reason: 'café' },
      { type: 'ticket.call_next' },
      { type: 'ticket.create', serviceId: ticket.id as never, priorityClassId: ticket.id as never },
    ] as const;
    for (const ask of asks) {
      const { status, body } = await otavio.ask(ask);
      expect([ask.type, status, body.code]).toEqual([ask.type, 421, 'hub_serves_site']);
      expect(body).toMatchObject({ hubEquipmentId: other.equipmentId, hubTerm: 2 });
    }
    const { opening, ...chain } = openChain(systemEnv, cloud.seed.tenantId, siteId);
    const made = createTicket(systemEnv, siteId);
    await push(cloud, hub, sealedBatch(hub, cloud.seed.tenantId, [...opening, ...chain.write([made.draft])]));
    const ticketId = made.ticket.id as never;
    for (const type of ['ticket.call', 'ticket.cancel'] as const) {
      const ask = type === 'ticket.call' ? { type, ticketId } : { type, ticketId, reason: 'other' as const };
      expect((await otavio.ask(ask)).body.code).toBe('hub_serves_site');
    }
    const override = { type: 'ticket.override', ticketId, to: 'canceled', reason: 'engano' } as const;
    expect((await ana.done(override)).ticket).toMatchObject({ state: 'canceled' });
  });

  test('leaves nothing of a command that it sent to the hub: its id is free there, and here again later', async () => {
    const id = newId<'command'>(systemEnv);
    expect((await otavio.ask({ type: 'counter.close', id })).status).toBe(421);
    expect(await look.count('command WHERE id = $1', [id])).toBe(0);
    await moveHub(null);
    expect((await otavio.ask({ type: 'counter.close', id })).status).toBe(200);
    await moveHub(hub.equipmentId);
  });

  test('takes what a hub did in a term that it held, an old one too, and keeps aside what names another', async () => {
    const { tenantId } = cloud.seed;
    const { opening, ...chain } = openChain(systemEnv, tenantId, siteId);
    const made = createTicket(systemEnv, siteId);
    const holder = { operatorId: newId<'user'>(systemEnv), counterId: newId<'counter'>(systemEnv) };
    const held = { ...holder, reason: 'documento' };
    const act = (hubTerm: number) => onTicket('TICKET_HOLD', made.ticket, siteId, { ...held, hubTerm });
    const release = (hubTerm: number) => onTicket('TICKET_RELEASE', made.ticket, siteId, { hubTerm });
    // Term 1 was this totem's, 2 the other's, 3 nobody's, 4 is this one's again.
    const entries = [...opening, ...chain.write([made.draft, act(1), release(2), release(3)])];
    expect((await push(cloud, hub, sealedBatch(hub, tenantId, entries))).status).toBe(200);
    const row = async () =>
      (await look.rows('SELECT held_reason FROM ticket WHERE id = $1', [made.ticket.id]))[0];
    expect(await row()).toEqual({ held_reason: 'documento' });
    expect(
      await look.count(`ledger_quarantine WHERE origin = $1 AND reason = 'unattributed'`, [chain.origin]),
    ).toBe(2);
    const later = chain.write([release(4)]);
    expect((await push(cloud, hub, sealedBatch(hub, tenantId, later))).status).toBe(200);
    expect(await row()).toEqual({ held_reason: null });
  });
});

describe('a totem that speaks of the queue and does not say that it was the hub', () => {
  test('is believed, and people are shown it, once for a batch', async () => {
    const { tenantId } = cloud.seed;
    const { opening, ...chain } = openChain(systemEnv, tenantId, siteId);
    const [one, two] = [createTicket(systemEnv, siteId), createTicket(systemEnv, siteId)];
    const holder = { operatorId: newId<'user'>(systemEnv), counterId: newId<'counter'>(systemEnv) };
    const hold = ({ ticket }: typeof one) =>
      onTicket('TICKET_HOLD', ticket, siteId, { ...holder, reason: 'documento' });
    const entries = [...opening, ...chain.write([one.draft, hold(one), two.draft, hold(two)])];
    expect((await push(cloud, other, sealedBatch(other, tenantId, entries))).status).toBe(200);
    const ids = [one, two].map(({ ticket }) => ticket.id);
    expect(await look.count(`ticket WHERE id = ANY($1) AND held_reason = 'documento'`, [ids])).toBe(2);
    expect(
      await look.rows('SELECT kind, detail FROM conflict WHERE entity_id = ANY($1) AND resolved_at IS NULL', [
        ids,
      ]),
    ).toMatchObject([{ kind: 'hub_term_missing', detail: { action: 'TICKET_HOLD', entries: 2 } }]);
  });
});

describe('what totems ask about the hub', () => {
  const directory = async (token: string) => {
    const answer = await fetch(`${cloud.url}/v1/hub`, { headers: { authorization: `Bearer ${token}` } });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const announce = (token: string, body: object) =>
    fetch(`${cloud.url}/v1/hub`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const PLACE = {
    url: 'https://192.0.2.7:4443',
    authority: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
  };

  test('is who may act and speak there now, by which key tokens are known, and where it is once it has said so', async () => {
    const { status, body } = await directory(other.token);
    expect(status).toBe(200);
    const parsed = hubDirectorySchema.parse(body);
    expect(parsed.hub).toMatchObject({ equipmentId: hub.equipmentId, term: 4, url: null, authority: null });
    expect(parsed.people.map(({ username }) => username).toSorted()).toEqual([
      'admin',
      'operador',
      'operador2',
    ]);
    expect(JSON.stringify(body)).not.toContain('password');
    const speakers = parsed.devices.map(({ equipmentId }) => equipmentId);
    expect(speakers).toEqual(expect.arrayContaining([hub.equipmentId, other.equipmentId]));

    expect((await announce(other.token, PLACE)).status).toBe(421);
    expect((await announce(hub.token, { ...PLACE, url: 'http://192.0.2.7' })).status).toBe(400);
    expect((await announce(hub.token, PLACE)).status).toBe(204);
    expect((await directory(other.token)).body.hub).toMatchObject(PLACE);
    expect((await directory(ana.token)).status).toBe(403);

    await look.rows('UPDATE equipment SET suspended_at = now() WHERE id = $1', [other.equipmentId]);
    await look.rows(`UPDATE app_user SET active = false WHERE username = 'operador2'`);
    const after = hubDirectorySchema.parse((await directory(hub.token)).body);
    expect(after.people.map(({ username }) => username).toSorted()).toEqual(['admin', 'operador']);
    expect(after.devices.map(({ equipmentId }) => equipmentId)).not.toContain(other.equipmentId);
  });

  test('is less for a screen: where the queue is commanded, and for people whom a ticket can be sent on to', async () => {
    const desk = async (token: string, site: string = siteId) => {
      const answer = await fetch(`${cloud.url}/v1/desk?site=${site}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };
    const { status, body } = await desk(otavio.token);
    expect([status, body.hub]).toEqual([200, { equipmentId: hub.equipmentId, term: 4, url: PLACE.url }]);
    const names = (body.people as { fullName: string }[]).map(({ fullName }) => fullName);
    expect(names.length).toBeGreaterThan(0);
    expect(JSON.stringify(body)).not.toMatch(/username|authority/);
    expect(await desk(hub.token)).toMatchObject({ status: 200, body: { people: [] } });
    for (const token of [otavio.token, hub.token])
      expect((await desk(token, newId<'site'>(systemEnv))).status).toBe(404);
    expect((await desk(otavio.token, 'x')).status).toBe(400);
  });

  test('a grant for the hub is given to those who serve at the site, and to nobody else', async () => {
    const ask = async (token: string, site: string) => {
      const answer = await fetch(`${cloud.url}/v1/me/hub-grants`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ siteId: site }),
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, string> };
    };
    const { status, body } = await ask(otavio.token, siteId);
    expect(status).toBe(200);
    expect(decodeJwt(body.grant ?? '')).toMatchObject({ aud: 'totem-hub', site: siteId });
    for (const screen of [otavio, ana])
      expect((await ask(screen.token, newId<'site'>(systemEnv))).status).toBe(404);
    expect((await ask(hub.token, siteId)).status).toBe(403);
    // It is no token: whoever finds one opens no door of the cloud with it.
    expect((await directory(body.grant ?? '')).status).toBe(401);
  });
});
