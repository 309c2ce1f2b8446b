/**
 * Check-ins that totems and hubs made without a link: the tickets of a batch that were given for a booking settle it. A booking is
 * settled once; who was checked in at another place meanwhile has two tickets, and people are shown both.
 */
import { factOf, type LedgerEntry, type SiteId } from '@totem/domain';
import type { Statement, WriteHandle } from '../db/with-tenant.ts';
import type { FoundConflict } from './conflicts.ts';

const LOCK_BOOKINGS: Statement = {
  name: 'bookings-lock',
  text: `SELECT id, state, ticket_id FROM appointment
    WHERE tenant_id = $1 AND site_id = $2 AND id = ANY($3::uuid[]) ORDER BY id FOR UPDATE`,
};
const SETTLE_BOOKINGS: Statement = {
  name: 'bookings-settle',
  text: `UPDATE appointment a SET state = 'checked_in', ticket_id = k.ticket_id, version = a.version + 1
    FROM jsonb_to_recordset($2::jsonb) AS k(id uuid, ticket_id uuid) WHERE a.tenant_id = $1 AND a.id = k.id`,
};

interface Booking {
  readonly state: string;
  readonly ticketId: string | null;
}
/** Bookings by id, locked. */
export type LockedBookings = ReadonlyMap<string, Booking>;

/** Locks the bookings that tickets of a batch were given for; only those of the writer's own site. */
export async function lockBookings(
  tx: WriteHandle,
  siteId: SiteId,
  entries: readonly LedgerEntry[],
): Promise<LockedBookings> {
  const ids = [...new Set(entries.flatMap((entry) => bookingOf(entry) ?? []))];
  if (ids.length === 0) return new Map();
  const rows = await tx.all(LOCK_BOOKINGS, [tx.tenantId, siteId, ids]);
  return new Map(
    rows.map((row) => [
      String(row.id),
      { state: String(row.state), ticketId: row.ticket_id === null ? null : String(row.ticket_id) },
    ]),
  );
}

/** Settles the bookings of tickets that were given now. @param applied entries that have changed their row, in order. */
export function settleBookings(
  tx: WriteHandle,
  locked: LockedBookings,
  applied: readonly LedgerEntry[],
): FoundConflict[] {
  const now = new Map(locked);
  const settled = new Map<string, string>();
  const conflicts: FoundConflict[] = [];
  for (const entry of applied) {
    const id = bookingOf(entry);
    const booking = id === undefined ? undefined : now.get(id);
    // A booking of another site is nobody's to settle from here; the ticket is a ticket all the same.
    if (id === undefined || booking === undefined || booking.ticketId === entry.entityId) continue;
    const detail = { appointmentId: id, ticketId: booking.ticketId };
    if (booking.state === 'checked_in') {
      conflicts.push({ kind: 'checked_in_twice', entry, detail });
      continue;
    }
    // They came, whatever had become of the booking.
    if (booking.state !== 'booked') conflicts.push({ kind: 'checked_in_after_end', entry, detail });
    now.set(id, { state: 'checked_in', ticketId: entry.entityId });
    settled.set(id, entry.entityId);
  }
  if (settled.size > 0) {
    const records = [...settled].map(([id, ticketId]) => ({ id, ticket_id: ticketId }));
    tx.send(SETTLE_BOOKINGS, [tx.tenantId, JSON.stringify(records)]);
  }
  return conflicts;
}

/** The booking that an entry's ticket was given for. */
function bookingOf(entry: LedgerEntry): string | undefined {
  const { action, data } = factOf(entry);
  return action === 'TICKET_CREATE' && typeof data.appointmentId === 'string'
    ? data.appointmentId
    : undefined;
}
