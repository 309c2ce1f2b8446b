/** The local API over real sockets: who is let in, what is answered, and that a screen can follow what it needs. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { type CommandInput, newId, type ShapeName, serviceTable } from '@totem/domain';
import { buildService } from '@totem/testkit/builders';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Agent, createAgent } from '../agent.ts';
import { upsertRow } from '../store/rows.ts';
import { agentOptions, openTotem, stockUp, type TestPlace, testPlace } from '../testing/totem.ts';

let place: TestPlace;
let agent: Agent;
let url = '';
let token = '';
const closed = () => buildService(place.world.env, { tenantId: place.device.tenantId, active: false });
let closedId: ReturnType<typeof closed>['id'];

beforeEach(async () => {
  place = testPlace();
  const service = closed();
  closedId = service.id;
  // A totem that has synced once and has no network now.
  const parts = openTotem(place);
  stockUp(parts, place.catalogue);
  parts.store.write((db) => upsertRow(db, serviceTable, service));
  parts.store.close();
  const kioskDir = join(place.dataDir, 'kiosk');
  mkdirSync(join(kioskDir, 'assets'), { recursive: true });
  writeFileSync(join(kioskDir, 'index.html'), '<!doctype html><title>Totem</title>');
  writeFileSync(join(kioskDir, 'assets', 'index-CIkkcwuh.js'), 'export {};');
  const mediaDir = join(place.dataDir, 'media');
  mkdirSync(join(mediaDir, 'attract'), { recursive: true });
  mkdirSync(join(mediaDir, 'voice', 'es'), { recursive: true });
  writeFileSync(join(mediaDir, 'attract', '2.webp'), 'picture');
  writeFileSync(join(mediaDir, 'attract', '1.mp4'), 'film');
  writeFileSync(join(mediaDir, 'voice', 'es', 'attract.ogg'), 'voice');
  agent = createAgent(agentOptions(place, { kioskDir, mediaDir, frameAncestors: ['http://127.0.0.1:4000'] }));
  ({ url, token } = await agent.start());
});
afterEach(async () => {
  await agent.stop();
  place.remove();
});

type Sent = { status: number; headers: Record<string, unknown>; body: string };

/** A request with headers that `fetch` does not let a page set. */
function send(path: string, headers: Record<string, string> = {}, body?: string): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${url}${path}`,
      { method: body === undefined ? 'GET' : 'POST', headers },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (piece: string) => {
          text += piece;
        });
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const bearer = () => ({ authorization: `Bearer ${token}` });
const give = async (command: unknown, headers: Record<string, string> = {}) => {
  const answer = await send(
    '/v1/commands',
    { ...bearer(), 'content-type': 'application/json', ...headers },
    JSON.stringify(command),
  );
  return { status: answer.status, body: JSON.parse(answer.body) };
};
const create = (over: object = {}): CommandInput => ({
  type: 'ticket.create',
  id: newId<'command'>(place.world.env),
  serviceId: place.catalogue.service.id,
  priorityClassId: place.catalogue.priorityClass.id,
  ...over,
});

describe('who is let in', () => {
  it.each([
    ['no token', {}],
    ['another token', { authorization: 'Bearer guess' }],
    ['another scheme', { authorization: 'Basic guess' }],
  ])('I-EDG-14: %s is 401 on every door', async (_title, headers) => {
    for (const path of ['/v1/me', '/v1/outlook', '/v1/media', '/v1/shape?shape=service&offset=-1'])
      expect(await send(path, headers)).toMatchObject({ status: 401 });
    expect(await send('/v1/commands', headers, '{}')).toMatchObject({ status: 401 });
  });

  it.each([
    ['a foreign Host', { host: 'evil.example' }],
    ['a foreign Host with our port', { host: 'evil.example:80' }],
    ['a foreign Origin', { origin: 'https://evil.example' }],
    ['an opaque Origin', { origin: 'null' }],
  ])('I-EDG-14: %s is 403, with the right token and for the screen too', async (_title, headers) => {
    for (const path of ['/v1/me', '/', '/health']) {
      const answer = await send(path, { ...bearer(), ...headers });
      expect(answer.status).toBe(403);
      expect(JSON.parse(answer.body)).toMatchObject({ code: 'wrong_host' });
    }
  });

  it('the screen’s own address is let in by each of its names', async () => {
    const { port } = new URL(url);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`]) {
      const answer = await send('/v1/me', { ...bearer(), host, origin: `http://${host}` });
      expect(answer.status).toBe(200);
    }
  });

  it('only tickets are created here', async () => {
    const command = { type: 'ticket.call_next', id: newId<'command'>(place.world.env) };
    expect(await give(command)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });
});

describe('the write door', () => {
  it('issues, and repeats its answer for a repeated command', async () => {
    const command = create();
    const first = await give(command);
    expect(first).toMatchObject({
      status: 200,
      body: { commandId: command.id, ticket: { code: 'A001', peopleAhead: 0 } },
    });
    expect(await give(command)).toEqual(first);
  });

  it.each([
    [
      'an unknown service',
      () => ({ serviceId: newId<'service'>(place.world.env) }),
      404,
      'service_not_found',
    ],
    ['a closed service', () => ({ serviceId: closedId }), 409, 'service_closed'],
    [
      'a name of ten thousand letters',
      () => ({ customer: { name: 'x'.repeat(10_000) } }),
      422,
      'text_too_long',
    ],
    ['a party of a thousand', () => ({ partySize: 1_000 }), 400, 'invalid_request'],
    ['a member that is not known', () => ({ price: 0 }), 400, 'invalid_request'],
  ])('%s is a catalogue error in the customer’s language', async (_title, over, status, code) => {
    const answer = await give(create(over()), { 'accept-language': 'es' });
    expect(answer).toMatchObject({ status, body: { code, status } });
    expect((await give(create())).body.ticket.code).toBe('A001');
  });

  it('a name with control characters is cleaned and taken', async () => {
    expect(await give(create({ customer: { name: 'Ana\u0007\u202e Souza' } }))).toMatchObject({
      status: 200,
    });
  });

  it('what is no JSON, and what is too large, is refused', async () => {
    const headers = { ...bearer(), 'content-type': 'application/json' };
    expect(await send('/v1/commands', headers, '{')).toMatchObject({ status: 400 });
    const large = await send('/v1/commands', headers, JSON.stringify({ name: 'x'.repeat(100_000) }));
    expect([large.status, JSON.parse(large.body).code]).toEqual([413, 'body_too_large']);
  });
});

describe('the read door', () => {
  const shapeOf = (shape: string, over: Record<string, string> = {}) => {
    const query = { shape, tenant: place.device.tenantId, site: place.device.siteId, offset: '-1', ...over };
    return send(`/v1/shape?${new URLSearchParams(query)}`, bearer());
  };

  it.each([
    'site',
    'service',
    'priority_class',
    'counter',
    'ticket',
    'call',
    'operator_session',
    'print_job',
    'device_status',
  ] satisfies ShapeName[])('serves %s', async (shape) => {
    expect(await shapeOf(shape)).toMatchObject({ status: 200 });
  });

  it('shows the ticket and its paper right after it was issued', async () => {
    await give(create());
    const tickets = JSON.parse((await shapeOf('ticket')).body);
    expect(tickets[0].value).toMatchObject({ code: 'A001', state: 'waiting', number: '1' });
    const jobs = JSON.parse((await shapeOf('print_job')).body);
    expect(jobs[0].value).toMatchObject({
      ticket_id: tickets[0].value.id,
      state: 'failed',
      cause: 'printer_offline',
    });
  });

  it('refuses another tenant, another site and what is no shape', async () => {
    const other = newId<string>(place.world.env);
    expect(await shapeOf('service', { tenant: other })).toMatchObject({ status: 403 });
    expect(await shapeOf('ticket', { site: other })).toMatchObject({ status: 403 });
    expect(await shapeOf('audit_log')).toMatchObject({ status: 404 });
  });
});

describe('what the screen asks besides', () => {
  it('is given the link by which a phone follows the ticket, each time', async () => {
    const command = create();
    const { body } = await give(command);
    expect(body.ticket.followUrl).toMatch(/^https:\/\/totem\.example\/t\/[\w-]{128}$/);
    expect((await give(command)).body).toEqual(body);
  });

  it('hears of the queue of each service', async () => {
    const { body } = await send('/v1/outlook', bearer());
    expect(JSON.parse(body).services).toContainEqual({
      serviceId: place.catalogue.service.id,
      quotaLeft: null,
      tiers: [{ tier: 0, peopleAhead: 0, waitMinutes: null }],
    });
  });

  it('finds the media of the branch, in their order, with their types', async () => {
    expect(JSON.parse((await send('/v1/media', bearer())).body)).toEqual({
      attract: [
        { path: '/media/attract/1.mp4', kind: 'film' },
        { path: '/media/attract/2.webp', kind: 'picture' },
      ],
      logo: null,
      voice: ['/media/voice/es/attract.ogg'],
    });
    expect(await send('/media/attract/1.mp4')).toMatchObject({
      status: 200,
      headers: { 'content-type': 'video/mp4', 'cache-control': 'no-cache' },
    });
  });

  it.each([
    ['a CPF with wrong check digits', '529.982.247-26', 422],
    ['a CPF', '529.982.247-25', 200],
  ])('a customer with %s', async (_title, document, status) => {
    const answer = await give(create({ customer: { document } }));
    expect(answer.status).toBe(status);
    if (status !== 200) expect(answer.body.code).toBe('document_invalid');
  });
});

describe('the screen', () => {
  it('is served with its policy, and may be framed only by whom it was told', async () => {
    const page = await send('/');
    expect(page).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
    });
    expect(String(page.headers['content-security-policy'])).toContain(
      'frame-ancestors http://127.0.0.1:4000',
    );
    const script = await send('/assets/index-CIkkcwuh.js');
    expect(String(script.headers['cache-control'])).toContain('immutable');
    expect(await send('/../totem.db')).toMatchObject({ status: 404 });
    expect(await send('/assets/none.js')).toMatchObject({ status: 404 });
  });

  it('health is told without a token', async () => {
    const answer = await send('/health');
    expect(JSON.parse(answer.body)).toMatchObject({ status: 'fault', parts: expect.any(Array) });
  });
});

describe('a disk that refuses', () => {
  it('I-EDG-7: what was answered is kept, what was not is not, and the customer is told', async () => {
    await agent.stop();
    agent = createAgent(agentOptions(place, { databasePagesMax: 110 }));
    ({ url, token } = await agent.start());
    const codes: string[] = [];
    let last = await give(create());
    for (; last.status === 200; last = await give(create())) codes.push(last.body.ticket.code);
    expect(last).toMatchObject({ status: 503, body: { code: 'storage_fault' } });
    expect(await give(create())).toMatchObject({ status: 503, body: { code: 'storage_fault' } });
    expect(JSON.parse((await send('/health')).body)).toMatchObject({ status: 'fault', disk: 'SQLITE_FULL' });
    await agent.stop();
    const parts = openTotem(place);
    const kept = parts.store.read((db) => db.all('SELECT code FROM ticket ORDER BY number'));
    parts.store.close();
    expect(kept.map(({ code }) => code)).toEqual(codes);
    expect(codes.length).toBeGreaterThan(3);
  });
});
