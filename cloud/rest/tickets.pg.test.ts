/** Tickets looked back on: their history, their calls, who they belong to, and how that is erased. */
import { type ApiClient, ROUTES } from '@totem/api';
import {
  CHAIN_START,
  type CounterRow,
  newId,
  type PriorityClassRow,
  type ServiceRow,
  type TicketId,
  verifyChain,
} from '@totem/domain';
import { createLog, systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { virtualWorld } from '@totem/testkit/virtual';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTenant } from '../db/with-tenant.ts';
import { entriesOfOrigin } from '../ledger/entries.ts';
import { apiOf, refusalOf } from '../testing/api.ts';
import {
  createTicket,
  DEMO_SERVICE_ID,
  enrolTotem,
  onTicket,
  openChain,
  push,
  sealedBatch,
} from '../testing/branch.ts';
import { type Neighbour, neighbourOf } from '../testing/neighbour.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { type Screen, screenOf } from '../testing/person.ts';
import { buildTicket, putRows } from '../testing/records.ts';

const { listTickets, getTicket, listTicketHistory, listTicketCalls, getTicketPerson, eraseTicketPerson } =
  ROUTES;
const NAME = 'Zoë D’Ávila';

const world = virtualWorld();
const env = { ...systemEnv, now: world.env.now };
const lines: string[] = [];
let cloud: TestCloud;
let look: Onlooker;
let neighbour: Neighbour;
let otavio: Screen;
let olivia: Screen;
let admin: ApiClient;
let api: ApiClient;
let other: ApiClient;

beforeAll(async () => {
  const log = createLog('test', { destination: { write: (line) => void lines.push(line) } });
  cloud = await testCloud({ env, log });
  look = await onlooker(cloud.urls);
  neighbour = await neighbourOf(cloud, look);
  otavio = screenOf(cloud, await cloud.signIn('operador'));
  olivia = screenOf(cloud, await cloud.signIn('operador2'));
  admin = apiOf(cloud.url, await cloud.signIn('admin'));
  api = apiOf(cloud.url, otavio.token);
  other = apiOf(cloud.url, olivia.token);
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

/** A person with a name comes, is called twice, served, and leaves. */
async function served(): Promise<{ id: TicketId; code: string }> {
  const service = ((await otavio.rows('service')) as unknown as ServiceRow[]).find(
    ({ id }) => id === DEMO_SERVICE_ID,
  );
  const [priority] = (await otavio.rows('priority_class')) as unknown as PriorityClassRow[];
  const counters = (await otavio.rows('counter')) as unknown as CounterRow[];
  const counter = counters.find(({ number }) => number === 1);
  if (service === undefined || priority === undefined || counter === undefined) throw new Error('no demo');
  await otavio.ask({ type: 'counter.open', counterId: counter.id });
  world.advance(1_000);
  const issued = await otavio.done({
    type: 'ticket.create',
    serviceId: service.id,
    priorityClassId: priority.id,
    customer: { name: NAME },
  });
  const { id, code } = issued.ticket as { id: TicketId; code: string };
  for (const type of ['ticket.call', 'ticket.recall', 'ticket.start', 'ticket.finish'] as const) {
    world.advance(10_000);
    await otavio.done({ type, ticketId: id });
  }
  return { id, code };
}

describe('the history of a ticket', () => {
  test('tells each entry with who, where, and what it changed', async () => {
    const { id } = await served();
    const { items, next } = await api.call(listTicketHistory, { params: { id }, query: {} });
    expect(next).toBeNull();
    expect(items.map(({ action }) => action)).toEqual([
      'TICKET_CREATE',
      'TICKET_CALL',
      'TICKET_RECALL',
      'TICKET_START',
      'TICKET_FINISH',
    ]);
    expect(new Set(items.map(({ outcome }) => outcome))).toEqual(new Set(['applied']));
    const [made, called, , started, finished] = items;
    expect(made?.before).toBeNull();
    expect(made?.after).toMatchObject({ state: 'waiting', channel: 'reception' });
    expect(called).toMatchObject({
      user: { name: 'Otávio Operador' },
      counter: { name: 'Guichê 1', number: 1 },
      equipment: null,
      before: { state: 'waiting', calls: 0, operatorId: null },
      after: { state: 'called', calls: 1 },
    });
    expect(started).toMatchObject({ before: { state: 'called' }, after: { state: 'in_service' } });
    expect(finished).toMatchObject({ before: { state: 'in_service' }, after: { state: 'finished' } });
    expect(JSON.stringify(items)).not.toContain(NAME);
  });

  test('comes in pages, and refuses a cursor of another list', async () => {
    const { id } = await served();
    const all = await api.call(listTicketHistory, { params: { id }, query: {} });
    const first = await api.call(listTicketHistory, { params: { id }, query: { limit: 2 } });
    const cursor = first.next ?? '';
    const rest = await api.call(listTicketHistory, { params: { id }, query: { cursor } });
    expect([...first.items, ...rest.items]).toEqual(all.items);
    const refused = await refusalOf(api.call(listTickets, { query: { cursor } }));
    expect([refused.status, refused.code]).toEqual([400, 'cursor_invalid']);
    const made = await api.call(listTickets, { query: { limit: 1 } });
    const foreign = { params: { id }, query: { cursor: made.next ?? '' } };
    expect((await refusalOf(api.call(listTicketHistory, foreign))).code).toBe('cursor_invalid');
  });

  test('names the totem, and tells what waited for its creation and what did not fit', async () => {
    const totem = await enrolTotem(cloud);
    const { tenantId, siteId } = cloud.seed;
    const ours = openChain(env, tenantId, siteId);
    const theirs = openChain(env, tenantId, siteId);
    const { ticket, draft } = createTicket(env, siteId, { code: 'Z901', number: 901 });
    const holder = { operatorId: newId<'user'>(env), counterId: newId<'counter'>(env) };
    const early = [onTicket('TICKET_START', ticket, siteId, holder)];
    await push(cloud, totem, sealedBatch(totem, tenantId, [...ours.opening, ...ours.write(early)]));
    const late = [draft, onTicket('TICKET_REQUEUE', ticket, siteId, { ...holder, place: 'end' })];
    await push(cloud, totem, sealedBatch(totem, tenantId, [...theirs.opening, ...theirs.write(late)]));
    const { items } = await admin.call(listTicketHistory, {
      params: { id: ticket.id as string },
      query: {},
    });
    expect(items.map(({ action, outcome, conflict }) => [action, outcome, conflict])).toEqual([
      ['TICKET_START', 'applied', 'out_of_order'],
      ['TICKET_CREATE', 'applied', null],
      ['TICKET_REQUEUE', 'kept', 'out_of_order'],
    ]);
    expect(items[0]).toMatchObject({
      before: { state: 'waiting' },
      after: { state: 'in_service' },
      equipment: { id: totem.equipmentId },
      counter: { id: holder.counterId, name: null },
    });
  });
});

describe('a ticket', () => {
  test('is found by its code as people type it, and tells its calls in order', async () => {
    const { id, code } = await served();
    const typed = ` ${code.toLowerCase()} `;
    const { items } = await api.call(listTickets, { query: { code: typed, state: ['finished', 'expired'] } });
    expect(items.map((row) => row.id)).toEqual([id]);
    expect(await api.call(getTicket, { params: { id } })).toEqual(items[0]);
    const calls = await api.call(listTicketCalls, { params: { id }, query: {} });
    expect(calls.items.map(({ why }) => why.policy)).toEqual(['by_hand', 'recall']);
    expect(calls.items.every((call) => call.code === code)).toBe(true);
  });

  test('of another company or site, or of a service that one does not serve, is not there', async () => {
    const elsewhere = buildTicket(env, neighbour, { code: 'B001' });
    await putRows(look, 'ticket', [elsewhere]);
    const strangers: [ApiClient, string][] = [
      [admin, elsewhere.id],
      [api, elsewhere.id],
      [api, newId<'ticket'>(env)],
    ];
    for (const [who, id] of strangers)
      for (const route of [getTicket, listTicketHistory, listTicketCalls, getTicketPerson] as const) {
        const refused = await refusalOf(who.call(route, { params: { id } } as never));
        expect([refused.status, refused.code]).toEqual([404, 'not_found']);
      }
    const refused = await refusalOf(admin.call(eraseTicketPerson, { params: { id: elsewhere.id } }));
    expect(refused.code).toBe('not_found');
  });
});

describe('who a ticket belongs to', () => {
  test('is told to admins and to whoever called it, and each reading is an entry without the name', async () => {
    const { id } = await served();
    const person = { name: NAME, socialName: null, document: null };
    lines.length = 0;
    expect(await api.call(getTicketPerson, { params: { id } })).toEqual(person);
    expect(await admin.call(getTicketPerson, { params: { id } })).toEqual(person);
    const said = await look.rows(
      `SELECT user_id, data FROM audit_log WHERE action = 'PERSON_READ' AND entity_id = $1 ORDER BY position`,
      [id],
    );
    expect(said).toHaveLength(2);
    expect(said[0]).toEqual({ user_id: expect.any(String), data: { by: 'user', fields: ['name'] } });
    expect(`${lines.join()}${JSON.stringify(said)}`).not.toContain('Zoë');
    const refused = await refusalOf(other.call(getTicketPerson, { params: { id } }));
    expect([refused.status, refused.code]).toEqual([403, 'forbidden']);
  });

  test('is erased with its salt, once, as an entry; the ticket, its chain and everybody else stay', async () => {
    const { id } = await served();
    const { id: untouched } = await served();
    const before = await api.call(getTicket, { params: { id } });
    expect((await refusalOf(api.call(eraseTicketPerson, { params: { id } }))).code).toBe('forbidden');
    expect(await admin.call(eraseTicketPerson, { params: { id } })).toEqual({ erased: 1 });
    expect(await admin.call(eraseTicketPerson, { params: { id } })).toEqual({ erased: 0 });

    const nobody = { name: null, socialName: null, document: null };
    expect(await admin.call(getTicketPerson, { params: { id } })).toEqual(nobody);
    expect((await admin.call(getTicketPerson, { params: { id: untouched } })).name).toBe(NAME);
    expect(await api.call(getTicket, { params: { id } })).toEqual(before);
    const { items } = await admin.call(listTicketHistory, { params: { id }, query: {} });
    expect(items.find(({ action }) => action === 'PERSON_ERASED')).toMatchObject({
      action: 'PERSON_ERASED',
      outcome: 'recorded',
      user: { name: 'Ana Administradora' },
      data: { by: 'user', entries: 1 },
    });
    expect(items.filter(({ action }) => action === 'PERSON_ERASED')).toHaveLength(1);
    expect(await look.count('entry_private WHERE entity_id = $1', [id])).toBe(0);

    const [{ cloud_origin: origin } = { cloud_origin: '' }] = await look.rows(
      'SELECT cloud_origin FROM change_head WHERE tenant_id = $1',
      [cloud.seed.tenantId],
    );
    const entries = await readTenant(cloud.cloud.db, cloud.seed.tenantId, (tx) =>
      entriesOfOrigin(tx, String(origin)),
    );
    expect(verifyChain(CHAIN_START, origin as never, entries)).toMatchObject({ ok: true });
  });
});
