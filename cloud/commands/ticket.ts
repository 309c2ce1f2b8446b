/**
 * Commands about tickets. What is decided is decided by the domain; here the rows are found, locked and given to it. Every
 * number and the choice of the next ticket are drawn under the tenant's lock, so calls are in the order of their numbers.
 */
import {
  type ActContext,
  type CallWhy,
  CLOUD_LANE,
  type Command,
  type CommandDone,
  type CommandOf,
  columnNames,
  type Decision,
  decideIssue,
  decideTicket,
  isCallable,
  mayAt,
  type PriorityClassRow,
  priorityClassTable,
  refusal,
  rowFromSql,
  type SiteRow,
  STRICT_POLICY,
  type TicketCommand,
  type TicketRow,
  ticketTable,
} from '@totem/domain';
import { lockRows } from '../db/rows.ts';
import { type ReadHandle, RetryTransaction, type Statement, type WriteHandle } from '../db/with-tenant.ts';
import { type Committed, commitEntries } from '../ledger/commit.ts';
import { noRows, TICKETS } from '../ledger/folded-tables.ts';
import type { CommandResult } from './command-log.ts';
import { type CommandRun, type Desk, deskOf, type Person } from './context.ts';
import {
  COUNT_CALLABLE,
  DRAW_TICKET_NUMBER,
  LAST_BUSINESS_DAY,
  NEXT_TICKET,
  nextCallNumber,
  peopleAheadOf,
  RUNNER_UP,
  serviceById,
  siteById,
} from './queries.ts';

const PRIORITY_CLASS: Statement = {
  name: 'priority-class',
  text: `SELECT ${columnNames(priorityClassTable).join(', ')} FROM priority_class WHERE tenant_id = $1 AND id = $2`,
};

/** `ticket.create`, at the reception. */
export async function issueTicket(run: CommandRun<'ticket.create'>): Promise<CommandResult> {
  const { tx, env, person, command } = run;
  const { site } = await deskOf(run);
  if (site === undefined) return { ok: false, refusal: refusal('no_counter') };
  const service = await serviceById(tx, command.serviceId);
  const priorityClass = await priorityClassById(tx, command.priorityClassId);
  const decide = async (): Promise<Decision> => {
    const lastBusinessDay = (await tx.one(LAST_BUSINESS_DAY, [tx.tenantId, site.id]))?.day ?? undefined;
    const context = {
      site,
      service,
      priorityClass,
      lane: CLOUD_LANE,
      channel: 'reception' as const,
      userId: person.userId,
      lastBusinessDay,
    };
    // Asked twice, because a number is drawn only for a ticket that will be: first for what it needs, then with it.
    let wanted: { prefix: string; day: string } | undefined;
    const draft = decideIssue(env, command, {
      ...context,
      nextNumber: (prefix, day) => {
        wanted = { prefix, day };
        return 1;
      },
    });
    if (!draft.ok || wanted === undefined) return draft;
    const drawn = [tx.tenantId, site.id, wanted.prefix, CLOUD_LANE, wanted.day];
    const number = Number((await tx.one(DRAW_TICKET_NUMBER, drawn))?.last);
    return decideIssue(env, command, { ...context, nextNumber: () => number });
  };
  const committed = await commitEntries(tx, env, { commandId: command.id, locked: noRows(), decide });
  const [ticket] = committed.ok ? committed.rows.ticket.values() : [];
  const ahead = ticket && { peopleAhead: await peopleAheadOf(tx, ticket) };
  return answer(command.id, committed, ticket, ahead);
}

/** `ticket.call_next`: the first of the queue that this counter serves. */
export async function callNext(run: CommandRun<'ticket.call_next'>): Promise<CommandResult> {
  const { tx, env, command } = run;
  const desk = await deskOf(run);
  const { site, counter, inHand } = desk;
  if (counter === undefined || site === undefined) return { ok: false, refusal: refusal('no_counter') };
  if (inHand[0] !== undefined)
    return { ok: false, refusal: refusal('operator_busy', { code: inHand[0].code }) };
  const locked = noRows();
  const decide = async (): Promise<Decision> => {
    const row = await takeNext(tx, site, counter.serviceIds);
    if (row === undefined) return { ok: false, refusal: refusal('queue_empty') };
    locked.ticket.set(row.id, row);
    const why = await whyNext(tx, site, counter.serviceIds, row);
    const call: CommandOf<'ticket.call'> = { type: 'ticket.call', id: command.id, ticketId: row.id };
    return decideTicket(env, row, call, await actContext(run, desk, site, row, why));
  };
  const committed = await commitEntries(tx, env, { commandId: command.id, locked, decide });
  return answer(command.id, committed, changedTicket(committed));
}

/** Commands about one ticket. */
export async function actOnTicket(run: CommandRun<TicketCommand['type']>): Promise<CommandResult> {
  const { tx, env, person, command } = run;
  const desk = await deskOf(run);
  const row = (await lockRows(tx, TICKETS, [command.ticketId])).get(command.ticketId);
  const site = row && (desk.site?.id === row.siteId ? desk.site : await siteOf(tx, person, row));
  if (row === undefined || site === undefined) return { ok: false, refusal: refusal('ticket_not_found') };
  const locked = noRows();
  locked.ticket.set(row.id, row);
  const why: CallWhy = {
    policy: command.type === 'ticket.recall' ? 'recall' : 'by_hand',
    policyVersion: STRICT_POLICY.version,
    candidates: 1,
    runnerUp: null,
  };
  const decide = async () => decideTicket(env, row, command, await actContext(run, desk, site, row, why));
  const committed = await commitEntries(tx, env, { commandId: command.id, locked, decide });
  return answer(command.id, committed, changedTicket(committed));
}

async function takeNext(
  tx: WriteHandle,
  site: SiteRow,
  serviceIds: readonly string[] | null,
): Promise<TicketRow | undefined> {
  const raw = await tx.one(NEXT_TICKET, [tx.tenantId, site.id, serviceIds]);
  const row = raw && rowFromSql(ticketTable, raw);
  // PostgreSQL looks at the row again when it has the lock; if it were not so, nobody's place may be lost over it.
  if (row !== undefined && !isCallable(row, serviceIds)) throw new RetryTransaction('the queue moved');
  return row;
}

async function whyNext(
  tx: ReadHandle,
  site: SiteRow,
  serviceIds: readonly string[] | null,
  row: TicketRow,
): Promise<CallWhy> {
  const queue = [tx.tenantId, site.id, serviceIds];
  const runnerUp = await tx.one(RUNNER_UP, [...queue, row.id]);
  const candidates = Number((await tx.one(COUNT_CALLABLE, queue))?.count ?? 0);
  return {
    policy: STRICT_POLICY.name,
    policyVersion: STRICT_POLICY.version,
    candidates,
    runnerUp: runnerUp?.id ?? null,
  };
}

/** The part of a run that any command has. */
type Asked = Pick<CommandRun, 'tx' | 'person'> & { readonly command: Command };

async function actContext(
  { tx, person, command }: Asked,
  { counter, inHand }: Desk,
  site: SiteRow,
  row: TicketRow,
  why: CallWhy,
): Promise<ActContext> {
  const isCall = ['ticket.call', 'ticket.recall', 'ticket.call_next'].includes(command.type);
  const number = isCall ? await nextCallNumber(tx, site.id, row.businessDay) : 0;
  return {
    site,
    userId: person.userId,
    counter: counter?.siteId === site.id ? counter : undefined,
    inHand: inHand.find(({ id }) => id !== row.id),
    targetService:
      command.type === 'ticket.transfer' ? await serviceById(tx, command.toServiceId) : undefined,
    why,
    nextCallNumber: () => number,
  };
}

async function siteOf(tx: ReadHandle, person: Person, row: TicketRow): Promise<SiteRow | undefined> {
  return mayAt(person, row.siteId) ? siteById(tx, row.siteId) : undefined;
}

async function priorityClassById(tx: ReadHandle, id: string): Promise<PriorityClassRow | undefined> {
  const row = await tx.one(PRIORITY_CLASS, [tx.tenantId, id]);
  return row && rowFromSql(priorityClassTable, row);
}

function changedTicket(committed: Committed): TicketRow | undefined {
  return committed.ok ? [...committed.rows.ticket.values()][0] : undefined;
}

function answer(
  commandId: string,
  committed: Committed,
  ticket: TicketRow | undefined,
  more: { readonly peopleAhead?: number } = {},
): CommandResult {
  if (!committed.ok) return committed;
  const done: CommandDone = { commandId };
  if (ticket === undefined) return { ok: true, done };
  const { id, code, state, serviceId } = ticket;
  return { ok: true, done: { ...done, ticket: { id, code, state, serviceId, ...more } } };
}
