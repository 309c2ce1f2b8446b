/**
 * The queries of the hub's write door over SQLite: the same questions as the cloud's, without locks, because there is one
 * writer. Each hot one has a test of its plan, and the order of the queue is held to the domain's.
 */
import {
  type CallingPlace,
  columnNames,
  firstOf,
  type NextTicket,
  type OperatorSessionRow,
  operatorSessionTable,
  type QueueBook,
  type QueueOrder,
  rowFromSql,
  type SiteId,
  type TicketRow,
  ticketTable,
  type UserId,
} from '@totem/domain';
import { given, orderSql, type Sql, sql } from '../../issue/queue-order.ts';
import type { ReadHandle, SqlValue } from '../../store/connection.ts';

const TICKET = columnNames(ticketTable).join(', ');
const SESSION = columnNames(operatorSessionTable).join(', ');

export const SESSION_OF_USER = `SELECT ${SESSION} FROM operator_session
  WHERE user_id = ? AND until IS NULL ORDER BY conflict NULLS FIRST, id`;
const SESSION_AT_COUNTER = `SELECT ${SESSION} FROM operator_session
  WHERE counter_id = ? AND until IS NULL ORDER BY conflict NULLS FIRST, id`;
export const IN_HAND = `SELECT ${TICKET} FROM ticket
  WHERE operator_id = ? AND state IN ('called', 'in_service') ORDER BY id LIMIT 2`;

/** Of all tickets of some days those who wait are few; left to itself SQLite may walk through the days. */
const WAITING = 'ticket INDEXED BY ticket_queue_idx';
/** The database is of one tenant. Who may be called from a place: `whyNotCallable` in packages/domain; a test holds the two together. See `callableFrom`. */
const CALLABLE = `site_id = ? AND state = 'waiting' AND held_reason IS NULL
  AND (? IS NULL OR service_id IN (SELECT value FROM json_each(?))) AND (? IS NULL OR priority >= ?)
  AND (addressed_operator_id IS NULL OR addressed_operator_id = ?)
  AND (addressed_counter_id IS NULL OR addressed_counter_id = ?)`;
const COUNT_CALLABLE = `SELECT count(*) AS count FROM ${WAITING} WHERE ${CALLABLE}`;

export const LAST_CALL_NUMBER =
  'SELECT max(number) AS number FROM call WHERE site_id = ? AND business_day = ?';

export function sessionOfUser(db: ReadHandle, userId: UserId): OperatorSessionRow | undefined {
  const row = db.one(SESSION_OF_USER, userId);
  return row && rowFromSql(operatorSessionTable, row);
}

export function sessionAtCounter(db: ReadHandle, counterId: string): OperatorSessionRow | undefined {
  const row = db.one(SESSION_AT_COUNTER, counterId);
  return row && rowFromSql(operatorSessionTable, row);
}

/** The tickets that an operator has in hand: one, or more after a conflict. */
export function ticketsInHand(db: ReadHandle, userId: UserId): TicketRow[] {
  return db.all(IN_HAND, userId).map((row) => rowFromSql(ticketTable, row));
}

/** Who is called from a place: what `nextTicket` of the domain says of the same queue. */
export function nextInQueue(
  db: ReadHandle,
  siteId: SiteId,
  place: CallingPlace,
  book: QueueBook,
): NextTicket<TicketRow> {
  // Two of each line are enough: the one that is called, and who is next after it, may stand in the same.
  const lines = linesOf(book, place).map((line) => {
    const question = headsOfLine(siteId, place, line);
    return db.all(question.text, ...question.values).map((row) => rowFromSql(ticketTable, row));
  });
  const next = firstOf(
    lines.flatMap((line) => line.slice(0, 1)),
    book,
  );
  const after = lines.flatMap((line) => line.filter(({ id }) => id !== next?.id).slice(0, 1));
  const candidates = Number(db.one(COUNT_CALLABLE, ...callableFrom(siteId, place))?.count ?? 0);
  return { next, runnerUp: firstOf(after, book), candidates };
}

/** Those who wait in one order: of the services that have one of their own, or of all others. */
interface Line {
  readonly order: QueueOrder;
  readonly serviceIds: readonly string[] | null;
  /** Services that stand in a line of their own. */
  readonly except: readonly string[];
}

function linesOf(book: QueueBook, { serviceIds }: CallingPlace): Line[] {
  const own = Object.entries(book.services);
  const served = own.filter(([id]) => serviceIds === null || serviceIds.includes(id));
  return [
    { order: book.site, serviceIds, except: own.map(([id]) => id) },
    ...served.map(([id, order]) => ({ order, serviceIds: [id], except: [] })),
  ];
}

/** The first two of a line. */
export function headsOfLine(siteId: SiteId, place: CallingPlace, line: Line): Sql {
  const callable = {
    text: CALLABLE,
    values: callableFrom(siteId, { ...place, serviceIds: line.serviceIds }),
  };
  const except =
    line.except.length === 0
      ? ''
      : sql([
          ' AND service_id NOT IN (SELECT value FROM json_each(',
          given(JSON.stringify(line.except)),
          '))',
        ]);
  const { orderBy } = orderSql(line.order);
  return sql([
    `SELECT ${TICKET} FROM ${WAITING} WHERE `,
    callable,
    except,
    ' ORDER BY ',
    orderBy,
    ' LIMIT 2',
  ]);
}

function callableFrom(siteId: SiteId, place: CallingPlace): SqlValue[] {
  const services = place.serviceIds === null ? null : JSON.stringify(place.serviceIds);
  const { priorityFrom, operatorId, counterId } = place;
  return [siteId, services, services, priorityFrom, priorityFrom, operatorId, counterId];
}

/** The number of the next call in the site's log of a day. */
export function nextCallNumber(db: ReadHandle, siteId: SiteId, day: string): number {
  return Number(db.one(LAST_CALL_NUMBER, siteId, day)?.number ?? 0) + 1;
}
