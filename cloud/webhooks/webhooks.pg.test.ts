/** Webhooks from what causes them to their receivers: real servers, real PostgreSQL, and a clock that the test moves. */
import { EVENT_DATA, type EventName, ROUTES } from '@totem/api';
import { instantText, newId, type SiteId, type TenantId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { virtualWorld } from '@totem/testkit/virtual';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newSigningKey } from '../access/signing-key.ts';
import { SCHEDULES } from '../events/schedule.ts';
import { newDataKeys } from '../secrets/vault.ts';
import { apiOf, refusalOf } from '../testing/api.ts';
import { createTicket, enrolTotem, onTicket, openChain, push, sealedBatch } from '../testing/branch.ts';
import { neighbourOf } from '../testing/neighbour.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { type TestReceiver, testReceiver, withStatus } from '../testing/receiver.ts';

const world = virtualWorld();
const env = { ...systemEnv, now: world.env.now };
/** What every node of one cloud has. */
const node = {
  env,
  timers: world.timers,
  signingKey: newSigningKey(),
  dataKeys: newDataKeys(env),
  jobsComeRound: false,
  messages: { allowsLoopback: true },
} as const;

let cloud: TestCloud;
let look: Onlooker;
let receiver: TestReceiver;
let tenantId: TenantId;
let siteId: SiteId;
beforeAll(async () => {
  cloud = await testCloud(node);
  look = await onlooker(cloud.urls);
  ({ tenantId, siteId } = cloud.seed);
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});
beforeEach(async () => {
  receiver = await testReceiver();
});
afterEach(async () => {
  await receiver.close();
  await look.rows('UPDATE config_webhook SET deleted_at = now()');
  await look.rows('DELETE FROM delivery');
});

const admin = async (at = cloud) => apiOf(at.url, await at.signIn('admin'));
/** A webhook with its secret. */
async function hook(events: readonly EventName[], url = receiver.url) {
  const api = await admin();
  const made = await api.call(ROUTES.createWebhook, { body: { name: 'ERP', url, events: [...events] } });
  const params = { id: made.id };
  const { secret, version } = await api.call(ROUTES.renewWebhookSecret, { params, version: made.version });
  return { id: made.id, params, secret, version };
}
/** Something to tell, put into the tables as a command would. */
async function happen(over: { subject?: string; tenant?: TenantId; type?: EventName; times?: number } = {}) {
  const { tenant = tenantId, type = 'ticket.called', times = 1 } = over;
  const subject = over.subject ?? newId<'ticket'>(env);
  const ids: string[] = [];
  for (let time = 0; time < times; time += 1) {
    const id = newId<'event'>(env);
    ids.push(id);
    await look.rows(
      `WITH e AS (INSERT INTO event (tenant_id, id, type, subject, data, occurred_at, created_at)
         VALUES ($1, $2, $3, $4, '{}', $5, $5) RETURNING number)
       INSERT INTO delivery (tenant_id, id, created_at, kind, receiver_id, event_id, number, subject, state, next_at)
       SELECT $1, gen_random_uuid(), $5, 'webhook', w.id, $2, e.number, $4, 'waiting', $5
       FROM e, config_webhook w WHERE w.tenant_id = $1 AND w.deleted_at IS NULL`,
      [tenant, id, type, subject, instantText(env.now())],
    );
  }
  return ids;
}
const carry = (at = cloud) => at.cloud.carryMessages();
const waiting = () => look.rows(`SELECT * FROM delivery WHERE state = 'waiting' ORDER BY number`);
const idsReceived = () => receiver.received.map(({ headers }) => headers['webhook-id']);
/** How long the first of what waits has still to wait, in milliseconds. */
async function nextAttemptIn(): Promise<number> {
  const [row] = await look.rows(
    `SELECT extract(epoch FROM next_at) * 1000 AS at FROM delivery WHERE state = 'waiting' ORDER BY number LIMIT 1`,
  );
  return Number(row?.at) - env.now();
}
/** Moves the clock to when the next attempt is due. @returns the pause before it. */
async function toNextAttempt(): Promise<number> {
  const [row] = await look.rows(
    `SELECT extract(epoch FROM min(next_at)) * 1000 AS at FROM delivery WHERE state = 'waiting'`,
  );
  const pause = Number(row?.at) - env.now();
  world.advance(Math.max(0, pause));
  return pause;
}

describe('what is told', () => {
  test('of a totem’s batch is written with it, as the contract says, and nothing personal', async () => {
    await hook(['ticket.created', 'ticket.called', 'ticket.canceled', 'conflict.found']);
    const totem = await enrolTotem(cloud);
    const chain = openChain(env, tenantId, siteId);
    const { ticket, draft } = createTicket(env, siteId);
    const by = { operatorId: newId<'user'>(env), counterId: newId<'counter'>(env) };
    const entries = [
      ...chain.opening,
      ...chain.write([
        draft,
        onTicket('TICKET_CANCEL', ticket, siteId, { reason: 'customer_left' }),
        onTicket('TICKET_START', ticket, siteId, by),
      ]),
    ];
    expect((await push(cloud, totem, sealedBatch(totem, tenantId, entries))).status).toBe(200);
    await carry();
    const bodies = receiver.received.map(({ body }) => JSON.parse(body) as { type: EventName; data: object });
    expect(bodies.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['ticket.created', 'ticket.canceled', 'conflict.found']),
    );
    for (const { type, data } of bodies) EVENT_DATA[type].parse(data);
    expect(bodies[0]).toMatchObject({ type: 'ticket.created', data: { ticketId: ticket.id, siteId } });
  });

  test('leaves no trace where nobody has asked for it', async () => {
    await hook(['payment.paid']);
    const totem = await enrolTotem(cloud);
    const chain = openChain(env, tenantId, siteId);
    const before = await look.count('event');
    const entries = [...chain.opening, ...chain.write([createTicket(env, siteId).draft])];
    expect((await push(cloud, totem, sealedBatch(totem, tenantId, entries))).status).toBe(200);
    expect(await look.count('event')).toBe(before);
  });

  test('follows what is configured, whoever changes it at the same time', async () => {
    const api = await admin();
    const told = async () =>
      (await look.rows('SELECT told_events FROM change_head WHERE tenant_id = $1', [tenantId]))[0]
        ?.told_events;
    const [one] = await Promise.all([hook(['ticket.called']), hook(['ticket.called', 'payment.paid'])]);
    expect(await told()).toEqual(['payment.paid', 'ticket.called']);
    await api.call(ROUTES.updateWebhook, {
      params: one.params,
      version: one.version,
      body: { active: false },
    });
    expect(await told()).toEqual(['payment.paid', 'ticket.called']);
  });
});

describe('what is sent', () => {
  test('is verified by the library of Standard Webhooks, and by nobody with another secret', async () => {
    const { secret } = await hook(['ticket.called']);
    const [id] = await happen();
    await carry();
    const [{ headers, body } = { headers: {}, body: '' }] = receiver.received;
    const signed = headers as Record<string, string>;
    expect(signed['webhook-id']).toBe(id);
    // The library holds the time against the machine's own clock, which is not the test's.
    const at = Number(signed['webhook-timestamp']);
    expect(at).toBe(Math.floor(env.now() / 1_000));
    expect(signed['webhook-signature']?.split(' ')).toContain(
      new Webhook(secret).sign(String(id), new Date(at * 1_000), body),
    );
    const now = String(Math.floor(systemEnv.now() / 1_000));
    const again = {
      'webhook-id': String(id),
      'webhook-timestamp': now,
      'webhook-signature': new Webhook(secret).sign(String(id), new Date(Number(now) * 1_000), body),
    };
    expect(new Webhook(secret).verify(body, again)).toEqual(JSON.parse(body));
    expect(() => new Webhook(secret).verify(`${body} `, again)).toThrow(WebhookVerificationError);
  });

  test('is signed with two secrets for a day while a receiver changes over', async () => {
    const first = await hook(['ticket.called']);
    const api = await admin();
    const { secret } = await api.call(ROUTES.renewWebhookSecret, {
      params: first.params,
      version: first.version,
    });
    await happen();
    await carry();
    world.advance(24 * 3_600_000);
    await happen();
    await carry();
    const signatures = receiver.received.map(({ headers, body }) => {
      const signed = headers as Record<string, string>;
      const at = new Date(Number(signed['webhook-timestamp']) * 1_000);
      const by = (one: string) => new Webhook(one).sign(String(signed['webhook-id']), at, body);
      const all = String(signed['webhook-signature']).split(' ');
      return [all.length, all.includes(by(secret)), all.includes(by(first.secret))];
    });
    expect(signatures).toEqual([
      [2, true, true],
      [1, true, false],
    ]);
  });
});

describe('a receiver that does not accept', () => {
  test('is tried through the whole schedule under one id, then disabled, and people are told', async () => {
    const { id, params } = await hook(['ticket.called']);
    const notices = await hook(['webhook.disabled'], `${receiver.url}/notices`);
    receiver.answers(
      (answer, { body }) => void answer.writeHead(body.includes('disabled') ? 200 : 500).end(),
    );
    await look.rows(`UPDATE config_webhook SET deleted_at = now() WHERE id = $1`, [notices.id]);
    const [event] = await happen();
    await look.rows(`UPDATE config_webhook SET deleted_at = NULL WHERE id = $1`, [notices.id]);
    const stamps: string[] = [];
    for (const [attempt, planned] of SCHEDULES.webhook.entries()) {
      const pause = await toNextAttempt();
      if (attempt > 0) {
        expect(pause).toBeGreaterThanOrEqual(planned * 0.9);
        expect(pause).toBeLessThanOrEqual(planned * 1.1);
      }
      await carry();
      stamps.push(String(receiver.received.at(-1)?.headers['webhook-timestamp']));
    }
    expect(receiver.received).toHaveLength(SCHEDULES.webhook.length);
    expect(new Set(idsReceived())).toEqual(new Set([event]));
    expect(new Set(stamps).size).toBe(stamps.length);
    const api = await admin();
    expect(await api.call(ROUTES.getWebhook, { params })).toMatchObject({
      disabledReason: 'schedule_through',
      disabledAt: expect.any(String),
    });
    const [lastEntry] = await look.rows(
      `SELECT data FROM audit_log WHERE entity_id = $1 ORDER BY position DESC LIMIT 1`,
      [id],
    );
    expect(lastEntry?.data).toMatchObject({ by: 'system', after: { disabledReason: 'schedule_through' } });
    await carry();
    expect(JSON.parse(String(receiver.received.at(-1)?.body))).toMatchObject({
      type: 'webhook.disabled',
      data: { webhookId: id, reason: 'schedule_through' },
    });
  });

  test('stays in use when it has accepted something else meanwhile', async () => {
    const { params } = await hook(['ticket.called']);
    const [bad] = await happen();
    receiver.answers(
      (answer, { headers }) => void answer.writeHead(headers['webhook-id'] === bad ? 500 : 200).end(),
    );
    await carry();
    world.advance(60_000);
    await happen();
    for (let attempt = 1; attempt < SCHEDULES.webhook.length; attempt += 1) {
      await toNextAttempt();
      await carry();
    }
    // The good one was due among the attempts of the other.
    await toNextAttempt();
    await carry();
    const states = await look.rows('SELECT state FROM delivery ORDER BY number');
    expect(states).toEqual([{ state: 'failed' }, { state: 'delivered' }]);
    expect((await (await admin()).call(ROUTES.getWebhook, { params })).disabledAt).toBeNull();
  });

  test('and says 410 is disabled at once, with all that waits for it', async () => {
    const { params } = await hook(['ticket.called']);
    receiver.answers(withStatus(410));
    const subject = newId<'ticket'>(env);
    await happen({ subject, times: 3 });
    await carry();
    expect(receiver.received).toHaveLength(1);
    expect(await waiting()).toEqual([]);
    expect(await (await admin()).call(ROUTES.getWebhook, { params })).toMatchObject({
      disabledReason: 'gone',
    });
  });

  test.each([
    ['seconds', () => '120', 120_000],
    ['a date', () => new Date(env.now() + 120_000).toUTCString(), 119_000],
    ['more than a day', () => '999999', 24 * 3_600_000],
    ['nonsense', () => 'soon', 4_500],
  ])('is left alone for as long as it asks: %s', async (_, after, pauseMs) => {
    await hook(['ticket.called']);
    receiver.answers(withStatus(429, { 'retry-after': after() }));
    await happen();
    await carry();
    await happen();
    await carry();
    // Nothing else is sent to it either.
    expect(receiver.received).toHaveLength(1);
    expect(await toNextAttempt()).toBeLessThanOrEqual(0);
    expect(await nextAttemptIn()).toBeGreaterThanOrEqual(pauseMs);
  });

  test.each([
    ['redirects', withStatus(302, { location: 'http://127.0.0.1:1/' }), 302, 'not_accepted'],
    [
      'answers 200 and never ends',
      (answer) => void answer.writeHead(200).write('x'.repeat(20_000)),
      200,
      null,
    ],
    ['hangs up', (answer) => void answer.destroy(), null, 'unreachable'],
  ] as const satisfies readonly (readonly [
    string,
    Parameters<TestReceiver['answers']>[0],
    number | null,
    string | null,
  ])[])('that %s is recorded as such', async (_, how, status, fault) => {
    await hook(['ticket.called']);
    receiver.answers(how);
    await happen();
    await carry();
    expect(await look.rows('SELECT last_status, last_fault FROM delivery')).toEqual([
      { last_status: status, last_fault: fault },
    ]);
  });

  test('that hangs is given up after 15 seconds', async () => {
    await hook(['ticket.called']);
    receiver.answers(() => {});
    await happen();
    const carried = carry();
    await receiver.hasReceived(1);
    world.advance(15_000);
    await carried;
    expect(await look.rows('SELECT last_status, last_fault, state FROM delivery')).toEqual([
      { last_status: null, last_fault: 'timed_out', state: 'waiting' },
    ]);
  });
});

describe('the order', () => {
  test('of one ticket holds through failures, and holds nobody else up', async () => {
    await hook(['ticket.called']);
    const subject = newId<'ticket'>(env);
    const ids = await happen({ subject, times: 3 });
    const [other] = await happen();
    let fails = true;
    receiver.answers(
      (answer, { headers }) =>
        void answer.writeHead(fails && headers['webhook-id'] === ids[0] ? 500 : 200).end(),
    );
    await carry();
    expect(idsReceived()).toEqual(expect.arrayContaining([ids[0], other]));
    expect(receiver.received).toHaveLength(2);
    fails = false;
    for (let left = 3; left > 0; left -= 1) {
      await toNextAttempt();
      await carry();
    }
    expect(idsReceived().slice(2)).toEqual(ids);
    expect(await waiting()).toEqual([]);
  });

  test('of turns is fair: a tenant whose receiver hangs delays nobody else', async () => {
    const neighbour = await neighbourOf(cloud, look);
    const quick = await testReceiver();
    const theirs = apiOf(cloud.url, await neighbour.signIn());
    await theirs.call(ROUTES.createWebhook, {
      body: { name: 'B', url: quick.url, events: ['ticket.called'] },
    });
    await hook(['ticket.called']);
    receiver.answers(() => {});
    await happen({ times: 1 });
    for (let one = 0; one < 40; one += 1) await happen();
    await happen({ tenant: neighbour.tenantId });
    const carried = carry();
    await quick.hasReceived(1);
    await receiver.hasReceived(8);
    expect(receiver.received).toHaveLength(8);
    // Time runs out for each of them in its turn.
    const done = carried.then(() => true);
    while (!(await Promise.race([done, new Promise<false>((resolve) => setImmediate(() => resolve(false)))])))
      world.advance(1_000);
    await quick.close();
  });
});

describe('several nodes', () => {
  test('send each message once', async () => {
    await hook(['ticket.called']);
    const second = await testCloud({ ...node, database: cloud.urls });
    for (let one = 0; one < 60; one += 1) await happen();
    await Promise.all([carry(cloud), carry(second), carry(cloud), carry(second)]);
    expect(receiver.received).toHaveLength(60);
    expect(new Set(idsReceived()).size).toBe(60);
    expect(await waiting()).toEqual([]);
    await second.close();
  });

  test('take over what one of them has left in the middle, under the same id', async () => {
    await hook(['ticket.called']);
    const [id] = await happen();
    // It ends after it has taken a message and before anybody could write down what became of it.
    await look.rows(`UPDATE delivery SET attempts = 1, next_at = $1`, [instantText(env.now() + 60_000)]);
    const heir = await testCloud({ ...node, database: cloud.urls });
    await carry(heir);
    expect(receiver.received).toHaveLength(0);
    world.advance(60_000);
    await carry(heir);
    expect(idsReceived()).toEqual([id]);
    await heir.close();
  });

  test('give back at once what they have under way when they stop', async () => {
    await hook(['ticket.called']);
    const stopping = await testCloud({ ...node, database: cloud.urls });
    receiver.answers(() => {});
    const [id] = await happen();
    const carried = carry(stopping);
    await receiver.hasReceived(1);
    await stopping.close();
    await carried;
    expect(await nextAttemptIn()).toBe(0);
    receiver.answers(withStatus(200));
    await carry();
    expect(idsReceived()).toEqual([id, id]);
  });
});

describe('people', () => {
  test('test a webhook, read what became of it, and send again what was lost', async () => {
    const { id: receiverId, params, version } = await hook(['ticket.called']);
    const api = await admin();
    const made = await api.call(ROUTES.testWebhook, { params });
    expect(made).toMatchObject({ state: 'waiting', type: 'test', receiverId });
    receiver.answers(withStatus(410));
    await carry();
    expect(await api.call(ROUTES.getDelivery, { params: { id: made.id } })).toMatchObject({
      state: 'failed',
      tries: [{ attempt: 1, status: 410 }],
    });
    const replay = () => api.call(ROUTES.replayDelivery, { params: { id: made.id } });
    expect((await refusalOf(replay())).code).toBe('receiver_not_in_use');
    const again = await api.call(ROUTES.updateWebhook, {
      params,
      version: version + 1,
      body: { active: true },
    });
    expect(again).toMatchObject({ active: true, disabledAt: null, disabledReason: null });
    receiver.answers(withStatus(200));
    expect(await replay()).toMatchObject({ state: 'waiting' });
    await carry();
    expect((await api.call(ROUTES.listDeliveries, { query: { receiverId } })).items).toMatchObject([
      { id: made.id, state: 'delivered', attempts: 2, lastStatus: 200, nextAt: null },
    ]);
    expect(new Set(idsReceived())).toEqual(new Set([made.eventId]));
    await look.rows(`UPDATE delivery SET state = 'failed'`);
    const from = instantText(env.now() - 1_000);
    expect(await api.call(ROUTES.replayDeliveries, { body: { receiverId, from } })).toEqual({ replayed: 1 });
  });

  test('cannot point a webhook at this machine where that is not allowed', async () => {
    const strict = await testCloud({ ...node, messages: { allowsLoopback: false }, database: cloud.urls });
    const refused = await refusalOf(
      (await admin(strict)).call(ROUTES.createWebhook, {
        body: { name: 'X', url: receiver.url, events: ['ticket.called'] },
      }),
    );
    expect(refused.code).toBe('webhook_address_refused');
    await strict.close();
  });
});
