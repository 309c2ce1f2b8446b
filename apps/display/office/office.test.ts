/** A screen and its office: it is told what was decided, keeps it, and does what it is asked once. */
import { DISPLAY_SETTINGS_DEFAULT } from '@totem/domain';
import { virtualWorld } from '@totem/testkit/virtual';
import { describe, expect, it } from 'vitest';
import { createScreenLog } from './log.ts';
import { createOffice, forgetDecided, REPORT_AGAIN_MS, REPORT_EVERY_MS } from './office.ts';

const CLOUD = 'https://totem.example';
const LOGS = { id: '0199a0e0-0000-7000-8000-000000000001', kind: 'logs' };
const RESTART = { id: '0199a0e0-0000-7000-8000-000000000002', kind: 'restart' };
const UPRIGHT = { ...DISPLAY_SETTINGS_DEFAULT, turn: 'left' };

/** A cloud that a test decides for, a screen and a clock. */
function stage() {
  const world = virtualWorld();
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const cloud = {
    isAway: false,
    told: { settingsVersion: 0, commands: [] as object[] },
    decided: { version: 0, settings: UPRIGHT, media: [] as object[] },
    reports: 0,
    ended: [] as { path: string; isDone: boolean; log: string | null }[],
  };
  const fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    if (cloud.isAway) throw new TypeError('no link');
    const path = String(input).slice(CLOUD.length);
    if (path === '/v1/device/settings') return Response.json(cloud.decided);
    if (path.startsWith('/v1/device-commands/')) {
      cloud.ended.push({ path, ...JSON.parse(String(init?.body)) });
      return new Response(null, { status: 204 });
    }
    cloud.reports += 1;
    return Response.json(cloud.told);
  };
  let restarts = 0;
  const log = createScreenLog(world.env);
  const open = () =>
    createOffice({
      world: { ...world, fetch },
      homeUrl: CLOUD,
      token: () => 'a token',
      storage,
      log,
      restart: () => {
        restarts += 1;
      },
    });
  const pass = async (ms: number): Promise<void> => {
    for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    world.advance(ms);
    for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return { cloud, storage, log, open, pass, restarts: () => restarts };
}

describe('a screen and its office', () => {
  it('shows what was decided, and what it showed when it starts without the link', async () => {
    const { cloud, storage, open, pass } = stage();
    const office = open();
    office.start();
    await pass(0);
    expect(office.current().settings.turn).toBe('none');
    cloud.told = { settingsVersion: 2, commands: [] };
    cloud.decided = { version: 2, settings: UPRIGHT, media: [{ id: 'm1', type: 'image/png' }] };
    await pass(REPORT_EVERY_MS);
    expect(office.current()).toMatchObject({ version: 2, settings: { turn: 'left' } });
    cloud.isAway = true;
    expect(open().current()).toMatchObject({ version: 2, media: [{ id: 'm1' }] });
    forgetDecided(storage);
    expect(open().current()).toMatchObject({ version: 0, media: [] });
  });

  it('says that it is there in a rhythm, sooner after a word that nobody heard, and no more once it is left', async () => {
    const { cloud, open, pass } = stage();
    cloud.isAway = true;
    const stop = open().start();
    await pass(0);
    cloud.isAway = false;
    await pass(REPORT_AGAIN_MS);
    expect(cloud.reports).toBe(1);
    await pass(REPORT_EVERY_MS);
    expect(cloud.reports).toBe(2);
    stop();
    await pass(10 * REPORT_EVERY_MS);
    expect(cloud.reports).toBe(2);
  });

  it('does what it is asked once, also after the start that it was asked for', async () => {
    const { cloud, log, open, pass, restarts } = stage();
    log.write('a line');
    cloud.told = { settingsVersion: 0, commands: [LOGS, RESTART] };
    const stop = open().start();
    await pass(0);
    expect(cloud.ended).toMatchObject([
      { path: `/v1/device-commands/${LOGS.id}/end`, isDone: true, log: expect.stringContaining('a line') },
      { path: `/v1/device-commands/${RESTART.id}/end`, isDone: true, log: null },
    ]);
    expect(restarts()).toBe(1);
    stop();
    open().start();
    await pass(0);
    expect([cloud.ended.length, restarts()]).toEqual([4, 1]);
  });
});
