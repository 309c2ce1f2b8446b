/** Appointments: what becomes of one, and the code by which whoever booked it says which it is. */

export const APPOINTMENT_STATES = ['booked', 'checked_in', 'no_show', 'canceled'] as const;
export type AppointmentState = (typeof APPOINTMENT_STATES)[number];

/** Without what is taken for something else when it is read out or typed. */
export const APPOINTMENT_CODE_LETTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
export const APPOINTMENT_CODE_LENGTH = 6;
/** As people write one, with spaces and dashes. */
export const APPOINTMENT_CODE_TYPED_MAX = 16;

/** A code as it is kept: people put it into groups, and readers of letters do not care for their size. */
export function appointmentCodeOf(typed: string): string {
  return typed.replace(/[\s-]/g, '').toUpperCase();
}
