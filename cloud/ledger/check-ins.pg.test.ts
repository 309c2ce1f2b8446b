/** Check-ins that come with a batch: each settles its booking once, and people are shown who was checked in twice. */
import { type ApiClient, ROUTES } from '@totem/api';
import { type AppointmentRow, businessDay, epochMsOf, type Id, instantText } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { buildAppointment } from '@totem/testkit/builders';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiOf, refusalOf } from '../testing/api.ts';
import {
  createTicket,
  DEMO_SERVICE_ID,
  enrolTotem,
  openChain,
  push,
  sealedBatch,
  type TestTotem,
} from '../testing/branch.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { putRows } from '../testing/records.ts';

let cloud: TestCloud;
let look: Onlooker;
let operator: ApiClient;
const env = systemEnv;
const totems: TestTotem[] = [];

beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  operator = apiOf(cloud.url, await cloud.signIn('operador'));
  totems.push(await enrolTotem(cloud), await enrolTotem(cloud));
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

async function booked(over: Partial<AppointmentRow> = {}): Promise<AppointmentRow> {
  const { tenantId, siteId } = cloud.seed;
  const row = buildAppointment(env, { tenantId, siteId, serviceId: DEMO_SERVICE_ID, ...over });
  await putRows(look, 'appointment', [{ ...row, durationMinutes: 10 }]);
  return row;
}

/** A totem without its link has checked somebody in. @returns the ticket that it gave. */
async function checkedInAt(totem: TestTotem | undefined, row: AppointmentRow): Promise<Id<string>> {
  if (totem === undefined) throw new Error('no totem');
  const { tenantId, siteId } = cloud.seed;
  const chain = openChain(env, tenantId, siteId);
  const { ticket, draft } = createTicket(env, siteId, {
    data: { channel: 'appointment', appointmentId: row.id, appointmentAt: row.slot },
  });
  const batch = sealedBatch(totem, tenantId, [...chain.opening, ...chain.write([draft])]);
  const { status } = await push(cloud, totem, batch);
  expect(status).toBe(200);
  // A lost answer: it comes again.
  expect((await push(cloud, totem, batch)).status).toBe(200);
  return ticket.id;
}

const booking = async ({ id }: AppointmentRow) =>
  (await look.rows('SELECT state, ticket_id, version FROM appointment WHERE id = $1', [id]))[0];
const conflictsOf = async (ticketId: string) =>
  (await look.rows('SELECT kind, detail FROM conflict WHERE entity_id = $1', [ticketId])).map(
    ({ kind, detail }) => ({ kind, detail }),
  );

describe('a check-in that was made without a link', () => {
  test('settles its booking when it arrives, once, and readers are told', async () => {
    const row = await booked();
    const ticketId = await checkedInAt(totems[0], row);
    expect(await booking(row)).toEqual({ state: 'checked_in', ticket_id: ticketId, version: 2 });
    expect(await conflictsOf(ticketId)).toEqual([]);
    const [change] = await look.rows(
      `SELECT new_row FROM change_log WHERE table_name = 'appointment' AND new_row ->> 'id' = $1 ORDER BY number DESC LIMIT 1`,
      [row.id],
    );
    expect(change?.new_row).toMatchObject({ state: 'checked_in', ticket_id: ticketId });
  });

  test('of somebody whom the reception has checked in meanwhile keeps both tickets, and says so', async () => {
    const row = await booked();
    const [priority] = await look.rows('SELECT id FROM priority_class WHERE tenant_id = $1 LIMIT 1', [
      cloud.seed.tenantId,
    ]);
    const body = { siteId: cloud.seed.siteId, code: row.code, priorityClassId: priority?.id as never };
    const first = await operator.call(ROUTES.checkInAppointment, { body });
    const second = await checkedInAt(totems[0], row);
    expect(await booking(row)).toMatchObject({ ticket_id: first.ticket.id });
    expect(await conflictsOf(second)).toEqual([
      { kind: 'checked_in_twice', detail: { appointmentId: row.id, ticketId: first.ticket.id } },
    ]);
    expect(await look.count('ticket WHERE id = ANY($1)', [[first.ticket.id, second]])).toBe(2);
  });

  test('stands when the reception comes after it', async () => {
    const row = await booked();
    await checkedInAt(totems[0], row);
    const [priority] = await look.rows('SELECT id FROM priority_class WHERE tenant_id = $1 LIMIT 1', [
      cloud.seed.tenantId,
    ]);
    const body = { siteId: cloud.seed.siteId, code: row.code, priorityClassId: priority?.id as never };
    const refused = await refusalOf(operator.call(ROUTES.checkInAppointment, { body }));
    expect(refused.code).toBe('already_checked_in');
  });

  test('by two totems at once is one for the booking, and a conflict for the other', async () => {
    const row = await booked();
    const ids = await Promise.all(totems.map((totem) => checkedInAt(totem, row)));
    const settled = String((await booking(row))?.ticket_id);
    expect(ids).toContain(settled);
    for (const id of ids)
      expect((await conflictsOf(id)).map(({ kind }) => kind)).toEqual(
        id === settled ? [] : ['checked_in_twice'],
      );
  });

  test('of a booking that had ended is a check-in, and is shown', async () => {
    const row = await booked({ state: 'canceled' });
    const ticketId = await checkedInAt(totems[0], row);
    expect(await booking(row)).toMatchObject({ state: 'checked_in', ticket_id: ticketId });
    expect((await conflictsOf(ticketId)).map(({ kind }) => kind)).toEqual(['checked_in_after_end']);
  });

  test('for a booking of another site is a ticket and settles nothing', async () => {
    const { tenantId } = cloud.seed;
    const admin = apiOf(cloud.url, await cloud.signIn('admin'));
    const elsewhere = await admin.call(ROUTES.createSite, {
      body: { name: 'Longe', slug: 'longe', timezone: 'America/Recife' },
    });
    const row = await booked({ tenantId, siteId: elsewhere.id });
    await checkedInAt(totems[0], row);
    expect(await booking(row)).toEqual({ state: 'booked', ticket_id: null, version: 1 });
  });
});

test('the database counts days as the domain does', async () => {
  const zones = ['America/Sao_Paulo', 'America/Noronha', 'Asia/Kathmandu', 'Pacific/Apia', 'Europe/Lisbon'];
  const cases = fc.sample(
    fc.record({
      at: fc
        .date({
          min: new Date('2000-01-01T00:00:00Z'),
          max: new Date('2040-01-01T00:00:00Z'),
          noInvalidDate: true,
        })
        .map((date) => instantText(date.getTime())),
      timezone: fc.constantFrom(...zones),
      rollover_hour: fc.integer({ min: 0, max: 23 }),
    }),
    500,
  );
  const rows = await look.rows(
    `SELECT business_day_of(at, timezone, rollover_hour)::text AS day
     FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (at timestamptz, timezone text, rollover_hour int4)) WITH ORDINALITY AS c(at, timezone, rollover_hour, place)
     ORDER BY place`,
    [JSON.stringify(cases)],
  );
  expect(rows.map(({ day }) => day)).toEqual(
    cases.map(({ at, timezone, rollover_hour: rolloverHour }) =>
      businessDay(epochMsOf(at), { timezone, rolloverHour }),
    ),
  );
});
