/**
 * `appointment.check_in`: a booking becomes a ticket that ranks by its booked time. The booking is locked, so that it becomes one
 * ticket. The REST API's check-in is the same one.
 */
import {
  type AppointmentRow,
  appointmentCodeOf,
  appointmentTable,
  type CommandOf,
  columnNames,
  type EntryDraft,
  type Env,
  type JsonObject,
  type Refusal,
  refusal,
  refusesCheckIn,
  rowFromSql,
  type SiteRow,
  type TicketRow,
  type UserId,
} from '@totem/domain';
import type { Statement, WriteHandle } from '../db/with-tenant.ts';
import { type Committed, recordEntries } from '../ledger/commit.ts';
import { answerWith } from './answer.ts';
import type { CommandResult } from './command-log.ts';
import { type CommandRun, deskOf } from './context.ts';
import { giveTicket } from './issue.ts';
import { peopleAheadOf } from './queries.ts';
import { bookOf } from './queue-book.ts';

/** Of a code that was given again, the booking that is open. */
const LOCK_BOOKING: Statement = {
  name: 'booking-by-code',
  text: `SELECT ${columnNames(appointmentTable).join(', ')} FROM appointment
    WHERE tenant_id = $1 AND site_id = $2 AND code = $3 ORDER BY state = 'booked' DESC, slot DESC LIMIT 1 FOR UPDATE`,
};
const SETTLE_BOOKING: Statement = {
  name: 'booking-checked-in',
  text: `UPDATE appointment SET state = 'checked_in', ticket_id = $3, version = version + 1 WHERE tenant_id = $1 AND id = $2`,
};

export async function checkInAtReception(run: CommandRun<'appointment.check_in'>): Promise<CommandResult> {
  const { tx, env, person, command } = run;
  const { site } = await deskOf(run);
  if (site === undefined) return { ok: false, refusal: refusal('no_counter') };
  const by = { userId: person.userId, data: { by: 'user' } };
  const done = await checkIn(tx, env, { site, command, by });
  if ('refusal' in done) return { ok: false, refusal: done.refusal };
  return answerWith(command.id, done.committed, { peopleAhead: done.peopleAhead });
}

export interface CheckInAsk {
  /** A site that is served here. */
  readonly site: SiteRow;
  readonly command: CommandOf<'appointment.check_in'>;
  /** Who lets them in; whoever is no person is named in the entry's data. */
  readonly by: { readonly userId: UserId | null; readonly data: JsonObject };
}

/** Checks somebody in, or says why not. Nothing may be locked after it. */
export async function checkIn(
  tx: WriteHandle,
  env: Env,
  { site, command, by }: CheckInAsk,
): Promise<
  | { readonly refusal: Refusal }
  | {
      readonly committed: Committed;
      readonly booking: AppointmentRow;
      readonly ticket: TicketRow;
      readonly peopleAhead: number;
    }
> {
  const found = await tx.one(LOCK_BOOKING, [tx.tenantId, site.id, appointmentCodeOf(command.code)]);
  const booking = found && rowFromSql(appointmentTable, found);
  const refused = refusesCheckIn(booking, site, env.now());
  if (refused !== undefined || booking === undefined)
    return { refusal: refused ?? refusal('appointment_code_unknown') };
  const { id, serviceId, slot } = booking;
  const { priorityClassId, partySize } = command;
  const { committed, ticket } = await giveTicket(tx, env, {
    site,
    command: { type: 'ticket.create', id: command.id, serviceId, priorityClassId, partySize },
    by: { channel: 'appointment', userId: by.userId, appointment: { id, at: slot } },
  });
  if (!committed.ok) return { refusal: committed.refusal };
  if (ticket === undefined) throw new Error('a ticket was given and is not there');
  tx.send(SETTLE_BOOKING, [tx.tenantId, id, ticket.id]);
  await recordEntries(tx, env, [settledEntry(booking, ticket, by)]);
  const peopleAhead = await peopleAheadOf(tx, ticket, await bookOf(tx, site, env.now()));
  return { committed, booking, ticket, peopleAhead };
}

function settledEntry(booking: AppointmentRow, ticket: TicketRow, by: CheckInAsk['by']): EntryDraft {
  return {
    siteId: booking.siteId,
    userId: by.userId,
    action: 'CONFIG_CHANGED',
    entity: 'appointment',
    entityId: booking.id,
    data: {
      ...by.data,
      before: { state: booking.state },
      after: { state: 'checked_in', ticketId: ticket.id },
    },
  };
}
