/**
 * Checking in at a totem or hub: the code of an appointment becomes a ticket that ranks by the booked time, with no network. What
 * is booked came by sync and may be old; the entries that are kept here are not, and nobody is checked in twice by one database.
 * What happened elsewhere meanwhile is the cloud's to find.
 */
import {
  type AppointmentRow,
  appointmentCodeOf,
  appointmentTable,
  businessDay,
  type CommandDone,
  type CommandOf,
  ProblemError,
  refusesCheckIn,
  rowFromSql,
  type SiteRow,
  siteTable,
  type TicketId,
  type TicketRow,
} from '@totem/domain';
import type { Clock } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import type { Ledger, LedgerTx } from '../ledger/ledger.ts';
import type { ReadHandle, WriteHandle } from '../store/connection.ts';
import { rowByKey, upsertRow } from '../store/rows.ts';
import { createTicket, giveOnce, type IssuedBy } from './issue.ts';

export type CheckIn = CommandOf<'appointment.check_in'>;

/** Of a code that was given again, the booking that is open. */
export const BOOKING_BY_CODE = `SELECT * FROM appointment WHERE site_id = ? AND code = ?
  ORDER BY state = 'booked' DESC, slot DESC LIMIT 1`;
/** The ticket of a booking, as entries say that the copy of the booking may not know. */
export const TICKET_OF_BOOKING = `SELECT entity_id FROM audit_log
  WHERE action = 'TICKET_CREATE' AND json_extract(data, '$.appointmentId') = ?
    AND json_extract(data, '$.appointmentId') IS NOT NULL
  UNION ALL SELECT entity_id FROM audit_log
  WHERE action = 'RECOVERED' AND json_extract(data, '$.entry.data.appointmentId') = ?
    AND json_extract(data, '$.entry.data.appointmentId') IS NOT NULL
  LIMIT 1`;
export const BOOKED_ON = 'SELECT 1 FROM appointment WHERE site_id = ? AND business_day = ? LIMIT 1';

/**
 * Checks somebody in at the totem's own screen. The same command again gets the same answer.
 * @throws ProblemError: `appointment_code_unknown`, `already_checked_in`, `appointment_ended`, `check_in_too_early`,
 * `check_in_too_late`, and what `issueTicket` throws.
 */
export function checkInAtTotem(
  parts: { readonly ledger: Ledger; readonly clock: Clock; readonly device: Device },
  command: CheckIn,
): CommandDone {
  // What must be paid first is paid at the reception: an unpaid ticket would settle the booking and then expire.
  const by = { channel: 'appointment', userId: null, canCharge: false, data: {} } as const;
  return giveOnce(parts, command, (tx, site) =>
    ticketForBooking(tx, parts.clock, parts.device, site, command, by),
  );
}

/**
 * Gives the ticket of the booking that a code names, and marks the booking.
 * @throws ProblemError: why not, as for `checkInAtTotem`.
 */
export function ticketForBooking(
  tx: LedgerTx,
  clock: Clock,
  device: Device,
  site: SiteRow | undefined,
  command: CheckIn,
  by: IssuedBy,
): TicketRow {
  if (site === undefined) throw new ProblemError('not_ready');
  const booking = bookingByCode(tx.db, device, command.code);
  const refused = refusesCheckIn(booking, site, clock.env.now());
  if (refused !== undefined || booking === undefined) {
    const { code, params } = refused ?? { code: 'appointment_code_unknown' };
    throw new ProblemError(code, params === undefined ? {} : { params });
  }
  const { id, serviceId, slot } = booking;
  const { priorityClassId, partySize, locale } = command;
  const asked = { type: 'ticket.create', id: command.id, serviceId, priorityClassId, partySize } as const;
  const ticket = createTicket(
    tx,
    clock,
    device,
    site,
    { ...asked, ...(locale === undefined ? {} : { locale }) },
    { ...by, appointment: { id, at: slot } },
  );
  markCheckedIn(tx.db, device, id, ticket.id);
  return ticket;
}

/** Those who follow this totem know at once what was settled here; the cloud's own row comes when it has the entry. */
export function markCheckedIn(db: WriteHandle, { tenantId }: Device, id: string, ticketId: TicketId): void {
  const booking = rowByKey(db, appointmentTable, tenantId, id);
  if (booking !== undefined && booking.ticketId === null)
    upsertRow(db, appointmentTable, { ...booking, state: 'checked_in', ticketId });
}

/** Whether anybody is booked at the site today. */
export function takesCheckIns(db: ReadHandle, device: Device, now: number): boolean {
  const site = rowByKey(db, siteTable, device.tenantId, device.siteId);
  return site !== undefined && db.one(BOOKED_ON, site.id, businessDay(now, site)) !== undefined;
}

function bookingByCode(db: ReadHandle, { siteId }: Device, typed: string): AppointmentRow | undefined {
  const raw = db.one(BOOKING_BY_CODE, siteId, appointmentCodeOf(typed));
  if (raw === undefined) return undefined;
  const booking: AppointmentRow = rowFromSql(appointmentTable, raw);
  const isGiven = db.one(TICKET_OF_BOOKING, booking.id, booking.id) !== undefined;
  return isGiven ? { ...booking, state: 'checked_in' } : booking;
}
