/** Appointments, as resources: a place in a slot, for as many as the service takes at one time. */
import type { Routes } from '@totem/api';
import {
  APPOINTMENT_CODE_LENGTH,
  APPOINTMENT_CODE_LETTERS,
  type Env,
  epochMsOf,
  type Id,
  instantText,
  isOfferedAt,
  isOpen,
  mayAt,
  newId,
  type Principal,
  ProblemError,
  type ServiceId,
  type SiteId,
} from '@totem/domain';
import { and, count, eq, gte, inArray, lt, ne } from 'drizzle-orm';
import { checkIn } from '../../commands/check-in.ts';
import { siteById } from '../../commands/queries.ts';
import { appointment, appointmentPerson } from '../../db/schema/queue.ts';
import { service, site } from '../../db/schema/tenancy.ts';
import type { ReadHandle, WriteHandle } from '../../db/with-tenant.ts';
import { requireServedHere } from '../../hub/terms.ts';
import { forgetAtTickets, forgetBooked, recordErasures } from '../../privacy/erase.ts';
import { doneBy, record, userOf } from '../entries.ts';
import { type Asked, type Handler, read, write } from '../mount.ts';
import { every, pageClauses, pageOfRows } from '../page.ts';
import { missing } from '../resource.ts';
import { atSitesOf } from '../scope.ts';

type AppointmentRow = typeof appointment.$inferSelect;
type PersonRow = typeof appointmentPerson.$inferSelect;
type Who = Pick<Asked<never>, 'env' | 'principal'>;
type Versioned = Who & Pick<Asked<never>, 'version'>;

/** Codes tried before giving up; with this many letters the second is already rare. */
const CODE_TRIES_MAX = 8;

export const appointmentHandlers = {
  listAppointments: read(async (tx, { principal, query }) => {
    const clauses = pageClauses(
      { at: appointment.slot, id: appointment.id, direction: 'oldest first' },
      query,
    );
    const rows = await withPersons(tx)
      .where(
        every(
          visible(tx, principal),
          eq(appointment.siteId, query.siteId),
          query.serviceId === undefined ? undefined : eq(appointment.serviceId, query.serviceId),
          query.state === undefined ? undefined : eq(appointment.state, query.state),
          query.from === undefined ? undefined : gte(appointment.slot, query.from),
          query.to === undefined ? undefined : lt(appointment.slot, query.to),
          clauses.after,
        ),
      )
      .orderBy(...clauses.orderBy)
      .limit(clauses.limit);
    const placeOfRow = ({ row }: { readonly row: AppointmentRow }) => ({ at: row.slot, id: row.id });
    const showsPerson = principal.kind === 'user';
    return {
      body: pageOfRows(rows, query, placeOfRow, ({ row, person }) => view(row, showsPerson ? person : null)),
    };
  }),
  getAppointment: read(async (tx, { principal, params }) => {
    const { row, person } = await found(tx, principal, params.id);
    return { body: view(row, principal.kind === 'user' ? person : null), version: row.version };
  }),
  createAppointment: write(async (tx, asked) => {
    const { siteId, serviceId, slot, person } = asked.body;
    if (!mayAt(asked.principal, siteId)) throw missing('siteId');
    const durationMinutes = await takePlace(tx, asked.env, { siteId, serviceId, slot });
    const row = await inserted(tx, asked.env, { siteId, serviceId, slot, durationMinutes });
    const known: PersonRow = {
      tenantId: tx.tenantId,
      appointmentId: row.id,
      name: person.name ?? null,
      document: person.document ?? null,
      phone: person.phone ?? null,
    };
    await tx.orm.insert(appointmentPerson).values(known);
    const data = { after: { siteId, serviceId, slot } };
    await record(tx, asked, { action: 'CONFIG_CREATED', ...placed(row), data });
    return { body: view(row, known), version: row.version };
  }),
  moveAppointment: write(async (tx, asked) => {
    const { row: before, person } = await lockedBooking(tx, asked, asked.params.id);
    const { slot } = asked.body;
    if (slot === before.slot) return { body: view(before, person), version: before.version };
    const durationMinutes = await takePlace(tx, asked.env, { ...before, slot }, before.id);
    const row = await changed(tx, before, { slot, durationMinutes });
    const data = { before: { slot: before.slot }, after: { slot } };
    await record(tx, asked, { action: 'CONFIG_CHANGED', ...placed(row), data });
    return { body: view(row, person), version: row.version };
  }),
  checkInAppointment: write(async (tx, asked) => {
    const { body } = asked;
    if (!mayAt(asked.principal, body.siteId)) throw missing('siteId');
    const site = await siteById(tx, body.siteId);
    if (site === undefined) throw missing('siteId');
    requireServedHere(site);
    const { code, priorityClassId, partySize } = body;
    const id = newId<'command'>(asked.env);
    const command = { type: 'appointment.check_in', id, code, priorityClassId, partySize } as const;
    const done = await checkIn(tx, asked.env, { site, command, by: doneBy(asked.principal) });
    if ('refusal' in done) {
      const { code: why, params } = done.refusal;
      throw new ProblemError(why, params === undefined ? {} : { params });
    }
    const { row, person } = await found(tx, asked.principal, done.booking.id);
    const ticket = { id: done.ticket.id, code: done.ticket.code, peopleAhead: done.peopleAhead };
    return { body: { appointment: view(row, asked.principal.kind === 'user' ? person : null), ticket } };
  }),
  cancelAppointment: write(async (tx, asked) => {
    const { row: before } = await lockedBooking(tx, asked, asked.params.id);
    const row = await changed(tx, before, { state: 'canceled' });
    await record(tx, asked, { action: 'CONFIG_DELETED', ...placed(row) });
    return { body: undefined };
  }),
  eraseAppointmentPerson: write(async (tx, asked) => {
    const { row } = await found(tx, asked.principal, asked.params.id);
    const booked = await forgetBooked(tx, [row.id]);
    // Who was checked in is on the ticket as well.
    const atTicket = row.ticketId === null ? [] : await forgetAtTickets(tx, [row.ticketId]);
    const gone = [...booked, ...atTicket];
    const { env, principal } = asked;
    await recordErasures(tx, env, gone, { userId: userOf(principal), data: { by: principal.kind } });
    const erased = booked.length + atTicket.reduce((sum, { entries }) => sum + entries, 0);
    return { body: { erased } };
  }),
} satisfies { [N in keyof Routes]?: Handler<Routes[N]> };

/** The business day is the totems' to go by. */
function view({ tenantId: _, businessDay: __, ...row }: AppointmentRow, person: PersonRow | null) {
  const { name = null, document = null, phone = null } = person ?? {};
  const isKnown = name !== null || document !== null || phone !== null;
  return { ...row, person: isKnown ? { name, document, phone } : null };
}

function visible(tx: ReadHandle, principal: Principal) {
  return and(eq(appointment.tenantId, tx.tenantId), atSitesOf(principal, appointment.siteId));
}

function withPersons(tx: ReadHandle) {
  return tx.orm
    .select({ row: appointment, person: appointmentPerson })
    .from(appointment)
    .leftJoin(
      appointmentPerson,
      and(
        eq(appointmentPerson.tenantId, appointment.tenantId),
        eq(appointmentPerson.appointmentId, appointment.id),
      ),
    );
}

async function found(tx: ReadHandle, principal: Principal, id: Id<'appointment'>) {
  const [row] = await withPersons(tx).where(and(visible(tx, principal), eq(appointment.id, id)));
  if (row === undefined) throw new ProblemError('not_found');
  return row;
}

/** @throws ProblemError `not_found`, `version_conflict`, `appointment_settled`. */
async function lockedBooking(tx: WriteHandle, asked: Versioned, id: Id<'appointment'>) {
  await tx.orm
    .select({ id: appointment.id })
    .from(appointment)
    .where(and(visible(tx, asked.principal), eq(appointment.id, id)))
    .for('update');
  const known = await found(tx, asked.principal, id);
  const { version, state } = known.row;
  if (version !== asked.version) throw new ProblemError('version_conflict', { extra: { version } });
  if (state !== 'booked') throw new ProblemError('appointment_settled', { params: { state } });
  return known;
}

/**
 * Makes sure that a slot has a place left. The service's row is locked until the transaction ends, so that two never take the
 * last one. @returns the minutes that it takes.
 * @throws ProblemError `reference_not_found`, `slot_unavailable`, `service_closed`, `slot_full`.
 */
async function takePlace(
  tx: WriteHandle,
  env: Env,
  {
    siteId,
    serviceId,
    slot,
  }: { readonly siteId: SiteId; readonly serviceId: ServiceId; readonly slot: string },
  moving?: Id<'appointment'>,
): Promise<number> {
  const [place] = await tx.orm
    .select()
    .from(site)
    .where(and(eq(site.tenantId, tx.tenantId), eq(site.id, siteId)));
  if (place === undefined || place.deletedAt !== null) throw missing('siteId');
  const [offered] = await tx.orm
    .select()
    .from(service)
    .where(and(eq(service.tenantId, tx.tenantId), eq(service.id, serviceId)))
    .for('no key update');
  if (offered === undefined || offered.deletedAt !== null || !isOfferedAt(offered, siteId))
    throw missing('serviceId');
  const at = epochMsOf(slot);
  if (offered.slotCapacity === null || at <= env.now()) throw new ProblemError('slot_unavailable');
  const isServed =
    offered.active &&
    isOpen(place.openingHours, at, place.timezone) &&
    isOpen(offered.openingHours, at, place.timezone);
  if (!isServed) throw new ProblemError('service_closed');
  const [row] = await tx.orm
    .select({ taken: count() })
    .from(appointment)
    .where(
      and(
        eq(appointment.tenantId, tx.tenantId),
        eq(appointment.siteId, siteId),
        eq(appointment.serviceId, serviceId),
        eq(appointment.slot, slot),
        inArray(appointment.state, ['booked', 'checked_in']),
        moving === undefined ? undefined : ne(appointment.id, moving),
      ),
    );
  if ((row?.taken ?? 0) >= offered.slotCapacity) throw new ProblemError('slot_full');
  return offered.durationMinutes;
}

async function inserted(
  tx: WriteHandle,
  env: Env,
  values: Pick<AppointmentRow, 'siteId' | 'serviceId' | 'slot' | 'durationMinutes'>,
): Promise<AppointmentRow> {
  const { tenantId } = tx;
  const createdAt = instantText(env.now());
  for (let tries = 0; tries < CODE_TRIES_MAX; tries += 1) {
    const [row] = await tx.orm
      .insert(appointment)
      .values({ ...values, tenantId, id: newId(env), createdAt, code: newCode(env), state: 'booked' })
      .onConflictDoNothing()
      .returning();
    if (row !== undefined) return row;
  }
  throw new Error('no code for an appointment was free');
}

async function changed(
  tx: WriteHandle,
  before: AppointmentRow,
  changes: Partial<Pick<AppointmentRow, 'slot' | 'durationMinutes' | 'state'>>,
): Promise<AppointmentRow> {
  const [row] = await tx.orm
    .update(appointment)
    .set({ ...changes, version: before.version + 1 })
    .where(and(eq(appointment.tenantId, tx.tenantId), eq(appointment.id, before.id)))
    .returning();
  if (row === undefined) throw new ProblemError('not_found');
  return row;
}

function newCode(env: Env): string {
  // 256 is no multiple of the letters: a few come a little more often, which is of no use to anyone.
  return Array.from(
    env.randomBytes(APPOINTMENT_CODE_LENGTH),
    (byte) => APPOINTMENT_CODE_LETTERS[byte % APPOINTMENT_CODE_LETTERS.length],
  ).join('');
}

/** What an entry says of where an appointment is. */
function placed({ id, siteId }: AppointmentRow) {
  return { entity: 'appointment', entityId: id, siteId } as const;
}
