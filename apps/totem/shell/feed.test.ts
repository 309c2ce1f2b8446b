/**
 * The feed of updates, with the real library over real HTTP: what `electron-builder.yml` publishes is what the shell asks for, a stage
 * reaches its share of the totems, and an older version is offered to nobody.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configureRequestOptions, HttpExecutor } from 'builder-util-runtime';
import { AppImageUpdater } from 'electron-updater';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { electronUpdates } from './electron-updates.ts';

const CURRENT = '1.4.2';
/** Nothing is fetched here: what a sum of SHA-512 looks like is all that the feed needs. */
const SUM = Buffer.alloc(64, 7).toString('base64');

let server: Server;
let url = '';
let feed = '';
const asked: string[] = [];
const folders: string[] = [];
beforeAll(async () => {
  // The library asks it whether it runs from a file of its own.
  vi.stubEnv('APPIMAGE', '/opt/Totem.AppImage');
  server = createServer((incoming, answer) => {
    asked.push(new URL(incoming.url ?? '/', 'http://feed').pathname);
    answer.end(feed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/totem`;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await new Promise((resolve) => server.close(resolve));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** The library's own way of asking, over Node instead of Electron. */
class NodeExecutor extends HttpExecutor<ReturnType<typeof request>> {
  createRequest(options: object, onResponse: (response: unknown) => void) {
    return request(configureRequestOptions(options as never) as object, onResponse as never);
  }
}

function feedOf(version: string, stagingPercentage?: number): string {
  const stage = stagingPercentage === undefined ? '' : `stagingPercentage: ${stagingPercentage}\n`;
  return `version: ${version}\nfiles:\n  - url: Totem-${version}.AppImage\n    sha512: ${SUM}\n    size: 1\npath: Totem-${version}.AppImage\nsha512: ${SUM}\n${stage}`;
}

/** A totem with a place of its own among the stages: the library draws by this id. */
function totem(id: string) {
  const folder = mkdtempSync(join(tmpdir(), 'totem-updates-'));
  folders.push(folder);
  writeFileSync(join(folder, '.updaterId'), id);
  const updater = new AppImageUpdater(null, {
    version: CURRENT,
    name: 'Totem',
    isPackaged: true,
    appUpdateConfigPath: join(folder, 'app-update.yml'),
    userDataPath: folder,
    baseCachePath: folder,
    whenReady: async () => {},
    relaunch: () => {},
    quit: () => {},
    onQuit: () => {},
  } as never);
  Object.assign(updater, { httpExecutor: new NodeExecutor(), logger: null });
  return electronUpdates(updater, url);
}
/** Ids that the library places first and last among the totems: it reads their last four bytes. */
const early = '00000000-0000-5000-8000-000000000000';
const late = '00000000-0000-5000-8000-ffffffffffff';

describe('the feed of updates', () => {
  it('offers a newer version, and asks for it at the one address that is published', async () => {
    feed = feedOf('1.4.3');
    const updates = totem(early);
    expect(updates.current).toBe(CURRENT);
    expect(await updates.offered()).toBe('1.4.3');
    expect(new Set(asked)).toEqual(new Set(['/totem/latest-linux.yml']));
  });

  it.each(['1.4.2', '1.4.1'])('does not offer %s', async (version) => {
    feed = feedOf(version);
    expect(await totem(early).offered()).toBeNull();
  });

  it('offers a stage to its share of the totems', async () => {
    feed = feedOf('1.5.0', 50);
    const offers = await Promise.all([early, late].map((id) => totem(id).offered()));
    expect(offers).toEqual(['1.5.0', null]);
    feed = feedOf('1.5.0', 0);
    expect(await totem(early).offered()).toBeNull();
  });

  it('is what the package says: one folder, given when it is built, and no other provider', () => {
    const builder = readFileSync(join(import.meta.dirname, '..', 'electron-builder.yml'), 'utf8');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as electron-builder reads it.
    expect(builder).toContain('publish:\n  provider: generic\n  url: ${env.TOTEM_UPDATE_URL}\n');
    expect(builder.match(/provider:/g)).toHaveLength(1);
    expect(builder).toMatch(/target: \[AppImage, deb\]/);
    expect(builder).toMatch(/target: \[nsis\]/);
  });
});
