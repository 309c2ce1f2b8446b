/**
 * The strict side, cell by cell: with everything else in order, a command in a state does what the machine says, or is refused
 * with the machine's own code.
 */
import { describe, expect, it } from 'vitest';
import { TICKET_COMMANDS, type TicketCommand } from '../command/command.ts';
import { buildCounter, refusedWith, testDesk } from '../testing/desk.ts';
import { COMMANDS, isActive, TICKET_STATES } from './machine.ts';

const desk = testDesk();
const types = Object.keys(TICKET_COMMANDS) as TicketCommand['type'][];
const cells = types.flatMap((type) => TICKET_STATES.map((state) => ({ type, state })));

/** What each command needs besides the ticket. */
const details: Partial<Record<TicketCommand['type'], object>> = {
  'ticket.hold': { reason: 'documento' },
  'ticket.reprint': { reason: 'papel rasgado' },
  'ticket.transfer': { toServiceId: desk.service.id },
  'ticket.cancel': { reason: 'other' },
  'ticket.override': { to: 'waiting', reason: 'engano' },
};

describe('every command in every state', () => {
  it.each(cells)('I-TKT-1: $type of a ticket that is $state', ({ type, state }) => {
    // Called often and long ago enough for whatever the site's rules ask.
    const row = { ...desk.inState(state), calls: 5 };
    desk.world.advance(3_600_000);
    const decision = desk.act(row, type, details[type], { targetService: desk.service });
    const cell = COMMANDS[TICKET_COMMANDS[type]][state];
    if ('refuse' in cell) {
      expect(refusedWith(decision)).toBe(cell.refuse);
      return;
    }
    const after = desk.done(row, decision);
    expect(after.state).toBe(cell.to === 'chosen' ? 'waiting' : cell.to);
    expect(after.conflict).toBeNull();
    if (isActive(after.state)) expect(after.operatorId).toBe(desk.operator);
    if (after.state === 'waiting') expect(after.operatorId).toBeNull();
  });

  it.each(types)('I-TKT-1: %s of no ticket', (type) => {
    expect(refusedWith(desk.act(undefined, type, details[type]))).toBe('ticket_not_found');
  });
});

describe('sending on', () => {
  const elsewhere = buildCounter(desk.site, { id: desk.counter.id.replace(/^./, 'f') as never, number: 9 });
  const colleague = {
    id: desk.operator.replace(/^./, 'f') as never,
    serves: true,
    siteIds: null,
    serviceIds: null,
  };
  const send = (over: object, context: Parameters<typeof desk.act>[3]) =>
    desk.act(desk.called(), 'ticket.transfer', over, context);

  it('to a counter keeps code, service and arrival, and says where alone it is called', () => {
    const row = desk.called();
    desk.world.advance(60_000);
    const sent = desk.done(
      row,
      desk.act(row, 'ticket.transfer', { toCounterId: elsewhere.id }, { targetCounter: elsewhere }),
    );
    expect(sent).toMatchObject({
      state: 'waiting',
      code: row.code,
      serviceId: row.serviceId,
      waitingSince: row.waitingSince,
      priceCents: row.priceCents,
      addressedCounterId: elsewhere.id,
      addressedOperatorId: null,
      operatorId: null,
    });
    expect(sent.stageSince > row.stageSince).toBe(true);
    expect(refusedWith(desk.act(sent, 'ticket.call'))).toBe('ticket_addressed');
    const there = {
      operatorId: desk.operator,
      counterId: elsewhere.id,
      serviceIds: null,
      priorityFrom: null,
    };
    const called = desk.done(sent, desk.act(sent, 'ticket.call', {}, { counter: elsewhere, place: there }));
    expect(called).toMatchObject({ state: 'called', counterId: elsewhere.id });
    // Who does not come back in time is still theirs.
    desk.world.advance(60_000);
    expect(desk.done(called, desk.act(called, 'ticket.requeue'))).toMatchObject({
      addressedCounterId: elsewhere.id,
    });
  });

  it('to a person, or once more to a service, replaces the addressee', () => {
    const row = desk.called();
    const mine = { toOperatorId: desk.operator };
    const me = { ...colleague, id: desk.operator };
    const sent = desk.done(row, desk.act(row, 'ticket.transfer', mine, { targetOperator: me }));
    expect(sent).toMatchObject({ addressedOperatorId: desk.operator, addressedCounterId: null });
    const again = desk.done(sent, desk.act(sent, 'ticket.call'));
    const to = { toServiceId: desk.service.id };
    const free = desk.done(again, desk.act(again, 'ticket.transfer', to, { targetService: desk.service }));
    expect(free).toMatchObject({ addressedOperatorId: null, addressedCounterId: null });
  });

  it("goes to the end where the site's rules say so", () => {
    const strict = testDesk();
    const row = strict.called();
    strict.world.advance(60_000);
    const { queueRules } = strict.site;
    const site = { ...strict.site, queueRules: { ...queueRules, transferPlace: 'end' as const } };
    const to = { toServiceId: strict.service.id };
    const context = { site, targetService: strict.service };
    const sent = strict.done(row, strict.act(row, 'ticket.transfer', to, context));
    expect(sent.waitingSince).toBe(sent.stageSince);
  });

  it.each([
    [
      'a service that was removed',
      { toServiceId: desk.service.id },
      { targetService: { ...desk.service, deletedAt: '2026-01-01T00:00:00.000Z' } },
      'service_not_found',
    ],
    [
      'a service that is switched off',
      { toServiceId: desk.service.id },
      { targetService: { ...desk.service, active: false } },
      'service_not_found',
    ],
    [
      'a service of another site',
      { toServiceId: desk.service.id },
      { targetService: { ...desk.service, siteIds: [elsewhere.id] } },
      'service_not_here',
    ],
    ['no counter that there is', { toCounterId: elsewhere.id }, {}, 'counter_not_found'],
    [
      'a counter of another site',
      { toCounterId: elsewhere.id },
      { targetCounter: { ...elsewhere, siteId: elsewhere.id as never } },
      'counter_not_found',
    ],
    [
      'a counter that is closed for good',
      { toCounterId: elsewhere.id },
      { targetCounter: { ...elsewhere, active: false } },
      'counter_not_found',
    ],
    [
      'a counter that does not serve it',
      { toCounterId: elsewhere.id },
      { targetCounter: { ...elsewhere, serviceIds: [] } },
      'service_not_served',
    ],
    [
      'a counter for priority alone',
      { toCounterId: elsewhere.id },
      { targetCounter: { ...elsewhere, priorityFrom: 1 } },
      'counter_priority_only',
    ],
    ['nobody', { toOperatorId: colleague.id }, {}, 'operator_not_found'],
    [
      'somebody who has left',
      { toOperatorId: colleague.id },
      { targetOperator: { ...colleague, serves: false } },
      'operator_not_found',
    ],
    [
      'somebody of another site',
      { toOperatorId: colleague.id },
      { targetOperator: { ...colleague, siteIds: [] } },
      'operator_not_found',
    ],
    [
      'somebody who does not serve it',
      { toOperatorId: colleague.id },
      { targetOperator: { ...colleague, serviceIds: [] } },
      'service_not_served',
    ],
  ] as const)('to %s is refused', (_, over, context, code) => {
    expect(refusedWith(send(over, context as Parameters<typeof desk.act>[3]))).toBe(code);
  });
});

describe("an admin's hand", () => {
  const override = (
    row: Parameters<typeof desk.act>[0],
    to: string,
    context: Parameters<typeof desk.act>[3] = {},
  ) => desk.act(row, 'ticket.override', { to, reason: 'engano' }, context);
  const pairs = TICKET_STATES.flatMap((from) => TICKET_STATES.map((to) => ({ from, to })));

  it.each(pairs)('puts what is $from to $to, with before, after and why', ({ from, to }) => {
    const row = desk.inState(from);
    const decision = override(row, to);
    expect(decision).toMatchObject({ ok: true, drafts: [{ data: { from, to, reason: 'engano' } }] });
    const after = desk.done(row, decision);
    expect(after).toMatchObject({ state: to, conflict: null });
    expect(after.operatorId !== null && after.counterId !== null).toBe(
      isActive(to) || (to !== 'waiting' && to !== 'created' && row.operatorId !== null),
    );
    expect(after.endedAt === null).toBe(!['finished', 'canceled', 'expired'].includes(to));
    expect(after.reason === null).toBe(to !== 'canceled');
    if (to === 'waiting') expect(after.waitingSince).toBe(row.waitingSince ?? after.stageSince);
    // And from there the queue goes on by its own rules.
    if (to === 'waiting') expect(desk.done(after, desk.act(after, 'ticket.call')).state).toBe('called');
    if (to === 'called') expect(desk.done(after, desk.act(after, 'ticket.start')).state).toBe('in_service');
    if (to === 'in_service')
      expect(desk.done(after, desk.act(after, 'ticket.finish')).state).toBe('finished');
  });

  it.each([
    [
      'without a reason',
      () => desk.act(desk.issued(), 'ticket.override', { to: 'finished', reason: ' ' }),
      'text_empty',
    ],
    [
      'into the hand of nobody',
      () => override(desk.issued(), 'called', { counter: undefined }),
      'no_counter',
    ],
    [
      "into the admin's own hand, which is full",
      () => override(desk.issued(), 'called', { inHand: { id: desk.issued().id, code: 'A001' } }),
      'operator_busy',
    ],
    [
      "into another's hand, which is full",
      () =>
        override({ ...desk.inState('finished'), operatorId: desk.counter.id as never }, 'in_service', {
          inHandOfHolder: { code: 'A001' },
        }),
      'operator_busy',
    ],
  ] as const)('puts nothing %s', (_, decide, code) => {
    expect(refusedWith(decide())).toBe(code);
  });
});

describe('calling', () => {
  it.each([
    ['while on a break', {}, { isPaused: true }, 'operator_paused'],
    ['what is on hold', { heldReason: 'documento' }, {}, 'ticket_held'],
    ['what is sent on elsewhere', { addressedCounterId: desk.operator as never }, {}, 'ticket_addressed'],
  ] as const)('%s is refused', (_, over, context, code) => {
    expect(refusedWith(desk.act({ ...desk.issued(), ...over }, 'ticket.call', {}, context))).toBe(code);
  });
});

describe('a daily quota', () => {
  it.each([
    [9, 'done'],
    [10, 'quota_reached'],
    [11, 'quota_reached'],
  ])('of 10, with %i given: %s', (issued, outcome) => {
    const service = { ...desk.service, dailyQuota: 10 };
    expect(refusedWith(desk.issue({}, { service, issuedOn: () => issued }))).toBe(outcome);
  });
});
