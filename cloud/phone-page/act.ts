/** What a customer does with their ticket on the phone: decided by the domain, under a lock, and written into the ledger as theirs. */
import { type CustomerAct, decideByCustomer, type Env, type TicketRow } from '@totem/domain';
import { siteById } from '../commands/queries.ts';
import type { Database } from '../db/pool.ts';
import { lockRows } from '../db/rows.ts';
import { type ReadHandle, type Statement, withTenant } from '../db/with-tenant.ts';
import { commitEntries } from '../ledger/commit.ts';
import { noRows, TICKETS } from '../ledger/folded-tables.ts';
import type { Capability } from './capability.ts';
import { holds } from './keys.ts';

/** Money that was taken, or may have been. */
const PAID: Statement = {
  name: 'ticket-is-paid',
  text: `SELECT 1 FROM payment_session WHERE tenant_id = $1 AND ticket_id = $2 AND status IN ('pending', 'paid') LIMIT 1`,
};

/** Whether money has been taken for a ticket, or may have been. */
export async function isPaid(tx: ReadHandle, ticketId: TicketRow['id']): Promise<boolean> {
  return (await tx.one(PAID, [tx.tenantId, ticketId])) !== undefined;
}

/** Does it, or nothing: for a capability that is not genuine, and for what is no longer allowed. */
export async function actByCustomer(
  parts: { readonly db: Database; readonly env: Env },
  capability: Capability,
  act: CustomerAct,
): Promise<void> {
  await withTenant(parts.db, capability.tenantId, async (tx) => {
    const row = (await lockRows(tx, TICKETS, [capability.ticketId])).get(capability.ticketId);
    if (row === undefined || !(await holds(tx, capability, row.siteId))) return;
    const site = await siteById(tx, row.siteId);
    if (site === undefined) return;
    const paid = await isPaid(tx, row.id);
    const locked = noRows();
    locked.ticket.set(row.id, row);
    const decide = () => decideByCustomer(site, row, act, paid);
    // A refusal is no fault of anybody's: the page shows how the ticket stands now.
    await commitEntries(tx, parts.env, { commandId: null, locked, decide });
  });
}
