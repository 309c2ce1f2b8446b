/** The kiosk's launcher with the system's Chromium: it opens this machine's agent, comes back, follows a new key, and can be left. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '@totem/testkit/browser';
import { afterEach, beforeEach, expect, it } from 'vitest';

const LAUNCHER = join(import.meta.dirname, '../../deploy/kiosk/totem-kiosk');
let folder: string;
let server: Server;
let origin: string;
let launcher: ChildProcess | undefined;
/** Keys that pages of the agent have shown, in order. */
let shown: string[];
let onShown: () => void;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'totem-kiosk-'));
  shown = [];
  onShown = () => undefined;
  // The page of an agent: it tells its key back, as the kiosk does with every request.
  server = createServer((request, response) => {
    const told = /^\/told\/(.+)$/.exec(request.url ?? '')?.[1];
    if (told !== undefined) {
      shown.push(told);
      onShown();
    }
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>t</title><script>fetch("/told/"+location.hash.slice(7))</script>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a server has an address');
  origin = `http://127.0.0.1:${address.port}`;
});
afterEach(async () => {
  if (launcher?.exitCode === null) {
    launcher.kill('SIGTERM');
    await once(launcher, 'exit');
  }
  launcher = undefined;
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const say = (url: string): void => writeFileSync(join(folder, 'screen-url'), url);
const launch = (): ChildProcess => {
  const started = spawn(LAUNCHER, [], {
    stdio: 'ignore',
    env: {
      ...process.env,
      TOTEM_DATA_DIR: folder,
      RUNTIME_DIRECTORY: folder,
      TOTEM_CHROMIUM: findChromium(),
      TOTEM_KIOSK_FLAGS: '--headless=new --no-sandbox --disable-gpu --remote-debugging-port=0',
      TOTEM_KIOSK_POLL_SECONDS: '0.1',
    },
  });
  launcher = started;
  return started;
};
const keysShown = (count: number): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (shown.length >= count) resolve();
    };
    onShown = look;
    look();
  });

it('opens the agent’s screen, again when the agent has another key, and keeps the key out of the list of processes', async (context) => {
  if (findChromium() === undefined) return context.skip('no Chromium on this machine');
  say(`${origin}/#token=one`);
  const { pid } = launch();
  await keysShown(1);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  for (const child of children)
    expect(readFileSync(`/proc/${child}/cmdline`, 'utf8')).not.toContain('token=');
  say(`${origin}/#token=two`);
  await keysShown(2);
  expect(shown).toEqual(['one', 'two']);
});

it('comes back when the browser is gone', async (context) => {
  if (findChromium() === undefined) return context.skip('no Chromium on this machine');
  say(`${origin}/#token=one`);
  const { pid } = launch();
  await keysShown(1);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  const browser = children.find((child) => /--kiosk/.test(readFileSync(`/proc/${child}/cmdline`, 'utf8')));
  if (browser === undefined) throw new Error('the launcher has a browser');
  process.kill(browser, 'SIGKILL');
  await keysShown(2);
  expect(shown).toEqual(['one', 'one']);
});

it.each(['https://example.com/#token=one', 'http://127.0.0.1:80/#token=one"><script>', 'file:///etc/passwd'])(
  'does not open %s',
  async (address) => {
    const started = spawn('bash', [
      '-c',
      `source <(sed -n '/^write_page()/,/^}/p' "$0"); page=$1; write_page "$2"`,
      LAUNCHER,
      join(folder, 'open.html'),
      address,
    ]);
    expect((await once(started, 'exit'))[0]).toBe(1);
    expect(existsSync(join(folder, 'open.html'))).toBe(false);
  },
);

it('ends well when a technician leaves the kiosk, and takes the browser with it', async (context) => {
  if (findChromium() === undefined) return context.skip('no Chromium on this machine');
  say(`${origin}/#token=one`);
  const started = launch();
  await keysShown(1);
  const ended = once(started, 'exit');
  writeFileSync(join(folder, 'leave-kiosk'), '');
  expect((await ended)[0]).toBe(0);
  expect(existsSync(join(folder, 'leave-kiosk'))).toBe(false);
});
