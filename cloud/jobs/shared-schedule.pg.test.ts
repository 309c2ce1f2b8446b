/** Jobs over the queue in the database: once for all nodes, made up for when missed, and whole again after a node was lost. */
import { createLog, systemEnv, systemTimers } from '@totem/host';
import { type TestDatabase, testDatabase } from '@totem/testkit/postgres';
import { PgBoss } from 'pg-boss';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDatabase, type Database } from '../db/pool.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { createSharedSchedule, type SharedSchedule } from './shared-schedule.ts';

const log = createLog('test', { level: 'silent' });
const HOUR_MS = 3_600_000;

let database: TestDatabase;
let look: Onlooker;
let db: Database;
let nodes: SharedSchedule[];
beforeEach(async () => {
  database = await testDatabase();
  db = createDatabase(database.urls, log);
  look = await onlooker(database.urls);
  nodes = [];
});
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  await look.close();
  await db.close();
  await database.drop();
});

/** A node with one job. */
function node(run: () => Promise<void>, everyMs = HOUR_MS): SharedSchedule {
  const parts = { url: database.urls.api, db, env: systemEnv, timers: systemTimers, log };
  const made = createSharedSchedule(parts, [{ name: 'counted', everyMs, run }]);
  nodes.push(made);
  return made;
}
/** Counts runs, and tells when as many have been made. */
function counter() {
  let runs = 0;
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  return {
    runs: () => runs,
    run: async () => {
      runs += 1;
      for (const { count, resolve } of waiting) if (runs >= count) resolve();
    },
    reached: (count: number) =>
      runs >= count
        ? Promise.resolve()
        : new Promise<void>((resolve) => void waiting.push({ count, resolve })),
  };
}
const states = async () =>
  (await look.rows(`SELECT state::text FROM jobs.job WHERE name = 'counted' ORDER BY 1`)).map(
    ({ state }) => state,
  );
/** As if so much time had gone by in the queue. */
const age = (interval: string) =>
  look.rows(
    `UPDATE jobs.job SET start_after = start_after - $1::interval, heartbeat_on = heartbeat_on - $1::interval,
       started_on = started_on - $1::interval`,
    [interval],
  );

test('three nodes run a job once, and queue its next run', async () => {
  const counted = counter();
  const all = [node(counted.run), node(counted.run), node(counted.run)];
  await Promise.all(all.map((one) => one.start()));
  await counted.reached(1);
  expect(await (all[0] as SharedSchedule).overdue()).toEqual(new Map([['counted', 0]]));
  await Promise.all(all.map((one) => one.close()));
  expect(counted.runs()).toBe(1);
  expect(await states()).toEqual(['completed', 'created']);
});

test('a run that was missed while no node was up is made up for, once', async () => {
  const counted = counter();
  const first = node(counted.run);
  await first.start();
  await counted.reached(1);
  await first.close();
  await age('3 days');
  const others = [node(counted.run), node(counted.run)];
  await Promise.all(others.map((one) => one.start()));
  await counted.reached(2);
  await Promise.all(others.map((one) => one.close()));
  expect(counted.runs()).toBe(2);
  expect(await states()).toEqual(['completed', 'completed', 'created']);
});

test('a node that is lost in the middle of a run has delayed the next one and nothing else', async () => {
  const begun = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const lost = node(async () => {
    begun.resolve();
    await released.promise;
  });
  await lost.start();
  await begun.promise;
  // The next run waits already: nobody has to remember it.
  expect(await states()).toEqual(['active', 'created']);
  await age('2 hours');
  const supervisor = new PgBoss({
    connectionString: database.urls.api,
    schema: 'jobs',
    migrate: false,
    createSchema: false,
    schedule: false,
  });
  await supervisor.start();
  await supervisor.supervise('counted');
  await supervisor.stop({ graceful: false });
  const counted = counter();
  const heir = node(counted.run);
  await heir.start();
  await counted.reached(1);
  await heir.close();
  expect(await states()).toEqual(['completed', 'created', 'failed']);
  released.resolve();
});

test('a job that fails says nothing of why to the queue, and comes round again', async () => {
  const failed = Promise.withResolvers<void>();
  const failing = node(async () => {
    failed.resolve();
    throw new Error('of Maria da Silva');
  });
  await failing.start();
  await failed.promise;
  await failing.close();
  expect(await states()).toEqual(['created', 'failed']);
  const [row] = await look.rows(`SELECT output::text FROM jobs.job WHERE state = 'failed'`);
  expect(row?.output).not.toContain('Maria');
});

test('the role that serves makes no table, and the queue is of the version that its library asks for', async () => {
  const boss = new PgBoss({
    connectionString: database.urls.api,
    schema: 'jobs',
    migrate: false,
    createSchema: false,
  });
  await boss.start();
  await boss.stop({ graceful: false });
  const asLibrary = new PgBoss({ connectionString: database.urls.api, schema: 'elsewhere' });
  asLibrary.on('error', () => {});
  await expect(asLibrary.start()).rejects.toThrow('permission denied');
});
