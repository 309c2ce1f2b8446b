/** The service manager hears that a process is ready and alive, and silence when it is not; by a real program that plays its own. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { virtualWorld } from '@totem/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLog } from './log.ts';
import { notifyService } from './service-notify.ts';

const log = createLog('test', { level: 'silent' });
let folder: string;
let program: string;
const said = (): string[] => readFileSync(join(folder, 'said'), 'utf8').trim().split('\n');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'totem-notify-'));
  program = join(folder, 'systemd-notify');
  writeFileSync(join(folder, 'said'), '');
  writeFileSync(program, `#!/bin/sh\necho "$1 $NOTIFY_SOCKET" >> '${folder}/said'\n`);
  chmodSync(program, 0o700);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Resolves when so many words were said. */
const words = (count: number) =>
  new Promise<void>((resolve) => {
    const watcher = watch(join(folder, 'said'), look);
    function look(): void {
      if (said().filter((line) => line !== '').length < count) return;
      watcher.close();
      resolve();
    }
    look();
  });

it('says that it is ready, then that it is alive, at half of the limit, for as long as its loop turns', async () => {
  const { timers, advance } = virtualWorld();
  const environment = { ...process.env, NOTIFY_SOCKET: '/run/notify', WATCHDOG_USEC: '20000000' };
  const stop = notifyService({ timers, log, environment, program });
  await words(1);
  advance(10_000);
  await words(2);
  advance(10_000);
  await words(3);
  expect(said()).toEqual(['READY=1 /run/notify', 'WATCHDOG=1 /run/notify', 'WATCHDOG=1 /run/notify']);
  stop();
});

it('says nothing without a manager', () => {
  const { timers, advance } = virtualWorld();
  notifyService({ timers, log, environment: {}, program })();
  advance(60_000);
  expect(said()).toEqual(['']);
});
