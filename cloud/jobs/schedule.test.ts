/** Jobs that come round, on a virtual clock. */
import { createLog } from '@totem/host';
import { virtualWorld } from '@totem/testkit/virtual';
import { expect, test } from 'vitest';
import { createSchedule, type Job } from './schedule.ts';

const PACE_MS = 60_000;

function stage(...jobs: readonly Job[]) {
  const world = virtualWorld({ seed: 7 });
  const lines: string[] = [];
  const log = createLog('test', { destination: { write: (line) => void lines.push(line) } });
  return { ...world, lines, schedule: createSchedule({ ...world, log }, jobs) };
}

/** A job whose runs are counted, and end when they are let. */
function counted(name = 'counted') {
  const ends: (() => void)[] = [];
  let runs = 0;
  const job: Job = {
    name,
    everyMs: PACE_MS,
    run: () => {
      runs += 1;
      return new Promise<void>((resolve) => void ends.push(resolve));
    },
  };
  const end = async () => {
    ends.shift()?.();
    await settled();
  };
  return { job, end, runs: () => runs };
}

/** Lets promises that are settled be heard. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

test('a job comes round at its pace, give or take a tenth', async () => {
  const { job, end, runs } = counted();
  const { schedule, advance } = stage(job);
  schedule.start();
  advance(PACE_MS / 10);
  expect(runs()).toBe(1);
  await end();
  for (let round = 2; round < 50; round += 1) {
    advance(PACE_MS * 0.9 - 1);
    expect(runs()).toBe(round - 1);
    advance(PACE_MS * 0.2 + 1);
    expect(runs()).toBe(round);
    await end();
  }
});

test('a job that takes longer than its pace is not begun a second time', async () => {
  const { job, end, runs } = counted();
  const { schedule, advance } = stage(job);
  schedule.start();
  advance(10 * PACE_MS);
  expect(runs()).toBe(1);
  const asked = schedule.runNow(job.name);
  await settled();
  expect(runs()).toBe(1);
  await end();
  expect(runs()).toBe(2);
  await end();
  await asked;
});

test('a job that fails says so and comes round again', async () => {
  let runs = 0;
  const failing: Job = {
    name: 'failing',
    everyMs: PACE_MS,
    run: async () => {
      runs += 1;
      throw new Error('no luck');
    },
  };
  const { schedule, advance, lines } = stage(failing);
  schedule.start();
  for (let round = 0; round < 3; round += 1) {
    advance(1.2 * PACE_MS);
    await settled();
  }
  expect(runs).toBeGreaterThanOrEqual(3);
  expect(lines[0]).toContain('no luck');
  await expect(schedule.runNow('failing')).rejects.toThrow('no luck');
});

test('after the end nothing begins, and what is under way is waited for', async () => {
  const { job, end, runs } = counted();
  const { schedule, advance, pending } = stage(job);
  schedule.start();
  advance(PACE_MS);
  let isClosed = false;
  const closing = schedule.close().then(() => {
    isClosed = true;
  });
  await settled();
  expect(isClosed).toBe(false);
  await end();
  await closing;
  advance(10 * PACE_MS);
  await schedule.runNow(job.name);
  expect([runs(), pending()]).toEqual([1, 0]);
});

test('names are not shared, and an unknown one is refused', async () => {
  expect(() => stage(counted('a').job, counted('a').job)).toThrow(RangeError);
  await expect(stage().schedule.runNow('b')).rejects.toThrow(RangeError);
});
