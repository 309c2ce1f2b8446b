/** Where a customer wants to hear that their turn is near: kept until they were told, or need not be any more. */
import { type Env, instantText, type Locale } from '@totem/domain';
import { z } from 'zod';
import type { Database } from '../db/pool.ts';
import { rowsByIds } from '../db/rows.ts';
import { type ReadHandle, type Statement, withTenant } from '../db/with-tenant.ts';
import { TICKETS } from '../ledger/folded-tables.ts';
import type { Capability } from './capability.ts';
import { holds } from './keys.ts';

/** What this installation can send to customers. */
export interface Reaches {
  readonly email: boolean;
  readonly sms: boolean;
}

export interface Contact {
  readonly channel: 'email' | 'sms';
  readonly address: string;
}

const ADDRESS_LENGTH_MAX = 254;
const PHONE = /^\+?[0-9 ()-]{8,20}$/;
const email = z.email().max(ADDRESS_LENGTH_MAX);

const KEEP: Statement = {
  name: 'ticket-contact-keep',
  text: `INSERT INTO ticket_contact (tenant_id, ticket_id, created_at, channel, address, locale) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (tenant_id, ticket_id) DO UPDATE
    SET channel = excluded.channel, address = excluded.address, locale = excluded.locale`,
};
const KNOWN: Statement = {
  name: 'ticket-contact-known',
  text: 'SELECT EXISTS (SELECT FROM ticket_contact WHERE tenant_id = $1 AND ticket_id = $2) AS known',
};

/** What was typed, as far as it can be reached; undefined for anything else. */
export function contactOf(typed: string, reaches: Reaches): Contact | undefined {
  const text = typed.trim();
  if (reaches.sms && PHONE.test(text)) return { channel: 'sms', address: text.replace(/[ ()-]/g, '') };
  return reaches.email && email.safeParse(text).success ? { channel: 'email', address: text } : undefined;
}

/** Keeps it for a ticket that still waits; for any other, and for a capability that is not genuine, nothing. */
export async function keepContact(
  { db, env }: { readonly db: Database; readonly env: Env },
  capability: Capability,
  { channel, address }: Contact,
  locale: Locale,
): Promise<void> {
  const { tenantId, ticketId } = capability;
  await withTenant(db, tenantId, async (tx) => {
    const ticket = (await rowsByIds(tx, TICKETS, [ticketId])).get(ticketId);
    if (ticket === undefined || !(await holds(tx, capability, ticket.siteId))) return;
    if (ticket.state !== 'created' && ticket.state !== 'waiting') return;
    await tx.run(KEEP, [tenantId, ticketId, instantText(env.now()), channel, address, locale]);
  });
}

/** Whether somebody is to be told of a ticket. */
export async function hasContact(tx: ReadHandle, ticketId: string): Promise<boolean> {
  return (await tx.one(KNOWN, [tx.tenantId, ticketId]))?.known === 't';
}
