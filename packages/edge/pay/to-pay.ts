/**
 * Tickets that wait at this totem for their payment: from their creation until they are paid, or their customer has left them.
 * A ticket of which a payment is open is never given up (I-TIL-3).
 */
import {
  type Id,
  type InstantText,
  instantText,
  isInFlight,
  type Locale,
  localeFor,
  type PaymentPhase,
  type TenantId,
  type TicketRow,
  ticketTable,
} from '@totem/domain';
import type { Clock } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import type { Ledger, LedgerTx } from '../ledger/ledger.ts';
import type { ReadHandle, WriteHandle } from '../store/connection.ts';
import { rowByKey } from '../store/rows.ts';
import type { Store } from '../store/store.ts';

/** Without a new try for so long, its customer has left. */
export const UNPAID_PATIENCE_MS = 180_000;

/** A ticket was made that has to be paid first. @param locale the customer's language. */
export function awaitPayment(
  db: WriteHandle,
  ticket: Pick<TicketRow, 'tenantId' | 'id'>,
  locale: Locale,
  at: InstantText,
): void {
  db.run(
    'INSERT INTO ticket_to_pay (tenant_id, ticket_id, created_at, touched_at, locale) VALUES (?, ?, ?, ?, ?)',
    ticket.tenantId,
    ticket.id,
    at,
    at,
    locale,
  );
}

/** Its customer is still there. */
export function touchUnpaid(db: WriteHandle, tenantId: TenantId, ticketId: string, at: InstantText): void {
  db.run(
    'UPDATE ticket_to_pay SET touched_at = ? WHERE tenant_id = ? AND ticket_id = ?',
    at,
    tenantId,
    ticketId,
  );
}

/** The language of a ticket that waits here for its payment; undefined when it does not. */
export function localeToPay(db: ReadHandle, tenantId: TenantId, ticketId: string): Locale | undefined {
  const sql = 'SELECT locale FROM ticket_to_pay WHERE tenant_id = ? AND ticket_id = ?';
  const row = db.one(sql, tenantId, ticketId);
  return row === undefined ? undefined : localeFor(String(row.locale));
}

/** It waits no longer. */
export function endAwaiting(db: WriteHandle, tenantId: TenantId, ticketId: string): void {
  db.run('DELETE FROM ticket_to_pay WHERE tenant_id = ? AND ticket_id = ?', tenantId, ticketId);
}

interface UnpaidParts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly device: Device;
}

/** Its customer does not want it any more. @returns whether it was given up. @throws ProblemError `storage_fault` */
export function giveUp({ ledger, device }: UnpaidParts, ticketId: string): boolean {
  return ledger.commit((tx) => giveUpIn(tx, device, ticketId));
}

/** Gives up what nobody has touched for long, and forgets what ended elsewhere. @throws ProblemError `storage_fault` */
export function giveUpAbandoned({ store, ledger, clock, device }: UnpaidParts): void {
  const before = instantText(clock.env.now() - UNPAID_PATIENCE_MS);
  const abandoned = store.read((db) =>
    db
      .all(ABANDONED, device.tenantId, before)
      .map(({ ticket_id: id }) => String(id))
      .filter((id) => !isOpenToPay(db, id)),
  );
  if (abandoned.length === 0) return;
  ledger.commit((tx) => {
    for (const id of abandoned) giveUpIn(tx, device, id);
  });
}

/** A customer stands at one totem at a time: more than a few are never there. */
const ABANDONED =
  'SELECT ticket_id FROM ticket_to_pay WHERE tenant_id = ? AND touched_at < ? ORDER BY touched_at LIMIT 50';

function giveUpIn(tx: LedgerTx, device: Device, ticketId: string): boolean {
  const { tenantId } = device;
  const ticket = rowByKey(tx.db, ticketTable, tenantId, ticketId);
  if (ticket !== undefined && isOpenToPay(tx.db, ticketId)) return false;
  endAwaiting(tx.db, tenantId, ticketId);
  if (ticket?.state !== 'created') return false;
  tx.append([
    {
      siteId: ticket.siteId,
      userId: null,
      action: 'TICKET_CANCEL',
      entity: 'ticket',
      entityId: ticketId as Id<string>,
      data: { reason: 'customer_left' },
    },
  ]);
  return true;
}

/** Whether money may be on its way for it. */
export function isOpenToPay(db: ReadHandle, ticketId: string): boolean {
  return db
    .all('SELECT phase FROM payment_session WHERE ticket_id = ?', ticketId)
    .some(({ phase }) => isInFlight(phase as PaymentPhase));
}
