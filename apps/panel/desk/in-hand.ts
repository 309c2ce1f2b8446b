/** The ticket that an operator has in hand, found in the rows: a reload or another tab finds the same one. */
import { isActive, type TicketRow } from '@totem/domain';

/** The operator's active ticket; of several (a conflict between two places of command), the one called last. */
export function ticketInHand<T extends Pick<TicketRow, 'id' | 'operatorId' | 'state' | 'calledAt'>>(
  tickets: readonly T[],
  userId: string,
): T | undefined {
  return tickets
    .filter((ticket) => ticket.operatorId === userId && isActive(ticket.state))
    .sort((a, b) => ((a.calledAt ?? '') < (b.calledAt ?? '') ? 1 : -1))[0];
}

/** What the write door answered about a ticket. */
export interface Echo {
  readonly ticketId: string;
  readonly state: string;
}

/** Whether the rows have caught up with what the door answered, so that the screen may offer the next step. */
export function hasEcho(
  tickets: readonly Pick<TicketRow, 'id' | 'state'>[],
  echo: Echo | undefined,
): boolean {
  return (
    echo === undefined || tickets.some((ticket) => ticket.id === echo.ticketId && ticket.state === echo.state)
  );
}
