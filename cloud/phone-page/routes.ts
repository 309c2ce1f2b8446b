/** `GET /t/:capability`: the page behind the code on a ticket's paper. */
import { inLocale, isActive, type Locale, type SiteId, type TicketRow, type Timers } from '@totem/domain';
import { requestLocale } from '@totem/host';
import { Hono } from 'hono';
import { createRateLimit } from '../access/rate-limit.ts';
import { counterById, peopleAheadOf, serviceById, siteById } from '../commands/queries.ts';
import type { Database } from '../db/pool.ts';
import { rowsByIds } from '../db/rows.ts';
import { type ReadHandle, readTenant, type Statement } from '../db/with-tenant.ts';
import { type ClientAddress, networkOf } from '../http/client-address.ts';
import { TICKETS } from '../ledger/folded-tables.ts';
import { isGenuine, parseCapability } from './capability.ts';
import { PHONE_POLICY, type PhoneView, phonePage } from './page.ts';

/** A whole waiting room may share one address. */
const VIEWS_PER_MINUTE = 600;
/** Keys tried for a ticket that has not arrived, whose site is therefore unknown. */
const KEYS_MAX = 500;

/** A ticket's paper outlives its device: keys of removed devices count too. */
const KEYS: Statement = {
  name: 'ticket-signing-keys',
  text: `SELECT public_key FROM equipment
    WHERE tenant_id = $1 AND public_key IS NOT NULL AND type = 'totem' AND ($2::uuid IS NULL OR site_id = $2)
    ORDER BY created_at DESC LIMIT $3`,
};

export function phoneRoutes(parts: {
  readonly db: Database;
  readonly timers: Timers;
  readonly addressOf: ClientAddress;
}): Hono {
  const limit = createRateLimit(parts.timers, VIEWS_PER_MINUTE);
  return new Hono().get('/t/:capability', async (c) => {
    limit.take(networkOf(parts.addressOf(c)));
    const locale = requestLocale(c);
    const view = await viewOf(parts.db, c.req.param('capability'), locale);
    c.header('content-security-policy', PHONE_POLICY);
    c.header('cache-control', 'private, no-store');
    c.header('content-language', locale);
    c.header('vary', 'accept-language');
    return c.html(phonePage(view, locale), view.kind === 'unknown' ? 404 : 200);
  });
}

async function viewOf(db: Database, text: string, locale: Locale): Promise<PhoneView> {
  const capability = parseCapability(text);
  if (capability === undefined) return { kind: 'unknown' };
  return readTenant(db, capability.tenantId, async (tx) => {
    const ticket = (await rowsByIds(tx, TICKETS, [capability.ticketId])).get(capability.ticketId);
    const keys = await signingKeys(tx, ticket?.siteId ?? null);
    if (!isGenuine(capability, keys)) return { kind: 'unknown' };
    return ticket === undefined ? { kind: 'not_here_yet' } : ticketView(tx, ticket, locale);
  });
}

async function signingKeys(tx: ReadHandle, siteId: SiteId | null): Promise<string[]> {
  return (await tx.all(KEYS, [tx.tenantId, siteId, KEYS_MAX])).map(({ public_key: key }) => String(key));
}

async function ticketView(tx: ReadHandle, ticket: TicketRow, locale: Locale): Promise<PhoneView> {
  const site = await siteById(tx, ticket.siteId);
  const service = await serviceById(tx, ticket.serviceId);
  const counter =
    isActive(ticket.state) && ticket.counterId !== null ? await counterById(tx, ticket.counterId) : undefined;
  const { code, state } = ticket;
  const held = state === 'waiting' && ticket.heldReason !== null;
  return {
    kind: 'ticket',
    ticket: {
      code,
      state,
      held,
      counterNumber: counter?.number ?? null,
      peopleAhead: state === 'waiting' && !held ? await peopleAheadOf(tx, ticket) : null,
      serviceName: service === undefined ? '' : inLocale(service.name, locale),
      siteName: site?.name ?? '',
    },
  };
}
