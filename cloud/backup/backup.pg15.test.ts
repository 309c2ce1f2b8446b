/**
 * Backups over a real PostgreSQL with its real tools: what counts was restored and was the same, and whatever goes wrong with
 * a tool or a file on the way has a name and leaves nothing that counts.
 */
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemEnv } from '@totem/host';
import { hasOldest } from '@totem/testkit/oldest';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BackupWorld, backupWorld, faultOf } from '../testing/backup-world.ts';
import { BUCKET_CREDENTIALS, BUCKET_REGION, type FakeBucket, fakeBucket } from '../testing/fake-bucket.ts';
import { type BackupReport, backUp } from './back-up.ts';
import { bucketPlace } from './bucket-place.ts';
import { censusOf, differences } from './census.ts';
import { urlOfDatabase } from './database-copy.ts';
import { dumpFile, keptBackups, manifestFile, readBackupManifest } from './manifest.ts';
import { folderPlace } from './place.ts';
import { rehearse, restoreInto } from './restore.ts';
import { createSealer, newBackupKeys } from './sealed-stream.ts';

const isHere = hasOldest();
let world: BackupWorld;
let first: BackupReport;

beforeAll(async () => {
  if (!isHere) return;
  world = await backupWorld();
  first = await backUp(world.parts);
});
beforeEach((context) => {
  if (!isHere) context.skip('PostgreSQL 15 with its tools is not installed');
});
afterAll(() => world?.close());

async function* oneMegabyte() {
  yield Buffer.alloc(1_000_000, 1);
}

const counting = async () => (await keptBackups(world.local)).filter(({ hasManifest }) => hasManifest);
const parts = () => ({ ...world.parts, place: world.local });
/** Other tests restore on the same server at the same time. */
const scratches = () =>
  world.sql(`SELECT datname FROM pg_database WHERE datname ~ '^totem_scratch_[0-9]+_${world.mark}'`);

describe('a backup that counts', () => {
  test('was restored, has every row of every tenant, and its ledgers are whole', async () => {
    const { manifest, rows } = first;
    expect(manifest.ledgers).toMatchObject({ tenants: 2, faults: 0 });
    expect(manifest.ledgers.entries).toBeGreaterThan(40);
    expect(manifest.tool).toMatch(/^15\./);
    const [here] = await world.sql(`SELECT count(*)::int AS entries FROM audit_log`);
    const ledger = Object.values(manifest.census.tables['public.audit_log'] ?? {});
    expect(ledger.reduce((sum, { rows: of }) => sum + Number(of), 0)).toBe(here?.entries);
    expect(rows).toBeGreaterThan(manifest.ledgers.entries);
    expect(await scratches()).toEqual([]);
  });

  test('says in none of its files whom it is about', async () => {
    for (const { name } of await world.local.list()) {
      const bytes = readFileSync(join(world.local.label, name));
      expect(bytes.length).toBeGreaterThan(100);
      expect(bytes.includes('Maria')).toBe(false);
      expect(bytes.includes(world.ledger.tenantId)).toBe(false);
    }
  });

  test('becomes a database that is the same to the last definition, once, and never over another', async () => {
    const url = urlOfDatabase(world.parts.scratchUrl, 'totem_restored');
    try {
      const report = await restoreInto(parts(), url, first.manifest.name);
      expect(report.ledgers).toEqual(first.manifest.ledgers);
      expect(differences(first.manifest.census, await censusOf(url))).toEqual([]);
      expect(await faultOf(restoreInto(parts(), url, first.manifest.name))).toBe('target');
    } finally {
      await world.sql('DROP DATABASE IF EXISTS totem_restored WITH (FORCE)');
    }
  });

  test('is in nobody’s way: what others restore at the moment stays, what a killed one left long ago goes', async () => {
    // In another century, where nobody else takes them for left behind.
    const now = Date.UTC(2100, 0, 1);
    const nameOf = (secondsAgo: number, end: string) =>
      `totem_scratch_${now / 1_000 - secondsAgo}_${world.mark}${end}`;
    const [recent, old, used] = [nameOf(60, 'aa'), nameOf(7_200, 'bb'), nameOf(7_200, 'cc')];
    for (const name of [recent, old, used]) await world.sql(`CREATE DATABASE ${name}`);
    const somebody = new pg.Client({ connectionString: urlOfDatabase(world.parts.scratchUrl, used) });
    await somebody.connect();
    try {
      await rehearse({ ...parts(), env: { ...world.parts.env, now: () => now } }, world.parts.scratchUrl);
      expect((await scratches()).map(({ datname }) => datname).toSorted()).toEqual([recent, used].toSorted());
    } finally {
      await somebody.end();
      for (const name of [recent, old, used]) await world.sql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    }
  });

  test('has what was written before it, and not what is written while it is made', async () => {
    const slow = world.tools(
      'slow',
      `"$REAL/psql" "$PGDATABASE" -qc "UPDATE tenant SET name = name || '!'" && exec "$REAL/pg_dump" "$@"`,
    );
    const before = await world.sql('SELECT name FROM tenant ORDER BY id');
    // The tool itself writes first, as somebody who may: what it then dumps is the state before.
    await world.sql('ALTER ROLE totem_backup SUPERUSER');
    try {
      const { manifest } = await backUp({ ...world.parts, tools: slow });
      const url = urlOfDatabase(world.parts.scratchUrl, 'totem_restored');
      await restoreInto(parts(), url, manifest.name);
      expect(await world.sql('SELECT name FROM tenant ORDER BY id', url)).toEqual(before);
      expect(await world.sql('SELECT name FROM tenant ORDER BY id')).not.toEqual(before);
    } finally {
      await world.sql('DROP DATABASE IF EXISTS totem_restored WITH (FORCE)');
      await world.sql('ALTER ROLE totem_backup NOSUPERUSER');
    }
  });
});

describe('a tool that fails, loudly or not', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['ends in the middle with an error', 'dump', '"$REAL/pg_dump" "$@" | head -c 20000; exit 3'],
    ['ends in the middle and says nothing', 'restore', '"$REAL/pg_dump" "$@" | head -c 20000; exit 0'],
    ['writes nothing and says nothing', 'restore', 'exit 0'],
    ['leaves the grants out', 'differs', 'exec "$REAL/pg_dump" "$@" --no-privileges'],
    [
      'leaves the policies and triggers out',
      'differs',
      'exec "$REAL/pg_dump" "$@" --section=pre-data --section=data',
    ],
  ];
  test.each(cases)('%s: %s', async (name, fault, lines) => {
    const before = await world.local.list();
    const tools = world.tools(name.replaceAll(' ', '-'), lines);
    expect(await faultOf(backUp({ ...world.parts, tools }))).toBe(fault);
    expect(await world.local.list()).toEqual(before);
    expect(await scratches()).toEqual([]);
  });

  test('restores without owners: differs', async () => {
    const tools = world.tools(
      'owners',
      'exec "$REAL/pg_dump" "$@"',
      'exec "$REAL/pg_restore" "$@" --no-owner',
    );
    expect(await faultOf(backUp({ ...world.parts, tools }))).toBe('differs');
  });

  test('is older than the server: nothing begins, and the message says what is needed', async () => {
    const tools = world.tools('old', '');
    for (const tool of ['pg_dump', 'pg_restore'])
      writeFileSync(join(tools, tool), `#!/bin/sh\necho "${tool} (PostgreSQL) 14.9 (Debian 14.9-1)"\n`);
    await expect(backUp({ ...world.parts, tools })).rejects.toThrow(
      /needs a pg_dump and a pg_restore of 15 or later; .* has 14\.9/,
    );
    expect(await faultOf(backUp({ ...world.parts, tools: join(world.folder, 'nowhere') }))).toBe('tool');
  });

  test('is given a role that does not see every row: it fails, and leaves none out', async () => {
    const asOwner = { ...world.parts, databaseUrl: world.ledger.cloud.urls.owner };
    await expect(backUp(asOwner)).rejects.toThrow(/row-level security/);
  });

  test('what differs is said, table by table', async () => {
    const tools = world.tools('says', 'exec "$REAL/pg_dump" "$@" --exclude-table-data=entry_private');
    await expect(backUp({ ...world.parts, tools })).rejects.toMatchObject({
      details: [expect.stringMatching(/^table public\.entry_private, tenant \S+: \d+ rows became 0$/)],
    });
  });
});

describe('a kept file that is not what it was', () => {
  /** Does something to a copy of the first backup's dump, and rehearses it. */
  async function damaged(damage: (file: string) => void, sealer = world.sealer): Promise<string> {
    const at = join(world.folder, 'damaged');
    const copy = folderPlace(at);
    const { name } = first.manifest;
    for (const file of [dumpFile(name), manifestFile(name)])
      await copy.put(file, await world.local.open(file));
    damage(join(at, dumpFile(name)));
    return faultOf(rehearse({ ...parts(), place: copy, sealer }, world.parts.scratchUrl, name));
  }
  const changed = (file: string, change: (bytes: Buffer) => Buffer) =>
    writeFileSync(file, change(readFileSync(file)));

  const cases: readonly (readonly [string, string, (file: string) => void])[] = [
    ['has no bytes', 'empty', (file) => truncateSync(file, 0)],
    ['was cut in half', 'altered', (file) => truncateSync(file, Math.floor(readFileSync(file).length / 2))],
    [
      'has one bit that is another',
      'altered',
      (file) =>
        changed(file, (bytes) => {
          bytes[20_000] = (bytes[20_000] ?? 0) ^ 4;
          return bytes;
        }),
    ],
    [
      'is of another format',
      'version',
      (file) =>
        changed(file, (bytes) => {
          bytes[11] = 2;
          return bytes;
        }),
    ],
  ];
  test.each(cases)('%s: %s', async (_, fault, damage) => {
    expect(await damaged(damage)).toBe(fault);
    expect(await scratches()).toEqual([]);
  });

  test('is another backup, whole and ours, under this name', async () => {
    const manifest = await readBackupManifest(world.local, world.sealer);
    expect(manifest.sha256).not.toBe(first.manifest.sha256);
    const other = join(world.local.label, dumpFile(manifest.name));
    expect(['altered', 'differs']).toContain(
      await damaged((file) => writeFileSync(file, readFileSync(other))),
    );
  });

  test('is opened with another key', async () => {
    const stranger = createSealer(newBackupKeys(systemEnv, 'other'), systemEnv);
    expect(await damaged(() => {}, stranger)).toBe('unknown_key');
  });

  test('is a dump without a manifest, which does not count, and a name that is not there', async () => {
    const at = folderPlace(join(world.folder, 'half'));
    await at.put(dumpFile(first.manifest.name), await world.local.open(dumpFile(first.manifest.name)));
    expect(await faultOf(rehearse({ ...parts(), place: at }, world.parts.scratchUrl))).toBe('missing');
    expect(await faultOf(rehearse(parts(), world.parts.scratchUrl, 'totem-20200101T000000000Z'))).toBe(
      'missing',
    );
  });
});

describe('a ledger that was tampered with before the dump', () => {
  test('is dumped as it is, is said, and lets nothing be removed', async () => {
    const place = `tenant_id = '${world.ledger.tenantId}' AND position = 3`;
    const edit = (data: string) =>
      world.sql(
        `SET session_replication_role = 'replica'; UPDATE audit_log SET data = ${data} WHERE ${place}`,
      );
    await edit(`data || '{"innocent": true}'`);
    try {
      const report = await backUp({ ...world.parts, localDays: 0 });
      expect(report.manifest.ledgers.faults).toBe(1);
      expect(report.suspicions).toEqual([expect.stringContaining('1 faults in the ledgers')]);
      expect(report.removed).toEqual([]);
    } finally {
      await edit(`data - 'innocent'`);
    }
  });
});

describe('a bucket elsewhere', () => {
  let bucket: FakeBucket;
  beforeAll(async () => {
    bucket = await fakeBucket('backups');
  });
  afterAll(() => bucket?.close());
  const remote = (secretAccessKey: string = BUCKET_CREDENTIALS.secretAccessKey) =>
    bucketPlace({
      endpoint: bucket.endpoint,
      region: BUCKET_REGION,
      bucket: 'backups',
      prefix: 'totem/',
      credentials: { ...BUCKET_CREDENTIALS, secretAccessKey },
    });

  test('has the same files, also after requests that were hung up on, and a restore from it is the same', async () => {
    const place = remote();
    bucket.hangUp('PUT', 2);
    const { manifest } = await backUp({ ...world.parts, remote: { place, days: 30 } });
    expect((await keptBackups(place)).map(({ name }) => name)).toEqual([manifest.name]);
    expect((await rehearse({ ...parts(), place }, world.parts.scratchUrl)).manifest).toEqual(manifest);
    expect(bucket.refused).toEqual([]);
    place.close();
  });

  test('keeps less than it was sent: that is noticed', async () => {
    const place = remote();
    bucket.loseBytes(true);
    expect(await faultOf(place.put('less', oneMegabyte()))).toBe('copy');
    bucket.loseBytes(false);
    place.close();
  });

  test('refuses whoever signs with another secret', async () => {
    const place = remote('another');
    await expect(backUp({ ...world.parts, remote: { place, days: 30 } })).rejects.toThrow(
      'another signature',
    );
    place.close();
  });

  test('takes a file of many parts, lists many names, and says what is not there', async () => {
    const place = remote();
    async function* large() {
      for (let part = 0; part < 40; part += 1) yield Buffer.alloc(1024 * 1024, part);
    }
    await place.put('large', large());
    expect(bucket.objects.get('totem/large')?.length).toBe(40 * 1024 * 1024);
    expect((await place.list()).length).toBeGreaterThan(2);
    expect(await faultOf(place.open('nothing'))).toBe('missing');
    await place.remove('large');
    expect(bucket.objects.has('totem/large')).toBe(false);
    place.close();
  });
});

test('the newest that counts is read by default', async () => {
  const newest = (await counting()).at(-1);
  expect((await readBackupManifest(world.local, world.sealer)).name).toBe(newest?.name);
});
