/** The way of a ticket through a write door: given, called, served, sent on, held, and the times that the site's rules ask for. */
import { describe, expect, test } from 'vitest';
import type { TicketId } from '../ids/id.ts';
import type { Stage } from './door-stage.ts';

export function describeQueue(stage: () => Stage): void {
  describe('a ticket', () => {
    test('from the reception is called, started and finished, and each step is an entry', () =>
      wholeWay(stage()));
    test('is called by tier and then by arrival, and told how many come before it', () => inOrder(stage()));
    test('is called to a counter that serves it, or that is for its priority', () => whereServed(stage()));
    test('is not offered while it is held, and then keeps its place', () => held(stage()));
    test("is called again and marked absent only as the site's rules allow", () => recalled(stage()));
    test('is sent on to a service, a counter or a person that can serve it', () => sentOn(stage()));
    test('is called by one operator, however many call at once', () => atOnce(stage()));
  });
}

/** A ticket from the reception, a second after the one before. */
async function issued(stage: Stage, by: Parameters<Stage['done']>[0], over: object) {
  stage.world.advance(1_000);
  const asked = { type: 'ticket.create', ...over } as Parameters<Stage['done']>[1];
  const { ticket } = await stage.done(by, asked);
  if (ticket === undefined) throw new Error('no ticket in the answer');
  return { ...ticket, id: ticket.id as TicketId };
}

async function wholeWay(stage: Stage): Promise<void> {
  const { world } = stage;
  const { operator, counter, service } = await stage.desk();
  const priorityClassId = (await stage.priorityClass(0)).id;
  const over = { serviceId: service.id, priorityClassId, customer: { name: '  Zoë   D’Ávila ' } };
  const ticket = await issued(stage, operator, over);
  expect(ticket).toMatchObject({ state: 'waiting', peopleAhead: 0 });
  expect(ticket.code.startsWith(service.prefix)).toBe(true);
  expect(await world.privateOf(ticket.id)).toEqual({ name: 'Zoë D’Ávila' });
  const called = await stage.done(operator, { type: 'ticket.call_next' });
  expect(called.ticket).toMatchObject({ id: ticket.id, code: ticket.code, state: 'called' });
  expect((await world.entriesOf(called.commandId)).map(({ action }) => action)).toEqual([
    'TICKET_CALL',
    'CALL_CREATE',
  ]);
  await stage.done(operator, { type: 'ticket.start', ticketId: ticket.id });
  const finished = await stage.done(operator, { type: 'ticket.finish', ticketId: ticket.id });
  expect(finished.ticket).toMatchObject({ state: 'finished', serviceId: service.id });
  const [call, ...more] = await world.callsOf(ticket.id);
  expect(more).toEqual([]);
  expect(call).toMatchObject({
    code: ticket.code,
    counterId: counter.id,
    counterNumber: counter.number,
    operatorId: operator.userId,
    why: { policy: 'strict', candidates: 1, runnerUp: null },
  });
  expect(await world.ticket(ticket.id)).toMatchObject({
    state: 'finished',
    channel: 'reception',
    operatorId: operator.userId,
    counterId: counter.id,
    calls: 1,
    conflict: null,
  });
}

async function inOrder(stage: Stage): Promise<void> {
  const { operator, service } = await stage.desk();
  const [ordinary, elderly] = [await stage.priorityClass(0), await stage.priorityClass(3)];
  const first = await issued(stage, operator, { serviceId: service.id, priorityClassId: ordinary.id });
  const older = await issued(stage, operator, { serviceId: service.id, priorityClassId: elderly.id });
  const last = await issued(stage, operator, { serviceId: service.id, priorityClassId: ordinary.id });
  expect([first, older, last].map(({ peopleAhead }) => peopleAhead)).toEqual([0, 0, 2]);
  const codes: unknown[] = [];
  const numbers: number[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const { ticket } = await stage.done(operator, { type: 'ticket.call_next' });
    const ticketId = ticket?.id as TicketId;
    codes.push(ticket?.code);
    numbers.push((await stage.world.callsOf(ticketId))[0]?.number ?? 0);
    await stage.done(operator, { type: 'ticket.start', ticketId });
    await stage.done(operator, { type: 'ticket.finish', ticketId });
  }
  expect(codes).toEqual([older.code, first.code, last.code]);
  const start = numbers[0] ?? 0;
  expect(numbers).toEqual([start, start + 1, start + 2]);
  expect(await stage.ask(operator, { type: 'ticket.call_next' })).toMatchObject({ code: 'queue_empty' });
}

async function whereServed(stage: Stage): Promise<void> {
  const { operator, service } = await stage.desk();
  const other = await stage.desk();
  const narrow = await stage.operator({ serviceIds: [other.service.id] });
  const express = await stage.counter({ serviceIds: [service.id], priorityFrom: 2 });
  const waiting = await stage.ticket('waiting', { serviceId: service.id });
  expect(await stage.ask(other.operator, { type: 'ticket.call_next' })).toMatchObject({
    code: 'queue_empty',
  });
  const byHand = { type: 'ticket.call', ticketId: waiting.id } as const;
  expect(await stage.ask(other.operator, byHand)).toMatchObject({ code: 'service_not_served' });
  await stage.done(narrow, { type: 'counter.open', counterId: express.id });
  expect(await stage.ask(narrow, byHand)).toMatchObject({ code: 'service_not_served' });
  const hurried = await stage.operator();
  await stage.done(narrow, { type: 'counter.close' });
  await stage.done(hurried, { type: 'counter.open', counterId: express.id });
  expect(await stage.ask(hurried, byHand)).toMatchObject({ code: 'counter_priority_only' });
  expect(await stage.ask(hurried, { type: 'ticket.call_next' })).toMatchObject({ code: 'queue_empty' });
  expect((await stage.done(operator, byHand)).ticket).toMatchObject({ id: waiting.id, state: 'called' });
}

async function held(stage: Stage): Promise<void> {
  const { operator, service } = await stage.desk();
  const ofService = { serviceId: service.id };
  const first = await stage.ticket('waiting', ofService);
  const second = await stage.ticket('waiting', ofService);
  await stage.done(operator, { type: 'ticket.hold', ticketId: first.id, reason: 'falta um documento' });
  const refused = await stage.ask(operator, { type: 'ticket.call', ticketId: first.id });
  expect(refused).toMatchObject({ code: 'ticket_held' });
  const { ticket } = await stage.done(operator, { type: 'ticket.call_next' });
  expect(ticket).toMatchObject({ id: second.id });
  await stage.done(operator, { type: 'ticket.requeue', ticketId: second.id });
  await stage.done(operator, { type: 'ticket.release', ticketId: first.id });
  expect((await stage.done(operator, { type: 'ticket.call_next' })).ticket).toMatchObject({ id: first.id });
}

async function recalled(stage: Stage): Promise<void> {
  const { world } = stage;
  const { operator, service } = await stage.desk();
  const { id: ticketId } = await stage.ticket('waiting', { serviceId: service.id });
  await stage.done(operator, { type: 'ticket.call_next' });
  expect(await stage.ask(operator, { type: 'ticket.recall', ticketId })).toEqual({
    code: 'recall_too_soon',
    params: { seconds: 3 },
  });
  expect(await stage.ask(operator, { type: 'ticket.no_show', ticketId })).toEqual({
    code: 'no_show_too_soon',
    params: { calls: 1, seconds: 10 },
  });
  world.advance(3_000);
  await stage.done(operator, { type: 'ticket.recall', ticketId });
  world.advance(10_000);
  const { ticket } = await stage.done(operator, { type: 'ticket.no_show', ticketId });
  expect(ticket).toMatchObject({ state: 'canceled' });
  expect(await world.ticket(ticketId)).toMatchObject({ reason: 'no_show', calls: 2 });
  expect((await world.callsOf(ticketId)).map(({ why }) => why.policy)).toEqual(['strict', 'recall']);
}

async function sentOn(stage: Stage): Promise<void> {
  const [here, there] = [await stage.desk(), await stage.desk()];
  const { operator, service } = here;
  const { id: ticketId } = await stage.ticket('waiting', { serviceId: service.id });
  await stage.done(operator, { type: 'ticket.call_next' });
  const to = { toServiceId: there.service.id, toOperatorId: there.operator.userId };
  const stranger = { type: 'ticket.transfer', ticketId, toOperatorId: here.counter.id as never } as const;
  expect(await stage.ask(operator, stranger)).toMatchObject({ code: 'operator_not_found' });
  expect(
    await stage.ask(operator, { type: 'ticket.transfer', ticketId, toCounterId: there.counter.id }),
  ).toMatchObject({ code: 'service_not_served' });
  const gone = await stage.done(operator, { type: 'ticket.transfer', ticketId, ...to });
  expect(gone.ticket).toMatchObject({ state: 'waiting', serviceId: there.service.id });
  const third = await stage.operator();
  const beside = await stage.counter({ serviceIds: [there.service.id] });
  await stage.done(third, { type: 'counter.open', counterId: beside.id });
  expect(await stage.ask(third, { type: 'ticket.call', ticketId })).toMatchObject({
    code: 'ticket_addressed',
  });
  expect((await stage.done(there.operator, { type: 'ticket.call_next' })).ticket).toMatchObject({
    id: ticketId,
  });
}

async function atOnce(stage: Stage): Promise<void> {
  const { service, operator } = await stage.desk();
  const others = await Promise.all(
    [1, 2, 3].map(async () => {
      const person = await stage.operator();
      const { id: counterId } = await stage.counter({ serviceIds: [service.id] });
      await stage.done(person, { type: 'counter.open', counterId });
      return person;
    }),
  );
  for (let made = 0; made < 3; made += 1) await stage.ticket('waiting', { serviceId: service.id });
  const said = await Promise.all(
    [operator, ...others].map((person) => stage.ask(person, { type: 'ticket.call_next' })),
  );
  const called = said.flatMap(({ done }) => (done?.ticket === undefined ? [] : [done.ticket.id]));
  expect(new Set(called).size).toBe(3);
  expect(said.filter(({ code }) => code === 'queue_empty')).toHaveLength(1);
}
