/** `npm run backup` and `npm run restore` as they are typed: lines, exit codes, figures for alerts, and no secret in any of them. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newSigningKey } from '@totem/cloud';
import { createSealer, folderPlace, keepErasures, newBackupKeys, urlOfDatabase } from '@totem/cloud/backup';
import { systemEnv } from '@totem/host';
import { hasOldest } from '@totem/testkit/oldest';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { backupCommand, restoreCommand } from './run.ts';

const isHere = hasOldest();
const folder = mkdtempSync(join(tmpdir(), 'totem-backup-command-'));
const COMMANDS = { backup: backupCommand, restore: restoreCommand } as const;
const metricsFile = join(folder, 'totem.prom');
const DAY_MS = 86_400_000;
const keys = newBackupKeys(systemEnv);
const signingKey = newSigningKey();
let cloud: TestCloud;

beforeAll(async () => {
  if (!isHere) return;
  cloud = await testCloud({ signingKey });
  await cloud.signIn('admin');
});
beforeEach((context) => {
  if (!isHere) context.skip('PostgreSQL 15 with its tools is not installed');
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await cloud?.close();
});

interface Said {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

const environment = (over: NodeJS.ProcessEnv = {}) => ({
  PATH: process.env.PATH,
  DATABASE_BACKUP_URL: cloud.urls.superuser,
  BACKUP_SCRATCH_URL: cloud.urls.superuser,
  BACKUP_DIR: join(folder, 'kept'),
  BACKUP_KEYS: JSON.stringify(keys),
  BACKUP_METRICS_FILE: metricsFile,
  SIGNING_KEY: JSON.stringify(signingKey),
  ...over,
});

function kept(said: Said): Said {
  for (const secret of [keys.first ?? '?', new URL(cloud.urls.superuser).password])
    expect(`${said.out}${said.error}`).not.toContain(secret);
  return said;
}

/** What one of the programs says, and its exit code. */
async function run(
  program: keyof typeof COMMANDS,
  words: readonly string[] = [],
  over?: NodeJS.ProcessEnv,
): Promise<Said> {
  const said: string[] = [];
  const complaints: string[] = [];
  const code = await COMMANDS[program](words, {
    environment: environment(over),
    say: (line) => void said.push(line),
    complain: (line) => void complaints.push(line),
  });
  return kept({ code, out: said.join('\n'), error: complaints.join('\n') });
}

/** The program itself, run to its end. */
function typed(program: string, words: readonly string[]): Promise<Said> {
  const file = join(import.meta.dirname, '..', program);
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [file, ...words], { env: environment() }, (_, out, error) =>
      resolve(kept({ code: child.exitCode ?? -1, out, error })),
    );
  });
}

async function sql(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: urlOfDatabase(cloud.urls.superuser, 'postgres') });
  await client.connect();
  await client.query(text);
  await client.end();
}

test('a backup is made, listed, rehearsed and restored, and figures say when', async () => {
  const made = await run('backup');
  expect([made.error, made.code]).toEqual(['', 0]);
  expect(made.out).toMatch(/^0 erasures are kept in \S+kept$/m);
  expect(made.out).toMatch(/^totem-\S+: \d+ bytes, \d+ rows, restored and the same in [\d.]+ s$/m);
  expect(made.out).toMatch(/^2 ledgers, \d+ entries, 0 faults$/m);
  const figures = readFileSync(metricsFile, 'utf8');
  expect(figures).toMatch(/^totem_backup_run_ok 1$/m);
  const verifiedAt = Number(/^totem_backup_verified_timestamp_seconds (.+)$/m.exec(figures)?.[1]);
  expect(Math.abs(verifiedAt - systemEnv.now() / 1_000)).toBeLessThan(3_600);

  const listed = await typed('restore.ts', ['list']);
  expect([listed.code, listed.error]).toEqual([0, '']);
  expect(listed.out).toMatch(/^totem-\S+ {2}\d+ bytes {2}counts$/m);
  const rehearsed = await run('restore', ['rehearse']);
  expect([rehearsed.error, rehearsed.code]).toEqual(['', 0]);
  expect(rehearsed.out).toMatch(/\d+ rows, the same as when it was dumped/);
  const url = urlOfDatabase(cloud.urls.superuser, 'totem_by_command');
  try {
    const restored = await run('restore', ['into', url]);
    expect([restored.error, restored.code]).toEqual(['', 0]);
    expect(restored.out).toMatch(/^0 of 0 erasures were done again, by the list of 20/m);
    expect(restored.out).not.toMatch(/LOOK/);
    const again = await run('restore', ['into', url]);
    expect([again.code, again.error]).toEqual([
      1,
      expect.stringMatching(/^FAILED target: database totem_by_command is not empty/),
    ]);
  } finally {
    await sql('DROP DATABASE IF EXISTS totem_by_command WITH (FORCE)');
  }

  // A run that fails says so in its figures, and does not take back when the last good one was.
  const failed = await run('backup', [], { BACKUP_PG_BIN: folder });
  expect([failed.code, failed.error]).toEqual([
    1,
    expect.stringMatching(/^FAILED tool: the server is PostgreSQL 15/),
  ]);
  const later = readFileSync(metricsFile, 'utf8');
  expect(later).toMatch(/^totem_backup_run_ok 0$/m);
  expect(later).toContain(`totem_backup_verified_timestamp_seconds ${verifiedAt}`);
});

test('a bucket that does not answer fails the run, but neither the dump nor the list on this machine', async () => {
  const at = join(folder, 'no-bucket');
  const file = join(folder, 'no-bucket.prom');
  const over = {
    BACKUP_DIR: at,
    BACKUP_METRICS_FILE: file,
    BACKUP_S3_BUCKET: 'b',
    // Nobody listens at the first of all ports.
    BACKUP_S3_ENDPOINT: 'http://127.0.0.1:1',
    BACKUP_S3_KEY_ID: 'k',
    BACKUP_S3_SECRET: 's',
  };
  const VERIFIED = /^totem_backup_verified_timestamp_seconds \d/m;
  const made = await run('backup', [], over);
  expect([made.code, made.error]).toEqual([
    1,
    expect.stringMatching(/^FAILED erasures: .*ECONNREFUSED.*\nFAILED .*ECONNREFUSED/),
  ]);
  expect(existsSync(join(at, 'erasures.list'))).toBe(true);
  const listed = await run('restore', ['list'], over);
  expect(listed.out).toMatch(/^totem-\S+ {2}\d+ bytes {2}counts$/m);
  const figures = readFileSync(file, 'utf8');
  expect(figures).toMatch(/^totem_backup_run_ok 0$/m);
  expect(figures).toMatch(VERIFIED);

  rmSync(file);
  const list = await run('backup', ['--erasures'], over);
  expect([list.code, list.error]).toEqual([1, expect.stringMatching(/^FAILED erasures: /)]);
  const after = readFileSync(file, 'utf8');
  expect(after).toMatch(/^totem_backup_run_ok 0$/m);
  expect(after).toMatch(VERIFIED);
});

test('a dump that is older than the list of erasures reaches is told after its restore', async () => {
  const at = join(folder, 'old');
  const over = { BACKUP_DIR: at };
  expect((await run('backup', [], over)).code).toBe(0);
  const later = { ...systemEnv, now: () => systemEnv.now() + 63 * DAY_MS };
  const parts = { env: later, sealer: createSealer(keys, systemEnv), places: [folderPlace(at)] };
  await keepErasures(parts, cloud.urls.superuser);
  try {
    const url = urlOfDatabase(cloud.urls.superuser, 'totem_of_long_ago');
    const { out, error, code } = await run('restore', ['into', url], over);
    expect([error, code]).toEqual(['', 0]);
    expect(out).toMatch(/^LOOK the dump is older than the list reaches/m);
  } finally {
    await sql('DROP DATABASE IF EXISTS totem_of_long_ago WITH (FORCE)');
  }
});

test('the list of erasures alone is quick, and is a file of its own', async () => {
  const at = join(folder, 'erasures');
  const { code } = await run('backup', ['--erasures'], { BACKUP_DIR: at });
  expect([code, existsSync(join(at, 'erasures.list'))]).toEqual([0, true]);
});

test('what cannot be asked is told with how to ask', async () => {
  const cases = [
    await run('backup', ['--everything']),
    await run('backup', [], { BACKUP_KEYS: '{}' }),
    await run('restore', []),
    await run('restore', ['rehearse', '--from', 's3']),
    await run('restore', ['rehearse', '--from', 'tape']),
    await run('backup', [], { BACKUP_S3_BUCKET: 'b', BACKUP_S3_KEY_ID: 'k' }),
    await run('backup', [], { BACKUP_DAYS: '61' }),
    await run('backup', [], { BACKUP_S3_DAYS: '61' }),
  ];
  for (const { code, error } of cases)
    expect([code, error]).toEqual([2, expect.stringContaining('BACKUP_DIR')]);
  expect(cases.at(-1)?.error).toMatch(/BACKUP_S3_DAYS: at most 60: the list of erasures reaches no further/);
});

test('a folder that cannot be written fails the backup and says why', async () => {
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  const { code, error } = await run('backup', [], { BACKUP_DIR: file });
  expect([code, error]).toEqual([1, expect.stringMatching(/^FAILED .*(EEXIST|ENOTDIR)/)]);
});
