/**
 * The ticket machine at the write door, cell by cell: every command in every state is done, with its entries and its row in
 * one transaction, or is refused with the code that the machine's table says, and then nothing is left behind.
 */
import {
  BEFORES,
  type Before,
  COMMANDS,
  type CommandInput,
  type CounterId,
  commandSchema,
  type Id,
  isActive,
  isFinal,
  newId,
  ProblemError,
  type ServiceId,
  TICKET_COMMANDS,
  TICKET_STATES,
  type TicketCommand,
  type TicketState,
  type UserId,
} from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { virtualWorld } from '@totem/testkit/virtual';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { buildTicket, putRows } from '../testing/records.ts';
import type { Person } from './context.ts';
import { runCommand } from './run.ts';

const world = virtualWorld();
const env = { ...systemEnv, now: world.env.now };
let cloud: TestCloud;
let look: Onlooker;
let admin: Person;
let counterId: CounterId;
let serviceId: ServiceId;
beforeAll(async () => {
  cloud = await testCloud({ env });
  look = await onlooker(cloud.urls);
  const { tenantId, siteId } = cloud.seed;
  admin = {
    kind: 'user',
    tenantId,
    userId: newId<'user'>(env),
    sessionId: newId<'session'>(env),
    role: 'admin',
    siteIds: [siteId],
    serviceIds: null,
  };
  counterId = (await look.rows('SELECT id FROM counter WHERE number = 1'))[0]?.id as CounterId;
  serviceId = (await look.rows(`SELECT id FROM service WHERE prefix = 'A'`))[0]?.id as ServiceId;
  await run({ type: 'counter.open', id: newId<'command'>(env), counterId });
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});
beforeEach(async () => {
  await look.rows(
    `UPDATE ticket SET state = 'canceled', reason = 'other' WHERE state IN ('waiting', 'called', 'in_service')`,
  );
});

const run = (command: CommandInput) =>
  runCommand({ db: cloud.cloud.db, env }, admin, commandSchema.parse(command));
/** What it came to: the state, or the code of the refusal. */
const outcome = async (command: CommandInput) =>
  run(command).then(
    ({ ticket }) => ticket?.state,
    (error: unknown) => {
      if (error instanceof ProblemError) return error.code;
      throw error;
    },
  );

/** A ticket in a state, called often and long ago enough for whatever the site's rules ask; in the admin's hand or nobody's. */
async function put(state: Before, holder: UserId | undefined): Promise<Id<'ticket'>> {
  if (state === 'absent') return newId<'ticket'>(env);
  const { tenantId, siteId } = cloud.seed;
  const row = buildTicket(env, { tenantId, siteId }, { state, serviceId, calls: 5 });
  const held = isActive(state) || state === 'finished';
  await putRows(look, 'ticket', [
    {
      ...row,
      code: row.id,
      operatorId: held ? (holder ?? admin.userId) : null,
      counterId: held ? counterId : null,
      calledAt: held ? row.issuedAt : null,
      waitingSince: state === 'created' ? null : row.waitingSince,
      reason: state === 'canceled' ? 'other' : null,
    },
  ]);
  world.advance(3_600_000);
  return row.id;
}
const details = (): Partial<Record<TicketCommand['type'], object>> => ({
  'ticket.hold': { reason: 'documento' },
  'ticket.reprint': { reason: 'papel rasgado' },
  'ticket.transfer': { toServiceId: serviceId, toCounterId: counterId },
  'ticket.cancel': { reason: 'other' },
});
const rowOf = async (id: string) => (await look.rows('SELECT * FROM ticket WHERE id = $1', [id]))[0];
const actionsOf = async (commandId: string) =>
  (
    await look.rows('SELECT action, user_id FROM audit_log WHERE command_id = $1 ORDER BY position', [
      commandId,
    ])
  ).map(({ action, user_id: user }) => [action, user]);

const types = (Object.keys(TICKET_COMMANDS) as TicketCommand['type'][]).filter(
  (type) => type !== 'ticket.override',
);
const cells = types.flatMap((type) => BEFORES.map((state) => ({ type, state })));

describe('at the cloud', () => {
  test.each(cells)('I-TKT-1: $type of a ticket that is $state', async ({ type, state }) => {
    const ticketId = await put(state, undefined);
    const before = await rowOf(ticketId);
    const id = newId<'command'>(env);
    const said = await outcome({ type, id, ticketId, ...details()[type] } as CommandInput);
    const cell = COMMANDS[TICKET_COMMANDS[type]][state];
    if ('refuse' in cell) {
      expect(said).toBe(cell.refuse);
      expect(await rowOf(ticketId)).toEqual(before);
      expect(await actionsOf(id)).toEqual([]);
      return;
    }
    expect(said).toBe(cell.to);
    expect(await rowOf(ticketId)).toMatchObject({ state: cell.to, conflict: null });
    const calls = type === 'ticket.call' || type === 'ticket.recall' ? ['CALL_CREATE'] : [];
    expect(await actionsOf(id)).toEqual(
      [TICKET_COMMANDS[type], ...calls].map((action) => [action, admin.userId]),
    );
  });

  const pairs = BEFORES.flatMap((from) => TICKET_STATES.map((to) => ({ from, to })));
  test.each(pairs)('I-TKT-2: an override of a ticket that is $from to $to', async ({ from, to }) => {
    const ticketId = await put(from, undefined);
    const id = newId<'command'>(env);
    const said = await outcome({ type: 'ticket.override', id, ticketId, to, reason: 'engano' });
    if (from === 'absent') {
      expect(said).toBe('ticket_not_found');
      return;
    }
    expect(said).toBe(to);
    const row = await rowOf(ticketId);
    expect(row).toMatchObject({ state: to, conflict: null });
    expect(row?.ended_at !== null).toBe(isFinal(to));
    if (isActive(to)) expect(row).toMatchObject({ operator_id: admin.userId, counter_id: counterId });
    expect(
      await look.rows('SELECT action, user_id, data FROM audit_log WHERE command_id = $1', [id]),
    ).toEqual([
      {
        action: 'TICKET_OVERRIDE',
        user_id: admin.userId,
        data: {
          from,
          to,
          reason: 'engano',
          ...(isActive(to) ? { operatorId: admin.userId, counterId } : {}),
        },
      },
    ]);
  });
});

describe('an override', () => {
  const override = (ticketId: Id<'ticket'>, to: TicketState) =>
    outcome({ type: 'ticket.override', id: newId<'command'>(env), ticketId, to, reason: 'engano' });

  test('never puts a second ticket into a hand: neither an operator’s nor the admin’s own', async () => {
    const operator = newId<'user'>(env);
    const ended = await put('finished', operator);
    const inHand = await put('called', operator);
    expect(await override(ended, 'in_service')).toBe('operator_busy');
    expect(await override(inHand, 'waiting')).toBe('waiting');
    expect(await override(ended, 'in_service')).toBe('in_service');
    expect((await rowOf(ended))?.operator_id).toBe(operator);

    await put('called', admin.userId);
    expect(await override(inHand, 'called')).toBe('operator_busy');
  });

  test('that races with the operator’s own call leaves one ticket in the hand', async () => {
    const { tenantId, siteId } = cloud.seed;
    const other = (await look.rows('SELECT id FROM counter WHERE number = 2'))[0]?.id as CounterId;
    const operator: Person = { ...admin, userId: newId<'user'>(env), role: 'operator', siteIds: [siteId] };
    const parts = { db: cloud.cloud.db, env };
    await runCommand(parts, operator, { type: 'counter.open', id: newId<'command'>(env), counterId: other });
    for (let round = 0; round < 15; round += 1) {
      const ended = await put('finished', operator.userId);
      await put('waiting', undefined);
      const said = await Promise.all([
        override(ended, 'in_service'),
        runCommand(parts, operator, { type: 'ticket.call_next', id: newId<'command'>(env) }).then(
          () => 'called',
          (error: unknown) => (error instanceof ProblemError ? error.code : String(error)),
        ),
      ]);
      expect(said.filter((one) => one === 'operator_busy')).toHaveLength(1);
      expect(
        await look.count(
          `ticket WHERE tenant_id = $1 AND operator_id = $2 AND state IN ('called', 'in_service')`,
          [tenantId, operator.userId],
        ),
      ).toBe(1);
      await look.rows(
        `UPDATE ticket SET state = 'canceled' WHERE state IN ('waiting', 'called', 'in_service')`,
      );
    }
  });
});
