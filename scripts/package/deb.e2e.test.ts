/**
 * The appliance's package as a technician meets it: installed by Debian's own program into an empty root, run, shown by the
 * system's Chromium, upgraded over a changed setting, refused when it is older, removed. What has not been sent stays.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOTEM_FAULT_POINTS } from '@totem/host';
import { findChromium } from '@totem/testkit/browser';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Architecture } from './agent-bundle.ts';
import { debName, layDebTree, writeControl } from './deb-tree.ts';

const architecture = process.arch as Architecture;
const missing = [
  process.platform === 'linux' && existsSync('/usr/bin/dpkg-deb') ? [] : ['dpkg'],
  process.getuid?.() === 0 ? [] : ['root, as whom dpkg installs'],
].flat();
const isHere = missing.length === 0;

const folder = mkdtempSync(join(tmpdir(), 'totem-deb-test-'));
const root = join(folder, 'root');
const at = (path: string) => join(root, path);
const STATE = 'var/lib/totem/totem.db';

/** Builds a package of a tree. */
function pack(tree: string, version: string): string {
  const file = join(folder, debName({ version, architecture }));
  execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, file], { stdio: 'ignore' });
  return file;
}

/** Debian's package manager on the root of the test alone. Its scripts run outside of it, and are told where it is. */
function dpkg(...words: string[]): { code: number | null; said: string } {
  const options = [
    `--root=${root}`,
    '--force-script-chrootless',
    '--force-depends',
    '--force-confold',
    '--no-triggers',
  ];
  const { status, stdout, stderr } = spawnSync('dpkg', [...options, ...words], {
    encoding: 'utf8',
    input: '',
  });
  return { code: status, said: `${stdout}${stderr}` };
}

const installed = () => /^Version: (.+)$/m.exec(dpkg('--status', 'totem-appliance').said)?.[1];

let older: string;
let first: string;
let newer: string;

beforeAll(async () => {
  if (!isHere) return;
  const tree = join(folder, 'tree');
  mkdirSync(tree);
  await layDebTree({ tree, version: '1.2.0', architecture });
  first = pack(tree, '1.2.0');
  writeFileSync(join(tree, 'usr/lib/totem/only-in-1.3'), '');
  rmSync(join(tree, 'lib/udev/rules.d/60-totem.rules'));
  await writeControl({ tree, version: '1.3.0', architecture });
  newer = pack(tree, '1.3.0');
  const light = join(folder, 'light');
  cpSync(join(tree, 'DEBIAN'), join(light, 'DEBIAN'), { recursive: true });
  cpSync(join(tree, 'etc'), join(light, 'etc'), { recursive: true });
  await writeControl({ tree: light, version: '1.1.0', architecture });
  older = pack(light, '1.1.0');
  for (const path of ['info', 'updates', 'triggers'])
    mkdirSync(at(`var/lib/dpkg/${path}`), { recursive: true });
  for (const path of ['status', 'available']) writeFileSync(at(`var/lib/dpkg/${path}`), '');
  mkdirSync(at('etc'), { recursive: true });
});
beforeEach((context) => {
  if (!isHere) context.skip(`not here: ${missing.join(', ')}`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package of the appliance', () => {
  test('is installed: user, units, rules, settings, and nothing that the world may write', () => {
    expect(dpkg('--install', first)).toMatchObject({ code: 0 });
    expect(installed()).toBe('1.2.0');
    expect(readFileSync(at('etc/passwd'), 'utf8')).toMatch(/^totem:/m);
    for (const path of [
      'lib/systemd/system/totem-agent.service',
      'lib/systemd/system/totem-kiosk.service',
      'lib/udev/rules.d/60-totem.rules',
      'etc/totem/agent.env',
    ])
      expect(existsSync(at(path))).toBe(true);
    const open = execFileSync('find', [at('usr/lib/totem'), '-perm', '/022', '-not', '-type', 'l'], {
      encoding: 'utf8',
    });
    expect(open).toBe('');
    expect(dpkg('--verify', 'totem-appliance')).toEqual({ code: 0, said: '' });
  });

  test('names programs in its units that it brings along, and units that systemd understands', (context) => {
    const units = readdirSync(at('lib/systemd/system')).map((name) => at(`lib/systemd/system/${name}`));
    for (const unit of units) {
      const named = [...readFileSync(unit, 'utf8').matchAll(/[ =]\/(usr\/lib\/totem\/\S+)/g)];
      expect(named.length).toBeGreaterThan(0);
      for (const [, path = ''] of named) expect([path, existsSync(at(path))]).toEqual([path, true]);
    }
    if (!existsSync('/usr/bin/systemd-analyze')) context.skip('systemd-analyze is not installed');
    const { stderr } = spawnSync('systemd-analyze', ['verify', ...units], { encoding: 'utf8' });
    // The programs are in the root of the test, and Chromium's compositor may be on no disk here.
    const complaints = stderr
      .split('\n')
      .filter((line) => line !== '' && !/is not executable: No such file/.test(line));
    expect(complaints).toEqual([]);
  });

  test('keeps an agent of few rights: systemd finds its exposure small', (context) => {
    if (!existsSync('/usr/bin/systemd-analyze')) context.skip('systemd-analyze is not installed');
    const unit = at('lib/systemd/system/totem-agent.service');
    const { stdout } = spawnSync('systemd-analyze', ['security', '--offline=true', '--no-pager', unit], {
      encoding: 'utf8',
    });
    const exposure = Number(/exposure level for totem-agent\.service: ([\d.]+)/.exec(stdout)?.[1]);
    expect(exposure).toBeLessThan(3);
  });

  test('has no place in it at which the simulated world could end it', () => {
    const bundle = readFileSync(at('usr/lib/totem/agent/main.js'), 'utf8');
    expect(bundle).toContain('saveAcked(');
    for (const point of TOTEM_FAULT_POINTS) expect(bundle).not.toContain(point);
  });

  test('runs its own Node with its own drivers, and shows the first screen in a locked browser', async () => {
    const node = at('usr/lib/totem/bin/node');
    const load = `const r = require('node:module').createRequire('${at('usr/lib/totem/agent/main.js')}');
      const D = r('better-sqlite3'); new D(':memory:').close(); r('serialport'); r('usb'); console.log('loaded')`;
    expect(execFileSync(node, ['-e', load], { encoding: 'utf8', cwd: '/' })).toBe('loaded\n');
    const dataDir = join(folder, 'data');
    mkdirSync(dataDir);
    const agent = startAgent(node, dataDir);
    try {
      const { url, token } = await readyOf(agent);
      const page = await fetch(`${url}/`);
      expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<div id="root">')]);
      const screen = readFileSync(join(dataDir, 'screen-url'), 'utf8');
      expect(screen).toBe(`${url}/#token=${token}`);
      await seenIn(dataDir);
    } finally {
      await ended(agent);
    }
  });

  test('is upgraded over a setting that somebody changed, and over what has not been sent', () => {
    writeFileSync(at('etc/totem/agent.env'), 'TOTEM_CLOUD_URL=https://mine.example\n');
    mkdirSync(at('var/lib/totem'), { recursive: true });
    writeFileSync(at(STATE), 'unsent');
    expect(dpkg('--install', newer)).toMatchObject({ code: 0 });
    expect(installed()).toBe('1.3.0');
    expect(readFileSync(at('etc/totem/agent.env'), 'utf8')).toContain('mine.example');
    expect(existsSync(at('usr/lib/totem/only-in-1.3'))).toBe(true);
    expect(existsSync(at('lib/udev/rules.d/60-totem.rules'))).toBe(false);
    expect(readFileSync(at(STATE), 'utf8')).toBe('unsent');
  });

  test('refuses to become older, and stays as it was', () => {
    const { code, said } = dpkg('--install', older);
    expect(code).not.toBe(0);
    expect(said).toContain(
      '1.3.0 is installed, and 1.1.0 is older: its database could not be read. Nothing was changed.',
    );
    expect(installed()).toBe('1.3.0');
    expect(existsSync(at('usr/lib/totem/only-in-1.3'))).toBe(true);
    expect(dpkg('--verify', 'totem-appliance').said).not.toMatch(/missing/);
  });

  test('is removed and purged, and what has not been sent stays', () => {
    expect(dpkg('--remove', 'totem-appliance')).toMatchObject({ code: 0 });
    expect([existsSync(at('usr/lib/totem')), existsSync(at('etc/totem/agent.env'))]).toEqual([false, true]);
    const { code, said } = dpkg('--purge', 'totem-appliance');
    expect([code, said]).toEqual([0, expect.stringContaining('/var/lib/totem is kept')]);
    expect([existsSync(at('etc/totem')), readFileSync(at(STATE), 'utf8')]).toEqual([false, 'unsent']);
  });
});

function startAgent(node: string, dataDir: string): ChildProcess {
  const environment = {
    PATH: process.env.PATH,
    TOTEM_DATA_DIR: dataDir,
    TOTEM_CLOUD_URL: 'https://totem.example',
    TOTEM_SETUP_DIR: at('usr/lib/totem/screens/setup'),
    TOTEM_KIOSK_DIR: at('usr/lib/totem/screens/kiosk'),
    TOTEM_LOG_LEVEL: 'warn',
  };
  return spawn(node, ['--disable-warning=ExperimentalWarning', at('usr/lib/totem/agent/main.js')], {
    env: environment,
    cwd: '/',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

function readyOf(agent: ChildProcess): Promise<{ url: string; token: string }> {
  return new Promise((resolve, reject) => {
    agent.once('message', (ready) => resolve(ready as { url: string; token: string }));
    agent.once('exit', (code) => reject(new Error(`the agent ended with ${code}`)));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await gone;
}

/** The launcher of the package, with the system's Chromium without a window: the page is there, and the launcher ends when a technician leaves. */
async function seenIn(dataDir: string): Promise<void> {
  const browser = findChromium();
  if (browser === undefined) throw new Error('no Chromium found; on Debian: apt-get install chromium');
  const runtime = join(folder, 'runtime');
  mkdirSync(runtime);
  const launcher = spawn(at('usr/lib/totem/bin/totem-kiosk'), [], {
    env: {
      PATH: process.env.PATH,
      HOME: runtime,
      TOTEM_DATA_DIR: dataDir,
      RUNTIME_DIRECTORY: runtime,
      TOTEM_CHROMIUM: browser,
      TOTEM_KIOSK_FLAGS: '--headless=new --no-sandbox --disable-gpu --remote-debugging-port=0',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const over = new Promise<number | null>((resolve) => launcher.once('exit', resolve));
  const address = await new Promise<string>((resolve) => {
    let said = '';
    launcher.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [, found] = /DevTools listening on (ws:\S+)/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  const connection = await chromium.connectOverCDP(address);
  const page = connection.contexts()[0]?.pages()[0];
  await page?.locator('#root >> h1').first().waitFor();
  await connection.close();
  writeFileSync(join(dataDir, 'leave-kiosk'), '');
  expect(await over).toBe(0);
}
