/** Finds a ticket of the queue by the code that somebody typed, and says whether it may be called from here. */
import { type CallingPlace, nextTicket, type QueueBook, type TicketRow, whyNotCallable } from '@totem/domain';
import { useCallback } from 'react';
import type { Callable } from './asks.ts';

/** A code may come again on another day: who waits is found before who does not, and the latest before the others. */
export function useFinder(
  tickets: readonly TicketRow[],
  place: CallingPlace | undefined,
  book: QueueBook,
): (code: string) => Callable | undefined {
  return useCallback(
    (code) => {
      const [ticket] = tickets
        .filter((one) => one.code === code)
        .toSorted(
          (a, b) =>
            Number(b.state === 'waiting') - Number(a.state === 'waiting') ||
            (a.issuedAt < b.issuedAt ? 1 : -1),
        );
      if (ticket === undefined) return undefined;
      const { next } = nextTicket(tickets, place, book);
      return { ticket, refusal: whyNotCallable(ticket, place), isNext: next?.id === ticket.id };
    },
    [tickets, place, book],
  );
}
