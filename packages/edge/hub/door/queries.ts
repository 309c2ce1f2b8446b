/**
 * The queries of the hub's write door over SQLite: the same questions as the cloud's, without locks, because there is one
 * writer. Each hot one has a test of its plan, and the order of the queue is held to the domain's.
 */
import {
  type CallingPlace,
  columnNames,
  type OperatorSessionRow,
  operatorSessionTable,
  rowFromSql,
  type SiteId,
  type TicketRow,
  ticketTable,
  type UserId,
} from '@totem/domain';
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
/** The order of `compareQueued` in packages/domain: '~' sorts after every digit, so who has no arrival comes last. */
const QUEUE_ORDER = "ORDER BY priority DESC, coalesce(waiting_since, '~'), id";

/** The first is next, the second would be next after it. */
export const NEXT_TICKETS = `SELECT ${TICKET} FROM ${WAITING} WHERE ${CALLABLE} ${QUEUE_ORDER} LIMIT 2`;
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

export interface NextInQueue {
  readonly next: TicketRow | undefined;
  readonly runnerUp: TicketRow | undefined;
  readonly candidates: number;
}

/** Who is called from a place: what `nextTicket` of the domain says of the same queue. */
export function nextInQueue(db: ReadHandle, siteId: SiteId, place: CallingPlace): NextInQueue {
  const values = callableFrom(siteId, place);
  const [next, runnerUp] = db.all(NEXT_TICKETS, ...values).map((row) => rowFromSql(ticketTable, row));
  const candidates = Number(db.one(COUNT_CALLABLE, ...values)?.count ?? 0);
  return { next, runnerUp, candidates };
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
