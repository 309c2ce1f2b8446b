/**
 * Fifty operators serve one queue at once, each pressing twice: nobody gets another's ticket, nobody ever has two, and what
 * somebody is sent is theirs alone. Looked at afterwards in the ledger, in the order of its positions.
 */
import {
  type CommandInput,
  type CounterId,
  commandSchema,
  newId,
  ProblemError,
  type TicketId,
  type UserId,
} from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { proof, recordProof } from '@totem/testkit/proof';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { buildTicket, putRows } from '../testing/records.ts';
import type { Person } from './context.ts';
import { runCommand } from './run.ts';

const PROOF = 'cloud/fifty operators call each ticket once';
const TICKETS = proof(PROOF, { share: 80, full: 5_000, unit: 'tickets' });
const OPERATORS = 50;
/** One ticket in so many is sent on to a colleague before it is served: it is called once more, by that one alone. */
const SENT_ON_EVERY = 10;

let cloud: TestCloud;
let look: Onlooker;
beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

interface Operator extends Person {
  readonly counterId: CounterId;
}

/** People as they are in the database, since a ticket is sent on only to somebody who is there. */
async function hire(): Promise<Operator[]> {
  const { tenantId, siteId } = cloud.seed;
  const operators = Array.from({ length: OPERATORS }, (_, index): Operator & { index: number } => ({
    kind: 'user',
    tenantId,
    userId: newId<'user'>(systemEnv),
    sessionId: newId<'session'>(systemEnv),
    role: 'operator',
    siteIds: [siteId],
    serviceIds: null,
    counterId: newId<'counter'>(systemEnv),
    index,
  }));
  for (const { userId, counterId, index } of operators) {
    await look.rows(
      `INSERT INTO app_user (tenant_id, id, created_at, username, full_name, hashed_password, role)
       VALUES ($1, $2, now(), $3, 'x', 'x', 'operator')`,
      [tenantId, userId, `operator-${index}`],
    );
    await look.rows('INSERT INTO user_site (tenant_id, user_id, site_id) VALUES ($1, $2, $3)', [
      tenantId,
      userId,
      siteId,
    ]);
    await look.rows(
      `INSERT INTO counter (tenant_id, id, created_at, site_id, name, number, active) VALUES ($1, $2, now(), $3, 'x', $4, true)`,
      [tenantId, counterId, siteId, 100 + index],
    );
  }
  return operators;
}

const id = () => newId<'command'>(systemEnv);
/** The ticket, or the code of the refusal. */
const ask = (person: Operator, command: CommandInput): Promise<TicketId | string> =>
  runCommand({ db: cloud.cloud.db, env: systemEnv }, person, commandSchema.parse(command)).then(
    ({ ticket }) => ticket?.id ?? 'done',
    (error: unknown) => {
      if (error instanceof ProblemError) return error.code;
      throw error;
    },
  );

/** Calls until nobody waits, pressing twice each time. @returns how many second presses were refused. */
async function work(person: Operator, colleague: Operator, turnOf: () => number): Promise<number> {
  let refused = 0;
  for (;;) {
    const pressed = await Promise.all([1, 2].map(() => ask(person, { type: 'ticket.call_next', id: id() })));
    const called = pressed.filter((one) => one !== 'operator_busy' && one !== 'queue_empty') as TicketId[];
    refused += pressed.filter((one) => one === 'operator_busy').length;
    const [ticketId, second] = called;
    expect(second).toBeUndefined();
    if (ticketId === undefined) return refused;
    if (turnOf() % SENT_ON_EVERY === 0) {
      const to = { toOperatorId: colleague.userId, toCounterId: colleague.counterId };
      expect(await ask(person, { type: 'ticket.transfer', id: id(), ticketId, ...to })).toBe(ticketId);
      continue;
    }
    expect(await ask(person, { type: 'ticket.start', id: id(), ticketId })).toBe(ticketId);
    expect(await ask(person, { type: 'ticket.finish', id: id(), ticketId })).toBe(ticketId);
  }
}

test(`${OPERATORS} operators call each ticket once, and each has one at a time`, async () => {
  const { tenantId, siteId } = cloud.seed;
  const place = { tenantId, siteId };
  const rows = Array.from({ length: TICKETS }, (_, number) => {
    const row = buildTicket(systemEnv, place, { priority: number % 4 });
    return { ...row, code: row.id };
  });
  await putRows(look, 'ticket', rows);
  const operators = await hire();
  for (const person of operators)
    expect(await ask(person, { type: 'counter.open', id: id(), counterId: person.counterId })).toBe('done');

  let turns = 0;
  const turnOf = () => {
    turns += 1;
    return turns <= TICKETS ? turns : 1;
  };
  const started = systemEnv.now();
  const workAll = async () => {
    const refusals = await Promise.all(
      operators.map((person, index) => work(person, operators[(index + 1) % OPERATORS] ?? person, turnOf)),
    );
    return refusals.reduce((sum, count) => sum + count, 0);
  };
  const first = await workAll();
  // Whoever had gone home when a colleague sent them somebody comes back for them.
  const refused = first + (await workAll());
  const seconds = (systemEnv.now() - started) / 1_000;

  expect(await look.count(`ticket WHERE state = 'finished'`)).toBe(TICKETS);
  const { calls, sentOn } = await replayed();
  expect(calls).toBe(TICKETS + sentOn);
  expect(sentOn).toBeGreaterThan(0);
  recordProof(PROOF, {
    operators_count: OPERATORS,
    tickets_count: TICKETS,
    sent_on_count: sentOn,
    refused_second_presses_count: refused,
    seconds,
  });
});

/** Goes through the ledger: who had which ticket, from entry to entry. */
async function replayed(): Promise<{ calls: number; sentOn: number }> {
  const entries = await look.rows(
    `SELECT action, entity_id, data FROM audit_log WHERE entity = 'ticket' ORDER BY position`,
  );
  const inHandOf = new Map<UserId, unknown>();
  const sentTo = new Map<unknown, UserId>();
  let calls = 0;
  let sentOn = 0;
  for (const { action, entity_id: ticket, data } of entries) {
    const { operatorId, toOperatorId } = data as { operatorId: UserId; toOperatorId?: UserId };
    switch (action) {
      case 'TICKET_CALL':
        calls += 1;
        expect(inHandOf.has(operatorId)).toBe(false);
        expect([...inHandOf.values()]).not.toContain(ticket);
        expect(sentTo.get(ticket) ?? operatorId).toBe(operatorId);
        inHandOf.set(operatorId, ticket);
        break;
      case 'TICKET_TRANSFER':
      case 'TICKET_FINISH':
        expect(inHandOf.get(operatorId)).toBe(ticket);
        inHandOf.delete(operatorId);
        if (toOperatorId === undefined) break;
        sentOn += 1;
        sentTo.set(ticket, toOperatorId);
        break;
      default:
        expect(action).toBe('TICKET_START');
    }
  }
  expect(inHandOf.size).toBe(0);
  return { calls, sentOn };
}
