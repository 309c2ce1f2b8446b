/** Tickets that the reception gives at the hub, with an appointment or without: of the hub's own lane, since nobody else can draw numbers without a link. */
import { type CommandDone, ProblemError, refusal, type SiteRow, type TicketRow } from '@totem/domain';
import { countAhead } from '../../issue/ahead.ts';
import { ticketForBooking } from '../../issue/check-in.ts';
import { createTicket, type IssuedBy } from '../../issue/issue.ts';
import { type AnyRun, type CommandResult, type CommandRun, deskOf } from './command-run.ts';

export function issueAtReception(run: CommandRun<'ticket.create'>): CommandResult {
  const { tx, clock, device, command } = run;
  return given(run, 'reception', (site, by) => createTicket(tx, clock, device, site, command, by));
}

export function checkInAtReception(run: CommandRun<'appointment.check_in'>): CommandResult {
  const { tx, clock, device, command } = run;
  return given(run, 'appointment', (site, by) => ticketForBooking(tx, clock, device, site, command, by));
}

function given(
  run: AnyRun,
  channel: IssuedBy['channel'],
  give: (site: SiteRow, by: IssuedBy) => TicketRow,
): CommandResult {
  const { tx, env, person, command, role } = run;
  const { site } = deskOf(run);
  if (site === undefined) return { ok: false, refusal: refusal('no_counter') };
  let ticket: TicketRow;
  try {
    ticket = give(site, {
      channel,
      userId: person.userId,
      canCharge: false,
      data: { hubTerm: role.term },
    });
  } catch (error) {
    // A refusal leaves nothing behind: the number is drawn last.
    if (!(error instanceof ProblemError) || error.code === 'storage_fault') throw error;
    return { ok: false, refusal: refusal(error.code, error.params) };
  }
  const { id, code, state, serviceId } = ticket;
  const done: CommandDone = {
    commandId: command.id,
    ticket: { id, code, state, serviceId, peopleAhead: countAhead(tx.db, ticket, env.now()) },
  };
  return { ok: true, done };
}
