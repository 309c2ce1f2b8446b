/** When the cloud is told how a totem is: at the start, in a rhythm, and soon after a part has changed, but not each time. */
import { newId } from '@totem/domain';
import { createLog } from '@totem/host';
import type { DeviceAnswer, DeviceStatus } from '@totem/sync/device';
import { virtualWorld } from '@totem/testkit/virtual';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHeartbeat, HEARTBEAT_EVERY_MS, HEARTBEAT_SOONEST_MS, type Heartbeat } from './heartbeat.ts';
import type { ToldReport } from './reports.ts';

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

let world: ReturnType<typeof virtualWorld>;
let told: DeviceStatus[];
let reports: ToldReport[];
let isDown: boolean;
let answers: Response[];
let obeyed: DeviceAnswer[];
let heartbeat: Heartbeat;
beforeEach(() => {
  world = virtualWorld();
  told = [];
  isDown = false;
  answers = [];
  obeyed = [];
  reports = [{ part: 'printer', state: 'ok', detail: {} }];
  heartbeat = createHeartbeat({
    timers: world.timers,
    log: createLog('test', { level: 'silent' }),
    appVersion: '1.2.3',
    reports: () => reports,
    erasedUpTo: () => null,
    obey: async (answer) => void obeyed.push(answer),
    link: {
      request: async ({ body }) => {
        if (isDown) throw new TypeError('no link');
        told.push(JSON.parse(String(body)));
        return answers.shift() ?? new Response(null, { status: 204 });
      },
    },
  });
});
afterEach(() => heartbeat.stop());

async function pass(ms: number): Promise<void> {
  world.advance(ms);
  await settled();
}

describe('the heartbeat', () => {
  it('is there at the start, and goes on though nothing happens', async () => {
    heartbeat.start();
    await settled();
    expect(told).toEqual([{ appVersion: '1.2.3', parts: reports, erasedUpTo: null }]);
    await pass(HEARTBEAT_EVERY_MS);
    await pass(HEARTBEAT_EVERY_MS);
    expect(told).toHaveLength(3);
  });

  it('comes soon when a part has changed, once for what changes together, and not for what staff reads beside it', async () => {
    heartbeat.start();
    await settled();
    reports = [{ part: 'printer', state: 'ok', detail: { paper: 'near_end' } }];
    heartbeat.look();
    await pass(HEARTBEAT_SOONEST_MS);
    expect(told).toHaveLength(1);
    for (const state of ['warning', 'fault'] as const) {
      reports = [{ part: 'printer', state, detail: {} }];
      heartbeat.look();
    }
    await pass(HEARTBEAT_SOONEST_MS);
    expect(told.map(({ parts }) => parts[0]?.state)).toEqual(['ok', 'fault']);
  });

  it('does what it is answered, and asks soon for what was too much for one answer', async () => {
    const entryId = newId<'entry'>(world.env);
    const erased = { upTo: { position: 7, entryId }, tickets: [newId<'ticket'>(world.env)] };
    answers.push(Response.json({ erased: { ...erased, hasMore: true }, ofALaterCloud: 1 }));
    heartbeat.start();
    await settled();
    expect(obeyed).toEqual([{ erased: { ...erased, hasMore: true }, settingsVersion: 0, commands: [] }]);
    await pass(HEARTBEAT_SOONEST_MS);
    expect(told).toHaveLength(2);
    await pass(HEARTBEAT_SOONEST_MS);
    expect(told).toHaveLength(2);
  });

  it('goes on after a link that was down, and ends when it is stopped', async () => {
    isDown = true;
    heartbeat.start();
    await settled();
    isDown = false;
    await pass(HEARTBEAT_EVERY_MS);
    expect(told).toHaveLength(1);
    heartbeat.stop();
    await pass(10 * HEARTBEAT_EVERY_MS);
    expect(told).toHaveLength(1);
  });
});
