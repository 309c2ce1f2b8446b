/**
 * Three days without a link, and then all of it at once: a totem that has gone on issuing on a clock of its own hands thousands of
 * entries to the real cloud, each once and in order.
 */
import { createDatabase, entriesOfOrigin, readTenant, registerDeviceKey } from '@totem/cloud';
import { CHAIN_START, type OriginId, verifyChain } from '@totem/domain';
import { ensureDeviceKey } from '@totem/edge';
import { issueOne, openTotem, stockUp, type TestPlace, testPlace } from '@totem/edge/testing';
import { createLog, systemEnv } from '@totem/host';
import pg from 'pg';
import { expect, test } from 'vitest';
import { type Cable, layCable } from './cable.ts';
import { type TestCloud, testCloud } from './postgres.ts';
import { proof, recordProof } from './proof.ts';

const NAME = 'outage/three days without a link, drained';
const ENTRIES = proof(NAME, { share: 200, full: 5_000, unit: 'entries' });
const OUTAGE_MS = 72 * 3_600_000;
const TIMEOUT_MS = 120_000 + ENTRIES * 100;

/** Of the place's time; what a device signs lasts for seconds of the machine's. */
const SPEED = 10;

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Lets the place's time go by until something is so, faster than the machine's: what is tried again is tried again soon. */
async function inTime({ world }: TestPlace, isSo: () => boolean): Promise<void> {
  // A wall clock has whole milliseconds.
  const wholeMs = () => Math.floor(performance.now());
  for (let last = wholeMs(); !isSo(); ) {
    await settled();
    const now = wholeMs();
    world.advance((now - last) * SPEED);
    last = now;
  }
}

/** A totem of the demo's branch, and a cable to the cloud. */
async function totemOf(
  cloud: TestCloud,
  look: pg.Client,
  bare: TestPlace,
): Promise<{ place: TestPlace; cable: Cable }> {
  const { tenantId, siteId, totems } = cloud.seed;
  const [one] = totems;
  if (one === undefined) throw new Error('the demo has no totem');
  const { equipmentId, lane } = one;
  await registerDeviceKey(cloud.cloud.db, {
    tenantId,
    equipmentId,
    publicKey: ensureDeviceKey(bare.dataDir).x,
  });
  const { hostname: host, port } = new URL(cloud.url);
  const cable = await layCable({ target: { host, port: Number(port) } });
  const [service] = (await look.query('SELECT id FROM service WHERE prefix = $1', ['A'])).rows;
  const [priority] = (await look.query('SELECT id FROM priority_class WHERE tier = 0')).rows;
  const { catalogue } = bare;
  return {
    cable,
    place: {
      ...bare,
      device: { tenantId, siteId, equipmentId, lane },
      catalogue: {
        site: { ...catalogue.site, tenantId, id: siteId },
        service: { ...catalogue.service, tenantId, id: service.id },
        priorityClass: { ...catalogue.priorityClass, tenantId, id: priority.id },
      },
    },
  };
}

test(
  'a totem that was three days without a link hands over everything it did, once and in order',
  async () => {
    const bare = testPlace({ now: systemEnv.now() });
    // Cloud and totem live through the same three days; what they say to each other takes real time.
    const cloud = await testCloud({ env: { ...systemEnv, now: bare.world.env.now } });
    const look = new pg.Client({ connectionString: cloud.urls.superuser });
    await look.connect();
    const { place, cable } = await totemOf(cloud, look, bare);
    const parts = openTotem(place, { cloudUrl: cable.url });
    stockUp(parts, place.catalogue);
    cable.cut();
    try {
      parts.store.onCommit(() => parts.outbox.wake());
      parts.link.onUp(() => parts.outbox.linkReturned());
      parts.outbox.start();
      const issued = new Set<string>();
      for (let entry = 0; entry < ENTRIES; entry += 1) {
        place.world.advance(Math.floor(OUTAGE_MS / ENTRIES) - 1_000);
        issued.add(issueOne(parts, place).id);
        // The outbox tries, and fails, as the hours pass.
        await settled();
      }
      const pending = () => parts.outbox.status().pending;
      expect(pending()).toBeGreaterThanOrEqual(ENTRIES);
      // What it signed before the jump of the clock would have ended on its way.
      place.world.advance(600_000);
      await settled();
      cable.restore();
      const began = performance.now();
      parts.outbox.linkReturned();
      await inTime(place, () => pending() === 0);
      const seconds = (performance.now() - began) / 1_000;
      await expectAll(cloud, look, issued.size);
      recordProof(NAME, {
        outage_hours: 72,
        tickets_count: issued.size,
        drain_seconds: Math.round(seconds * 10) / 10,
      });
    } finally {
      await parts.outbox.stop();
      await parts.journal.stop();
      parts.store.close();
      await cable.close();
      place.remove();
      await look.end();
      await cloud.close();
    }
  },
  TIMEOUT_MS,
);

/** Everything is in PostgreSQL once, the chain is whole, and nobody has to look at anything. */
async function expectAll(cloud: TestCloud, look: pg.Client, tickets: number): Promise<void> {
  const count = async (from: string) =>
    Number((await look.query(`SELECT count(*) AS n FROM ${from}`)).rows[0].n);
  expect(await count('ticket')).toBe(tickets);
  expect(await count('(SELECT DISTINCT business_day, code FROM ticket) AS codes')).toBe(tickets);
  expect((await look.query('SELECT kind, detail FROM conflict')).rows).toEqual([]);
  expect([await count('ledger_quarantine'), await count('ledger_parked')]).toEqual([0, 0]);
  const { rows } = await look.query('SELECT id FROM origin WHERE equipment_id IS NOT NULL');
  const db = createDatabase(cloud.urls, createLog('outage', { level: 'silent' }));
  try {
    for (const { id } of rows) {
      const entries = await readTenant(db, cloud.seed.tenantId, (tx) => entriesOfOrigin(tx, id));
      expect(verifyChain(CHAIN_START, id as OriginId, entries)).toMatchObject({ ok: true });
    }
  } finally {
    await db.close();
  }
}
