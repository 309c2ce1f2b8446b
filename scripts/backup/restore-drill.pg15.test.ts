/**
 * The drill: a cloud is backed up, lives on, and is lost; what is restored from its dump gets back from a totem what the totem had
 * already handed over since, because it keeps for a week what was acknowledged. Who was erased meanwhile stays erased.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newSigningKey, registerDeviceKey } from '@totem/cloud';
import { newBackupKeys, urlOfDatabase } from '@totem/cloud/backup';
import { newId } from '@totem/domain';
import { ensureDeviceKey } from '@totem/edge';
import { issueOne, openTotem, type TestPlace, testPlace, until } from '@totem/edge/testing';
import { systemEnv, systemTimers } from '@totem/host';
import { hasOldest } from '@totem/testkit/oldest';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { proof, recordProof } from '@totem/testkit/proof';
import pg from 'pg';
import { beforeEach, expect, test } from 'vitest';
import { backupCommand, restoreCommand } from './run.ts';

const NAME = 'backup/a restored cloud gets back what totems hold';
const TICKETS = proof(NAME, { share: 30, full: 2_000, unit: 'tickets' });
const TIMEOUT_MS = 240_000 + TICKETS * 100;
const CANARY = 'Zoraide Canária';
const isHere = hasOldest();
const folder = mkdtempSync(join(tmpdir(), 'totem-drill-'));
const signingKey = newSigningKey();
const keys = newBackupKeys(systemEnv);

beforeEach((context) => {
  if (!isHere) context.skip('PostgreSQL 15 with its tools is not installed');
});

async function sql(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Runs one of the programs as it is typed. @throws Error with what it complains of. */
async function run(program: typeof backupCommand, words: readonly string[], url: string): Promise<void> {
  const complaints: string[] = [];
  const environment = {
    PATH: process.env.PATH,
    DATABASE_BACKUP_URL: url,
    BACKUP_SCRATCH_URL: url,
    BACKUP_DIR: join(folder, 'kept'),
    BACKUP_KEYS: JSON.stringify(keys),
    SIGNING_KEY: JSON.stringify(signingKey),
  };
  const code = await program(words, {
    environment,
    say: () => {},
    complain: (line) => void complaints.push(line),
  });
  if (code !== 0) throw new Error(complaints.join('\n'));
}

async function placeIn(cloud: TestCloud): Promise<TestPlace> {
  const { tenantId, siteId, totems } = cloud.seed;
  const [one] = totems;
  if (one === undefined) throw new Error('the demo has no totem');
  const place = testPlace();
  const { x: publicKey } = ensureDeviceKey(place.dataDir);
  await registerDeviceKey(cloud.cloud.db, { tenantId, equipmentId: one.equipmentId, publicKey });
  const idOf = async (from: string) =>
    (await sql(cloud.urls.superuser, `SELECT id FROM ${from} LIMIT 1`))[0]?.id as never;
  const { catalogue } = place;
  return {
    ...place,
    world: { ...place.world, env: systemEnv, timers: systemTimers, advance: () => {} },
    device: { tenantId, siteId, equipmentId: one.equipmentId, lane: one.lane },
    catalogue: {
      ...catalogue,
      service: { ...catalogue.service, id: await idOf(`service WHERE prefix = 'A'`) },
      priorityClass: { ...catalogue.priorityClass, id: await idOf('priority_class WHERE tier = 0') },
    },
  };
}

type Totem = ReturnType<typeof openTotem>;

/** Runs the totem against a cloud while something is done, until everything is there. @param isHeard that it has heard of what the cloud lacks. */
async function whileLinked(
  place: TestPlace,
  cloudUrl: string,
  work: (parts: Totem) => void,
  isHeard: (parts: Totem) => Promise<void> = async () => {},
): Promise<void> {
  const parts = openTotem(place, { cloudUrl });
  parts.store.onCommit(() => parts.outbox.wake());
  parts.replica.start();
  await until(() => parts.replica.behind().length === 0, parts.replica.onChange);
  const heard = isHeard(parts);
  parts.outbox.start();
  work(parts);
  await heard;
  await until(() => parts.outbox.status().pending === 0, parts.store.onCommit, parts.outbox.onChange);
  parts.replica.stop();
  await parts.outbox.stop();
  await parts.journal.stop();
  parts.store.close();
}

/** Resolves when the totem has learned that the cloud has less than it had acknowledged. */
const isToldOfLoss = ({ store }: Totem) =>
  until(
    () => store.read((db) => db.all('SELECT 1 FROM origin_state WHERE acked < seq')).length > 0,
    store.onCommit,
  );

const entries = (url: string) =>
  sql(
    url,
    `SELECT origin, seq, hash FROM audit_log WHERE origin IN (SELECT id FROM origin WHERE equipment_id IS NOT NULL) ORDER BY origin, seq`,
  );
const issueSome = (place: TestPlace, ids: string[], name?: string) => (parts: Totem) => {
  for (let one = 0; one < TICKETS / 2; one += 1)
    ids.push(issueOne(parts, place, name === undefined ? {} : { customer: { name } }).id);
};

test(
  'a cloud that is restored from before has everything again that its totems hold, and nobody who was erased',
  async () => {
    const cloud = await testCloud({ signingKey });
    const { superuser } = cloud.urls;
    const name = `totem_drill_${newId(systemEnv).replaceAll('-', '').slice(-8)}`;
    const restoredUrl = urlOfDatabase(superuser, name);
    const place = await placeIn(cloud);
    try {
      const ids: string[] = [];
      await whileLinked(place, cloud.url, issueSome(place, ids, CANARY));
      await run(backupCommand, [], superuser);
      await whileLinked(place, cloud.url, issueSome(place, ids, CANARY));
      const token = await cloud.signIn('admin');
      const erased = await fetch(`${cloud.url}/v1/privacy/erase`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ by: 'name', value: CANARY, reason: 'asked' }),
      });
      expect(erased.status).toBe(200);
      await run(backupCommand, ['--erasures'], superuser);
      const before = await entries(superuser);
      const began = performance.now();
      await run(restoreCommand, ['into', restoredUrl], superuser);
      const restoreSeconds = (performance.now() - began) / 1_000;
      const atRestore = await entries(restoredUrl);
      expect(atRestore.length).toBeLessThan(before.length);

      const on = (url: string) => urlOfDatabase(url, name);
      const { owner, api, tailer } = cloud.urls;
      const database = { superuser: restoredUrl, owner: on(owner), api: on(api), tailer: on(tailer) };
      const again = await testCloud({ signingKey, database });
      try {
        await whileLinked(place, again.url, () => {}, isToldOfLoss);
        expect(await entries(restoredUrl)).toEqual(before);
        const [held] = await sql(restoredUrl, 'SELECT count(*)::int AS n FROM ticket');
        expect(held?.n).toBe(ids.length);
        expect(
          await sql(restoredUrl, `SELECT 1 FROM entry_private WHERE data::text LIKE '%Canária%'`),
        ).toEqual([]);
        expect(await sql(restoredUrl, 'SELECT kind FROM conflict')).toEqual([]);
      } finally {
        await again.cloud.close();
      }
      recordProof(NAME, {
        lost_with_the_cloud_count: before.length - atRestore.length,
        back_from_totems_count: before.length - atRestore.length,
        restore_seconds: Math.round(restoreSeconds * 10) / 10,
      });
    } finally {
      place.remove();
      rmSync(folder, { recursive: true });
      await sql(urlOfDatabase(superuser, 'postgres'), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await cloud.close();
    }
  },
  TIMEOUT_MS,
);
