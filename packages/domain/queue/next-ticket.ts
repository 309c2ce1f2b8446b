/**
 * Who is next. One pure function for cloud, hub and screens alike; the SQL that picks the row under a lock is held to it by a
 * test. Inside a service that has its own policy that policy holds; between services the site's does.
 */
import type { CallWhy } from '../call/call.ts';
import type { TicketRow } from '../rows/tables.ts';
import { type CallableTicket, type CallingPlace, isCallable } from './callable.ts';
import {
  compareQueued,
  compareStandings,
  orderFor,
  policyOf,
  type QueueBook,
  type QueueOrder,
  type RankedTicket,
  rankInputs,
  STRICT_BOOK,
  standingOf,
} from './order.ts';
import { calledBefore, isPreferentialTurn, turnsRemembered } from './ratio.ts';

/** The part of a ticket that decides whether and when it is called. */
export type QueuedTicket = CallableTicket & RankedTicket;

export interface NextTicket<T> {
  readonly next: T | undefined;
  /** Who would be next after it. */
  readonly runnerUp: T | undefined;
  /** From how many the choice was made. */
  readonly candidates: number;
}

/**
 * The ticket to call, and who would be next after it.
 * @param place the operator at their counter; without one, whoever waits may be called.
 */
export function nextTicket<T extends QueuedTicket>(
  tickets: readonly T[],
  place?: CallingPlace,
  book: QueueBook = STRICT_BOOK,
): NextTicket<T> {
  const callable = tickets.filter((ticket) => isCallable(ticket, place));
  const [next, runnerUp] = ranked(callable, book);
  return { next, runnerUp, candidates: callable.length };
}

/** By the order as it is now: the second is who would be called were the first not there. */
function ranked<T extends Lined>(tickets: readonly T[], book: QueueBook): T[] {
  const lines = linesOf(tickets, book).map(({ order, tickets: line }) => sorted(line, order));
  const [only] = lines;
  if (lines.length <= 1) return only ?? [];
  // Lines are merged by their heads alone: nobody leaves the order of their own line.
  const ordered: T[] = [];
  for (;;) {
    const first = firstOf(
      lines.flatMap((line) => line.slice(0, 1)),
      book,
    );
    if (first === undefined) return ordered;
    ordered.push(first);
    lines.find((line) => line[0] === first)?.shift();
  }
}

/** All tickets in the order in which they would be called, were nothing to change but whose turn it is. */
export function inOrder<T extends Lined>(tickets: readonly T[], book: QueueBook = STRICT_BOOK): T[] {
  const lines = linesOf(tickets, book);
  if (![book.site, ...lines.map(({ order }) => order)].some(({ policy }) => policy.name === 'ratio'))
    return ranked(tickets, book);
  let now = book;
  // Inside one side of a turn the order stays: two queues for each line are enough.
  const sides = lines.map(({ order, tickets: line }) =>
    [true, false].map((isPreferential) =>
      sorted(
        line.filter((ticket) => standingOf(ticket, order).tier > 0 === isPreferential),
        order,
      ),
    ),
  );
  const ordered: T[] = [];
  for (;;) {
    const heads = sides.flatMap((pair) =>
      ranked(
        pair.flatMap((side) => side.slice(0, 1)),
        now,
      ).slice(0, 1),
    );
    const first = firstOf(heads, now);
    if (first === undefined) return ordered;
    ordered.push(first);
    sides
      .flat()
      .find((side) => side[0] === first)
      ?.shift();
    now = afterCall(now, first);
  }
}

/** The orders after a call: whoever counts turns has one more to remember. */
export function afterCall(book: QueueBook, called: Lined): QueueBook {
  const remembering = (order: QueueOrder): QueueOrder =>
    order.policy.name === 'ratio'
      ? {
          ...order,
          recent: [standingOf(called, order).tier > 0, ...order.recent].slice(
            0,
            turnsRemembered(order.policy),
          ),
        }
      : order;
  const own = book.services[called.serviceId];
  return {
    site: remembering(book.site),
    services: own === undefined ? book.services : { ...book.services, [called.serviceId]: remembering(own) },
  };
}

type Lined = RankedTicket & Pick<TicketRow, 'serviceId'>;

/** Those who wait in one order: of each service that has its own, and of all others. */
function linesOf<T extends Lined>(tickets: readonly T[], book: QueueBook) {
  const lines = Map.groupBy(tickets, ({ serviceId }) => (book.services[serviceId] ? serviceId : ''));
  return [...lines].map(([serviceId, line]) => ({
    order: book.services[serviceId] ?? book.site,
    tickets: line,
  }));
}

/** The first of several by the order of the site: of the heads of its lines, the one that is called. */
export function firstOf<T extends RankedTicket>(heads: readonly T[], book: QueueBook): T | undefined {
  return sorted(heads, book.site)[0];
}

/** How many who wait for the same service come before this ticket. The ticket itself need not be in the list. */
export function peopleAhead(
  tickets: readonly QueuedTicket[],
  ticket: QueuedTicket,
  book: QueueBook = STRICT_BOOK,
): number {
  const order = orderFor(ticket, book);
  const others = tickets.filter(
    (other) => other.id !== ticket.id && other.serviceId === ticket.serviceId && isCallable(other, undefined),
  );
  const before = others.filter((other) => compareQueued(other, ticket, order) < 0);
  if (order.policy.name !== 'ratio') return before.length;
  const isPreferential = standingOf(ticket, order).tier > 0;
  const isOwnSide = (other: QueuedTicket) => standingOf(other, order).tier > 0 === isPreferential;
  return calledBefore(order.policy, order.recent, {
    isPreferential,
    ahead: before.filter(isOwnSide).length,
    others: others.filter((other) => !isOwnSide(other)).length,
  });
}

/** Why it was this one: the policy, what decided about it and about who was next after it. */
export function whyOf(
  next: QueuedTicket,
  runnerUp: QueuedTicket | undefined,
  candidates: number,
  book: QueueBook,
): CallWhy {
  const order = orderFor(next, book);
  const { name, version } = policyOf(order);
  return {
    policy: name,
    policyVersion: version,
    candidates,
    runnerUp: runnerUp?.id ?? null,
    inputs: rankInputs(next, order),
    ...(runnerUp === undefined ? {} : { runnerUpInputs: rankInputs(runnerUp, orderFor(runnerUp, book)) }),
    ...(order.policy.name === 'ratio'
      ? { turn: isPreferentialTurn(order.policy, order.recent) ? 'preferential' : 'normal' }
      : {}),
  };
}

function sorted<T extends RankedTicket>(tickets: readonly T[], order: QueueOrder): T[] {
  return tickets
    .map((ticket) => ({ ticket, standing: standingOf(ticket, order) }))
    .sort((a, b) => compareStandings(a.standing, b.standing))
    .map(({ ticket }) => ticket);
}
