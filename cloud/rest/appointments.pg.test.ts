/** Appointments: as many for a slot as the service takes, in its hours, moved and canceled by version. */
import { type ApiClient, ROUTES } from '@totem/api';
import { instantText, newId, type ServiceId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { apiOf, refusalOf } from '../testing/api.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';

const {
  createAppointment,
  getAppointment,
  listAppointments,
  moveAppointment,
  cancelAppointment,
  checkInAppointment,
  eraseAppointmentPerson,
} = ROUTES;
const DAY_MS = 24 * 3_600_000;

let cloud: TestCloud;
let look: Onlooker;
let admin: ApiClient;
let operator: ApiClient;
let serviceId: ServiceId;

beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  admin = apiOf(cloud.url, await cloud.signIn('admin'));
  operator = apiOf(cloud.url, await cloud.signIn('operador'));
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});
beforeEach(async () => {
  const made = await admin.call(ROUTES.createService, {
    body: { name: { en: 'By appointment' }, prefix: 'G', durationMinutes: 25, slotCapacity: 2 },
  });
  serviceId = made.id;
});

let hours = 0;
/** A slot that nobody has used yet. */
const freeSlot = () => {
  hours += 1;
  return instantText(Math.ceil(systemEnv.now() / DAY_MS) * DAY_MS + hours * 3_600_000);
};
const booking = (over: object = {}) => ({ siteId: cloud.seed.siteId, serviceId, slot: freeSlot(), ...over });

describe('a slot', () => {
  test('is given to as many as the service takes, of many who ask at once', async () => {
    const body = booking();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12 }, () => operator.call(createAppointment, { body })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    const refused = await refusalOf(operator.call(createAppointment, { body }));
    expect([refused.status, refused.code]).toEqual([409, 'slot_full']);
  });

  test('is free again when an appointment is canceled or moved away', async () => {
    const body = booking();
    const [first, second] = [
      await operator.call(createAppointment, { body }),
      await operator.call(createAppointment, { body }),
    ];
    await operator.call(cancelAppointment, { params: { id: first.id }, version: 1 });
    const moved = await operator.call(moveAppointment, {
      params: { id: second.id },
      version: 1,
      body: { slot: freeSlot() },
    });
    expect(moved).toMatchObject({ state: 'booked', version: 2, code: second.code });
    await operator.call(createAppointment, { body });
    await operator.call(createAppointment, { body });
    const back = await refusalOf(
      operator.call(moveAppointment, { params: { id: second.id }, version: 2, body: { slot: body.slot } }),
    );
    expect(back.code).toBe('slot_full');
  });

  test('that has passed, is outside the hours, or is of a service that takes none is refused', async () => {
    const past = await refusalOf(
      operator.call(createAppointment, { body: booking({ slot: instantText(systemEnv.now() - 60_000) }) }),
    );
    expect(past.code).toBe('slot_unavailable');
    await admin.call(ROUTES.updateService, {
      params: { id: serviceId },
      version: 1,
      body: { openingHours: { '1': [['03:00', '03:01']] } },
    });
    const closed = await refusalOf(operator.call(createAppointment, { body: booking() }));
    expect(closed.code).toBe('service_closed');
    await admin.call(ROUTES.updateService, {
      params: { id: serviceId },
      version: 2,
      body: { openingHours: null, slotCapacity: null },
    });
    const none = await refusalOf(operator.call(createAppointment, { body: booking() }));
    expect(none.code).toBe('slot_unavailable');
  });
});

describe('an appointment', () => {
  test('has a code, its person for those who work there, and no one in the ledger', async () => {
    const person = { name: 'Maria Canário', document: '123.456.789-09', phone: '+55 81 99999-0000' };
    const made = await operator.call(createAppointment, { body: booking({ person }) });
    expect(made.code).toMatch(/^[A-HJKMNP-Z2-9]{6}$/);
    expect(made).toMatchObject({ person, durationMinutes: 25, state: 'booked' });
    expect(await operator.call(getAppointment, { params: { id: made.id } })).toEqual(made);
    const entries = await look.rows('SELECT data FROM audit_log WHERE entity_id = $1', [made.id]);
    expect(entries).toHaveLength(1);
    expect(JSON.stringify(entries)).not.toMatch(/Canário|123\.456/);

    const key = await admin.call(ROUTES.createApiKey, { body: { name: 'Agenda', scopes: ['tickets.read'] } });
    const seen = await apiOf(cloud.url, key.key).call(getAppointment, { params: { id: made.id } });
    expect(seen.person).toBeNull();
  });

  test('is kept without its person when that is erased by who may, at its ticket too, and the ledger says so', async () => {
    const person = { name: 'Zoraide Canário', phone: '+55 81 98888-0000' };
    const made = await operator.call(createAppointment, { body: booking({ person }) });
    const params = { id: made.id };
    const ticketId = newId<'ticket'>(systemEnv);
    // As a check-in leaves it: who was booked is said beside an entry of the ticket.
    await look.rows('UPDATE appointment SET ticket_id = $2 WHERE id = $1', [made.id, ticketId]);
    await look.rows(
      `INSERT INTO entry_private (tenant_id, entry_id, entity, entity_id, salt, data)
       SELECT tenant_id, id, 'ticket', $2, 'salt', '{"name": "Zoraide Canário"}' FROM audit_log WHERE entity_id = $1 LIMIT 1`,
      [made.id, ticketId],
    );
    expect((await refusalOf(operator.call(eraseAppointmentPerson, { params }))).code).toBe('forbidden');
    expect(await admin.call(eraseAppointmentPerson, { params })).toEqual({ erased: 2 });
    expect(await admin.call(eraseAppointmentPerson, { params })).toEqual({ erased: 0 });
    expect((await operator.call(getAppointment, { params })).person).toBeNull();
    expect(await look.count(`appointment_person WHERE name LIKE '%Zoraide%'`)).toBe(0);
    expect(await look.count(`entry_private WHERE data::text LIKE '%Zoraide%'`)).toBe(0);
    const said = await look.rows(
      `SELECT entity, entity_id FROM audit_log WHERE action = 'PERSON_ERASED' AND entity_id = ANY($1) ORDER BY entity`,
      [[made.id, ticketId]],
    );
    expect(said).toEqual([
      { entity: 'appointment', entity_id: made.id },
      { entity: 'ticket', entity_id: ticketId },
    ]);
  });

  test('that is settled is not changed any more, and an old version changes nothing', async () => {
    const made = await operator.call(createAppointment, { body: booking() });
    const params = { id: made.id };
    await operator.call(moveAppointment, { params, version: 1, body: { slot: freeSlot() } });
    const late = await refusalOf(operator.call(cancelAppointment, { params, version: 1 }));
    expect(late.code).toBe('version_conflict');
    await operator.call(cancelAppointment, { params, version: 2 });
    const settled = await refusalOf(
      operator.call(moveAppointment, { params, version: 3, body: { slot: freeSlot() } }),
    );
    expect([settled.status, settled.code]).toEqual([409, 'appointment_settled']);
  });

  test('is found by day, service and state, in the order of its slot', async () => {
    const slots = [freeSlot(), freeSlot(), freeSlot()];
    for (const slot of slots.toReversed())
      await operator.call(createAppointment, { body: booking({ slot }) });
    const query = { siteId: cloud.seed.siteId, serviceId, state: 'booked' as const };
    const { items } = await operator.call(listAppointments, { query });
    expect(items.map(({ slot }) => slot)).toEqual(slots);
    const part = await operator.call(listAppointments, { query: { ...query, from: slots[1], to: slots[2] } });
    expect(part.items.map(({ slot }) => slot)).toEqual([slots[1]]);
    const elsewhere = await admin.call(ROUTES.createSite, {
      body: { name: 'Outra', slug: `outra-${hours}`, timezone: 'America/Recife' },
    });
    const none = await operator.call(listAppointments, { query: { siteId: elsewhere.id } });
    expect(none.items).toEqual([]);
    const refused = await refusalOf(
      operator.call(createAppointment, { body: booking({ siteId: elsewhere.id }) }),
    );
    expect(refused.code).toBe('reference_not_found');
  });
});

describe('checking in', () => {
  const priorityClassId = async () =>
    String(
      (
        await look.rows('SELECT id FROM priority_class WHERE tenant_id = $1 ORDER BY tier LIMIT 1', [
          cloud.seed.tenantId,
        ])
      )[0]?.id,
    ) as never;
  const checkIn = async (code: string) =>
    operator.call(checkInAppointment, {
      body: { siteId: cloud.seed.siteId, code, priorityClassId: await priorityClassId(), partySize: 2 },
    });
  const booked = async (minutes: number) => {
    const made = await operator.call(createAppointment, { body: booking() });
    const slot = instantText(systemEnv.now() + minutes * 60_000);
    await look.rows('UPDATE appointment SET slot = $1 WHERE id = $2', [slot, made.id]);
    return { ...made, slot };
  };

  test('gives one ticket that says what it was booked for, however many ask at once', async () => {
    const made = await booked(10);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 6 }, () => checkIn(made.code.toLowerCase())),
    );
    const done = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(done).toHaveLength(1);
    expect(done[0]?.appointment).toMatchObject({
      id: made.id,
      state: 'checked_in',
      ticketId: done[0]?.ticket.id,
    });
    expect((await refusalOf(checkIn(made.code))).code).toBe('already_checked_in');
    const [row] = await look.rows(
      'SELECT channel, party_size, appointment_at, state FROM ticket WHERE id = $1',
      [done[0]?.ticket.id],
    );
    expect(row).toMatchObject({ channel: 'appointment', party_size: 2, state: 'waiting' });
    expect(row?.appointment_at).toEqual(new Date(made.slot));
  });

  test('is refused too early, on another day, and for a code that names nothing', async () => {
    expect((await refusalOf(checkIn((await booked(600)).code))).code).toBe('check_in_too_early');
    expect((await refusalOf(checkIn((await booked(-48 * 60)).code))).code).toBe('check_in_too_late');
    expect((await refusalOf(checkIn('NOBODY'))).code).toBe('appointment_code_unknown');
  });
});
