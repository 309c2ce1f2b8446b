/** Commands about one ticket at the hub. What is decided is decided by the domain; here the rows are found and given to it. */
import {
  type ActContext,
  type CallWhy,
  decideTicket,
  refusal,
  serviceTable,
  type TicketCommand,
  type TicketRow,
} from '@totem/domain';
import { rowByKey } from '../../store/rows.ts';
import { colleagueById } from '../people.ts';
import {
  type CommandResult,
  type CommandRun,
  counterById,
  type Desk,
  deskOf,
  placeOf,
  settleTicket,
  ticketById,
} from './command-run.ts';
import { nextCallNumber } from './queries.ts';

type TicketRun = CommandRun<TicketCommand['type']>;

export function actOnTicket(run: TicketRun): CommandResult {
  const { env, command } = run;
  const desk = deskOf(run);
  const row = ticketById(run, command.ticketId);
  if (row === undefined || row.siteId !== desk.site?.id)
    return { ok: false, refusal: refusal('ticket_not_found') };
  const why: CallWhy = {
    policy: command.type === 'ticket.recall' ? 'recall' : 'by_hand',
    policyVersion: 1,
    candidates: 1,
    runnerUp: null,
  };
  return settleTicket(run, row.id, decideTicket(env, row, command, actContext(run, desk, row, why)));
}

/** What deciding about a ticket needs to know. */
export function actContext(run: TicketRun, desk: Desk, row: TicketRow, why: CallWhy): ActContext {
  const { tx, person, command, device, role } = run;
  const { session, counter, inHand } = desk;
  const here = counter?.siteId === role.site.id ? counter : undefined;
  const to = command.type === 'ticket.transfer' ? command : undefined;
  return {
    site: role.site,
    userId: person.userId,
    counter: here,
    place: command.type === 'ticket.call' && here !== undefined ? placeOf(run, here) : undefined,
    isPaused: session !== undefined && session.pausedReason !== null,
    inHand: inHand.find(({ id }) => id !== row.id),
    // Only an override asks, and overrides are the cloud's.
    inHandOfHolder: undefined,
    targetService: to?.toServiceId && rowByKey(tx.db, serviceTable, device.tenantId, to.toServiceId),
    targetCounter: to?.toCounterId && counterById(run, to.toCounterId),
    targetOperator: to?.toOperatorId && colleagueById(tx.db, to.toOperatorId),
    // A hub does not know its totems by their lanes: who gave a ticket can print it again, and what none gave it prints itself.
    totemLanes: row.channel === 'totem' ? [row.lane] : [device.lane],
    why,
    nextCallNumber: (day) => nextCallNumber(tx.db, role.site.id, day),
  };
}
