/**
 * Expires what nobody will call or pay any more, of every tenant. What is due is first looked for without a lock, by the
 * tickets' own times; then it is judged again under one, with what only the ledger and the payments know. Two nodes may do it
 * at once: the second finds nothing left to do.
 */
import {
  columnNames,
  type Env,
  epochMsOf,
  expiryEntry,
  expiryOf,
  instantText,
  rowFromSql,
  type SiteRow,
  siteTable,
  type TenantId,
  type TicketId,
  type TicketRow,
  ticketTable,
} from '@totem/domain';
import type { Log } from '@totem/host';
import { ledgerTenants } from '../audit/read.ts';
import { atOnce } from '../commands/context.ts';
import type { Database } from '../db/pool.ts';
import { lockRows } from '../db/rows.ts';
import {
  type ReadHandle,
  readTenant,
  type Statement,
  type WriteHandle,
  withTenant,
} from '../db/with-tenant.ts';
import { commitEntries } from '../ledger/commit.ts';
import { noRows, TICKETS } from '../ledger/folded-tables.ts';

export const EXPIRE_EVERY_MS = 60_000;
/** Tickets that are looked at in one query. */
const PAGE_ROWS = 500;
/** Tickets that expire in one transaction: operators wait for it. */
const BATCH_ROWS = 100;

interface ExpireParts {
  readonly db: Database;
  readonly env: Env;
  readonly log: Log;
}

/** A site with a hub is commanded by it: there the hub expires. */
const SITES: Statement = {
  name: 'expire-sites',
  text: `SELECT ${columnNames(siteTable).join(', ')} FROM site s
    WHERE tenant_id = $1 AND hub_equipment_id IS NULL AND EXISTS (
      SELECT FROM ticket t WHERE t.tenant_id = $1 AND t.site_id = s.id AND t.state IN ('created', 'waiting'))
    ORDER BY id`,
};
/** The tickets of a site that may expire at all, a page after another. */
export const OPEN_TICKETS: Statement = {
  name: 'expire-open-tickets',
  text: `SELECT ${columnNames(ticketTable).join(', ')} FROM ticket
    WHERE tenant_id = $1 AND site_id = $2 AND state IN ('created', 'waiting') AND (issued_at, id) > ($3, $4::uuid)
    ORDER BY issued_at, id LIMIT ${PAGE_ROWS}`,
};
/** Tickets that were issued by a clock that was not believed, and when the cloud heard of them. */
const DOUBTED: Statement = {
  name: 'expire-doubted',
  text: `SELECT entity_id, min(received_at) AS received_at FROM audit_log
    WHERE tenant_id = $1 AND entity = 'ticket' AND entity_id = ANY($2::uuid[]) AND action IN ('TICKET_CREATE', 'RECOVERED') AND clock_suspect
    GROUP BY entity_id`,
};
/** Tickets about which money may be on its way, or has come and has not let them into the queue yet. */
const BEING_PAID: Statement = {
  name: 'expire-being-paid',
  text: `SELECT DISTINCT p.ticket_id FROM payment_session p JOIN ticket t ON t.tenant_id = p.tenant_id AND t.id = p.ticket_id
    WHERE p.tenant_id = $1 AND p.ticket_id = ANY($2::uuid[])
      AND (p.status = 'pending' OR (p.status = 'paid' AND t.state = 'created'))`,
};

/** Expires what is due of every tenant. A tenant that fails does not keep the others waiting. @returns how many tickets. */
export async function expireTickets(parts: ExpireParts): Promise<number> {
  let expired = 0;
  for (const tenantId of await ledgerTenants(parts.db)) {
    try {
      expired += await expireOfTenant(parts, tenantId);
    } catch (error) {
      parts.log.error({ err: error, tenantId }, 'tickets could not be expired');
    }
  }
  if (expired > 0) parts.log.info({ expired }, 'tickets have expired');
  return expired;
}

async function expireOfTenant({ db, env }: ExpireParts, tenantId: TenantId): Promise<number> {
  const now = atOnce(env);
  const due = await readTenant(db, tenantId, (tx) => dueOfTenant(tx, now));
  let expired = 0;
  for (const { site, ids } of due) {
    for (let from = 0; from < ids.length; from += BATCH_ROWS) {
      const batch = ids.slice(from, from + BATCH_ROWS);
      expired += await withTenant(db, tenantId, (tx) => expireBatch(tx, now, site, batch));
    }
  }
  return expired;
}

interface Due {
  readonly site: SiteRow;
  readonly ids: readonly TicketId[];
}

async function dueOfTenant(tx: ReadHandle, env: Env): Promise<Due[]> {
  const sites = (await tx.all(SITES, [tx.tenantId])).map((raw) => rowFromSql(siteTable, raw));
  const due: Due[] = [];
  for (const site of sites) due.push({ site, ids: await dueOfSite(tx, env, site) });
  return due;
}

async function dueOfSite(tx: ReadHandle, env: Env, site: SiteRow): Promise<TicketId[]> {
  const due: TicketId[] = [];
  let after = { issuedAt: instantText(0), id: site.tenantId as string };
  for (;;) {
    const page = await tx.all(OPEN_TICKETS, [tx.tenantId, site.id, after.issuedAt, after.id]);
    const tickets = page.map((raw) => rowFromSql(ticketTable, raw));
    const isDue = (ticket: TicketRow) =>
      expiryOf(env.now(), site, { ticket, receivedAt: undefined, isBeingPaid: false }) !== undefined;
    due.push(...tickets.filter(isDue).map(({ id }) => id));
    const last = tickets.at(-1);
    if (last === undefined || tickets.length < PAGE_ROWS) return due;
    after = last;
  }
}

/** Expires what is still due of a few tickets, one entry for each. @returns how many. */
async function expireBatch(
  tx: WriteHandle,
  env: Env,
  site: SiteRow,
  ids: readonly TicketId[],
): Promise<number> {
  const locked = noRows();
  for (const [id, row] of await lockRows(tx, TICKETS, ids)) locked.ticket.set(id, row);
  const committed = await commitEntries(tx, env, {
    commandId: null,
    locked,
    decide: async () => {
      const doubted = new Map(
        (await tx.all(DOUBTED, [tx.tenantId, ids])).map((row) => [row.entity_id, String(row.received_at)]),
      );
      const beingPaid = new Set(
        (await tx.all(BEING_PAID, [tx.tenantId, ids])).map(({ ticket_id: id }) => id),
      );
      const drafts = [...locked.ticket.values()].flatMap((ticket) => {
        const received = doubted.get(ticket.id);
        const receivedAt = received === undefined ? undefined : instantText(epochMsOf(received));
        const cause = expiryOf(env.now(), site, {
          ticket,
          receivedAt,
          isBeingPaid: beingPaid.has(ticket.id),
        });
        return cause === undefined ? [] : [expiryEntry(ticket, cause)];
      });
      return { ok: true, drafts };
    },
  });
  return committed.ok ? committed.rows.ticket.size : 0;
}
