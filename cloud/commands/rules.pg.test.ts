/** The rules of the write door over HTTP: who is called where, breaks, an admin's hand, quotas, and where a service is offered. */
import {
  type CounterRow,
  type Id,
  newId,
  type PriorityClassRow,
  type ServiceRow,
  type UserId,
} from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { virtualWorld } from '@totem/testkit/virtual';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
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
let oliviaId: UserId;

beforeAll(async () => {
  cloud = await testCloud({ env: { ...systemEnv, now: world.env.now } });
  look = await onlooker(cloud.urls);
  ana = screenOf(cloud, await cloud.signIn('admin'));
  otavio = screenOf(cloud, await cloud.signIn('operador'));
  olivia = screenOf(cloud, await cloud.signIn('operador2'));
  services = (await ana.rows('service')) as unknown as ServiceRow[];
  classes = (await ana.rows('priority_class')) as unknown as PriorityClassRow[];
  counters = ((await ana.rows('counter')) as unknown as CounterRow[]).sort((a, b) => a.number - b.number);
  oliviaId = (await look.rows(`SELECT id FROM app_user WHERE username = 'operador2'`))[0]?.id as UserId;
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});
/** Each test begins with an empty queue, two operators at their counters, and nothing configured. */
beforeEach(async () => {
  world.advance(5_000);
  await look.rows(
    `UPDATE ticket SET state = 'canceled', reason = 'other' WHERE state IN ('waiting', 'called', 'in_service')`,
  );
  await look.rows('UPDATE counter SET service_ids = NULL, priority_from = NULL, active = true');
  await look.rows(
    'UPDATE service SET site_ids = NULL, daily_quota = NULL, opening_hours = NULL, deleted_at = NULL',
  );
  await look.rows('DELETE FROM user_service');
  await otavio.done({ type: 'counter.open', counterId: counterId(1) });
  await olivia.done({ type: 'counter.open', counterId: counterId(2) });
  for (const screen of [otavio, olivia]) await screen.done({ type: 'operator.resume' });
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
  world.advance(1_000);
  const { ticket } = await otavio.done(issue(over));
  return ticket as { id: Id<'ticket'>; code: string };
};
const codeOf = async (screen: Screen, ask: Ask) => {
  const { status, body } = await screen.ask(ask);
  return status === 200 ? 'done' : body.code;
};
const nextOf = async (screen: Screen) => {
  const { status, body } = await screen.ask({ type: 'ticket.call_next' });
  return status === 200 ? (body.ticket as { id: string }).id : body.code;
};
const actions = async (ticketId: string) =>
  (await look.rows('SELECT action FROM audit_log WHERE entity_id = $1 ORDER BY position', [ticketId])).map(
    ({ action }) => action,
  );

describe('a ticket that was sent on', () => {
  const sentOn = async (to: object) => {
    const ticket = await issued();
    await otavio.done({ type: 'ticket.call', ticketId: ticket.id });
    await otavio.done({ type: 'ticket.transfer', ticketId: ticket.id, ...to });
    return ticket;
  };

  test.each([
    ['a counter', () => ({ toCounterId: counterId(2) })],
    ['a person', () => ({ toOperatorId: oliviaId })],
    [
      'a person at a counter, for another service',
      () => ({ toOperatorId: oliviaId, toCounterId: counterId(2), toServiceId: serviceId('D') }),
    ],
  ])('I-QUE-4: to %s is next only there, and keeps its code and its entries', async (_, to) => {
    const ticket = await sentOn(to());
    expect(await nextOf(otavio)).toBe('queue_empty');
    expect(await codeOf(otavio, { type: 'ticket.call', ticketId: ticket.id })).toBe('ticket_addressed');
    expect(await nextOf(olivia)).toBe(ticket.id);
    expect((await olivia.rows('ticket')).find(({ id }) => id === ticket.id)).toMatchObject({
      code: ticket.code,
    });
    expect(await actions(ticket.id)).toEqual([
      'TICKET_CREATE',
      'TICKET_CALL',
      'TICKET_TRANSFER',
      'TICKET_CALL',
    ]);
  });

  test('by nobody’s choice any more is put back by an admin, for whoever serves it', async () => {
    const ticket = await sentOn({ toOperatorId: oliviaId });
    await ana.done({ type: 'ticket.override', ticketId: ticket.id, to: 'waiting', reason: 'saiu mais cedo' });
    expect(await nextOf(otavio)).toBe(ticket.id);
  });

  test.each<[string, () => object, string]>([
    ['a counter that there is not', () => ({ toCounterId: newId(systemEnv) }), 'counter_not_found'],
    ['a person that there is not', () => ({ toOperatorId: newId(systemEnv) }), 'operator_not_found'],
    ['nowhere', () => ({}), 'invalid_request'],
  ])('to %s stays in hand', async (_, to, code) => {
    const ticket = await issued();
    await otavio.done({ type: 'ticket.call', ticketId: ticket.id });
    expect(await codeOf(otavio, { type: 'ticket.transfer', ticketId: ticket.id, ...to() } as Ask)).toBe(code);
    expect(await codeOf(otavio, { type: 'ticket.start', ticketId: ticket.id })).toBe('done');
  });

  test('goes to nobody who could not call it', async () => {
    const ticket = await issued();
    await otavio.done({ type: 'ticket.call', ticketId: ticket.id });
    const to = (target: object): Ask => ({ type: 'ticket.transfer', ticketId: ticket.id, ...target });
    await look.rows('UPDATE counter SET priority_from = 1 WHERE id = $1', [counterId(2)]);
    expect(await codeOf(otavio, to({ toCounterId: counterId(2) }))).toBe('counter_priority_only');
    await look.rows('UPDATE counter SET active = false WHERE id = $1', [counterId(3)]);
    expect(await codeOf(otavio, to({ toCounterId: counterId(3) }))).toBe('counter_not_found');
    await look.rows(
      'INSERT INTO user_service (tenant_id, user_id, service_id) SELECT tenant_id, $1, id FROM service WHERE id = $2',
      [oliviaId, serviceId('D')],
    );
    expect(await codeOf(otavio, to({ toOperatorId: oliviaId }))).toBe('service_not_served');
    await look.rows('UPDATE app_user SET active = false WHERE id = $1', [oliviaId]);
    expect(await codeOf(otavio, to({ toOperatorId: oliviaId }))).toBe('operator_not_found');
    await look.rows('UPDATE app_user SET active = true WHERE id = $1', [oliviaId]);
    await look.rows('UPDATE service SET deleted_at = now() WHERE id = $1', [serviceId('C')]);
    expect(await codeOf(otavio, to({ toServiceId: serviceId('C') }))).toBe('service_not_found');
    await look.rows('UPDATE service SET site_ids = $1 WHERE id = $2', [
      JSON.stringify([newId(systemEnv)]),
      serviceId('D'),
    ]);
    expect(await codeOf(otavio, to({ toServiceId: serviceId('D') }))).toBe('service_not_here');
  });
});

describe('who may be called', () => {
  test('is of a service that the person may serve, whatever their token says', async () => {
    await look.rows(
      'INSERT INTO user_service (tenant_id, user_id, service_id) SELECT tenant_id, $1, id FROM service WHERE id = $2',
      [oliviaId, serviceId('D')],
    );
    const general = await issued();
    const documents = await issued({ serviceId: serviceId('D') });
    expect(await codeOf(olivia, { type: 'ticket.call', ticketId: general.id })).toBe('service_not_served');
    expect(await nextOf(olivia)).toBe(documents.id);
  });

  test('has priority, at a counter that is for those who have', async () => {
    await look.rows('UPDATE counter SET priority_from = 2 WHERE id = $1', [counterId(2)]);
    const ordinary = await issued();
    expect(await nextOf(olivia)).toBe('queue_empty');
    expect(await codeOf(olivia, { type: 'ticket.call', ticketId: ordinary.id })).toBe(
      'counter_priority_only',
    );
    const older = await issued({ priorityClassId: classId(2) });
    expect(await nextOf(olivia)).toBe(older.id);
  });

  test('is not on hold, in order or out of it', async () => {
    const { id } = await issued();
    await otavio.done({ type: 'ticket.hold', ticketId: id, reason: 'documento' });
    expect(await nextOf(otavio)).toBe('queue_empty');
    expect(await codeOf(otavio, { type: 'ticket.call', ticketId: id })).toBe('ticket_held');
  });
});

describe('a break', () => {
  test('I-QUE-5: keeps the counter, and nobody is called until it ends', async () => {
    const { id } = await issued();
    await otavio.done({ type: 'operator.pause', reason: ' café ' });
    const [session] = await look.rows(
      'SELECT id, paused_reason FROM operator_session WHERE until IS NULL AND counter_id = $1',
      [counterId(1)],
    );
    expect(session).toMatchObject({ paused_reason: 'café' });
    expect(await nextOf(otavio)).toBe('operator_paused');
    expect(await codeOf(otavio, { type: 'ticket.call', ticketId: id })).toBe('operator_paused');
    expect(await codeOf(ana, { type: 'counter.open', counterId: counterId(1) })).toBe('counter_taken');
    await otavio.done({ type: 'operator.resume' });
    expect(await nextOf(otavio)).toBe(id);
    expect(await codeOf(otavio, { type: 'operator.pause', reason: 'café' })).toBe('operator_busy');
    expect((await actions(String(session?.id))).slice(-2)).toEqual([
      'OPERATOR_SESSION_PAUSE',
      'OPERATOR_SESSION_RESUME',
    ]);
  });

  test('is told to whoever follows the counters, and is over when the counter is left', async () => {
    await otavio.done({ type: 'operator.pause', reason: 'almoço' });
    const paused = (await olivia.rows('operator_session')).filter(
      ({ pausedReason }) => pausedReason !== null,
    );
    expect(paused).toMatchObject([{ counterId: counterId(1), pausedReason: 'almoço' }]);
    await otavio.done({ type: 'counter.close' });
    expect(await look.count('operator_session WHERE paused_reason IS NOT NULL')).toBe(0);
    expect(await codeOf(otavio, { type: 'operator.pause', reason: 'almoço' })).toBe('no_counter');
  });
});

describe("an admin's hand", () => {
  test('puts any state right, with before, after and why in the ledger', async () => {
    const { id } = await issued();
    await otavio.done({ type: 'ticket.cancel', ticketId: id, reason: 'customer_left' });
    const back: Ask = { type: 'ticket.override', ticketId: id, to: 'waiting', reason: 'voltou' };
    expect((await ana.done(back)).ticket).toMatchObject({ state: 'waiting' });
    expect(
      await look.rows(
        `SELECT data, user_id IS NOT NULL AS by FROM audit_log WHERE entity_id = $1 AND action = 'TICKET_OVERRIDE'`,
        [id],
      ),
    ).toEqual([{ data: { from: 'canceled', to: 'waiting', reason: 'voltou' }, by: true }]);
    expect(await nextOf(otavio)).toBe(id);
  });

  test("is nobody else's", async () => {
    const { id } = await issued();
    expect(await codeOf(otavio, { type: 'ticket.override', ticketId: id, to: 'finished', reason: 'x' })).toBe(
      'forbidden',
    );
  });
});

describe('a ticket is not given', () => {
  test('beyond the quota of its service and day; one that was issued by mistake makes room', async () => {
    await look.rows(
      'UPDATE service SET daily_quota = 2 + (SELECT count(*) FROM ticket t WHERE t.service_id = service.id) WHERE prefix = $1',
      ['T'],
    );
    const quota = { serviceId: serviceId('T') };
    const first = await issued(quota);
    await issued(quota);
    expect(await codeOf(otavio, issue(quota))).toBe('quota_reached');
    await otavio.done({ type: 'ticket.cancel', ticketId: first.id, reason: 'issued_by_mistake' });
    await issued(quota);
    expect(await codeOf(otavio, issue(quota))).toBe('quota_reached');
    // Another service is not touched by it, and the next day begins anew.
    await issued();
    world.advance(24 * 3_600_000);
    otavio = screenOf(cloud, await cloud.signIn('operador'));
    olivia = screenOf(cloud, await cloud.signIn('operador2'));
    await issued(quota);
  });

  test('to more than the quota by many at once', async () => {
    await look.rows('UPDATE service SET daily_quota = 3 WHERE prefix = $1', ['E']);
    const said = await Promise.all(
      Array.from({ length: 10 }, () => codeOf(otavio, issue({ serviceId: serviceId('E') }))),
    );
    expect(said.filter((one) => one === 'done')).toHaveLength(3);
    expect(said.filter((one) => one === 'quota_reached')).toHaveLength(7);
  });

  test.each<[string, string, string]>([
    ['that this site does not offer', `site_ids = '["${newId(systemEnv)}"]'`, 'service_not_here'],
    ['that was retired', 'deleted_at = now()', 'service_not_found'],
    ['outside its hours', `opening_hours = '{}'`, 'service_closed'],
  ])('for a service %s', async (_, change, code) => {
    await look.rows(`UPDATE service SET ${change} WHERE prefix = 'A'`);
    expect(await codeOf(otavio, issue())).toBe(code);
  });

  test('while its site is closed', async () => {
    await look.rows(`UPDATE site SET opening_hours = '{}' WHERE id = $1`, [cloud.seed.siteId]);
    expect(await codeOf(otavio, issue())).toBe('service_closed');
    await look.rows('UPDATE site SET opening_hours = NULL WHERE id = $1', [cloud.seed.siteId]);
  });
});
