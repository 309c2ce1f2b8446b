/** What keeps a row from going out of use: a ticket that still needs it. */
import { FINAL_STATES } from '@totem/domain';
import { and, eq, notInArray, type SQL } from 'drizzle-orm';
import { ticket } from '../db/schema/queue.ts';
import type { ReadHandle } from '../db/with-tenant.ts';

/** The code of a ticket that is not over, of those that meet a condition. */
export async function openTicketWhere(tx: ReadHandle, condition: SQL): Promise<string | undefined> {
  const [open] = await tx.orm
    .select({ code: ticket.code })
    .from(ticket)
    .where(and(eq(ticket.tenantId, tx.tenantId), condition, notInArray(ticket.state, [...FINAL_STATES])))
    .limit(1);
  return open?.code;
}
