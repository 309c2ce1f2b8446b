/** What the office asks of a totem is done once: told again, after a lost answer, and after a start. */
import { createLog } from '@totem/host';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestHub, testHub } from '../hub/testing/hub-world.ts';
import type { CloudRequest } from '../link/cloud-link.ts';
import { obey } from './obey.ts';

const RESTART = { id: '0199a0e0-0000-7000-8000-000000000001', kind: 'restart' } as never;
const LOGS = { id: '0199a0e0-0000-7000-8000-000000000002', kind: 'logs' } as never;
const NEWER = { id: '0199a0e0-0000-7000-8000-000000000003', kind: 'dance' } as never;

let totem: TestHub;
let said: { path: string; body: { isDone: boolean; log: string | null } }[];
let restarts: number;
let isDown: boolean;
beforeEach(() => {
  totem = testHub();
  said = [];
  restarts = 0;
  isDown = false;
});
afterEach(() => totem.close());

const told = (commands: never[], lines: readonly string[] = ['one', 'two']) =>
  obey(
    {
      store: totem.parts.store,
      log: createLog('test', { level: 'silent' }),
      logLines: () => lines,
      restart: () => {
        restarts += 1;
      },
      link: {
        request: async ({ path, body }: CloudRequest) => {
          if (isDown) throw new TypeError('no link');
          said.push({ path, body: JSON.parse(String(body)) });
          return new Response(null, { status: 204 });
        },
      },
    },
    commands,
  );

describe('what the office asks', () => {
  it('is done once, however often it is told', async () => {
    await told([LOGS, RESTART]);
    await told([RESTART]);
    expect(restarts).toBe(1);
    expect(said.map(({ body }) => body)).toEqual([
      { isDone: true, log: 'one\ntwo' },
      { isDone: true, log: null },
      { isDone: true, log: null },
    ]);
  });

  it('is said again when nobody heard it, and what is not known is said not to be done', async () => {
    isDown = true;
    await expect(told([LOGS])).rejects.toThrow();
    isDown = false;
    await told([LOGS, NEWER]);
    expect(said.map(({ body }) => body.isDone)).toEqual([true, false]);
    expect(restarts).toBe(0);
  });

  it('starts it anew though nobody hears so, and says so afterwards', async () => {
    isDown = true;
    await told([RESTART]);
    expect(restarts).toBe(1);
    isDown = false;
    await told([RESTART]);
    expect([restarts, said.length]).toEqual([1, 1]);
  });

  it('is answered with the newest whole lines that may be sent', async () => {
    const lines = Array.from({ length: 100 }, (_, index) => `${index} ${'x'.repeat(996)}`);
    await told([LOGS], lines);
    const log = said[0]?.body.log ?? '';
    expect(log.length).toBeLessThanOrEqual(40_000);
    expect(log.endsWith(lines.at(-1) ?? '')).toBe(true);
    expect(lines).toContain(log.split('\n')[0]);
  });
});
