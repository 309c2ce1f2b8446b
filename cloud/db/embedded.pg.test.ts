/** The PostgreSQL that runs beside the process: it finds its data again, is one process's, and dies with it. */
import { execFileSync, fork } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemEnv, systemTimers } from '@totem/host';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmbeddedPostgres } from './embedded.ts';
import { reachableBinaries, serverUser } from './embedded-binaries.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'totem-embedded-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const start = (folder = dataDir, durable = false) =>
  startEmbeddedPostgres({ dataDir: folder, env: systemEnv, timers: systemTimers, durable });

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('a second start finds what the first has written, durably and with the same passwords', async () => {
  const first = await start(dataDir, true);
  await query(first.urls.owner, 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)');
  const password = new URL(first.urls.api).password;
  await first.stop();
  const second = await start(dataDir, true);
  expect(await query(second.urls.owner, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  expect(new URL(second.urls.api).password).toBe(password);
  expect(await query(second.urls.superuser, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
  expect(await query(second.urls.superuser, 'SHOW listen_addresses')).toEqual([
    { listen_addresses: '127.0.0.1' },
  ]);
  await second.stop();
});

test('the owner is no superuser, and nobody gets in without a password', async () => {
  const server = await start();
  expect(
    await query(server.urls.owner, `SELECT rolsuper FROM pg_roles WHERE rolname = current_user`),
  ).toEqual([{ rolsuper: false }]);
  const stranger = new URL(server.urls.api);
  stranger.password = 'guess';
  await expect(query(stranger.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
  await server.stop();
});

test('a process that is killed leaves no server behind, and its data to the next', async () => {
  const child = fork(new URL('../testing/embedded-child.ts', import.meta.url), [dataDir], {
    stdio: 'inherit',
  });
  const url = await new Promise<string>((resolve) =>
    child.once('message', (message) => resolve(String(message))),
  );
  expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await expect(start()).rejects.toThrow('another process runs on this data');
  const guest = await startEmbeddedPostgres({ dataDir, env: systemEnv, timers: systemTimers, join: true });
  expect(guest.urls.owner).toBe(url);
  await guest.stop();
  expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  const died = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await died;
  const next = await start();
  expect(await query(next.urls.owner, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await expect(query(url, 'SELECT 1')).rejects.toThrow();
  await next.stop();
  expect(existsSync(join(dataDir, 'owner.pid'))).toBe(false);
});

test('a lock of a process that is long gone is not obeyed', async () => {
  const server = await start();
  const file = join(dataDir, 'owner.pid');
  const [pid] = readFileSync(file, 'utf8').split(' ');
  expect(Number(pid)).toBe(process.pid);
  await server.stop();
  // The same number, another life.
  writeFileSync(file, `${process.ppid} 00000000-0000-0000-0000-000000000000 1`);
  const again = await start();
  await again.stop();
});

test('a folder that the server cannot reach still keeps its data, and begins anew when it is removed', async (context) => {
  if (process.getuid?.() !== 0) context.skip('only root runs the server as another user');
  const closed = join(dataDir, 'closed');
  mkdirSync(closed);
  chmodSync(closed, 0o700);
  const inside = () => start(join(closed, 'data'));
  const first = await inside();
  await query(first.urls.owner, 'CREATE TABLE kept (n int)');
  await first.stop();
  const cluster = readFileSync(join(closed, 'data', 'cluster-is-at'), 'utf8');
  const second = await inside();
  expect(await query(second.urls.owner, 'SELECT n FROM kept')).toEqual([]);
  await second.stop();
  rmSync(join(closed, 'data'), { recursive: true });
  const third = await inside();
  await expect(query(third.urls.owner, 'SELECT n FROM kept')).rejects.toThrow('does not exist');
  expect(existsSync(cluster)).toBe(false);
  await third.stop();
  const last = readFileSync(join(closed, 'data', 'cluster-is-at'), 'utf8');
  rmSync(last, { recursive: true });
  rmSync(`${last}.home`);
});

test('programs that the server cannot reach are copied to where it can, once', (context) => {
  const user = serverUser();
  if (user === null) return context.skip('only root runs the server as another user');
  const closed = join(dataDir, 'native');
  cpSync(reachableBinaries(null), closed, { recursive: true, verbatimSymlinks: true });
  chmodSync(dataDir, 0o700);
  const copy = reachableBinaries(user, closed);
  expect(copy).not.toBe(closed);
  expect(reachableBinaries(user, closed)).toBe(copy);
  const version = execFileSync(join(copy, 'bin', 'postgres'), ['--version'], { ...user, cwd: '/' });
  expect(version.toString()).toMatch(/PostgreSQL\) 18\./);
  rmSync(copy, { recursive: true });
});
