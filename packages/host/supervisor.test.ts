/** systemd's own program on a real socket of the system: it is told that a service serves, lives and stops. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'vitest';
import { createLifecycle } from './lifecycle.ts';
import { createLog } from './log.ts';
import { tellSupervisor } from './supervisor.ts';

const log = createLog('test', { level: 'silent' });

test('a service says that it is ready, then that it lives, and at last that it stops', async (context) => {
  if (!existsSync('/usr/bin/systemd-notify') || !existsSync('/usr/bin/socat'))
    context.skip('systemd-notify and socat are not both installed');
  const folder = mkdtempSync(join(tmpdir(), 'totem-notify-'));
  const socket = join(folder, 'socket');
  const listening = spawn('socat', ['-d', '-d', '-u', `UNIX-RECV:${socket}`, '-']);
  const heard: string[] = [];
  const waiting: { word: string; resolve: () => void }[] = [];
  listening.stdout.setEncoding('utf8').on('data', (text: string) => {
    heard.push(text);
    for (const { word, resolve } of waiting) if (heard.join('').includes(word)) resolve();
  });
  const hears = (word: string) =>
    new Promise<void>((resolve) => {
      if (heard.join('').includes(word)) resolve();
      else waiting.push({ word, resolve });
    });
  const isOpen = new Promise<void>((resolve) =>
    createInterface(listening.stderr).on(
      'line',
      (line) => void (/starting data transfer/.test(line) && resolve()),
    ),
  );
  await isOpen;
  const lifecycle = createLifecycle(log);
  tellSupervisor(lifecycle, { PATH: process.env.PATH, NOTIFY_SOCKET: socket, WATCHDOG_USEC: '30000' });
  await hears('READY=1');
  await hears('WATCHDOG=1');
  await lifecycle.stop();
  await hears('STOPPING=1');
  listening.kill();
  rmSync(folder, { recursive: true });
});

test('without a supervisor nothing is said and nothing is left to stop', async () => {
  const lifecycle = createLifecycle(log);
  tellSupervisor(lifecycle, { PATH: '/nowhere' });
  await lifecycle.stop();
});
