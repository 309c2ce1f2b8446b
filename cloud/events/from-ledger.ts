/** Which events follow from entries and the rows that they changed. Pure, and the same for commands and for what totems push. */
import type { EventName } from '@totem/api';
import {
  factOf,
  type LedgerAction,
  type LedgerEntry,
  type PaymentSessionRow,
  type TicketRow,
  type TicketState,
} from '@totem/domain';
import type { FoundConflict } from '../ledger/conflicts.ts';
import type { AllRows } from '../ledger/folded-tables.ts';
import type { Happening } from './event.ts';

const OF_TICKETS: { readonly [A in LedgerAction]?: EventName } = {
  TICKET_CREATE: 'ticket.created',
  TICKET_CALL: 'ticket.called',
  TICKET_START: 'ticket.started',
  TICKET_FINISH: 'ticket.finished',
  TICKET_CANCEL: 'ticket.canceled',
  TICKET_NO_SHOW: 'ticket.canceled',
  TICKET_EXPIRE: 'ticket.expired',
};
/** An admin's own hand names the state; the way back is no event. */
const OF_STATES: { readonly [S in TicketState]?: EventName } = {
  called: 'ticket.called',
  in_service: 'ticket.started',
  finished: 'ticket.finished',
  canceled: 'ticket.canceled',
  expired: 'ticket.expired',
};

/** @param applied entries that changed their row, in order; @param rows as they are now; @param before as they were. */
export function happeningsOf(
  applied: readonly LedgerEntry[],
  rows: AllRows,
  before: AllRows,
  conflicts: readonly FoundConflict[] = [],
): Happening[] {
  const facts = applied.map(factOf);
  return [
    ...facts.flatMap((fact) => ofTicket(fact, rows.ticket.get(fact.entityId))),
    ...[...rows.payment_session.values()].flatMap((row) => ofStatus(row, before.payment_session.get(row.id))),
    ...facts.flatMap((fact) => ofRefund(fact, rows.payment_session.get(fact.entityId))),
    ...conflicts.map(ofConflict),
  ];
}

function ofTicket(fact: LedgerEntry, row: TicketRow | undefined): Happening[] {
  if (row === undefined || fact.entity !== 'ticket') return [];
  const type = fact.action === 'TICKET_OVERRIDE' ? OF_STATES[row.state] : OF_TICKETS[fact.action];
  if (type === undefined) return [];
  const { id: ticketId, siteId, serviceId, priorityClassId, code, businessDay, channel } = row;
  const { operatorId, counterId, reason } = row;
  const data = { ticketId, siteId, serviceId, priorityClassId, code, businessDay, channel };
  return [
    {
      type,
      siteId,
      subject: ticketId,
      occurredAt: fact.occurredAt,
      data: { ...data, operatorId, counterId, reason },
    },
  ];
}

function ofStatus(row: PaymentSessionRow, before: PaymentSessionRow | undefined): Happening[] {
  if (row.status === before?.status) return [];
  if (row.status === 'paid' && before?.status !== 'refunded')
    return [ofPayment('payment.paid', row, row.paidAt ?? row.updatedAt)];
  return row.status === 'failed' ? [ofPayment('payment.failed', row, row.updatedAt)] : [];
}

function ofRefund(fact: LedgerEntry, row: PaymentSessionRow | undefined): Happening[] {
  if (row === undefined || fact.action !== 'PAYMENT_REFUND_DONE') return [];
  return [ofPayment('payment.refunded', row, fact.occurredAt)];
}

function ofPayment(type: EventName, row: PaymentSessionRow, occurredAt: string): Happening {
  const { id: paymentId, ticketId, siteId, method, currency, amountCents } = row;
  const { paidCents, refundedCents, failureCode } = row;
  const data = { paymentId, ticketId, siteId, method, currency, amountCents };
  return {
    type,
    siteId,
    subject: ticketId,
    occurredAt,
    data: { ...data, paidCents, refundedCents, failureCode },
  };
}

/** That something does not fit, and people are to look. */
export function ofConflict({ kind, entry }: FoundConflict): Happening {
  const { siteId, entity, entityId, id: entryId } = entry;
  return {
    type: 'conflict.found',
    siteId,
    subject: entityId,
    occurredAt: entry.occurredAt,
    data: { kind, siteId, entity, entityId, entryId },
  };
}
