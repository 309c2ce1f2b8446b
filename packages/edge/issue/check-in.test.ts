/** Checking in with no network: by the code, in its time, once, and what the ledger says of it. */
import { appointmentTable, cents, instantText, newId, serviceTable } from '@totem/domain';
import { buildAppointment } from '@totem/testkit/builders';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { Parts } from '../parts.ts';
import { rowByKey, upsertRow } from '../store/rows.ts';
import { openTotem, stockUp, type TestPlace, testPlace } from '../testing/totem.ts';
import {
  BOOKED_ON,
  BOOKING_BY_CODE,
  type CheckIn,
  checkInAtTotem,
  TICKET_OF_BOOKING,
  takesCheckIns,
} from './check-in.ts';

let place: TestPlace;
let parts: Parts;
beforeEach(() => {
  place = testPlace();
  parts = openTotem(place);
  stockUp(parts, place.catalogue);
});
afterEach(() => {
  parts.store.close();
  place.remove();
});

const MINUTE_MS = 60_000;
const booked = (over: Parameters<typeof buildAppointment>[1] = {}) => {
  const { env } = place.world;
  const { tenantId, siteId } = place.device;
  const slot = instantText(env.now() + 10 * MINUTE_MS);
  const row = buildAppointment(env, {
    tenantId,
    siteId,
    serviceId: place.catalogue.service.id,
    slot,
    ...over,
  });
  parts.store.write((db) => upsertRow(db, appointmentTable, row));
  return row;
};
const ask = (code: string): CheckIn => ({
  type: 'appointment.check_in',
  id: newId<'command'>(place.world.env),
  code,
  priorityClassId: place.catalogue.priorityClass.id,
  partySize: 2,
});
const refused = (code: string, params: object = {}) => expect.objectContaining({ code, params });
const tickets = () => parts.store.read((db) => db.all('SELECT * FROM ticket'));

describe('checking in', () => {
  it('gives a ticket that ranks by the booked time, says so in its entry, and prints it', () => {
    const row = booked();
    const command = ask(` ${row.code.slice(0, 3).toLowerCase()}-${row.code.slice(3)} `);
    const done = checkInAtTotem(parts, command);
    expect(done.ticket).toMatchObject({ code: 'A001', state: 'waiting', serviceId: row.serviceId });
    expect(tickets()).toMatchObject([{ channel: 'appointment', appointment_at: row.slot, party_size: 2 }]);
    const [entry] = parts.store.read((db) =>
      db.all("SELECT command_id, data FROM audit_log WHERE action = 'TICKET_CREATE'"),
    );
    expect(entry?.command_id).toBe(command.id);
    expect(JSON.parse(String(entry?.data))).toMatchObject({ appointmentId: row.id, appointmentAt: row.slot });
    expect(parts.store.read((db) => db.one('SELECT count(*) AS n FROM print_job')?.n)).toBe(1);
    expect(
      parts.store.read((db) => rowByKey(db, appointmentTable, place.device.tenantId, row.id)),
    ).toMatchObject({ state: 'checked_in', ticketId: done.ticket?.id });
    expect(checkInAtTotem(parts, command)).toEqual(done);
    expect(tickets()).toHaveLength(1);
  });

  it('I-EDG-22: happens once, also when an older copy of what is booked arrives after it', () => {
    const row = booked();
    checkInAtTotem(parts, ask(row.code));
    parts.store.write((db) => upsertRow(db, appointmentTable, row));
    expect(() => checkInAtTotem(parts, ask(row.code))).toThrow(refused('already_checked_in'));
    expect(tickets()).toHaveLength(1);
  });

  test.each([
    ['a code of nobody', 'NOBODY', {}, refused('appointment_code_unknown')],
    [
      'two hours and a minute early',
      undefined,
      { minutes: 121 },
      refused('check_in_too_early', { minutes: 1 }),
    ],
    ['a day late', undefined, { minutes: -24 * 60 }, refused('check_in_too_late')],
    ['canceled', undefined, { state: 'canceled' as const }, refused('appointment_ended')],
    ['checked in elsewhere', undefined, { state: 'checked_in' as const }, refused('already_checked_in')],
  ])(
    'is refused: %s',
    (_why, typed, {
      minutes = 10,
      ...over
    }: { minutes?: number; state?: 'canceled' | 'checked_in' }, error) => {
      const slot = instantText(place.world.env.now() + minutes * MINUTE_MS);
      const { code } = booked({ slot, ...over });
      expect(() => checkInAtTotem(parts, ask(typed ?? code))).toThrow(error);
      expect(tickets()).toEqual([]);
    },
  );

  it('of two bookings with one code takes the one that is open', () => {
    booked({ code: 'ABC234', state: 'canceled' });
    const open = booked({ code: 'ABC234' });
    expect(checkInAtTotem(parts, ask('ABC234')).ticket).toBeDefined();
    expect(
      parts.store.read((db) => rowByKey(db, appointmentTable, place.device.tenantId, open.id))?.state,
    ).toBe('checked_in');
  });

  it('for what must be paid first is the reception’s, and settles nothing', () => {
    const { service } = place.catalogue;
    const paid = { ...service, paymentPolicy: 'before_queue' as const, priceCents: cents(500) };
    parts.store.write((db) => upsertRow(db, serviceTable, paid));
    const row = booked();
    expect(() => checkInAtTotem(parts, ask(row.code))).toThrow(refused('payment_unavailable'));
    expect(
      parts.store.read((db) => rowByKey(db, appointmentTable, place.device.tenantId, row.id))?.state,
    ).toBe('booked');
  });
});

it('is offered on days for which somebody is booked', () => {
  const offered = () => parts.store.read((db) => takesCheckIns(db, place.device, place.world.env.now()));
  expect(offered()).toBe(false);
  booked({ businessDay: '2020-01-01' });
  expect(offered()).toBe(false);
  booked();
  expect(offered()).toBe(true);
});

it('is asked of indexes, however much is booked and written', () => {
  const plan = (sql: string) =>
    parts.store
      .read((db) => db.all(`EXPLAIN QUERY PLAN ${sql}`, 'x', 'y'))
      .map(({ detail }) => String(detail));
  for (const sql of [BOOKING_BY_CODE, TICKET_OF_BOOKING, BOOKED_ON])
    for (const detail of plan(sql)) expect(detail).not.toMatch(/^SCAN (appointment|audit_log)/);
});
