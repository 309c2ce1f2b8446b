/** What a device claims and does not decide: applied as it came, and shown to people where it cannot be right. */
import { newId, type SiteId, type TenantId } from '@totem/domain';
import { createLog, createRegistry, systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withTenant } from '../db/with-tenant.ts';
import { SHOWN_AFTER_MS, showParked } from '../jobs/show-parked.ts';
import { createFleet } from '../metrics/fleet.ts';
import {
  createTicket,
  DEMO_SERVICE_ID,
  enrolTotem,
  onTicket,
  openChain,
  push,
  pushRaw,
  sealedBatch,
  type TestTotem,
} from '../testing/branch.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { recordEntries } from './commit.ts';

let cloud: TestCloud;
let look: Onlooker;
let totem: TestTotem;
let tenantId: TenantId;
let siteId: SiteId;
const env = systemEnv;

beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  ({ tenantId, siteId } = cloud.seed);
  totem = await enrolTotem(cloud);
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

const chain = () => openChain(env, tenantId, siteId);

/** Pushes tickets of one totem and looks at what became of them. */
async function pushed(tickets: readonly ReturnType<typeof createTicket>[]) {
  const own = chain();
  const entries = [...own.opening, ...own.write(tickets.map((one) => one.draft))];
  const reply = await push(cloud, totem, sealedBatch(totem, tenantId, entries));
  expect(reply).toMatchObject({ status: 200, body: { acknowledged: entries.length } });
  expect(await look.count('ledger_quarantine WHERE origin = $1', [own.origin])).toBe(0);
  const ids = tickets.map(({ ticket }) => ticket.id);
  expect(await look.count('ticket WHERE id = ANY($1) AND conflict IS NULL', [ids])).toBe(ids.length);
  const found = await look.rows('SELECT kind, detail FROM conflict WHERE entity_id = ANY($1) ORDER BY id', [
    ids,
  ]);
  return found.map(({ kind, detail }) => ({ kind, ...(detail as object) }));
}
const at = (priceCents: number) => createTicket(env, siteId, { data: { priceCents } });
const forService = (serviceId: string) => createTicket(env, siteId, { data: { serviceId } });

describe('what a totem sells', () => {
  test("its site's services at their prices are nobody's business", async () => {
    expect(await pushed([createTicket(env, siteId), createTicket(env, siteId)])).toEqual([]);
  });

  test('a service that nobody has configured is shown once for a batch', async () => {
    const serviceId = newId<'service'>(env);
    expect(await pushed([forService(serviceId), createTicket(env, siteId), forService(serviceId)])).toEqual([
      expect.objectContaining({ kind: 'service_unknown', serviceId, fromSeq: 2, entries: 2 }),
    ]);
  });

  test('a service of another site is none of this one', async () => {
    const serviceId = newId<'service'>(env);
    await look.rows(
      `INSERT INTO service SELECT (s).* FROM (SELECT jsonb_populate_record(s, jsonb_build_object('id', $1::text,
         'site_ids', jsonb_build_array($2::text))) AS s FROM service s WHERE id = $3) AS copied`,
      [serviceId, newId<'site'>(env), DEMO_SERVICE_ID],
    );
    expect(await pushed([forService(serviceId)])).toMatchObject([{ kind: 'service_unknown', serviceId }]);
  });

  test('a price that the service never had is shown, and one that it had before is what the totem knew', async () => {
    expect(await pushed([at(4_200), at(4_200)])).toEqual([
      expect.objectContaining({ kind: 'price_unknown', priceCents: 4_200, fromSeq: 2, entries: 2 }),
    ]);
    const changed = { before: { priceCents: 4_200 }, after: { priceCents: 0 } };
    await withTenant(cloud.cloud.db, tenantId, (tx) =>
      recordEntries(tx, env, [
        {
          siteId: null,
          userId: null,
          action: 'CONFIG_CHANGED',
          entity: 'service',
          entityId: DEMO_SERVICE_ID,
          data: { by: 'user', ...changed },
        },
      ]),
    );
    expect(await pushed([at(4_200), at(0)])).toEqual([]);
    expect(await pushed([at(4_201)])).toMatchObject([{ kind: 'price_unknown', priceCents: 4_201 }]);
  });
});

test('what a totem says of its outbox is kept with it, and is a figure over all', async () => {
  const own = chain();
  const teller = await enrolTotem(cloud);
  const batch = sealedBatch(teller, tenantId, own.opening);
  const said = (outbox: string, entries: string) =>
    pushRaw(cloud, teller.token, entries, { 'totem-outbox': outbox });
  const oldest = '2026-11-23T15:00:00.000Z';
  expect((await said(`pending=7;attempts=3;oldest=${oldest}`, batchText(batch))).status).toBe(200);
  const outboxOf = async () =>
    (
      await look.rows(`SELECT telemetry->'outbox' AS outbox FROM equipment WHERE id = $1`, [
        teller.equipmentId,
      ])
    )[0]?.outbox;
  expect(await outboxOf()).toEqual({ pending: 7, attempts: 3, oldest, at: expect.any(String) });
  const registry = createRegistry();
  const fleet = createFleet(registry, cloud.cloud.db);
  await fleet.sample();
  const figures = await registry.metrics();
  expect(figures).toContain('totem_outbox_devices 1');
  expect(figures).toContain('totem_outbox_entries 7');
  expect(figures).toContain('totem_outbox_attempts 3');
  expect(figures).toMatch(/totem_outbox_age_seconds \d/);

  const more = own.write([createTicket(env, siteId).draft]);
  await said('pending=0;attempts=0', batchText(sealedBatch(teller, tenantId, more)));
  await fleet.sample();
  expect(await outboxOf()).toMatchObject({ pending: 0, oldest: null });
  expect(await registry.metrics()).toContain('totem_outbox_devices 0');
  // What nobody can read changes nothing.
  const last = own.write([createTicket(env, siteId).draft]);
  expect((await said('so much', batchText(sealedBatch(teller, tenantId, last)))).status).toBe(200);
  expect(await outboxOf()).toMatchObject({ pending: 0 });
});
const batchText = (batch: object) => JSON.stringify(batch);

describe('what waits for its row', () => {
  test('is shown after a day, once, and is settled when the row comes', async () => {
    const log = createLog('test', { level: 'silent' });
    const showAfter = (ms: number) =>
      showParked({ db: cloud.cloud.db, env: { ...env, now: () => env.now() + ms }, log });
    const [early, late] = [chain(), chain()];
    const { ticket, draft } = createTicket(env, siteId);
    const left = early.write([onTicket('TICKET_CANCEL', ticket, siteId, { reason: 'customer_left' })]);
    await push(cloud, totem, sealedBatch(totem, tenantId, [...early.opening, ...left]));
    const shown = () =>
      look.rows('SELECT kind, resolution, resolved_at IS NULL AS open FROM conflict WHERE entity_id = $1', [
        ticket.id,
      ]);
    expect(await showAfter(SHOWN_AFTER_MS - 60_000)).toBe(0);
    expect(await shown()).toEqual([]);
    expect(await showAfter(SHOWN_AFTER_MS + 60_000)).toBe(1);
    expect(await showAfter(SHOWN_AFTER_MS + 60_000)).toBe(0);
    const waiting = { kind: 'parked', resolution: null, open: true };
    expect(await shown()).toEqual([waiting]);

    const created = late.write([draft]);
    await push(cloud, totem, sealedBatch(totem, tenantId, [...late.opening, ...created]));
    expect(await shown()).toEqual([{ ...waiting, resolution: 'arrived', open: false }]);
    expect(await look.count(`ticket WHERE id = $1 AND state = 'canceled'`, [ticket.id])).toBe(1);
  });
});
