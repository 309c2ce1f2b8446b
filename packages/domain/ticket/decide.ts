/**
 * The strict side: what a command about a ticket leads to, as entries, or why it is refused. Pure; whoever calls it holds the
 * row, chains the entries, and applies them with `apply`, so that rows change in one way only.
 */

import type { CallWhy } from '../call/call.ts';
import type { CommandOf, TicketCommand } from '../command/command.ts';
import { CUSTOMER_NAME_LENGTH_MAX, NOTE_LENGTH_MAX, TICKET_COMMANDS } from '../command/command.ts';
import { type Env, epochMsOf } from '../env.ts';
import { type Refusal, refusal } from '../errors/problem.ts';
import { type CounterId, newId, type TicketId, type UserId } from '../ids/id.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import type { JsonObject } from '../rows/column.ts';
import type { PriorityClassRow, ServiceRow, SiteRow, TicketRow } from '../rows/tables.ts';
import { isOfferedAt } from '../site/service.ts';
import { normaliseLine } from '../text/normalise.ts';
import { businessDay, isOpen } from '../time/business-day.ts';
import { ticketCode } from './code.ts';
import { type Channel, COMMANDS } from './machine.ts';

/** Entries to write, or the refusal. */
export type Decision =
  | { readonly ok: true; readonly drafts: readonly EntryDraft[] }
  | { readonly ok: false; readonly refusal: Refusal };

const no = (code: Refusal['code'], params?: Refusal['params']): Decision => ({
  ok: false,
  refusal: refusal(code, params),
});

/** What issuing needs to know of its place. `nextNumber` is asked once, and only when nothing else refuses. */
export interface IssueContext {
  readonly site: SiteRow | undefined;
  readonly service: ServiceRow | undefined;
  readonly priorityClass: PriorityClassRow | undefined;
  readonly lane: string;
  readonly channel: Channel;
  readonly userId: UserId | null;
  /** The last business day that this writer has used. */
  readonly lastBusinessDay: string | undefined;
  /** Draws the next number of (site, prefix, lane, business day). */
  nextNumber(prefix: string, businessDay: string): number;
}

/** Decides `ticket.create`. The ticket's id is new; its code is fixed here for ever. */
export function decideIssue(env: Env, command: CommandOf<'ticket.create'>, context: IssueContext): Decision {
  const { site, service, priorityClass } = context;
  if (site === undefined) return no('not_ready');
  if (service === undefined || service.deletedAt !== null) return no('service_not_found');
  if (!isOfferedAt(service, site.id)) return no('service_not_found');
  if (priorityClass === undefined || priorityClass.deletedAt !== null || !priorityClass.active)
    return no('priority_class_not_found');
  const now = env.now();
  const open =
    service.active &&
    isOpen(site.openingHours, now, site.timezone) &&
    isOpen(service.openingHours, now, site.timezone);
  if (!open) return no('service_closed');
  if (service.paymentPolicy === 'before_queue') return no('payment_unavailable');

  let name: string | undefined;
  if (command.customer?.name !== undefined) {
    const cleaned = normaliseLine(command.customer.name, CUSTOMER_NAME_LENGTH_MAX);
    if (!cleaned.ok) return no(cleaned.fault, { max: CUSTOMER_NAME_LENGTH_MAX });
    name = cleaned.text;
  }
  const day = businessDay(now, site, context.lastBusinessDay);
  const number = context.nextNumber(service.prefix, day);
  const draft: EntryDraft = {
    siteId: site.id,
    userId: context.userId,
    action: 'TICKET_CREATE',
    entity: 'ticket',
    entityId: newId<string>(env),
    data: {
      state: 'waiting',
      serviceId: service.id,
      code: ticketCode(service.prefix, context.lane, number),
      businessDay: day,
      lane: context.lane,
      number,
      priorityClassId: priorityClass.id,
      priority: priorityClass.tier,
      partySize: command.partySize,
      channel: context.channel,
      priceCents: service.priceCents,
    },
    ...(name === undefined ? {} : { private: { name } }),
  };
  return { ok: true, drafts: [draft] };
}

/** What acting on a ticket needs to know. */
export interface ActContext {
  readonly site: SiteRow;
  readonly userId: UserId;
  /** The counter at which the operator is signed in. */
  readonly counter: { readonly id: CounterId; readonly number: number } | undefined;
  /** Another ticket that the operator has in hand. */
  readonly inHand: { readonly id: TicketId; readonly code: string } | undefined;
  readonly targetService: ServiceRow | undefined;
  readonly why: CallWhy;
  /** The number of the call in the site's log of the day; asked only for calls. */
  nextCallNumber(businessDay: string): number;
}

/** Decides a command about an existing ticket. `row` is read under a lock by whoever calls this. */
export function decideTicket(
  env: Env,
  row: TicketRow | undefined,
  command: TicketCommand,
  context: ActContext,
): Decision {
  const action = TICKET_COMMANDS[command.type];
  const cell = COMMANDS[action][row?.state ?? 'absent'];
  if (row === undefined || row.siteId !== context.site.id) return no('ticket_not_found');
  if ('refuse' in cell) return no(cell.refuse, { code: row.code, state: row.state });

  const draft = (data: JsonObject): EntryDraft => ({
    siteId: row.siteId,
    userId: context.userId,
    action,
    entity: 'ticket',
    entityId: row.id,
    data,
  });
  switch (command.type) {
    case 'ticket.call':
    case 'ticket.recall':
      return decideCall(env, row, command, context, draft);
    case 'ticket.start':
    case 'ticket.finish':
    case 'ticket.requeue':
    case 'ticket.no_show':
    case 'ticket.transfer':
      return decideInHand(env, row, command, context, draft);
    case 'ticket.hold': {
      const reason = normaliseLine(command.reason, NOTE_LENGTH_MAX);
      if (!reason.ok) return no(reason.fault, { max: NOTE_LENGTH_MAX });
      return heldByOther(row, context) ?? { ok: true, drafts: [draft({ reason: reason.text })] };
    }
    case 'ticket.release':
      return { ok: true, drafts: [draft({})] };
    case 'ticket.cancel':
      return heldByOther(row, context) ?? { ok: true, drafts: [draft({ reason: command.reason })] };
    default:
      return command satisfies never;
  }
}

type Draft = (data: JsonObject) => EntryDraft;

/** A ticket in someone else's hand is theirs. */
function heldByOther(row: TicketRow, context: ActContext): Decision | undefined {
  return row.operatorId !== null && row.operatorId !== context.userId
    ? no('ticket_taken', { code: row.code })
    : undefined;
}

function decideCall(
  env: Env,
  row: TicketRow,
  command: CommandOf<'ticket.call' | 'ticket.recall'>,
  context: ActContext,
  draft: Draft,
): Decision {
  const { counter } = context;
  if (counter === undefined) return no('no_counter');
  if (command.type === 'ticket.recall') {
    const taken = heldByOther(row, context);
    if (taken !== undefined) return taken;
    const wait = secondsLeft(env, row.calledAt, context.site.queueRules.recallMinSeconds);
    if (wait > 0) return no('recall_too_soon', { seconds: wait });
  } else if (context.inHand !== undefined) {
    return no('operator_busy', { code: context.inHand.code });
  }
  const callId = newId<string>(env);
  // The operator's counter, not the row's: after a change of counter, people are called to where the operator is.
  const holder = { operatorId: context.userId, counterId: counter.id };
  const call: EntryDraft = {
    siteId: row.siteId,
    userId: context.userId,
    action: 'CALL_CREATE',
    entity: 'call',
    entityId: callId,
    data: {
      ...holder,
      ticketId: row.id,
      code: row.code,
      businessDay: row.businessDay,
      counterNumber: counter.number,
      number: context.nextCallNumber(row.businessDay),
      priority: row.priority,
      why: { ...context.why },
    },
  };
  return { ok: true, drafts: [draft({ ...holder, callId }), call] };
}

function decideInHand(
  env: Env,
  row: TicketRow,
  command: CommandOf<
    'ticket.start' | 'ticket.finish' | 'ticket.requeue' | 'ticket.no_show' | 'ticket.transfer'
  >,
  context: ActContext,
  draft: Draft,
): Decision {
  const taken = heldByOther(row, context);
  if (taken !== undefined) return taken;
  if (row.counterId === null) return no('no_counter');
  const holder = { operatorId: context.userId, counterId: row.counterId };
  const rules = context.site.queueRules;
  switch (command.type) {
    case 'ticket.start':
    case 'ticket.finish':
      return { ok: true, drafts: [draft(holder)] };
    case 'ticket.requeue':
      return { ok: true, drafts: [draft({ ...holder, place: rules.requeuePlace })] };
    case 'ticket.no_show': {
      const calls = Math.max(0, rules.noShowMinCalls - row.calls);
      const seconds = secondsLeft(env, row.calledAt, rules.noShowMinSeconds);
      if (calls > 0 || seconds > 0) return no('no_show_too_soon', { calls, seconds });
      return { ok: true, drafts: [draft(holder)] };
    }
    case 'ticket.transfer': {
      const target = context.targetService;
      if (target === undefined || !target.active || target.deletedAt !== null) return no('service_not_found');
      return {
        ok: true,
        drafts: [draft({ ...holder, toServiceId: target.id, place: rules.requeuePlace })],
      };
    }
    default:
      return command satisfies never;
  }
}

/** Whole seconds until `seconds` have passed since an instant. */
function secondsLeft(env: Env, since: string | null, seconds: number): number {
  if (since === null) return 0;
  return Math.max(0, Math.ceil((epochMsOf(since) + seconds * 1_000 - env.now()) / 1_000));
}
