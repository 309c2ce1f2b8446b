/** The appliance's files: units that systemd accepts and finds well closed, policies that let nobody out, rules that open nothing to all. */
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const deploy = join(import.meta.dirname, '../../deploy');
const units = ['totem-agent.service', 'totem-kiosk.service'].map((name) => join(deploy, 'systemd', name));
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
const textOf = (path: string): string => readFileSync(join(deploy, path), 'utf8');

describe('the units', () => {
  it('are understood by systemd, every line of them', (context) => {
    if (!hasSystemd) return context.skip('systemd-analyze is not installed');
    const { stderr, stdout } = spawnSync('systemd-analyze', ['verify', ...units], { encoding: 'utf8' });
    // The programs are on the appliance, not here.
    const said = `${stdout}${stderr}`
      .split('\n')
      .filter((line) => line !== '' && !/is not executable/.test(line));
    expect(said).toEqual([]);
  });

  it('leave the agent little to reach: systemd calls it OK', (context) => {
    if (!hasSystemd) return context.skip('systemd-analyze is not installed');
    const arguments_ = ['security', '--offline=true', '--threshold=25', String(units[0])];
    const { status, stdout } = spawnSync('systemd-analyze', arguments_, { encoding: 'utf8' });
    expect(status, stdout).toBe(0);
  });

  it('let the agent write where the settings put the folders of the payment manager', () => {
    const [agent = ''] = units.map((path) => readFileSync(path, 'utf8'));
    const settings = textOf('appliance/etc/agent.env');
    const folders = [...settings.matchAll(/^#?TOTEM_TEF_\w+_DIR=(.+)\/\w+$/gm)].map(([, folder]) => folder);
    expect(folders).toHaveLength(2);
    // With a dash: a totem without cards has no such folder.
    for (const folder of folders) expect(agent.split('\n')).toContain(`ReadWritePaths=-${folder}`);
  });

  it('bring both back when they fail, and the agent when it falls silent', () => {
    const [agent = '', kiosk = ''] = units.map((path) => readFileSync(path, 'utf8'));
    expect(agent).toMatch(/^Restart=always$/m);
    expect(agent).toMatch(/^WatchdogSec=\d+$/m);
    // Who has left the kiosk on purpose is not thrown back into it.
    expect(kiosk).toMatch(/^Restart=on-failure$/m);
  });
});

it('the policies open nothing but this machine’s agent, and no tool', () => {
  const policy = JSON.parse(textOf('kiosk/policy.json'));
  expect(policy.URLBlocklist).toEqual(['*']);
  for (const url of policy.URLAllowlist)
    expect(url).toMatch(/^(http:\/\/(127\.0\.0\.1|localhost)|file:\/\/\/run\/)/);
  expect(policy).toMatchObject({
    DeveloperToolsAvailability: 2,
    DownloadRestrictions: 3,
    PrintingEnabled: false,
  });
});

it('the rules give devices to the group and to nobody else', () => {
  const modes = [...textOf('udev/60-totem.rules').matchAll(/MODE="(\d+)"/g)].map(([, mode]) => mode);
  expect(new Set(modes)).toEqual(new Set(['0660']));
});

it('the launcher can be run', () => {
  expect(statSync(join(deploy, 'kiosk/totem-kiosk')).mode & 0o111).toBe(0o111);
});
