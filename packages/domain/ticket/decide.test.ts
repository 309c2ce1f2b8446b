/** The strict side: what is decided is what the machine allows, and what is decided can be applied. */
import { buildOrigin, buildPriorityClass, buildService, buildSite } from '@totem/testkit/builders';
import { virtualWorld } from '@totem/testkit/virtual';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Command, commandSchema, type TicketCommand } from '../command/command.ts';
import { newId } from '../ids/id.ts';
import { fold } from '../ledger/fold.ts';
import { cents } from '../money/money.ts';
import type { TicketRow } from '../rows/tables.ts';
import type { ActContext } from './context.ts';
import { decideTicket } from './decide.ts';
import type { Decision } from './decision.ts';
import { decideIssue, type IssueContext } from './issue.ts';

let world = virtualWorld();
let site = buildSite(world.env);
const service = () => buildService(world.env, { tenantId: site.tenantId });
let origin = buildOrigin(world.env, site.tenantId);
const operator = newId<'user'>(world.env);
const other = newId<'user'>(world.env);
const counter = { id: newId<'counter'>(world.env), number: 3 };

beforeEach(() => {
  world = virtualWorld();
  site = buildSite(world.env);
  origin = buildOrigin(world.env, site.tenantId);
});

const issueContext = (over: Partial<IssueContext> = {}): IssueContext => ({
  site,
  service: service(),
  priorityClass: buildPriorityClass(world.env),
  lane: '1',
  channel: 'totem',
  userId: null,
  canCharge: false,
  lastBusinessDay: undefined,
  issuedOn: () => 0,
  nextNumber: () => 7,
  ...over,
});
const issueCommand = (over: object = {}): Extract<Command, { type: 'ticket.create' }> => {
  const parsed = commandSchema.parse({
    type: 'ticket.create',
    id: newId(world.env),
    serviceId: newId(world.env),
    priorityClassId: newId(world.env),
    ...over,
  });
  if (parsed.type !== 'ticket.create') throw new Error('not an issue');
  return parsed;
};
const actContext = (over: Partial<ActContext> = {}): ActContext => ({
  site,
  userId: operator,
  counter,
  place: { operatorId: operator, counterId: counter.id, serviceIds: null, priorityFrom: null },
  isPaused: false,
  inHand: undefined,
  inHandOfHolder: undefined,
  targetService: undefined,
  targetCounter: undefined,
  targetOperator: undefined,
  totemLanes: ['1'],
  why: { policy: 'strict', policyVersion: 1, candidates: 1, runnerUp: null },
  nextCallNumber: () => 1,
  ...over,
});

/** Writes a decision down and applies it. */
function done(row: TicketRow | undefined, decision: Decision): TicketRow {
  if (!decision.ok) throw new Error(`refused: ${decision.refusal.code}`);
  const entries = origin.write(decision.drafts).map(({ entry }) => entry);
  const next = fold(
    'ticket',
    row,
    [],
    entries.filter((entry) => entry.entity === 'ticket'),
  ).row;
  if (next === undefined) throw new Error('no row');
  return next;
}
const refusedWith = (decision: Decision) => (decision.ok ? 'done' : decision.refusal.code);
const act = (
  row: TicketRow | undefined,
  type: TicketCommand['type'],
  over: object = {},
  context = actContext(),
) =>
  decideTicket(
    world.env,
    row,
    commandSchema.parse({
      type,
      id: newId(world.env),
      ticketId: row?.id ?? newId(world.env),
      ...over,
    }) as TicketCommand,
    context,
  );
const issued = () => done(undefined, decideIssue(world.env, issueCommand(), issueContext()));
const called = () => done(issued(), act(issued(), 'ticket.call'));

describe('issuing', () => {
  it('gives a waiting ticket with its code, its day and its priority', () => {
    const row = done(
      undefined,
      decideIssue(
        world.env,
        issueCommand(),
        issueContext({ lane: '2', priorityClass: buildPriorityClass(world.env, { tier: 2 }) }),
      ),
    );
    expect(row).toMatchObject({
      code: 'A2-007',
      state: 'waiting',
      businessDay: '2026-11-23',
      priority: 2,
      calls: 0,
    });
    expect(row.waitingSince).toBe(row.issuedAt);
  });

  it.each([
    ['no catalogue yet', { site: undefined }, 'not_ready'],
    ['an unknown service', { service: undefined }, 'service_not_found'],
    ['an unknown priority', { priorityClass: undefined }, 'priority_class_not_found'],
  ] as const)('is refused for %s', (_, over, code) => {
    expect(refusedWith(decideIssue(world.env, issueCommand(), issueContext(over)))).toBe(code);
  });

  it.each([
    ['an inactive service', { active: false }, 'service_closed'],
    ['a service outside its hours', { openingHours: { '2': [['08:00', '18:00']] } }, 'service_closed'],
    ['a deleted service', { deletedAt: '2026-01-01T00:00:00.000Z' }, 'service_not_found'],
    ['a service of another site', { siteIds: [newId<'site'>(world.env)] }, 'service_not_here'],
    [
      'a service that is paid first',
      { paymentPolicy: 'before_queue', priceCents: cents(500) },
      'payment_unavailable',
    ],
  ] as const)('is refused for %s, and no number is drawn', (_, over, code) => {
    const context = issueContext({
      service: buildService(world.env, over as Partial<Parameters<typeof buildService>[1]>),
      nextNumber: () => {
        throw new Error('a number was drawn');
      },
    });
    expect(refusedWith(decideIssue(world.env, issueCommand(), context))).toBe(code);
  });

  it('what is paid first waits for its payment where one can be taken, and what costs nothing does not', () => {
    const stateAt = (priceCents: number) => {
      const service = buildService(world.env, {
        paymentPolicy: 'before_queue',
        priceCents: cents(priceCents),
      });
      const context = issueContext({ service, canCharge: true });
      return done(undefined, decideIssue(world.env, issueCommand(), context));
    };
    expect(stateAt(500)).toMatchObject({ state: 'created', priceCents: 500, waitingSince: null });
    expect(stateAt(0)).toMatchObject({ state: 'waiting' });
  });

  it('no ticket is given at another price than the customer has agreed to', () => {
    const service = buildService(world.env, { priceCents: cents(500) });
    const at = (priceCents: number) =>
      refusedWith(decideIssue(world.env, issueCommand({ priceCents }), issueContext({ service })));
    expect(at(500)).toBe('done');
    expect(at(499)).toBe('price_changed');
  });

  it('a name is cleaned and kept beside the chain; a name of 10,000 letters is refused', () => {
    const named = decideIssue(
      world.env,
      issueCommand({ customer: { name: ' Zé\u001b@\u0000 da Silva ' } }),
      issueContext(),
    );
    expect(named).toMatchObject({ ok: true, drafts: [{ private: { name: 'Zé@ da Silva' } }] });
    const long = decideIssue(
      world.env,
      issueCommand({ customer: { name: 'a'.repeat(10_000) } }),
      issueContext(),
    );
    expect(refusedWith(long)).toBe('text_too_long');
  });
});

describe('acting on a ticket', () => {
  it('call, start and finish, by the operator who called', () => {
    const inService = done(called(), act(called(), 'ticket.start'));
    expect(inService).toMatchObject({ state: 'in_service', operatorId: operator, counterId: counter.id });
    expect(done(inService, act(inService, 'ticket.finish'))).toMatchObject({ state: 'finished' });
  });

  it('an operator who has changed counters calls again to where they are now', () => {
    const row = called();
    world.advance(60_000);
    const elsewhere = { id: newId<'counter'>(world.env), number: 5 };
    const again = act(row, 'ticket.recall', {}, actContext({ counter: elsewhere }));
    expect(done(row, again)).toMatchObject({
      state: 'called',
      counterId: elsewhere.id,
      calls: 2,
      conflict: null,
    });
  });

  it('a call writes the call too, with everything that the display shows', () => {
    const decision = act(issued(), 'ticket.call');
    expect(decision).toMatchObject({
      ok: true,
      drafts: [
        { action: 'TICKET_CALL' },
        { action: 'CALL_CREATE', data: { code: 'A007', counterNumber: 3, number: 1 } },
      ],
    });
  });

  it.each([
    ['a ticket that is not there', () => act(undefined, 'ticket.call'), 'ticket_not_found'],
    [
      'a ticket of another site',
      () => act({ ...issued(), siteId: newId<'site'>(world.env) }, 'ticket.call'),
      'ticket_not_found',
    ],
    [
      'calling without a counter',
      () => act(issued(), 'ticket.call', {}, actContext({ counter: undefined })),
      'no_counter',
    ],
    [
      'calling with another in hand',
      () => act(issued(), 'ticket.call', {}, actContext({ inHand: { id: issued().id, code: 'A001' } })),
      'operator_busy',
    ],
    [
      'starting what another called',
      () => act(called(), 'ticket.start', {}, actContext({ userId: other })),
      'ticket_taken',
    ],
    [
      'canceling what another called',
      () => act(called(), 'ticket.cancel', { reason: 'other' }, actContext({ userId: other })),
      'ticket_taken',
    ],
    ['finishing what was not started', () => act(called(), 'ticket.finish'), 'ticket_state'],
    ['a recall at once', () => act(called(), 'ticket.recall'), 'recall_too_soon'],
    ['a no-show after one call', () => act(called(), 'ticket.no_show'), 'no_show_too_soon'],
    [
      'a transfer to nowhere',
      () => act(called(), 'ticket.transfer', { toServiceId: newId(world.env) }),
      'service_not_found',
    ],
    ['a hold without a reason', () => act(issued(), 'ticket.hold', { reason: ' \u200b' }), 'text_empty'],
  ])('%s is refused', (_, decide, code) => {
    expect(refusedWith(decide())).toBe(code);
  });

  it('a no-show needs its calls and its seconds', () => {
    let row = called();
    world.advance(10_000);
    row = done(row, act(row, 'ticket.recall'));
    expect(refusedWith(act(row, 'ticket.no_show'))).toBe('no_show_too_soon');
    world.advance(10_000);
    expect(done(row, act(row, 'ticket.no_show'))).toMatchObject({ state: 'canceled', reason: 'no_show' });
  });

  it('returning keeps the place, and a transfer keeps the arrival and starts a new stage', () => {
    const before = called();
    world.advance(60_000);
    const back = done(before, act(before, 'ticket.requeue'));
    expect(back).toMatchObject({
      state: 'waiting',
      waitingSince: before.waitingSince,
      operatorId: null,
      calls: 0,
    });
    const target = service();
    const moved = done(
      before,
      act(before, 'ticket.transfer', { toServiceId: target.id }, actContext({ targetService: target })),
    );
    expect(moved).toMatchObject({
      state: 'waiting',
      serviceId: target.id,
      code: before.code,
      waitingSince: before.waitingSince,
    });
    expect(moved.stageSince > before.stageSince).toBe(true);
  });

  it('what ended is refused by its own code', () => {
    const ended = done(issued(), act(issued(), 'ticket.cancel', { reason: 'customer_left' }));
    expect(refusedWith(act(ended, 'ticket.call'))).toBe('ticket_ended');
  });
});
