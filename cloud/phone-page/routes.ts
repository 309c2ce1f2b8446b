/** `GET /t/:capability`: the page behind the code on a ticket's paper, and what a customer may do there. */
import { createHash } from 'node:crypto';
import {
  CUSTOMER_ACTS,
  customerActs,
  type Env,
  inLocale,
  isActive,
  type Locale,
  ProblemError,
  type TicketRow,
  type Timers,
} from '@totem/domain';
import { requestLocale } from '@totem/host';
import { Hono } from 'hono';
import { createRateLimit } from '../access/rate-limit.ts';
import { counterById, peopleAheadOf, serviceById, siteById } from '../commands/queries.ts';
import { bookOf } from '../commands/queue-book.ts';
import type { Database } from '../db/pool.ts';
import { rowsByIds } from '../db/rows.ts';
import { type ReadHandle, readTenant } from '../db/with-tenant.ts';
import { boundedBody, FORM_BODY } from '../http/body.ts';
import { type ClientAddress, networkOf } from '../http/client-address.ts';
import { TICKETS } from '../ledger/folded-tables.ts';
import { actByCustomer, isPaid } from './act.ts';
import { parseCapability } from './capability.ts';
import { contactOf, hasContact, keepContact, type Reaches } from './contact.ts';
import { holds } from './keys.ts';
import { PHONE_POLICY, type PhoneTicket, type PhoneView, phonePage } from './page.ts';

/** A whole waiting room may share one address, each phone looking again every few seconds. */
const VIEWS_PER_MINUTE = 2_400;
const ACTS_PER_MINUTE = 60;

export function phoneRoutes(parts: {
  readonly db: Database;
  readonly env: Env;
  readonly timers: Timers;
  readonly addressOf: ClientAddress;
  readonly reaches: Reaches;
}): Hono {
  const views = createRateLimit(parts.timers, VIEWS_PER_MINUTE);
  const acts = createRateLimit(parts.timers, ACTS_PER_MINUTE);
  return new Hono()
    .get('/t/:capability', async (c) => {
      views.take(networkOf(parts.addressOf(c)));
      const text = c.req.param('capability');
      const locale = requestLocale(c);
      const view = await viewOf(parts, text, locale);
      const page = String(await phonePage(view, locale, text));
      const tag = `"${createHash('sha256').update(page).digest('base64url')}"`;
      c.header('content-security-policy', PHONE_POLICY);
      c.header('cache-control', 'private, no-store');
      c.header('content-language', locale);
      c.header('vary', 'accept-language');
      c.header('etag', tag);
      if (c.req.header('if-none-match') === tag) return c.body(null, 304);
      return c.html(page, view.kind === 'unknown' ? 404 : 200);
    })
    .post('/t/:capability/tell', boundedBody(FORM_BODY), async (c) => {
      acts.take(networkOf(parts.addressOf(c)));
      const text = c.req.param('capability');
      const capability = parseCapability(text);
      if (capability === undefined) throw new ProblemError('not_found');
      const typed = new URLSearchParams(await c.req.text()).get('to') ?? '';
      const contact = contactOf(typed, parts.reaches);
      if (contact !== undefined) await keepContact(parts, capability, contact, requestLocale(c));
      return c.redirect(`/t/${text}`, 303);
    })
    .post('/t/:capability/:act{cancel|delay}', async (c) => {
      acts.take(networkOf(parts.addressOf(c)));
      const text = c.req.param('capability');
      const capability = parseCapability(text);
      const act = CUSTOMER_ACTS.find((one) => one === c.req.param('act'));
      if (capability === undefined || act === undefined) throw new ProblemError('not_found');
      await actByCustomer(parts, capability, act);
      // Whatever came of it, the page says how the ticket stands; and going back does not do it again.
      return c.redirect(`/t/${text}`, 303);
    });
}

async function viewOf(
  { db, env, reaches }: { readonly db: Database; readonly env: Env; readonly reaches: Reaches },
  text: string,
  locale: Locale,
): Promise<PhoneView> {
  const capability = parseCapability(text);
  if (capability === undefined) return { kind: 'unknown' };
  return readTenant(db, capability.tenantId, async (tx) => {
    const ticket = (await rowsByIds(tx, TICKETS, [capability.ticketId])).get(capability.ticketId);
    if (!(await holds(tx, capability, ticket?.siteId ?? null))) return { kind: 'unknown' };
    return ticket === undefined
      ? { kind: 'not_here_yet' }
      : ticketView(tx, ticket, locale, { now: env.now(), reaches });
  });
}

async function ticketView(
  tx: ReadHandle,
  ticket: TicketRow,
  locale: Locale,
  { now, reaches }: { readonly now: number; readonly reaches: Reaches },
): Promise<PhoneView> {
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
      peopleAhead:
        site !== undefined && state === 'waiting' && !held
          ? await peopleAheadOf(tx, ticket, await bookOf(tx, site, now))
          : null,
      serviceName: service === undefined ? '' : inLocale(service.name, locale),
      siteName: site?.name ?? '',
      tell: await tellOf(tx, ticket, reaches),
      acts: site === undefined ? [] : customerActs(site, ticket, await isPaid(tx, ticket.id)),
    },
  };
}

/** Whether its holder can be told that their turn is near, and by what. */
async function tellOf(tx: ReadHandle, ticket: TicketRow, reaches: Reaches): Promise<PhoneTicket['tell']> {
  const waits = ticket.state === 'created' || ticket.state === 'waiting';
  if (!waits || !(reaches.email || reaches.sms)) return undefined;
  return { ...reaches, isGiven: await hasContact(tx, ticket.id) };
}
