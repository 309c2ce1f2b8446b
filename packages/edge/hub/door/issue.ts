/** `ticket.create` at the hub, for the reception: a ticket of the hub's own lane, since nobody else can draw numbers without a link. */
import { type CommandDone, ProblemError, refusal, type TicketRow } from '@totem/domain';
import { countAhead } from '../../issue/ahead.ts';
import { createTicket } from '../../issue/issue.ts';
import { type CommandResult, type CommandRun, deskOf } from './command-run.ts';

export function issueAtReception(run: CommandRun<'ticket.create'>): CommandResult {
  const { tx, env, clock, device, person, command, role } = run;
  const { site } = deskOf(run);
  if (site === undefined) return { ok: false, refusal: refusal('no_counter') };
  let ticket: TicketRow;
  try {
    const by = {
      channel: 'reception',
      userId: person.userId,
      canCharge: false,
      data: { hubTerm: role.term },
    } as const;
    ticket = createTicket(tx, clock, device, site, command, by);
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
