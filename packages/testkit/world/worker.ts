/** One process of the fleet: takes one seed after the other until it is let go. */
import { openWorldDatabase, type WorldDatabase } from './database.ts';
import type { FromWorker, SeedJob, SeedRun } from './fleet.ts';
import { PLANTED, plantedWorld } from './planted.ts';
import { runWorld, type WorldOptions } from './world.ts';

/** A database that has seen many worlds is larger than a branch's. */
const SEEDS_OF_DATABASE = 50;

let database: WorldDatabase | undefined;
/** Those that the database has seen: the same again would be the same company again. */
const seeds = new Set<number>();
let turn = Promise.resolve();

function optionsOf({ seed, steps, weather, planted }: SeedJob, urls: WorldOptions['urls']): WorldOptions {
  if (planted === undefined) return { urls, seed, steps, ...(weather === undefined ? {} : { weather }) };
  const defect = PLANTED.find(({ name }) => name === planted);
  if (defect === undefined) throw new RangeError(`no such defect: ${planted}`);
  return { urls, seed, steps, ...plantedWorld(defect) };
}

async function run(job: SeedJob): Promise<SeedRun> {
  if (seeds.has(job.seed) || seeds.size === SEEDS_OF_DATABASE) {
    await database?.close();
    database = undefined;
    seeds.clear();
  }
  seeds.add(job.seed);
  database ??= await openWorldDatabase();
  const startedAt = performance.now();
  const { lines, ...rest } = await runWorld(optionsOf(job, database.urls));
  const seconds = (performance.now() - startedAt) / 1_000;
  const planted = job.planted === undefined ? {} : { planted: job.planted };
  return { ...rest, lines: job.withLines === true ? lines : [], ...planted, seconds };
}

const say = (message: FromWorker): void => void process.send?.(message);

process.on('message', (job: SeedJob) => {
  turn = turn.then(async () => say({ run: await run(job) }));
});
process.on('disconnect', () => {
  turn = turn.then(() => database?.close());
});
say({ run: undefined });
