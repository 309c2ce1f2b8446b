/**
 * The strict side: what a command about a ticket leads to, as entries, or why it is refused. Pure; whoever calls it holds the
 * row, chains the entries, and applies them with `apply`, so that rows change in one way only.
 */
import { type CommandOf, NOTE_LENGTH_MAX, TICKET_COMMANDS, type TicketCommand } from '../command/command.ts';
import { type Env, epochMsOf } from '../env.ts';
import { newId } from '../ids/id.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import { whyNotCallable } from '../queue/callable.ts';
import type { JsonObject } from '../rows/column.ts';
import type { TicketRow } from '../rows/tables.ts';
import { queueRulesOf } from '../site/queue-rules.ts';
import { normaliseLine } from '../text/normalise.ts';
import type { ActContext } from './context.ts';
import { type Decision, type Draft, heldByOther, no } from './decision.ts';
import { COMMANDS } from './machine.ts';
import { decideOverride } from './override.ts';
import { decideReprint } from './reprint.ts';
import { decideTransfer } from './transfer.ts';

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

  const draft: Draft = (data): EntryDraft => ({
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
      return heldByOther(row, context.userId) ?? { ok: true, drafts: [draft({ reason: reason.text })] };
    }
    case 'ticket.release':
      return { ok: true, drafts: [draft({})] };
    case 'ticket.cancel':
      return heldByOther(row, context.userId) ?? { ok: true, drafts: [draft({ reason: command.reason })] };
    case 'ticket.reprint':
      return decideReprint(env, row, command, context, draft);
    case 'ticket.override':
      return decideOverride(row, command, context, draft);
    default:
      return command satisfies never;
  }
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
  const refused = command.type === 'ticket.recall' ? whyNoRecall(env, row, context) : whyNoCall(row, context);
  if (refused !== undefined) return refused;
  const reason = reasonOf(command, context);
  if (!reason.ok) return reason.refused;
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
      ...chosenBy(context),
    },
  };
  return { ok: true, drafts: [draft({ ...holder, callId, ...reason.data }), call] };
}

/** Why it was this one, for people; and how it was chosen, for the ledger alone. Both are JSON through and through. */
function chosenBy({ why, choice }: ActContext): JsonObject {
  return { why, ...(choice === undefined ? {} : { choice }) } as unknown as JsonObject;
}

/** Why somebody was called out of the order, where a person chose. */
function reasonOf(command: CommandOf<'ticket.call' | 'ticket.recall'>, { why, site }: ActContext): CleanNote {
  if (command.type === 'ticket.recall' || why.policy !== 'by_hand') return { ok: true, data: {} };
  if (command.reason === undefined && queueRulesOf(site).choiceNeedsReason)
    return { ok: false, refused: no('call_needs_reason') };
  return cleanNote('reason', command.reason);
}

type CleanNote =
  | { readonly ok: true; readonly data: JsonObject }
  | { readonly ok: false; readonly refused: Decision };

/** What a person wrote, cleaned, under its name in the entry; nothing when they wrote nothing. */
function cleanNote(name: string, text: string | undefined): CleanNote {
  if (text === undefined) return { ok: true, data: {} };
  const note = normaliseLine(text, NOTE_LENGTH_MAX);
  if (!note.ok) return { ok: false, refused: no(note.fault, { max: NOTE_LENGTH_MAX }) };
  return { ok: true, data: { [name]: note.text } };
}

function whyNoCall(row: TicketRow, context: ActContext): Decision | undefined {
  if (context.isPaused) return no('operator_paused');
  if (context.inHand !== undefined) return no('operator_busy', { code: context.inHand.code });
  const why = whyNotCallable(row, context.place);
  return why === undefined ? undefined : no(why, { code: row.code, state: row.state });
}

function whyNoRecall(env: Env, row: TicketRow, context: ActContext): Decision | undefined {
  const taken = heldByOther(row, context.userId);
  if (taken !== undefined) return taken;
  const wait = secondsLeft(env, row.calledAt, queueRulesOf(context.site).recallMinSeconds);
  return wait > 0 ? no('recall_too_soon', { seconds: wait }) : undefined;
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
  const taken = heldByOther(row, context.userId);
  if (taken !== undefined) return taken;
  if (row.counterId === null) return no('no_counter');
  const holder = { operatorId: context.userId, counterId: row.counterId };
  const rules = queueRulesOf(context.site);
  switch (command.type) {
    case 'ticket.start':
      return { ok: true, drafts: [draft(holder)] };
    case 'ticket.finish': {
      const note = cleanNote('note', command.note);
      return note.ok ? { ok: true, drafts: [draft({ ...holder, ...note.data })] } : note.refused;
    }
    case 'ticket.requeue':
      return { ok: true, drafts: [draft({ ...holder, place: rules.requeuePlace })] };
    case 'ticket.no_show': {
      const calls = Math.max(0, rules.noShowMinCalls - row.calls);
      const seconds = secondsLeft(env, row.calledAt, rules.noShowMinSeconds);
      if (calls > 0 || seconds > 0) return no('no_show_too_soon', { calls, seconds });
      return { ok: true, drafts: [draft(holder)] };
    }
    case 'ticket.transfer':
      return decideTransfer(row, command, context, holder, draft);
    default:
      return command satisfies never;
  }
}

/** Whole seconds until `seconds` have passed since an instant. */
function secondsLeft(env: Env, since: string | null, seconds: number): number {
  if (since === null) return 0;
  return Math.max(0, Math.ceil((epochMsOf(since) + seconds * 1_000 - env.now()) / 1_000));
}
