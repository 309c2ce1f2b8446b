/** What a command about a ticket is answered with: the ticket as it is after it. */
import type { CommandDone, TicketRow } from '@totem/domain';
import type { Committed } from '../ledger/commit.ts';
import type { CommandResult } from './command-log.ts';

export function answerWith(
  commandId: string,
  committed: Committed,
  more: { readonly peopleAhead?: number; readonly refundDueCents?: number } = {},
): CommandResult {
  if (!committed.ok) return committed;
  const done: CommandDone = { commandId };
  const ticket = ticketOf(committed);
  if (ticket === undefined) return { ok: true, done };
  const { id, code, state, serviceId } = ticket;
  return { ok: true, done: { ...done, ticket: { id, code, state, serviceId, ...more } } };
}

/** The ticket that a command made or changed. */
export function ticketOf(committed: Committed): TicketRow | undefined {
  return committed.ok ? [...committed.rows.ticket.values()][0] : undefined;
}
