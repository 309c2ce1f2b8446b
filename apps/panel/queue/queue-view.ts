/** The queue as the panel shows it: in the order in which people will be called, with what stands out counted. */
import {
  type CallingPlace,
  inOrder,
  isCallable,
  type QueueBook,
  type QueuedTicket,
  STRICT_BOOK,
  type TicketRow,
  whyNotCallable,
} from '@totem/domain';

/** Rows that are drawn at most; more than these are counted, not drawn. */
export const QUEUE_ROWS_MAX = 100;

/** The part of a ticket that the list shows. */
export type QueueTicket = QueuedTicket & Pick<TicketRow, 'partySize' | 'issuedAt' | 'stageSince'>;

export interface QueueEntry<T> {
  readonly ticket: T;
  /** 1 is next; null for a held ticket, which is not called until it is released. */
  readonly position: number | null;
}

export interface QueueView<T> {
  readonly entries: readonly QueueEntry<T>[];
  /** Callable tickets, and the people behind them: a party waits with one ticket. */
  readonly tickets: number;
  readonly people: number;
  readonly held: number;
  /** When the one who has waited longest came; null when nobody waits. */
  readonly longestSince: string | null;
  /** People by service, for services with anybody waiting. */
  readonly peopleByService: ReadonlyMap<string, number>;
}

/**
 * The tickets that wait for this operator at this counter, in the order of calls, held ones last.
 * @param place without one, everybody who waits.
 */
export function queueView<T extends QueueTicket>(
  all: readonly T[],
  place: CallingPlace | undefined,
  book: QueueBook = STRICT_BOOK,
): QueueView<T> {
  const ordered = inOrder(all, book);
  const callable = inOrder(
    all.filter((ticket) => isCallable(ticket, place)),
    book,
  );
  const held = ordered.filter(
    (ticket) =>
      whyNotCallable(ticket, place) === 'ticket_held' && isCallable({ ...ticket, heldReason: null }, place),
  );
  const peopleByService = new Map<string, number>();
  for (const { serviceId, partySize } of callable) {
    peopleByService.set(serviceId, (peopleByService.get(serviceId) ?? 0) + partySize);
  }
  return {
    entries: [
      ...callable.map((ticket, index) => ({ ticket, position: index + 1 })),
      ...held.map((ticket) => ({ ticket, position: null })),
    ],
    tickets: callable.length,
    people: callable.reduce((sum, { partySize }) => sum + partySize, 0),
    held: held.length,
    longestSince: callable.reduce<string | null>((oldest, ticket) => {
      const since = waitingFrom(ticket);
      return oldest === null || since < oldest ? since : oldest;
    }, null),
    peopleByService,
  };
}

/** When a ticket's wait began. */
export function waitingFrom(ticket: Pick<TicketRow, 'waitingSince' | 'issuedAt'>): string {
  return ticket.waitingSince ?? ticket.issuedAt;
}

export const WAIT_LEVELS = ['usual', 'long', 'very_long'] as const;
export type WaitLevel = (typeof WAIT_LEVELS)[number];

/** Whole minutes between two instants; a clock that lags shows 0, not less. */
export function minutesBetween(since: string, untilMs: number): number {
  return Math.max(0, Math.floor((untilMs - Date.parse(since)) / 60_000));
}

/** How much a wait stands out against the site's own target, which municipal laws set to 15 or 30 minutes. */
export function waitLevel(minutes: number, targetMinutes: number): WaitLevel {
  if (minutes >= targetMinutes) return 'very_long';
  return minutes >= targetMinutes / 2 ? 'long' : 'usual';
}

/** Minutes since a ticket that was sent on came to where it waits now; undefined for one that was not. */
export function stageMinutes(
  ticket: Pick<TicketRow, 'waitingSince' | 'issuedAt' | 'stageSince'>,
  untilMs: number,
): number | undefined {
  return ticket.stageSince > waitingFrom(ticket) ? minutesBetween(ticket.stageSince, untilMs) : undefined;
}
