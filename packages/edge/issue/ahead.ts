/** How many people come before a ticket: the order of the queue as SQL, so that a long queue costs an index and no rows. */
import type { TicketRow } from '@totem/domain';
import type { ReadHandle } from '../store/connection.ts';

/** The strict policy of `compareQueued`: tier, then arrival, then id. A test holds the two to one order. */
const AHEAD = `
  SELECT count(*) AS ahead FROM ticket
  WHERE site_id = ? AND service_id = ? AND state = 'waiting' AND held_reason IS NULL
    AND (priority > ? OR (priority = ? AND (coalesce(waiting_since, '~'), id) < (?, ?)))`;

/** Counts callable tickets of the same service that would be called before this one. */
export function countAhead(
  db: ReadHandle,
  ticket: Pick<TicketRow, 'siteId' | 'serviceId' | 'priority' | 'waitingSince' | 'id'>,
): number {
  const { siteId, serviceId, priority, waitingSince, id } = ticket;
  const row = db.one(AHEAD, siteId, serviceId, priority, priority, waitingSince ?? '~', id);
  return Number(row?.ahead ?? 0);
}
