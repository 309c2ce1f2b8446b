/** A day of a queue told again: every choice comes out as it was made, under each policy, and a false one is found. */
import {
  type CallRow,
  type CommandDone,
  type CounterRow,
  epochMsOf,
  newId,
  type PriorityClassRow,
  type QueuePolicy,
  type ServiceRow,
} from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { virtualWorld } from '@totem/testkit/virtual';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { type Screen, screenOf } from '../testing/person.ts';
import { queueDay, queueDayLines } from './queue-day.ts';

const world = virtualWorld();
let cloud: TestCloud;
let look: Onlooker;
let otavio: Screen;

beforeAll(async () => {
  cloud = await testCloud({ env: { ...systemEnv, now: world.env.now } });
  look = await onlooker(cloud.urls);
  otavio = screenOf(cloud, await cloud.signIn('operador'));
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

const RATIO: QueuePolicy = { name: 'ratio', preferential: 1, normal: 2, appointments: null };

/** Puts a policy in force, the tenant's or a service's. */
async function inForce(table: 'tenant' | 'service', id: string, policy: QueuePolicy | null): Promise<void> {
  await look.rows(`UPDATE ${table} SET queue_policy = $1 WHERE id = $2`, [
    policy === null ? null : JSON.stringify(policy),
    id,
  ]);
}

test('each choice of a day is made again as it was, under every policy, and says why', async () => {
  const { tenantId, siteId } = cloud.seed;
  const services = (await otavio.rows('service')) as unknown as ServiceRow[];
  const classes = (await otavio.rows('priority_class')) as unknown as PriorityClassRow[];
  const [counter] = (await otavio.rows('counter')) as unknown as CounterRow[];
  const [general, exams] = [...services].sort((a, b) => a.prefix.localeCompare(b.prefix));
  const common = classes.find(({ tier }) => tier === 0);
  const elderly = classes.find(({ tier }) => tier === 2);
  if (!general || !exams || !common || !elderly || !counter) throw new Error('the demo has changed');
  await otavio.done({ type: 'counter.open', counterId: counter.id });
  for (let turn = 0; turn < 9; turn += 1) {
    world.advance(20_000);
    const [service, { id: priorityClassId }] = [
      turn % 3 === 2 ? exams : general,
      turn % 2 === 0 ? common : elderly,
    ];
    await otavio.done({ type: 'ticket.create', serviceId: service.id, priorityClassId });
  }
  const codes: string[] = [];
  const callNext = async (times: number) => {
    for (let turn = 0; turn < times; turn += 1) {
      world.advance(30_000);
      const { ticket } = (await otavio.done({ type: 'ticket.call_next' })) as unknown as CommandDone;
      codes.push(String(ticket?.code));
      const ticketId = String(ticket?.id) as never;
      await otavio.done({ type: 'ticket.start', ticketId });
      await otavio.done({ type: 'ticket.finish', ticketId, note: 'tudo certo' });
    }
  };
  await inForce('tenant', tenantId, RATIO);
  await callNext(4);
  await inForce('service', exams.id, { name: 'arrival', appointments: null });
  await callNext(2);
  await inForce('tenant', tenantId, { name: 'aging', appointments: null });
  await callNext(3);
  await inForce('tenant', tenantId, null);
  await inForce('service', exams.id, null);

  const calls = (await look.rows(
    'SELECT business_day::text AS day, why, priority FROM call ORDER BY number',
  )) as unknown as readonly (Pick<CallRow, 'why' | 'priority'> & { readonly day: string })[];
  expect(calls.slice(0, 4).map(({ why }) => [why.policy, why.turn])).toEqual([
    ['ratio', 'preferential'],
    ['ratio', 'normal'],
    ['ratio', 'normal'],
    ['ratio', 'preferential'],
  ]);
  expect(calls.slice(0, 4).map(({ priority }) => priority > 0)).toEqual([true, false, false, true]);
  const day = String(calls[0]?.day);
  const told = await queueDay(cloud.cloud.db, tenantId, {
    siteId,
    day,
    tried: { name: 'arrival', appointments: null },
  });
  expect(told.calls.map(({ code, isSame }) => [code, isSame])).toEqual(codes.map((code) => [code, true]));
  expect(told.calls.map(({ policy }) => policy).toSorted()).toContain('aging');

  // By arrival, who came first is called first: nine came every 20 s and were called every 30 s from the end on.
  const first = epochMsOf(told.calls[0]?.calledAt ?? '');
  expect(first).toBeGreaterThan(0);
  const tried = told.waitsTried ?? [];
  expect(tried.reduce((sum, { called }) => sum + called, 0)).toBe(9);
  expect(tried.find(({ tier }) => tier === 0)?.maxSeconds).toBeGreaterThan(0);
  expect(queueDayLines(told)[0]).toBe('9 choices, 0 differ, 0 by a policy that is not known here');
});

test('a choice that the rules do not make is found', async () => {
  const { tenantId, siteId } = cloud.seed;
  const [call] = await look.rows('SELECT business_day::text AS day, id FROM call ORDER BY number LIMIT 1');
  await look.rows("SET session_replication_role = 'replica'");
  await look.rows(
    `UPDATE audit_log SET data = jsonb_set(data, '{why,runnerUp}', to_jsonb($1::text)) WHERE entity_id = $2`,
    [newId(systemEnv), call?.id],
  );
  await look.rows("SET session_replication_role = 'origin'");
  const told = await queueDay(cloud.cloud.db, tenantId, { siteId, day: String(call?.day) });
  expect(told.calls.filter(({ isSame }) => isSame === false)).toHaveLength(1);
  expect(queueDayLines(told)[1]).toContain('DIFFERS');
});
