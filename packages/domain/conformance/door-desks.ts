/** Operators at counters, pauses, and what every command keeps to at a write door: who may ask, and once. */
import { describe, expect, test } from 'vitest';
import { newId } from '../ids/id.ts';
import type { Ask, Stage } from './door-stage.ts';

export function describeDesks(stage: () => Stage): void {
  describe('a counter', () => {
    test("is one operator's; who moves on leaves the first", () => moved(stage()));
    test('is not left with a ticket in hand', () => notLeft(stage()));
    test('is not there for those who do not work at its site, or when it is closed', () => notThere(stage()));
  });
  describe('an operator', () => {
    test('who has paused calls nobody, and then calls again', () => paused(stage()));
    test('has one ticket at a time', () => oneAtATime(stage()));
    test("does not act on another's ticket", () => anothers(stage()));
  });
}

export function describeCommands(stage: () => Stage): void {
  describe('a command', () => {
    test('repeated with its id gets its answer again and has one effect', () => repeated(stage()));
    test('that was refused is refused again, also when it could be done by now', () => refusedAgain(stage()));
    test('whose id is used again by someone else, or for something else, is refused', () => reused(stage()));
    test('is for people of the queue', () => forbidden(stage()));
  });
}

async function moved(stage: Stage): Promise<void> {
  const { world } = stage;
  const [first, second] = [await stage.counter(), await stage.counter()];
  const [one, other] = [await stage.operator(), await stage.operator()];
  const opened = await stage.done(one, { type: 'counter.open', counterId: first.id });
  expect(opened.counterId).toBe(first.id);
  const again = await stage.done(one, { type: 'counter.open', counterId: first.id });
  expect(await world.entriesOf(again.commandId)).toEqual([]);
  expect(await stage.ask(other, { type: 'counter.open', counterId: first.id })).toEqual({
    code: 'counter_taken',
    params: { number: first.number },
  });
  const moving = await stage.done(one, { type: 'counter.open', counterId: second.id });
  expect((await world.entriesOf(moving.commandId)).map(({ action }) => action)).toEqual([
    'OPERATOR_SESSION_CLOSE',
    'OPERATOR_SESSION_OPEN',
  ]);
  await stage.done(other, { type: 'counter.open', counterId: first.id });
  expect(await world.openSessionsOf(one.userId)).toMatchObject([{ counterId: second.id }]);
  expect(await world.openSessionsOf(other.userId)).toMatchObject([{ counterId: first.id }]);
  await stage.done(one, { type: 'counter.close' });
  await stage.done(one, { type: 'counter.close' });
  expect(await world.openSessionsOf(one.userId)).toEqual([]);
}

async function notLeft(stage: Stage): Promise<void> {
  const { operator, service } = await stage.desk();
  const { id: counterId } = await stage.counter();
  const { code } = await stage.ticket('waiting', { serviceId: service.id });
  await stage.done(operator, { type: 'ticket.call_next' });
  for (const ask of [{ type: 'counter.close' }, { type: 'counter.open', counterId }] satisfies Ask[])
    expect(await stage.ask(operator, ask)).toEqual({ code: 'operator_busy', params: { code } });
}

async function notThere(stage: Stage): Promise<void> {
  const { env } = stage.world;
  const closed = await stage.counter({ active: false });
  const open = await stage.counter();
  const operator = await stage.operator();
  const stranger = await stage.operator({ siteIds: [newId<'site'>(env)] });
  const asks = [
    [operator, newId<'counter'>(env)],
    [operator, closed.id],
    [stranger, open.id],
  ] as const;
  for (const [person, counterId] of asks)
    expect(await stage.ask(person, { type: 'counter.open', counterId })).toMatchObject({
      code: 'counter_not_found',
    });
  expect(await stage.ask(operator, { type: 'ticket.call_next' })).toMatchObject({ code: 'no_counter' });
  const ticket = await stage.ticket('waiting', {});
  expect(
    await stage.ask(stranger, { type: 'ticket.cancel', ticketId: ticket.id, reason: 'other' }),
  ).toMatchObject({
    code: 'ticket_not_found',
  });
}

async function paused(stage: Stage): Promise<void> {
  const { world } = stage;
  const { operator, counter, service } = await stage.desk();
  const { id: ticketId } = await stage.ticket('waiting', { serviceId: service.id });
  const resting = await stage.done(operator, { type: 'operator.pause', reason: '  café  ' });
  expect(resting.counterId).toBe(counter.id);
  expect(await world.openSessionsOf(operator.userId)).toMatchObject([{ pausedReason: 'café' }]);
  for (const ask of [{ type: 'ticket.call_next' }, { type: 'ticket.call', ticketId }] satisfies Ask[])
    expect(await stage.ask(operator, ask)).toMatchObject({ code: 'operator_paused' });
  await stage.done(operator, { type: 'operator.resume' });
  expect(await world.openSessionsOf(operator.userId)).toMatchObject([{ pausedReason: null }]);
  await stage.done(operator, { type: 'ticket.call_next' });
  expect(await stage.ask(operator, { type: 'operator.pause', reason: 'almoço' })).toMatchObject({
    code: 'operator_busy',
  });
  expect(await stage.ask(await stage.operator(), { type: 'operator.resume' })).toMatchObject({
    code: 'no_counter',
  });
}

async function oneAtATime(stage: Stage): Promise<void> {
  const { operator, service } = await stage.desk();
  const [first, second] = [
    await stage.ticket('waiting', { serviceId: service.id }),
    await stage.ticket('waiting', { serviceId: service.id }),
  ];
  await stage.done(operator, { type: 'ticket.call_next' });
  for (const ask of [
    { type: 'ticket.call_next' },
    { type: 'ticket.call', ticketId: second.id },
  ] satisfies Ask[])
    expect(await stage.ask(operator, ask)).toEqual({ code: 'operator_busy', params: { code: first.code } });
}

async function anothers(stage: Stage): Promise<void> {
  const [mine, other] = [await stage.desk(), await stage.desk()];
  const { id: ticketId } = await stage.ticket('waiting', { serviceId: mine.service.id });
  await stage.done(mine.operator, { type: 'ticket.call_next' });
  for (const type of ['ticket.start', 'ticket.recall', 'ticket.requeue', 'ticket.no_show'] as const)
    expect(await stage.ask(other.operator, { type, ticketId })).toMatchObject({ code: 'ticket_taken' });
}

async function repeated(stage: Stage): Promise<void> {
  const { world } = stage;
  const { operator, service } = await stage.desk();
  const { id: ticketId } = await stage.ticket('waiting', { serviceId: service.id });
  const ask: Ask = { type: 'ticket.call_next', id: newId<'command'>(world.env) };
  const first = await stage.done(operator, ask);
  for (const again of await Promise.all([1, 2, 3].map(() => stage.done(operator, ask))))
    expect(again).toEqual(first);
  expect(await world.callsOf(ticketId)).toHaveLength(1);
}

async function refusedAgain(stage: Stage): Promise<void> {
  const { world } = stage;
  const { operator, service } = await stage.desk();
  const ask: Ask = { type: 'ticket.call_next', id: newId<'command'>(world.env) };
  const first = await stage.ask(operator, ask);
  expect(first.code).toBe('queue_empty');
  await stage.ticket('waiting', { serviceId: service.id });
  expect(await stage.ask(operator, ask)).toEqual(first);
  expect((await stage.done(operator, { type: 'ticket.call_next' })).ticket?.state).toBe('called');
}

async function reused(stage: Stage): Promise<void> {
  const { world } = stage;
  const { operator } = await stage.desk();
  const id = newId<'command'>(world.env);
  await stage.done(operator, { type: 'operator.pause', reason: 'café', id });
  const other = await stage.operator();
  for (const [person, reason] of [
    [operator, 'almoço'],
    [other, 'café'],
  ] as const)
    expect(await stage.ask(person, { type: 'operator.pause', reason, id })).toMatchObject({
      code: 'command_id_reused',
    });
}

async function forbidden(stage: Stage): Promise<void> {
  const technician = await stage.operator({ role: 'technician' });
  for (const ask of [
    { type: 'ticket.call_next' },
    { type: 'counter.close' },
    { type: 'operator.resume' },
  ] satisfies Ask[])
    expect(await stage.ask(technician, ask)).toMatchObject({ code: 'forbidden' });
}
