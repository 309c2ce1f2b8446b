/** The orders of the site as this panel's rows say them, so that its list is the order in which the server will call. */
import {
  bookNeeds,
  type CallRow,
  type QueueBook,
  queueBook,
  STRICT_BOOK,
  type TicketRow,
} from '@totem/domain';
import { useMemo } from 'react';
import type { SiteData } from '../shell/site-data.ts';

type BookData = Pick<SiteData, 'site' | 'services' | 'priorityClasses' | 'calls'> & {
  readonly tickets: { readonly rows: readonly TicketRow[] };
};

/** The same book until something in it changes; an order that does not look at the clock has none. */
export function useQueueBook(data: BookData, nowMs: number): QueueBook {
  const { site, services, priorityClasses, calls } = data;
  const tickets = data.tickets.rows;
  const needsTime = site !== undefined && looksAtTheClock(site, [...services.values()]);
  const now = needsTime ? nowMs : 0;
  return useMemo(() => {
    if (site === undefined) return STRICT_BOOK;
    return queueBook({
      site,
      services: [...services.values()].filter(({ deletedAt }) => deletedAt === null),
      now,
      weights: Object.fromEntries([...priorityClasses.values()].map(({ id, weight }) => [id, weight])),
      recent: (serviceId) => recentTurns(calls.rows, tickets, serviceId),
    });
  }, [site, services, priorityClasses, calls.rows, tickets, now]);
}

/** Whether the panel must know of every call, whoever makes it. */
export function countsTurns({ site, services }: Pick<SiteData, 'site' | 'services'>): boolean {
  return site !== undefined && bookNeeds(site, [...services.values()]).recent.length > 0;
}

type PolicySite = Parameters<typeof bookNeeds>[0];
type PolicyServices = Parameters<typeof bookNeeds>[1];

function looksAtTheClock(site: PolicySite, services: PolicyServices): boolean {
  const book = queueBook({ site, services, now: 0, weights: {}, recent: () => [] });
  return [book.site, ...Object.values(book.services)].some(
    ({ policy }) => policy.name === 'aging' || policy.appointments !== null,
  );
}

/** The last first calls, the latest first, of the site or of one service: whether each was of somebody with priority. */
export function recentTurns(
  calls: readonly CallRow[],
  tickets: readonly Pick<TicketRow, 'id' | 'serviceId'>[],
  serviceId: string | null,
): boolean[] {
  const ofService =
    serviceId === null
      ? undefined
      : new Set(tickets.filter((ticket) => ticket.serviceId === serviceId).map(({ id }) => id));
  return calls
    .filter(({ why, ticketId }) => why.policy !== 'recall' && (ofService?.has(ticketId) ?? true))
    .toSorted((a, b) =>
      a.businessDay === b.businessDay ? b.number - a.number : a.businessDay < b.businessDay ? 1 : -1,
    )
    .map(({ why, priority }) => (why.inputs?.tier ?? priority) > 0);
}
