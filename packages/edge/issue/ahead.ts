/** How many people come before a ticket: the order of the queue as SQL, so that a long queue costs an index and no rows. */
import { calledBefore, orderFor, type QueueBook, standingOf, type TicketRow } from '@totem/domain';
import type { ReadHandle } from '../store/connection.ts';
import { bookOf } from './queue-book.ts';
import { given, orderSql, type Sql, sql } from './queue-order.ts';

type Placed = Pick<
  TicketRow,
  'siteId' | 'serviceId' | 'priority' | 'priorityClassId' | 'waitingSince' | 'appointmentAt' | 'id'
>;

/** Counts callable tickets of the same service that would be called before this one, were nobody else to come. */
export function countAhead(db: ReadHandle, ticket: Placed, now: number): number {
  return countAheadBy(db, ticket, bookOf(db, ticket.siteId, now));
}

/** The same, by orders that are known. */
export function countAheadBy(db: ReadHandle, ticket: Placed, book: QueueBook): number {
  const order = orderFor(ticket, book);
  const own = standingOf(ticket, order);
  const parts = orderSql(order);
  const ranked: (readonly [Sql | null, number])[] = [
    [parts.band, own.band],
    [parts.score, own.score],
  ];
  const isBefore = ranked.reduceRight<Sql>(
    (rest, [part, value]) =>
      part === null
        ? rest
        : sql(['(', part, ' > ', given(value), ' OR (', part, ' = ', given(value), ' AND ', rest, '))']),
    sql(['(', parts.arrival, ', id) < (', given(own.arrival), ', ', given(own.id), ')']),
  );
  const isOwnSide = sql(['((', parts.tier, ' > 0) = ', given(own.tier > 0 ? 1 : 0), ')']);
  const counting = sql([
    'SELECT count(*) FILTER (WHERE is_before) AS before, count(*) FILTER (WHERE is_before AND is_own) AS own,',
    ' count(*) FILTER (WHERE NOT is_own) AS others FROM (SELECT ',
    isBefore,
    ' AS is_before, ',
    isOwnSide,
    ' AS is_own FROM ticket WHERE site_id = ',
    given(ticket.siteId),
    ' AND service_id = ',
    given(ticket.serviceId),
    " AND state = 'waiting' AND held_reason IS NULL AND id <> ",
    given(ticket.id),
    ')',
  ]);
  const counted = db.one(counting.text, ...counting.values);
  if (order.policy.name !== 'ratio') return Number(counted?.before ?? 0);
  return calledBefore(order.policy, order.recent, {
    isPreferential: own.tier > 0,
    ahead: Number(counted?.own ?? 0),
    others: Number(counted?.others ?? 0),
  });
}
