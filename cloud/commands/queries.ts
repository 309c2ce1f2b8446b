/** The queries of the write door, by name; each hot one has a test of its plan. */
import {
  type Colleague,
  type CounterRow,
  calledBefore,
  columnNames,
  counterTable,
  type OperatorSessionRow,
  operatorSessionTable,
  orderFor,
  type QueueBook,
  rowFromSql,
  type ServiceId,
  type ServiceRow,
  type SiteId,
  type SiteRow,
  serviceTable,
  siteTable,
  standingOf,
  type TicketRow,
  ticketTable,
  type UserId,
} from '@totem/domain';
import type { ReadHandle, Statement, WriteHandle } from '../db/with-tenant.ts';
import { standBefore } from './queue-order.ts';

const TICKET = columnNames(ticketTable).join(', ');
const SESSION = columnNames(operatorSessionTable).join(', ');

/** The operator's open session, locked: commands of one operator take turns. */
export const LOCK_SESSION_OF_USER: Statement = {
  name: 'session-of-user',
  text: `SELECT ${SESSION} FROM operator_session
    WHERE tenant_id = $1 AND user_id = $2 AND until IS NULL ORDER BY conflict NULLS FIRST, id FOR UPDATE`,
};

export const LOCK_SESSION_AT_COUNTER: Statement = {
  name: 'session-at-counter',
  text: `SELECT ${SESSION} FROM operator_session
    WHERE tenant_id = $1 AND counter_id = $2 AND until IS NULL ORDER BY conflict NULLS FIRST, id FOR UPDATE`,
};

/** Tickets in an operator's hand, those that clash included: they end before a new one begins. */
export const IN_HAND: Statement = {
  name: 'tickets-in-hand',
  text: `SELECT ${TICKET} FROM ticket
    WHERE tenant_id = $1 AND operator_id = $2 AND state IN ('called', 'in_service') ORDER BY id LIMIT 2`,
};

/** Draws a number of the cloud's own tickets. Runs under the tenant's lock. */
export const DRAW_TICKET_NUMBER: Statement = {
  name: 'draw-ticket-number',
  text: `INSERT INTO code_counter (tenant_id, site_id, prefix, lane, business_day, last) VALUES ($1, $2, $3, $4, $5, 1)
    ON CONFLICT (tenant_id, site_id, prefix, lane, business_day) DO UPDATE SET last = code_counter.last + 1
    RETURNING last`,
};

/** What a quota is held against: `countIssued` in packages/edge is the same on a totem. */
export const COUNT_ISSUED: Statement = {
  name: 'count-issued',
  text: `SELECT count(*) AS count FROM ticket WHERE tenant_id = $1 AND site_id = $2 AND service_id = $3
    AND business_day = $4 AND reason IS DISTINCT FROM 'issued_by_mistake'`,
};

/** Money of a ticket that is with the merchant. */
export const HELD_CENTS: Statement = {
  name: 'held-cents',
  text: `SELECT coalesce(sum(paid_cents - refunded_cents), 0) AS cents FROM payment_session
    WHERE tenant_id = $1 AND ticket_id = $2 AND status = 'paid'`,
};

export const LAST_BUSINESS_DAY: Statement = {
  name: 'last-business-day',
  text: 'SELECT max(business_day) AS day FROM code_counter WHERE tenant_id = $1 AND site_id = $2',
};

/** The highest number in the site's log of calls of a day. Runs under the tenant's lock. */
export const LAST_CALL_NUMBER: Statement = {
  name: 'last-call-number',
  text: 'SELECT max(number) AS number FROM call WHERE tenant_id = $1 AND site_id = $2 AND business_day = $3',
};

const SITE: Statement = {
  name: 'site',
  text: `SELECT ${columnNames(siteTable).join(', ')} FROM site WHERE tenant_id = $1 AND id = $2`,
};
const SERVICE: Statement = {
  name: 'service',
  text: `SELECT ${columnNames(serviceTable).join(', ')} FROM service WHERE tenant_id = $1 AND id = $2`,
};
const COUNTER: Statement = {
  name: 'counter',
  text: `SELECT ${columnNames(counterTable).join(', ')} FROM counter WHERE tenant_id = $1 AND id = $2`,
};

const SERVICES_OF_PERSON: Statement = {
  name: 'services-to-serve',
  text: 'SELECT service_id FROM user_service WHERE tenant_id = $1 AND user_id = $2 ORDER BY service_id',
};
/** An admin works at every site; others at those that they are given. */
const COLLEAGUE: Statement = {
  name: 'colleague',
  text: `SELECT u.active AND u.deleted_at IS NULL AND u.role IN ('admin', 'operator') AS serves,
      CASE WHEN u.role <> 'admin' THEN coalesce((SELECT jsonb_agg(s.site_id) FROM user_site s
        WHERE s.tenant_id = u.tenant_id AND s.user_id = u.id), '[]') END AS site_ids
    FROM app_user u WHERE u.tenant_id = $1 AND u.id = $2`,
};

/** One that has sold before and is out of its branch now is no place to print at. */
const TOTEM_LANES: Statement = {
  name: 'totem-lanes',
  text: `SELECT lane FROM equipment WHERE tenant_id = $1 AND site_id = $2 AND type = 'totem' AND lane IS NOT NULL
      AND deleted_at IS NULL AND suspended_at IS NULL ORDER BY length(lane), lane`,
};

/** The lanes of the totems that work at a site, in their order. */
export async function totemLanes(tx: ReadHandle, siteId: string): Promise<readonly string[]> {
  return (await tx.all(TOTEM_LANES, [tx.tenantId, siteId])).map(({ lane }) => String(lane));
}

/** A site of the tenant that is not deleted. */
export async function siteById(tx: ReadHandle, id: string): Promise<SiteRow | undefined> {
  const row = await tx.one(SITE, [tx.tenantId, id]);
  const site = row && rowFromSql(siteTable, row);
  return site?.deletedAt === null ? site : undefined;
}

export async function serviceById(tx: ReadHandle, id: string): Promise<ServiceRow | undefined> {
  const row = await tx.one(SERVICE, [tx.tenantId, id]);
  return row && rowFromSql(serviceTable, row);
}

export async function counterById(tx: ReadHandle, id: string): Promise<CounterRow | undefined> {
  const row = await tx.one(COUNTER, [tx.tenantId, id]);
  return row && rowFromSql(counterTable, row);
}

/** The services that a person may serve; null means all of them. */
export async function servicesOfPerson(tx: ReadHandle, userId: UserId): Promise<readonly ServiceId[] | null> {
  const rows = await tx.all(SERVICES_OF_PERSON, [tx.tenantId, userId]);
  return rows.length === 0 ? null : rows.map((row) => row.service_id as ServiceId);
}

/** A person to whom a ticket can be sent on. */
export async function colleagueById(tx: ReadHandle, id: UserId): Promise<Colleague | undefined> {
  const row = await tx.one(COLLEAGUE, [tx.tenantId, id]);
  if (row === undefined) return undefined;
  // Ids, as the statement above has put them together.
  const siteIds = JSON.parse(row.site_ids ?? 'null') as readonly SiteId[] | null;
  return { id, serves: row.serves === 't', siteIds, serviceIds: await servicesOfPerson(tx, id) };
}

/** The open sessions that a statement finds; the one without a conflict first. */
export async function lockSessions(
  tx: WriteHandle,
  statement: Statement,
  id: string,
): Promise<OperatorSessionRow[]> {
  return (await tx.all(statement, [tx.tenantId, id])).map((row) => rowFromSql(operatorSessionTable, row));
}

/** The tickets that an operator has in hand: one, or more after a conflict. */
export async function ticketsInHand(tx: ReadHandle, userId: UserId): Promise<TicketRow[]> {
  return (await tx.all(IN_HAND, [tx.tenantId, userId])).map((row) => rowFromSql(ticketTable, row));
}

/** How many are called before this ticket, by the order that it is in. */
export async function peopleAheadOf(tx: ReadHandle, ticket: TicketRow, book: QueueBook): Promise<number> {
  const order = orderFor(ticket, book);
  const { statement, values } = standBefore(tx.tenantId, ticket, order);
  const counted = await tx.one(statement, values);
  if (order.policy.name !== 'ratio') return Number(counted?.before ?? 0);
  return calledBefore(order.policy, order.recent, {
    isPreferential: standingOf(ticket, order).tier > 0,
    ahead: Number(counted?.own ?? 0),
    others: Number(counted?.others ?? 0),
  });
}

/** The number of the next call in the site's log of a day. */
export async function nextCallNumber(tx: ReadHandle, siteId: SiteId, day: string): Promise<number> {
  return Number((await tx.one(LAST_CALL_NUMBER, [tx.tenantId, siteId, day]))?.number ?? 0) + 1;
}
