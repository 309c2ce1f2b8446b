/** The write door over HTTP on a real PostgreSQL: the queue's whole way, refusals by code, and each command once. */
import {
  CHAIN_START,
  type CounterRow,
  type Id,
  newId,
  type PriorityClassRow,
  type ServiceRow,
  verifyChain,
} from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { virtualWorld } from '@totem/testkit/virtual';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTenant } from '../db/with-tenant.ts';
import { entriesOfOrigin } from '../ledger/entries.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { type Ask, type Screen, screenOf } from '../testing/person.ts';

const world = virtualWorld();
let cloud: TestCloud;
let look: Onlooker;
let ana: Screen;
let otavio: Screen;
let olivia: Screen;
let services: ServiceRow[];
let classes: PriorityClassRow[];
let counters: CounterRow[];

beforeAll(async () => {
  // The queue's rules ask for seconds between calls: time is a test's to move.
  cloud = await testCloud({ env: { ...systemEnv, now: world.env.now } });
  look = await onlooker(cloud.urls);
  ana = screenOf(cloud, await cloud.signIn('admin'));
  otavio = screenOf(cloud, await cloud.signIn('operador'));
  olivia = screenOf(cloud, await cloud.signIn('operador2'));
  services = (await ana.rows('service')) as unknown as ServiceRow[];
  classes = (await ana.rows('priority_class')) as unknown as PriorityClassRow[];
  counters = ((await ana.rows('counter')) as unknown as CounterRow[]).sort((a, b) => a.number - b.number);
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

const serviceId = (prefix = 'A') =>
  services.find((service) => service.prefix === prefix)?.id ?? newId<'service'>(systemEnv);
const classId = (tier = 0) =>
  classes.find((one) => one.tier === tier)?.id ?? newId<'priority_class'>(systemEnv);
const counterId = (number: number) =>
  counters.find((one) => one.number === number)?.id ?? newId<'counter'>(systemEnv);
const issue = (over: object = {}): Ask => ({
  type: 'ticket.create',
  serviceId: serviceId(),
  priorityClassId: classId(),
  ...over,
});
const issued = async (over: object = {}) => {
  // Arrivals at one instant would be in the order of their ids.
  world.advance(1_000);
  const { ticket } = await otavio.done(issue(over));
  return ticket as { id: Id<'ticket'>; code: string; state: string; peopleAhead: number };
};
/** Ends whatever is in hand or waits, so that each test begins with an empty queue. */
const emptyQueue = async () => {
  await look.rows(
    `UPDATE ticket SET state = 'canceled', reason = 'other' WHERE state IN ('waiting', 'called', 'in_service')`,
  );
};
const refused = async (screen: Screen, ask: Ask) => {
  const { status, body } = await screen.ask(ask);
  return { status, code: body.code, params: body.params };
};

describe('a ticket from the reception', () => {
  test('is called, started and finished by one operator, and each step is an entry', async () => {
    await emptyQueue();
    await otavio.done({ type: 'counter.open', counterId: counterId(1) });
    const ticket = await issued({ customer: { name: '  Zoë   D’Ávila ' } });
    expect(ticket).toMatchObject({ state: 'waiting', peopleAhead: 0 });
    expect(ticket.code).toMatch(/^AW-\d{3}$/);
    const called = await otavio.done({ type: 'ticket.call_next' });
    expect(called.ticket).toMatchObject({ id: ticket.id, state: 'called' });
    expect((await otavio.done({ type: 'ticket.start', ticketId: ticket.id })).ticket).toMatchObject({
      state: 'in_service',
    });
    expect((await otavio.done({ type: 'ticket.finish', ticketId: ticket.id })).ticket).toMatchObject({
      state: 'finished',
    });

    const entries = await look.rows(
      'SELECT action, command_id FROM audit_log WHERE entity_id = $1 ORDER BY position',
      [ticket.id],
    );
    expect(entries.map(({ action }) => action)).toEqual([
      'TICKET_CREATE',
      'TICKET_CALL',
      'TICKET_START',
      'TICKET_FINISH',
    ]);
    expect(entries.every(({ command_id: id }) => id !== null)).toBe(true);
    expect(await look.rows('SELECT data FROM entry_private WHERE entity_id = $1', [ticket.id])).toEqual([
      { data: { name: 'Zoë D’Ávila' } },
    ]);
    expect(await look.count(`audit_log WHERE data::text LIKE '%vila%'`)).toBe(0);
    const [call] = await look.rows('SELECT code, counter_number, why FROM call WHERE ticket_id = $1', [
      ticket.id,
    ]);
    expect(call).toMatchObject({
      code: ticket.code,
      counter_number: 1,
      why: { policy: 'strict', candidates: 1 },
    });
  });

  test('is counted behind those who come first, by tier and then by arrival', async () => {
    await emptyQueue();
    const ordinary = await issued();
    const older = await issued({ priorityClassId: classId(3) });
    const last = await issued();
    const otherService = await issued({ serviceId: serviceId('D') });
    expect([ordinary, older, last, otherService].map(({ peopleAhead }) => peopleAhead)).toEqual([0, 0, 2, 0]);
    const codes: unknown[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      const { ticket } = await otavio.done({ type: 'ticket.call_next' });
      const { id, code } = ticket as { id: Id<'ticket'>; code: string };
      codes.push(code);
      await otavio.done({ type: 'ticket.start', ticketId: id });
      await otavio.done({ type: 'ticket.finish', ticketId: id });
    }
    expect(codes).toEqual([older.code, ordinary.code, last.code]);
  });

  test('is called to a counter that serves it', async () => {
    await emptyQueue();
    await look.rows('UPDATE counter SET service_ids = $1 WHERE id = $2', [
      JSON.stringify([serviceId('D')]),
      counterId(2),
    ]);
    await olivia.done({ type: 'counter.open', counterId: counterId(2) });
    await issued();
    expect(await refused(olivia, { type: 'ticket.call_next' })).toMatchObject({
      status: 404,
      code: 'queue_empty',
    });
    const documents = await issued({ serviceId: serviceId('D') });
    const { ticket } = await olivia.done({ type: 'ticket.call_next' });
    expect(ticket).toMatchObject({ id: documents.id });
    await olivia.done({ type: 'ticket.cancel', ticketId: documents.id, reason: 'customer_left' });
    await olivia.done({ type: 'counter.close' });
    await look.rows('UPDATE counter SET service_ids = NULL WHERE id = $1', [counterId(2)]);
  });

  test('is not offered while it is held, and then keeps its place', async () => {
    await emptyQueue();
    const held = await issued();
    const next = await issued();
    await otavio.done({ type: 'ticket.hold', ticketId: held.id, reason: 'falta um documento' });
    const { ticket } = await otavio.done({ type: 'ticket.call_next' });
    expect(ticket).toMatchObject({ id: next.id });
    await otavio.done({ type: 'ticket.requeue', ticketId: next.id });
    await otavio.done({ type: 'ticket.release', ticketId: held.id });
    expect((await otavio.done({ type: 'ticket.call_next' })).ticket).toMatchObject({ id: held.id });
    await otavio.done({ type: 'ticket.transfer', ticketId: held.id, toServiceId: serviceId('C') });
    expect((await otavio.rows('ticket')).find(({ id }) => id === held.id)).toMatchObject({
      state: 'waiting',
      serviceId: serviceId('C'),
    });
  });

  test("is called again and marked absent only as the site's rules allow", async () => {
    await emptyQueue();
    const ticket = await issued();
    await otavio.done({ type: 'ticket.call_next' });
    expect(await refused(otavio, { type: 'ticket.recall', ticketId: ticket.id })).toEqual({
      status: 409,
      code: 'recall_too_soon',
      params: { seconds: 3 },
    });
    expect(await refused(otavio, { type: 'ticket.no_show', ticketId: ticket.id })).toEqual({
      status: 409,
      code: 'no_show_too_soon',
      params: { calls: 1, seconds: 10 },
    });
    world.advance(3_000);
    await otavio.done({ type: 'ticket.recall', ticketId: ticket.id });
    world.advance(10_000);
    const { ticket: gone } = await otavio.done({ type: 'ticket.no_show', ticketId: ticket.id });
    expect(gone).toMatchObject({ state: 'canceled' });
    const numbers = (await look.rows('SELECT number FROM call ORDER BY number')).map(({ number }) => number);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });
});

describe('a counter', () => {
  test("is one operator's; who moves on leaves the first", async () => {
    await emptyQueue();
    await otavio.done({ type: 'counter.open', counterId: counterId(1) });
    await otavio.done({ type: 'counter.open', counterId: counterId(1) });
    expect(await refused(olivia, { type: 'counter.open', counterId: counterId(1) })).toEqual({
      status: 409,
      code: 'counter_taken',
      params: { number: 1 },
    });
    await otavio.done({ type: 'counter.open', counterId: counterId(3) });
    await olivia.done({ type: 'counter.open', counterId: counterId(1) });
    const open = await look.rows(
      'SELECT counter_id FROM operator_session WHERE until IS NULL ORDER BY counter_id',
    );
    expect(new Set(open.map(({ counter_id: id }) => id))).toEqual(new Set([counterId(1), counterId(3)]));
    await olivia.done({ type: 'counter.close' });
    await olivia.done({ type: 'counter.close' });
  });

  test('is not left with a ticket in hand', async () => {
    await emptyQueue();
    await issued();
    await otavio.done({ type: 'ticket.call_next' });
    for (const ask of [{ type: 'counter.close' }, { type: 'counter.open', counterId: counterId(2) }] as const)
      expect(await refused(otavio, ask)).toMatchObject({ status: 409, code: 'operator_busy' });
  });

  test("opened by two operators at once is one operator's", async () => {
    await emptyQueue();
    await otavio.done({ type: 'counter.close' });
    const replies = await Promise.all(
      [otavio, olivia].map((screen) => screen.ask({ type: 'counter.open', counterId: counterId(2) })),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await look.count('operator_session WHERE counter_id = $1 AND until IS NULL', [counterId(2)])).toBe(
      1,
    );
    await otavio.done({ type: 'counter.close' });
    await olivia.done({ type: 'counter.close' });
  });
});

describe('a refusal', () => {
  const someone = newId<'ticket'>(systemEnv);

  test.each<[string, () => Ask, number, string]>([
    ['an unknown service', () => issue({ serviceId: newId<'service'>(systemEnv) }), 404, 'service_not_found'],
    [
      'an unknown priority',
      () => issue({ priorityClassId: newId<'priority_class'>(systemEnv) }),
      404,
      'priority_class_not_found',
    ],
    ['a name of control characters', () => issue({ customer: { name: '\u0000\u0007' } }), 422, 'text_empty'],
    [
      'a name of 10,000 letters',
      () => issue({ customer: { name: 'x'.repeat(10_000) } }),
      422,
      'text_too_long',
    ],
    ['an unknown ticket', () => ({ type: 'ticket.start', ticketId: someone }), 404, 'ticket_not_found'],
    [
      'an unknown counter',
      () => ({ type: 'counter.open', counterId: newId<'counter'>(systemEnv) }),
      404,
      'counter_not_found',
    ],
    ['no counter', () => ({ type: 'ticket.call_next' }), 409, 'no_counter'],
  ])('of %s has its code and leaves nothing behind', async (_, ask, status, code) => {
    const before = await look.count('audit_log');
    expect(await refused(olivia, ask())).toMatchObject({ status, code });
    expect(await look.count('audit_log')).toBe(before);
  });

  test('of a closed service has its code', async () => {
    await look.rows('UPDATE service SET active = false WHERE id = $1', [serviceId('R')]);
    expect(await refused(otavio, issue({ serviceId: serviceId('R') }))).toMatchObject({
      status: 409,
      code: 'service_closed',
    });
  });

  test("of what a ticket's state does not allow, or of another's ticket, has its code", async () => {
    await emptyQueue();
    await otavio.done({ type: 'counter.open', counterId: counterId(1) });
    const ticket = await issued();
    const { code } = ticket;
    expect(await refused(otavio, { type: 'ticket.finish', ticketId: ticket.id })).toEqual({
      status: 409,
      code: 'ticket_state',
      params: { code, state: 'waiting' },
    });
    await otavio.done({ type: 'ticket.call', ticketId: ticket.id });
    expect(await refused(olivia, { type: 'ticket.start', ticketId: ticket.id })).toMatchObject({
      status: 409,
      code: 'ticket_taken',
    });
    await otavio.done({ type: 'ticket.cancel', ticketId: ticket.id, reason: 'customer_left' });
    expect(await refused(otavio, { type: 'ticket.recall', ticketId: ticket.id })).toMatchObject({
      status: 409,
      code: 'ticket_ended',
    });
  });

  test.each([
    ['pt-BR', 'Não há ninguém esperando.'],
    ['en-GB,en;q=0.9', 'Nobody is waiting.'],
    ['es-MX', 'No hay nadie esperando.'],
    ['de', 'Não há ninguém esperando.'],
  ])("speaks the reader's language: %s", async (language, detail) => {
    await emptyQueue();
    const { body } = await otavio.ask({ type: 'ticket.call_next' }, { 'accept-language': language });
    expect(body).toMatchObject({ code: 'queue_empty', status: 404, detail });
  });
});

describe('a command', () => {
  test('repeated with its id gets its answer again and has one effect', async () => {
    const ask = { ...issue(), id: newId<'command'>(systemEnv) };
    const first = await otavio.ask(ask);
    const before = await look.count('ticket');
    const again = await Promise.all([1, 2, 3].map(() => otavio.ask(ask)));
    for (const reply of again) expect(reply).toEqual(first);
    expect(await look.count('ticket')).toBe(before);
  });

  test('sent by several connections at once has one effect', async () => {
    const before = await look.count('ticket');
    const ask = { ...issue(), id: newId<'command'>(systemEnv) };
    const replies = await Promise.all(Array.from({ length: 8 }, () => otavio.ask(ask)));
    for (const reply of replies) expect(reply).toEqual(replies[0]);
    expect(replies[0]?.status).toBe(200);
    expect(await look.count('ticket')).toBe(before + 1);
  });

  test('that was refused is refused again, also when it could be done by now', async () => {
    await emptyQueue();
    const ask: Ask = { type: 'ticket.call_next', id: newId<'command'>(systemEnv) };
    const { status, body } = await otavio.ask(ask);
    await issued();
    const again = { ...body, requestId: expect.any(String) };
    expect(await otavio.ask(ask)).toEqual({ status, body: again });
  });

  test.each<[string, () => Screen, object]>([
    ['with other content', () => otavio, { partySize: 2 }],
    ['by someone else', () => olivia, {}],
  ])('whose id is used again %s is refused', async (_, who, over) => {
    const id = newId<'command'>(systemEnv);
    await otavio.done({ ...issue(), id });
    expect(await refused(who(), { ...issue(over), id })).toMatchObject({
      status: 409,
      code: 'command_id_reused',
    });
  });

  test.each([
    ['no JSON', '{"type":'],
    ['an unknown type', '{"type":"ticket.eat","id":"01a20a9a-e94e-756a-8a74-6ff357f6bead"}'],
    [
      'a field too many',
      '{"type":"counter.close","id":"01a20a9a-e94e-756a-8a74-6ff357f6bead","really":true}',
    ],
  ])('that is %s is an invalid request', async (_, body) => {
    const answer = await fetch(`${cloud.url}/v1/commands`, {
      method: 'POST',
      headers: { authorization: `Bearer ${otavio.token}`, 'content-type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({ code: 'invalid_request' });
  });

  test('larger than a command is refused unread', async () => {
    const { status, body } = await otavio.ask(issue({ customer: { name: 'x'.repeat(100_000) } }));
    expect({ status, code: body.code }).toEqual({ status: 413, code: 'body_too_large' });
  });

  test('is for people of the queue', async () => {
    const { tenantId, displayId } = cloud.seed;
    const display = screenOf(cloud, await cloud.cloud.mintDeviceToken(tenantId, displayId, 60));
    expect(await refused(display, { type: 'counter.close' })).toMatchObject({
      status: 403,
      code: 'forbidden',
    });
    expect(await refused(screenOf(cloud, 'nobody'), { type: 'counter.close' })).toMatchObject({
      status: 401,
      code: 'unauthorized',
    });
  });
});

test('everything that the cloud wrote is one whole chain', async () => {
  const { tenantId } = cloud.seed;
  const [head] = await look.rows(
    'SELECT cloud_origin, cloud_seq, cloud_hash FROM change_head WHERE tenant_id = $1',
    [tenantId],
  );
  const origin = head?.cloud_origin as Id<'origin'>;
  const entries = await readTenant(cloud.cloud.db, tenantId, (tx) => entriesOfOrigin(tx, origin));
  expect(verifyChain(CHAIN_START, origin, entries)).toEqual({
    ok: true,
    head: { seq: Number(head?.cloud_seq), hash: head?.cloud_hash },
  });
});
