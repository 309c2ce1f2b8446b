/** Many operators call at once: nobody gets another's ticket, and the calls are in the queue's order. */
import {
  type CounterId,
  compareQueued,
  newId,
  ProblemError,
  type QueuedTicket,
  rowFromSql,
  type TicketId,
  ticketTable,
  type UserId,
} from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { proof, recordProof } from '@totem/testkit/proof';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTenant, type Statement, withTenant } from '../db/with-tenant.ts';
import type { Person } from './context.ts';
import { runCommand } from './run.ts';

const PROOF = 'cloud/two operators never get one ticket';
const TICKETS = proof(PROOF, { share: 200, full: 20_000, unit: 'tickets' });
const OPERATORS = 8;

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await testCloud();
});
afterAll(() => cloud.close());

/** Tickets that wait, with ties in priority and in arrival. */
const FILL: Statement = {
  name: 'test-fill-queue',
  text: `INSERT INTO ticket (tenant_id, id, created_at, site_id, service_id, code, business_day, lane, number,
      priority_class_id, priority, party_size, state, channel, issued_at, waiting_since, stage_since, calls, updated_at,
      price_cents, folded)
    SELECT $1, gen_random_uuid(), now(), $2, s.id, 'T' || n, '2026-11-23', '1', n, p.id, n % 4, 1, 'waiting', 'totem',
      now(), timestamptz '2026-11-23 12:00+00' + (n % 97) * interval '1 second', now(), 0, now(), 0, '{}'
    FROM generate_series(1, $3::int) AS g(n),
      (SELECT id FROM service WHERE tenant_id = $1 LIMIT 1) s, (SELECT id FROM priority_class WHERE tenant_id = $1 LIMIT 1) p`,
};
const ADD_COUNTER: Statement = {
  name: 'test-add-counter',
  text: `INSERT INTO counter (tenant_id, id, created_at, site_id, name, number, active) VALUES ($1, $2, now(), $3, 'x', $4, true)`,
};
const ALL_TICKETS: Statement = {
  name: 'test-all-tickets',
  text: 'SELECT * FROM ticket WHERE tenant_id = $1',
};
const ALL_CALLS: Statement = {
  name: 'test-all-calls',
  text: 'SELECT ticket_id, operator_id FROM call WHERE tenant_id = $1 ORDER BY number',
};

test(`${OPERATORS} operators empty a queue: each ticket is called once, in the queue's order`, async () => {
  const { tenantId, siteId } = cloud.seed;
  const { db } = cloud.cloud;
  const parts = { db, env: systemEnv };
  const id = () => newId<'command'>(systemEnv);
  await withTenant(db, tenantId, (tx) => tx.run(FILL, [tenantId, siteId, TICKETS]));
  const waiting: QueuedTicket[] = await readTenant(db, tenantId, async (tx) =>
    (await tx.all(ALL_TICKETS, [tenantId])).map((raw) => rowFromSql(ticketTable, raw)),
  );
  expect(waiting).toHaveLength(TICKETS);

  const work = async (index: number): Promise<string[]> => {
    const userId: UserId = newId<'user'>(systemEnv);
    const counterId: CounterId = newId<'counter'>(systemEnv);
    const person: Person = {
      kind: 'user',
      tenantId,
      userId,
      sessionId: newId<'session'>(systemEnv),
      role: 'operator',
      siteIds: [siteId],
      serviceIds: null,
    };
    await withTenant(db, tenantId, (tx) => tx.run(ADD_COUNTER, [tenantId, counterId, siteId, 100 + index]));
    await runCommand(parts, person, { type: 'counter.open', id: id(), counterId });
    const mine: string[] = [];
    for (;;) {
      const called = await runCommand(parts, person, { type: 'ticket.call_next', id: id() }).catch(
        (error: unknown) => {
          if (error instanceof ProblemError && error.code === 'queue_empty') return undefined;
          throw error;
        },
      );
      const ticketId = called?.ticket?.id as TicketId | undefined;
      if (ticketId === undefined) return mine;
      mine.push(ticketId);
      await runCommand(parts, person, { type: 'ticket.cancel', id: id(), ticketId, reason: 'customer_left' });
    }
  };
  const started = systemEnv.now();
  const called = await Promise.all(Array.from({ length: OPERATORS }, (_, index) => work(index)));
  expect(new Set(called.flat()).size).toBe(TICKETS);
  expect(called.flat()).toHaveLength(TICKETS);
  expect(called.every((mine) => mine.length > 0)).toBe(true);

  const inOrder = waiting.toSorted((a, b) => compareQueued(a, b)).map((ticket) => ticket.id);
  const calls = await readTenant(db, tenantId, (tx) => tx.all(ALL_CALLS, [tenantId]));
  expect(calls.map((call) => call.ticket_id)).toEqual(inOrder);
  recordProof(PROOF, {
    operators_count: OPERATORS,
    tickets_count: TICKETS,
    seconds: (systemEnv.now() - started) / 1_000,
  });
});
