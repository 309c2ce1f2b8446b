/** Checking in at a write door: a booking becomes one ticket, in its time, and is settled by it. */
import { buildAppointment } from '@totem/testkit/builders';
import { describe, expect, test } from 'vitest';
import { epochMsOf, instantText } from '../env.ts';
import type { AppointmentRow } from '../rows/tables.ts';
import { businessDay } from '../time/business-day.ts';
import type { Ask, Stage } from './door-stage.ts';

export function describeCheckIn(stage: () => Stage): void {
  describe('somebody with an appointment', () => {
    test('gets one ticket that ranks by the booked time, however it is typed and asked for', () =>
      checkedIn(stage()));
    test('is refused by the rule, and the booking is left as it was', () => refused(stage()));
  });
}

const MINUTE_MS = 60_000;

async function booking(stage: Stage, minutes: number, over: Partial<AppointmentRow> = {}) {
  const { env, tenantId, siteId } = stage.world;
  const slot = instantText(env.now() + minutes * MINUTE_MS);
  const day = businessDay(epochMsOf(slot), { timezone: 'America/Sao_Paulo', rolloverHour: 0 });
  const row = buildAppointment(env, { tenantId, siteId, slot, businessDay: day, ...over });
  await stage.world.give('appointment', row);
  return row;
}

async function checkedIn(stage: Stage): Promise<void> {
  const { world } = stage;
  const { operator, service } = await stage.desk();
  const priorityClassId = (await stage.priorityClass(0)).id;
  const row = await booking(stage, 30, { serviceId: service.id });
  const typed = ` ${row.code.toLowerCase().slice(0, 3)} ${row.code.slice(3)}`;
  const ask: Ask = { type: 'appointment.check_in', code: typed, priorityClassId, partySize: 2 };
  const done = await stage.done(operator, ask);
  expect(done.ticket).toMatchObject({ state: 'waiting', serviceId: service.id, peopleAhead: 0 });
  const ticketId = String(done.ticket?.id);
  expect(await world.ticket(ticketId)).toMatchObject({
    channel: 'appointment',
    appointmentAt: row.slot,
    partySize: 2,
  });
  expect(await world.entriesOf(done.commandId)).toEqual([
    { action: 'TICKET_CREATE', userId: operator.userId, entityId: ticketId },
  ]);
  expect(await world.appointment(row.id)).toMatchObject({ state: 'checked_in', ticketId });
  expect(await stage.ask(operator, ask)).toMatchObject({ code: 'already_checked_in' });
}

async function refused(stage: Stage): Promise<void> {
  const { world } = stage;
  const { operator, service } = await stage.desk();
  const priorityClassId = (await stage.priorityClass(0)).id;
  const ask = (code: string) => stage.ask(operator, { type: 'appointment.check_in', code, priorityClassId });
  expect(await ask('NOBODY')).toMatchObject({ code: 'appointment_code_unknown' });
  const cases = [
    [await booking(stage, 600, { serviceId: service.id }), 'check_in_too_early'],
    [await booking(stage, -2 * 24 * 60, { serviceId: service.id }), 'check_in_too_late'],
    [await booking(stage, 5, { serviceId: service.id, state: 'canceled' }), 'appointment_ended'],
    [await booking(stage, 5, { serviceId: service.id, state: 'checked_in' }), 'already_checked_in'],
  ] as const;
  for (const [row, code] of cases) {
    expect(await ask(row.code)).toMatchObject({ code });
    expect(await world.appointment(row.id)).toEqual(row);
  }
}
