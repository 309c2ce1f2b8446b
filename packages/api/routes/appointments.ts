/** Appointments: a place in a slot of a service. Who comes is beside it, and can be erased without it. */
import { APPOINTMENT_STATES, PARTY_SIZE_MAX } from '@totem/domain';
import { z } from 'zod';
import { route } from '../route.ts';
import { id, idParams, instant, line, pageOf, pageQuery, span, version } from '../schemas/fields.ts';

const person = z
  .strictObject({
    name: line(80).optional(),
    document: line(32).optional(),
    phone: z
      .string()
      .regex(/^\+?[0-9 ()-]{8,20}$/)
      .optional(),
  })
  .meta({ id: 'AppointmentPerson' });

export const appointmentSchema = z
  .object({
    id: id<'appointment'>(),
    siteId: id<'site'>(),
    serviceId: id<'service'>(),
    slot: instant,
    durationMinutes: z.int(),
    code: z.string().describe('What the customer types at the kiosk.'),
    state: z.enum(APPOINTMENT_STATES),
    ticketId: id<'ticket'>().nullable(),
    person: z
      .object({ name: z.string().nullable(), document: z.string().nullable(), phone: z.string().nullable() })
      .nullable()
      .describe('Null where nothing is known or everything was erased.'),
    createdAt: instant,
    version,
  })
  .meta({ id: 'Appointment' });

const shared = { tag: 'Queue' } as const;
const row = { ...shared, params: idParams<'appointment'>(), versioned: true } as const;

export const appointmentRoutes = {
  listAppointments: route({
    ...shared,
    method: 'GET',
    path: '/v1/appointments',
    summary: 'Appointments of a site, by slot',
    access: 'appointment.read',
    query: pageQuery.extend({
      siteId: id<'site'>(),
      serviceId: id<'service'>().optional(),
      state: z.enum(APPOINTMENT_STATES).optional(),
      ...span,
    }),
    answer: { status: 200, schema: pageOf(appointmentSchema) },
  }),
  createAppointment: route({
    ...shared,
    method: 'POST',
    path: '/v1/appointments',
    summary: 'Book a slot of a service',
    access: 'appointment.write',
    body: z.strictObject({
      siteId: id<'site'>(),
      serviceId: id<'service'>(),
      slot: instant,
      person: person.default({}),
    }),
    answer: { status: 201, schema: appointmentSchema },
    versioned: true,
    errors: ['reference_not_found', 'service_closed', 'slot_unavailable', 'slot_full'],
  }),
  checkInAppointment: route({
    ...shared,
    method: 'POST',
    path: '/v1/check-ins',
    summary:
      'Check somebody in by the code of their appointment: they get a ticket that ranks by the booked time',
    access: 'appointment.write',
    body: z.strictObject({
      siteId: id<'site'>(),
      code: line(16),
      priorityClassId: id<'priority_class'>(),
      partySize: z.int().min(1).max(PARTY_SIZE_MAX).default(1),
    }),
    once: false,
    answer: {
      status: 200,
      schema: z
        .object({
          appointment: appointmentSchema,
          ticket: z.object({ id: id<'ticket'>(), code: z.string(), peopleAhead: z.int() }),
        })
        .meta({ id: 'CheckIn' }),
    },
    errors: [
      'reference_not_found',
      'appointment_code_unknown',
      'already_checked_in',
      'appointment_ended',
      'check_in_too_early',
      'check_in_too_late',
      'service_closed',
      'service_not_here',
      'service_not_found',
      'priority_class_not_found',
      'payment_unavailable',
      'quota_reached',
      'hub_serves_site',
    ],
  }),
  getAppointment: route({
    ...row,
    method: 'GET',
    path: '/v1/appointments/{id}',
    summary: 'One appointment',
    access: 'appointment.read',
    answer: { status: 200, schema: appointmentSchema },
  }),
  moveAppointment: route({
    ...row,
    method: 'PATCH',
    path: '/v1/appointments/{id}',
    summary: 'Move a booked appointment to another slot',
    access: 'appointment.write',
    body: z.strictObject({ slot: instant }),
    answer: { status: 200, schema: appointmentSchema },
    errors: ['service_closed', 'slot_unavailable', 'slot_full', 'appointment_settled'],
  }),
  cancelAppointment: route({
    ...row,
    method: 'DELETE',
    path: '/v1/appointments/{id}',
    summary: 'Cancel a booked appointment',
    access: 'appointment.write',
    answer: { status: 204 },
    errors: ['appointment_settled'],
  }),
  eraseAppointmentPerson: route({
    ...shared,
    method: 'POST',
    path: '/v1/appointments/{id}/erase-person',
    summary: 'Erase who an appointment belongs to, its ticket’s person too, and keep both',
    access: 'person.erase',
    params: idParams<'appointment'>(),
    answer: {
      status: 200,
      schema: z.object({ erased: z.int().describe('Places where personal data was erased.') }),
    },
  }),
} as const;
