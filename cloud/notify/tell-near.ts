/**
 * Tells customers who have left an address that their turn is near: once, by the way that they chose, and then the address is
 * gone. Who was called meanwhile is told by the display, and their address goes as well.
 */
import { type Env, type Locale, localeFor, type TenantId, type TicketRow } from '@totem/domain';
import type { Log } from '@totem/host';
import { peopleAheadOf, siteById } from '../commands/queries.ts';
import { bookOf } from '../commands/queue-book.ts';
import { lookupContacts } from '../db/lookups.ts';
import type { Database } from '../db/pool.ts';
import { rowsByIds } from '../db/rows.ts';
import { type ReadHandle, type Statement, type WriteHandle, withTenant } from '../db/with-tenant.ts';
import { TICKETS } from '../ledger/folded-tables.ts';
import { nearNotice } from './near-texts.ts';
import type { Channels, Way } from './ways.ts';

export const TELL_NEAR_EVERY_MS = 15_000;
/** With so many before them, people should be on their way back. */
export const NEAR_PEOPLE = 2;
/** Addresses of one tenant that are looked at in one run. */
const CONTACTS_MAX = 500;

const CONTACTS: Statement = {
  name: 'near-contacts',
  text: `SELECT ticket_id, channel, address, locale FROM ticket_contact WHERE tenant_id = $1
    ORDER BY created_at, ticket_id LIMIT ${CONTACTS_MAX}`,
};
const FORGET: Statement = {
  name: 'near-forget',
  text: 'DELETE FROM ticket_contact WHERE tenant_id = $1 AND ticket_id = ANY ($2::uuid[])',
};

interface NearParts {
  readonly db: Database;
  readonly env: Env;
  readonly log: Log;
  readonly ways: Readonly<Record<Channels, Way>>;
}

interface Due {
  readonly ticketId: string;
  readonly channel: Channels;
  readonly address: string;
  readonly locale: Locale;
  readonly code: string;
  readonly peopleAhead: number;
  readonly siteName: string;
}

/** Looks once at all who wait for it. A tenant that fails does not keep the others waiting. @returns how many were told. */
export async function tellNear(parts: NearParts): Promise<number> {
  let told = 0;
  for (const tenantId of await lookupContacts(parts.db)) {
    try {
      told += await tellInTenant(parts, tenantId);
    } catch (error) {
      parts.log.error({ err: error, tenantId }, 'customers could not be told that their turn is near');
    }
  }
  return told;
}

async function tellInTenant(parts: NearParts, tenantId: TenantId): Promise<number> {
  const { db, env, ways } = parts;
  const due = await withTenant(db, tenantId, (tx) => dueIn(tx, env));
  let told = 0;
  for (const one of due) {
    // The id is the same however often it is tried: a gateway that knows it sends nothing twice.
    const sent = await ways[one.channel]({
      id: one.ticketId,
      to: [one.address],
      from: undefined,
      secret: undefined,
      notice: nearNotice(one),
      now: env.now(),
    });
    if (sent.kind !== 'accepted' && sent.kind !== 'unwanted') continue;
    await withTenant(db, tenantId, (tx) => tx.run(FORGET, [tenantId, [one.ticketId]]));
    if (sent.kind === 'accepted') told += 1;
  }
  return told;
}

/** Who is near now. Addresses that nobody needs any more go at once. */
async function dueIn(tx: WriteHandle, env: Env): Promise<Due[]> {
  const contacts = await tx.all(CONTACTS, [tx.tenantId]);
  const ids = contacts.map(({ ticket_id }) => ticket_id as TicketRow['id']);
  const tickets = await rowsByIds(tx, TICKETS, ids);
  const isOver = (ticket: TicketRow | undefined) =>
    ticket === undefined || (ticket.state !== 'created' && ticket.state !== 'waiting');
  const over = ids.filter((id) => isOver(tickets.get(id)));
  if (over.length > 0) await tx.run(FORGET, [tx.tenantId, over]);
  const due: Due[] = [];
  for (const { ticket_id, channel, address, locale } of contacts) {
    const ticket = tickets.get(ticket_id as TicketRow['id']);
    const near =
      ticket?.state === 'waiting' && ticket.heldReason === null ? await standing(tx, env, ticket) : undefined;
    if (ticket === undefined || near === undefined || near.peopleAhead > NEAR_PEOPLE) continue;
    due.push({
      ...near,
      ticketId: ticket.id,
      code: ticket.code,
      channel: channel as Channels,
      address: String(address),
      locale: localeFor(String(locale)),
    });
  }
  return due;
}

async function standing(tx: ReadHandle, env: Env, ticket: TicketRow) {
  const site = await siteById(tx, ticket.siteId);
  if (site === undefined) return undefined;
  const peopleAhead = await peopleAheadOf(tx, ticket, await bookOf(tx, site, env.now()));
  return { peopleAhead, siteName: site.name };
}
