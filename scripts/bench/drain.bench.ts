/**
 * `npm run bench -- drain`: tickets and follow-ups that one totem has written without its link, until PostgreSQL has
 * committed all of them with ledger, rows and change log. The limit is the same rows, taken from the database afterwards and
 * inserted again in batches over one connection, into tables with the same indexes and no logic at all.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  createDatabase,
  createPasswords,
  type EmbeddedPostgres,
  registerDeviceKey,
  seedDemo,
  startEmbeddedPostgres,
} from '@totem/cloud';
import { type EntryDraft, type Id, newId } from '@totem/domain';
import { ensureDeviceKey } from '@totem/edge';
import { issueOne, openTotem, stockUp, type TestPlace, testPlace, until } from '@totem/edge/testing';
import { createLog, systemEnv, systemTimers } from '@totem/host';
import { migratePostgres } from '@totem/migrations';
import { type Cable, layCable } from '@totem/testkit/cable';
import pg from 'pg';
import { type Stops, startCloudProcess } from './cloud-process.ts';
import { insertAgain } from './drain-limit.ts';
import type { Bench, Figures } from './harness.ts';

const TICKETS = 10_000;
/** Drained before anything is measured: a node that has just started has compiled nothing and prepared no statement. */
const WARM = { tickets: 500 };
const ROUND_TRIP_MS = 80;
const BREAK_BYTES = 512 * 1024;
/** A poor line: 1 Mbit/s and a round trip of 200 ms; and what a totem has after three days without it. */
const SLOW = { delayMs: 100, bytesPerSecond: 125_000, tickets: 2_500 };
const FOLDER = join(import.meta.dirname, '..', '..', '.cache', 'bench');

export const bench: Bench = {
  name: 'drain',
  about: 'a long outbox until PostgreSQL has it, beside the same rows inserted without logic',
  physicalLimit: 'insert_s',
  rounds: 3,
  goals: [
    {
      name: 'a drain within 2x of inserting the rows',
      of: 'drain_over_insert',
      limit: 2,
      must: 'be at most',
    },
    {
      name: 'at a round trip of 80 ms within 1.3x of loopback',
      of: 'far_over_near',
      limit: 1.3,
      must: 'be at most',
    },
    {
      name: 'on a link that breaks every 512 KiB within 3x of loopback',
      of: 'broken_over_near',
      limit: 3,
      must: 'be at most',
    },
    {
      name: '5,000 entries over 1 Mbit/s and 200 ms within 2.5x of the line itself',
      of: 'slow_over_line',
      limit: 2.5,
      must: 'be at most',
    },
    { name: 'nothing lost, nothing doubled', of: 'missing_count', limit: 0, must: 'be at most' },
  ],
  round: async () => {
    mkdirSync(FOLDER, { recursive: true });
    const folder = mkdtempSync(join(FOLDER, 'drain-'));
    const stops: (() => Promise<void> | void)[] = [() => rmSync(folder, { recursive: true, force: true })];
    try {
      return await measure(folder, stops);
    } finally {
      for (const stop of stops.reverse()) await stop();
    }
  },
  ratios: (figures) => {
    const over = (figure: string, limit: string) => (figures[figure] ?? 0) / (figures[limit] ?? 1);
    return {
      drain_over_insert: over('drain_s', 'insert_s'),
      far_over_near: over('drain_80ms_s', 'drain_s'),
      broken_over_near: over('drain_broken_s', 'drain_s'),
      slow_over_line: over('drain_slow_s', 'slow_line_s'),
    };
  },
};

async function measure(folder: string, stops: Stops): Promise<Figures> {
  const postgres = await startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    env: systemEnv,
    timers: systemTimers,
  });
  stops.push(() => postgres.stop());
  await migratePostgres(postgres.urls.owner, systemTimers);
  const place = await enrolled(folder, postgres, stops);
  const cloud = await startCloudProcess(folder, postgres, stops);
  const look = new pg.Client({ connectionString: postgres.urls.superuser });
  await look.connect();
  stops.push(() => look.end());

  const warm = await drain(place, cloud, look, WARM);
  const near = await drain(place, cloud, look, {});
  const limit = await insertAgain(look, place.device.tenantId);
  const far = await drain(place, cloud, look, { delayMs: ROUND_TRIP_MS / 2 });
  const broken = await drain(place, cloud, look, { breakEvery: BREAK_BYTES });
  const slow = await drain(place, cloud, look, SLOW);
  return {
    // The limit has inserted the rows of both.
    insert_s: (limit.seconds * near.entries) / (near.entries + warm.entries),
    drain_s: near.seconds,
    drain_80ms_s: far.seconds,
    drain_broken_s: broken.seconds,
    drain_slow_s: slow.seconds,
    slow_line_s: slow.bytes / SLOW.bytesPerSecond,
    entries_per_s: near.entries / near.seconds,
    sent_bytes: near.bytes,
    entries_count: near.entries,
    missing_count: warm.missing + near.missing + far.missing + broken.missing + slow.missing,
  };
}

async function enrolled(folder: string, postgres: EmbeddedPostgres, stops: Stops): Promise<TestPlace> {
  const log = createLog('bench', { level: 'silent' });
  const db = createDatabase({ api: postgres.urls.owner, tailer: postgres.urls.tailer }, log);
  const password = 'senha-de-bancada-1';
  const seed = await seedDemo(
    { db, env: systemEnv, hashing: createPasswords() },
    { admin: password, operador: password, operador2: password },
  );
  const [totem] = seed.totems;
  if (totem === undefined) throw new Error('the demo has no totem');
  const place = testPlace({ lane: totem.lane });
  stops.push(() => place.remove());
  const { tenantId, siteId } = seed;
  const dataDir = join(folder, 'totem');
  mkdirSync(dataDir, { mode: 0o700 });
  await registerDeviceKey(db, {
    tenantId,
    equipmentId: totem.equipmentId,
    publicKey: ensureDeviceKey(dataDir).x,
  });
  await db.close();
  const { site, service, priorityClass } = place.catalogue;
  return {
    ...place,
    dataDir,
    device: { tenantId, siteId, equipmentId: totem.equipmentId, lane: totem.lane },
    catalogue: {
      site: { ...site, tenantId, id: siteId },
      service: { ...service, tenantId },
      priorityClass: { ...priorityClass, tenantId },
    },
  };
}

interface Drained {
  readonly seconds: number;
  readonly entries: number;
  readonly bytes: number;
  readonly missing: number;
}

/** Writes tickets and follow-ups with no link, then gives the link and waits until nothing is left. */
async function drain(
  place: TestPlace,
  cloudPort: number,
  look: pg.Client,
  link: {
    readonly delayMs?: number;
    readonly breakEvery?: number;
    readonly bytesPerSecond?: number;
    readonly tickets?: number;
  },
): Promise<Drained> {
  const cable: Cable = await layCable({
    target: { host: '127.0.0.1', port: cloudPort },
    ...(link.delayMs === undefined ? {} : { delayMs: link.delayMs }),
    ...(link.bytesPerSecond === undefined ? {} : { bytesPerSecond: link.bytesPerSecond }),
  });
  if (link.breakEvery !== undefined) cable.breakEvery(link.breakEvery);
  // Tickets are dated by a clock of the test; the wire runs on the machine's.
  const parts = openTotem(place, { cloudUrl: cable.url, timers: systemTimers });
  try {
    stockUp(parts, place.catalogue);
    const before = await countOf(look, 'audit_log');
    for (let number = 0; number < (link.tickets ?? TICKETS); number += 1) {
      const { id } = issueOne(parts, place);
      parts.ledger.commit(({ append }) => append([canceled(place, id)]));
      if (number % 100 === 0) parts.store.settle();
    }
    const { pending } = parts.outbox.status();
    const start = performance.now();
    parts.outbox.start();
    await until(() => parts.outbox.status().pending === 0, parts.outbox.onChange);
    const seconds = (performance.now() - start) / 1_000;
    const arrived = (await countOf(look, 'audit_log')) - before;
    return { seconds, entries: pending, bytes: cable.passed().up, missing: Math.abs(pending - arrived) };
  } finally {
    await parts.outbox.stop();
    parts.store.close();
    await cable.close();
  }
}

function canceled(place: TestPlace, ticketId: string): EntryDraft {
  return {
    siteId: place.device.siteId,
    userId: null,
    action: 'TICKET_CANCEL',
    entity: 'ticket',
    entityId: ticketId as Id<string>,
    data: { reason: 'customer_left', note: newId<'note'>(systemEnv) },
  };
}

/** What devices have written: the cloud writes entries of its own besides. */
async function countOf(look: pg.Client, table: string): Promise<number> {
  const { rows } = await look.query<{ n: string }>(
    `SELECT count(*) AS n FROM ${table} a JOIN origin o ON o.tenant_id = a.tenant_id AND o.id = a.origin WHERE o.equipment_id IS NOT NULL`,
  );
  return Number(rows[0]?.n);
}
