/** One operator at one counter, for tests of the strict side: issues, acts, and writes down what was decided. */
import { buildOrigin, buildPriorityClass, buildService, buildSite } from '@totem/testkit/builders';
import { virtualWorld } from '@totem/testkit/virtual';
import { type Command, commandSchema, type TicketCommand } from '../command/command.ts';
import { newId } from '../ids/id.ts';
import { fold } from '../ledger/fold.ts';
import type { CounterRow, SiteRow, TicketRow } from '../rows/tables.ts';
import type { ActContext } from '../ticket/context.ts';
import { decideTicket } from '../ticket/decide.ts';
import type { Decision } from '../ticket/decision.ts';
import { decideIssue, type IssueContext } from '../ticket/issue.ts';
import type { TicketState } from '../ticket/machine.ts';

export type Desk = ReturnType<typeof testDesk>;

export function testDesk(site: Partial<SiteRow> = {}) {
  const world = virtualWorld();
  const { env } = world;
  const place = buildSite(env, site);
  const origin = buildOrigin(env, place.tenantId);
  const operator = newId<'user'>(env);
  const counter = buildCounter(place, { id: newId<'counter'>(env), number: 3 });
  const service = buildService(env, { tenantId: place.tenantId });

  const issueContext = (over: Partial<IssueContext> = {}): IssueContext => ({
    site: place,
    service,
    priorityClass: buildPriorityClass(env),
    lane: '1',
    channel: 'totem',
    userId: null,
    canCharge: false,
    lastBusinessDay: undefined,
    issuedOn: () => 0,
    nextNumber: () => 7,
    ...over,
  });
  const actContext = (over: Partial<ActContext> = {}): ActContext => ({
    site: place,
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
  const issue = (over: object = {}, context: Partial<IssueContext> = {}): Decision => {
    const asked = { type: 'ticket.create', serviceId: service.id, priorityClassId: newId(env), ...over };
    const command = commandSchema.parse({ id: newId(env), ...asked });
    return decideIssue(env, command as Extract<Command, { type: 'ticket.create' }>, issueContext(context));
  };
  const act = (
    row: TicketRow | undefined,
    type: TicketCommand['type'],
    over: object = {},
    context: Partial<ActContext> = {},
  ): Decision => {
    const command = commandSchema.parse({ type, id: newId(env), ticketId: row?.id ?? newId(env), ...over });
    return decideTicket(env, row, command as TicketCommand, actContext(context));
  };
  /** Writes a decision down and applies it. */
  const done = (row: TicketRow | undefined, decision: Decision): TicketRow => {
    if (!decision.ok) throw new Error(`refused: ${decision.refusal.code}`);
    const entries = origin.write(decision.drafts).map(({ entry }) => entry);
    const about = entries.filter((entry) => entry.entity === 'ticket');
    const folded = fold('ticket', row, [], about);
    if (folded.row === undefined) throw new Error('no row');
    return folded.row;
  };
  const issued = () => done(undefined, issue());
  const called = () => {
    const row = issued();
    return done(row, act(row, 'ticket.call'));
  };
  const inService = () => {
    const row = called();
    return done(row, act(row, 'ticket.start'));
  };
  /** A ticket of this operator's in a state, by an admin's hand where nothing else leads there. */
  const inState = (state: TicketState): TicketRow => {
    const row = called();
    return done(row, act(row, 'ticket.override', { to: state, reason: 'a test' }));
  };
  return {
    world,
    env,
    site: place,
    operator,
    counter,
    service,
    issue,
    act,
    done,
    issued,
    called,
    inService,
    inState,
  };
}

export function buildCounter(site: SiteRow, over: Partial<CounterRow>): CounterRow {
  return {
    tenantId: site.tenantId,
    id: over.id as CounterRow['id'],
    createdAt: site.createdAt,
    siteId: site.id,
    name: 'Guichê',
    number: 1,
    serviceIds: null,
    priorityFrom: null,
    active: true,
    deletedAt: null,
    ...over,
  };
}

/** The code of a refusal, or that it was done. */
export const refusedWith = (decision: Decision): string => (decision.ok ? 'done' : decision.refusal.code);
