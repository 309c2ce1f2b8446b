/**
 * A device that replaces its own key, with real files, sockets and PostgreSQL: killed between any two steps it can still sign in and
 * goes on; both keys count for a while, and neither when the device is revoked.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { registerDeviceKey } from '@totem/cloud';
import { ensureDeviceKey } from '@totem/edge';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestCloud, testCloud } from './postgres.ts';

/** Run by its path, as a process. */
const CHILD = fileURLToPath(new URL('../edge/identity/testing/rotating-totem.ts', import.meta.url));
const POINTS = ['begun', 'told', 'promoted'] as const;

interface Said {
  readonly key: string;
  readonly hasSuccessor: boolean;
  readonly refused: string | null;
}

let cloud: TestCloud;
let look: pg.Client;
let folder: string;
let device: Readonly<Record<'tenantId' | 'siteId' | 'equipmentId' | 'lane', string>>;
let first: string;
let turn = 0;
const folders: string[] = [];

beforeAll(async () => {
  cloud = await testCloud();
  look = new pg.Client({ connectionString: cloud.urls.superuser });
  await look.connect();
});
afterAll(async () => {
  await look.end();
  await cloud.close();
  for (const one of folders) rmSync(one, { recursive: true, force: true });
});
beforeEach(async () => {
  const { tenantId, siteId, totems } = cloud.seed;
  const totem = totems[0];
  if (totem === undefined) throw new Error('the demo has a totem');
  const { equipmentId, lane } = totem;
  folder = newFolder();
  first = ensureDeviceKey(folder).x;
  await look.query(
    'UPDATE equipment SET previous_key = NULL, previous_key_until = NULL, deleted_at = NULL WHERE id = $1',
    [equipmentId],
  );
  await registerDeviceKey(cloud.cloud.db, { tenantId, equipmentId, publicKey: first });
  device = { tenantId, siteId, equipmentId, lane };
});

function newFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'totem-key-'));
  folders.push(made);
  return made;
}

/** Runs the totem. @returns what it said, or undefined when it was killed. */
function run(point: (typeof POINTS)[number] | 'sign_in' | null, dataDir = folder): Promise<Said | undefined> {
  const order = JSON.stringify({ dataDir, device, cloudUrl: cloud.url, point });
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CHILD, order], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (bytes: Buffer) => {
    text += bytes.toString('utf8');
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (_code, signal) =>
      signal === 'SIGKILL' ? resolve(undefined) : resolve(JSON.parse(text) as Said),
    );
  });
}

/** The disk as it is now, for a look back. */
function copied(): string {
  turn += 1;
  const copy = join(newFolder(), String(turn));
  cpSync(folder, copy, { recursive: true });
  return copy;
}
const known = async () =>
  (await look.query('SELECT public_key, previous_key FROM equipment WHERE id = $1', [device.equipmentId]))
    .rows[0];
const overlapEnds = () =>
  look.query(`UPDATE equipment SET previous_key_until = now() - interval '1 second' WHERE id = $1`, [
    device.equipmentId,
  ]);

describe('a device that replaces its key', () => {
  test('has the new one afterwards, and the former counts for as long as it should', async () => {
    const before = copied();
    const said = await run(null);
    expect(said).toMatchObject({ hasSuccessor: false, refused: null });
    expect(said?.key).not.toBe(first);
    expect(await known()).toEqual({ public_key: said?.key, previous_key: first });
    expect((await run('sign_in'))?.refused).toBeNull();
    expect((await run('sign_in', before))?.refused).toBeNull();
    await overlapEnds();
    expect((await run('sign_in', before))?.refused).toBe('unauthorized');
    expect((await run('sign_in'))?.refused).toBeNull();
    const { rows } = await look.query(
      `SELECT data FROM audit_log WHERE action = 'DEVICE_KEY_REPLACED' AND entity_id = $1`,
      [device.equipmentId],
    );
    expect(JSON.stringify(rows)).not.toContain(first);
  });

  test.each(POINTS)('I-EDG-23: killed when it is %s, can sign in, and goes on', async (point) => {
    expect(await run(point)).toBeUndefined();
    expect((await run('sign_in'))?.refused).toBeNull();
    const said = await run(null);
    expect(said).toMatchObject({ hasSuccessor: false, refused: null });
    expect((await known())?.public_key).toBe(said?.key);
    expect((await run('sign_in'))?.refused).toBeNull();
  });

  test('I-EDG-23: killed after the cloud was told, and switched on when the former counts no more, signs in with the new one', async () => {
    expect(await run('told')).toBeUndefined();
    await overlapEnds();
    const said = await run('sign_in');
    expect(said).toMatchObject({ hasSuccessor: false, refused: null });
    expect((await known())?.public_key).toBe(said?.key);
  });

  test('that is revoked signs in with neither', async () => {
    const before = copied();
    await run(null);
    await look.query('UPDATE equipment SET deleted_at = now() WHERE id = $1', [device.equipmentId]);
    for (const disk of [folder, before]) expect((await run('sign_in', disk))?.refused).toBe('unauthorized');
  });

  test('from a disk of before says that its key is not the one of now, and forgets the successor', async () => {
    const before = copied();
    await run(null);
    expect(await run(null, before)).toMatchObject({ refused: 'device_key_not_current', hasSuccessor: false });
  });
});
