/**
 * What customers may do with their own ticket, on their phone, where their site lets them: give it up, or let the others go
 * first because they are late. Nobody signs in for it: who holds the paper holds the ticket.
 */
import type { JsonObject } from '../rows/column.ts';
import type { SiteRow, TicketRow } from '../rows/tables.ts';
import { queueRulesOf } from '../site/queue-rules.ts';
import { type Decision, no } from './decision.ts';

export const CUSTOMER_ACTS = ['cancel', 'delay'] as const;
export type CustomerAct = (typeof CUSTOMER_ACTS)[number];

type Site = Pick<SiteRow, 'id' | 'queueRules' | 'hubEquipmentId'>;
type Ticket = Pick<TicketRow, 'state' | 'heldReason'>;

/**
 * What a customer may do with a ticket now. Nothing once it is called, and nothing where the branch's hub commands the queue,
 * which a phone does not reach.
 * @param isPaid whether money has been taken for it, or may have been: giving it back is for people.
 */
export function customerActs(site: Site, ticket: Ticket, isPaid: boolean): readonly CustomerAct[] {
  if (ticket.state !== 'waiting' || ticket.heldReason !== null || site.hubEquipmentId !== null) return [];
  const { customerMayCancel, customerMayDelay } = queueRulesOf(site);
  return CUSTOMER_ACTS.filter((act) => (act === 'cancel' ? customerMayCancel && !isPaid : customerMayDelay));
}

/** Decides a customer's act. `row` is read under a lock by whoever calls this. Refused with `ticket_state`. */
export function decideByCustomer(site: Site, row: TicketRow, act: CustomerAct, isPaid: boolean): Decision {
  if (!customerActs(site, row, isPaid).includes(act))
    return no('ticket_state', { code: row.code, state: row.state });
  const draft = (action: 'TICKET_CANCEL' | 'TICKET_DELAY', data: JsonObject): Decision => ({
    ok: true,
    drafts: [{ siteId: row.siteId, userId: null, action, entity: 'ticket', entityId: row.id, data }],
  });
  return act === 'cancel' ? draft('TICKET_CANCEL', { reason: 'customer_left' }) : draft('TICKET_DELAY', {});
}
