/**
 * Who is next. One pure function for cloud and hub alike; the SQL that picks the row under a lock is held to this order
 * by a test.
 */
import type { TicketRow } from '../rows/tables.ts';
import { type CallableTicket, type CallingPlace, isCallable } from './callable.ts';
import { type QueuePolicy, STRICT_POLICY } from './policy.ts';

/** The part of a ticket that decides its place. */
export type QueuedTicket = CallableTicket & Pick<TicketRow, 'id' | 'waitingSince'>;

/** The total order of `policy`: negative when `a` comes first. Ties by arrival, then id; a missing arrival comes last. */
export function compareQueued(
  a: Pick<TicketRow, 'id' | 'priority' | 'waitingSince'>,
  b: Pick<TicketRow, 'id' | 'priority' | 'waitingSince'>,
  policy: QueuePolicy = STRICT_POLICY,
): number {
  switch (policy.name) {
    case 'strict': {
      if (a.priority !== b.priority) return b.priority - a.priority;
      // Instants in one fixed form compare as text; '~' sorts after every digit.
      const arrivalA = a.waitingSince ?? '~';
      const arrivalB = b.waitingSince ?? '~';
      if (arrivalA !== arrivalB) return arrivalA < arrivalB ? -1 : 1;
      return a.id === b.id ? 0 : a.id < b.id ? -1 : 1;
    }
    default:
      return policy.name satisfies never;
  }
}

/**
 * The ticket to call, and who would be next after it.
 * @param place the operator at their counter; without one, whoever waits may be called.
 */
export function nextTicket<T extends QueuedTicket>(
  tickets: readonly T[],
  place?: CallingPlace,
  policy: QueuePolicy = STRICT_POLICY,
): { next: T | undefined; runnerUp: T | undefined; candidates: number } {
  const callable = tickets.filter((ticket) => isCallable(ticket, place));
  const [next, runnerUp] = callable.sort((a, b) => compareQueued(a, b, policy));
  return { next, runnerUp, candidates: callable.length };
}

/** How many who wait for the same service come before this ticket. The ticket itself need not be in the list. */
export function peopleAhead(tickets: readonly QueuedTicket[], ticket: QueuedTicket): number {
  return tickets.filter(
    (other) =>
      other.id !== ticket.id &&
      other.serviceId === ticket.serviceId &&
      isCallable(other, undefined) &&
      compareQueued(other, ticket) < 0,
  ).length;
}
