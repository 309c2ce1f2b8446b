/**
 * Commands about one ticket. What is decided is decided by the domain; here the rows are found, locked and given to it. Every
 * number is drawn under the tenant's lock.
 */
import {
  type ActContext,
  type CallingPlace,
  type CallWhy,
  decideTicket,
  mayAt,
  refusal,
  type SiteRow,
  type TicketCommand,
  type TicketRow,
} from '@totem/domain';
import { lockRows, rowsByIds } from '../db/rows.ts';
import { type ReadHandle, RetryTransaction } from '../db/with-tenant.ts';
import { requireServedHere } from '../hub/terms.ts';
import { commitEntries } from '../ledger/commit.ts';
import { noRows, TICKETS } from '../ledger/folded-tables.ts';
import { answerWith } from './answer.ts';
import type { CommandResult } from './command-log.ts';
import { type CommandRun, type Desk, deskOf, type Person, placeOf } from './context.ts';
import {
  colleagueById,
  counterById,
  HELD_CENTS,
  LOCK_SESSION_OF_USER,
  lockSessions,
  nextCallNumber,
  serviceById,
  siteById,
  ticketsInHand,
  totemLanes,
} from './queries.ts';

type TicketRun = CommandRun<TicketCommand['type']>;

export async function actOnTicket(run: TicketRun): Promise<CommandResult> {
  const { tx, env, person, command } = run;
  const [desk, row] = await Promise.all([deskOf(run), lockedTicket(run)]);
  const site = row && (desk.site?.id === row.siteId ? desk.site : await siteOf(tx, person, row));
  if (row === undefined || site === undefined) return { ok: false, refusal: refusal('ticket_not_found') };
  if (command.type !== 'ticket.override') requireServedHere(site);
  const locked = noRows();
  locked.ticket.set(row.id, row);
  const why: CallWhy = {
    policy: command.type === 'ticket.recall' ? 'recall' : 'by_hand',
    policyVersion: 1,
    candidates: 1,
    runnerUp: null,
  };
  const decide = async () =>
    decideTicket(env, row, command, { ...(await actContext(run, desk, site, row)), why });
  const committed = await commitEntries(tx, env, { commandId: command.id, locked, decide });
  const refundDueCents = command.type === 'ticket.cancel' && committed.ok ? await heldCents(tx, row.id) : 0;
  return answerWith(command.id, committed, refundDueCents > 0 ? { refundDueCents } : {});
}

/** What has been paid for a ticket and not been given back, in cents. */
async function heldCents(tx: ReadHandle, ticketId: string): Promise<number> {
  return Number((await tx.one(HELD_CENTS, [tx.tenantId, ticketId]))?.cents ?? 0);
}

/**
 * The ticket, locked. An override may put it back into the hand that had it: then that operator's session is locked first,
 * as by their own commands, so that nobody else's ticket gets into the hand meanwhile.
 */
async function lockedTicket({ tx, person, command }: TicketRun): Promise<TicketRow | undefined> {
  const { ticketId } = command;
  const seen =
    command.type === 'ticket.override' ? (await rowsByIds(tx, TICKETS, [ticketId])).get(ticketId) : undefined;
  const holder = seen?.operatorId ?? null;
  if (holder !== null && holder !== person.userId) await lockSessions(tx, LOCK_SESSION_OF_USER, holder);
  const row = (await lockRows(tx, TICKETS, [ticketId])).get(ticketId);
  if (seen !== undefined && row?.operatorId !== seen.operatorId)
    throw new RetryTransaction('the ticket has changed hands');
  return row;
}

/**
 * What deciding about a ticket needs to know, but for why it was this one. Must run under the tenant's lock.
 * @param place from where it is called, when that is known already.
 */
export async function actContext(
  run: TicketRun,
  { session, counter, inHand }: Desk,
  site: SiteRow,
  row: TicketRow,
  place?: CallingPlace,
): Promise<Omit<ActContext, 'why'>> {
  const { tx, person, command } = run;
  const isCall = command.type === 'ticket.call' || command.type === 'ticket.recall';
  const here = counter?.siteId === site.id ? counter : undefined;
  const from =
    command.type === 'ticket.call' && here !== undefined ? (place ?? placeOf(run, here)) : undefined;
  const [number, calledFrom, lanes, others] = await Promise.all([
    isCall ? nextCallNumber(tx, site.id, row.businessDay) : 0,
    from,
    command.type === 'ticket.reprint' ? totemLanes(tx, site.id) : [],
    holderAndTargets(tx, command, row),
  ]);
  return {
    site,
    userId: person.userId,
    counter: here,
    place: calledFrom,
    isPaused: session !== undefined && session.pausedReason !== null,
    inHand: inHand.find(({ id }) => id !== row.id),
    ...others,
    totemLanes: lanes,
    nextCallNumber: () => number,
  };
}

async function holderAndTargets(
  tx: ReadHandle,
  command: TicketCommand,
  row: TicketRow,
): Promise<Pick<ActContext, 'inHandOfHolder' | 'targetService' | 'targetCounter' | 'targetOperator'>> {
  const isOverride = command.type === 'ticket.override';
  const ofHolder = isOverride && row.operatorId !== null ? await ticketsInHand(tx, row.operatorId) : [];
  const to = command.type === 'ticket.transfer' ? command : undefined;
  return {
    inHandOfHolder: ofHolder.find(({ id }) => id !== row.id),
    targetService: to?.toServiceId && (await serviceById(tx, to.toServiceId)),
    targetCounter: to?.toCounterId && (await counterById(tx, to.toCounterId)),
    targetOperator: to?.toOperatorId && (await colleagueById(tx, to.toOperatorId)),
  };
}

async function siteOf(tx: ReadHandle, person: Person, row: TicketRow): Promise<SiteRow | undefined> {
  return mayAt(person, row.siteId) ? siteById(tx, row.siteId) : undefined;
}
