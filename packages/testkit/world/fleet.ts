/**
 * Many seeds at once: as many processes as there are cores, each with a database of its own on one PostgreSQL. Which process a
 * seed runs in, and after which other one, changes nothing in its run.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setup, TEST_SERVER_VARIABLE } from '../global-postgres.ts';
import { noFaults } from './fault-points.ts';
import type { Weather } from './weather.ts';
import type { WorldRun } from './world.ts';

/** One run that is wanted. */
export interface SeedJob {
  readonly seed: number;
  readonly steps: number;
  /** In place of the seed's own. */
  readonly weather?: Partial<Weather>;
  /** The name of a planted defect. */
  readonly planted?: string;
  /** Whether all that happened is told. */
  readonly withLines?: boolean;
}

export interface SeedRun extends WorldRun {
  readonly planted?: string;
  /** Of real time. */
  readonly seconds: number;
}

/** What a process says when it can take the next job, and what has become of the last one. */
export type FromWorker = { readonly run: SeedRun | undefined };

const WORKER = join(import.meta.dirname, 'worker.ts');
/** Young objects are most of a world: room for them costs less than collecting them. */
const WORKER_FLAGS = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=32'];

/**
 * Runs all jobs. A process that ends in the middle of one is a violation of that seed, and another takes its place.
 * @param onRun called as each job ends, in whatever order they do.
 * @returns the runs, in the order of the jobs.
 */
export async function runFleet(
  jobs: readonly SeedJob[],
  options: { readonly workers?: number; readonly onRun?: (run: SeedRun) => void } = {},
): Promise<readonly SeedRun[]> {
  const stop = process.env[TEST_SERVER_VARIABLE] === undefined ? await setup() : undefined;
  try {
    const left = jobs.map((job, at) => ({ job, at }));
    const runs: SeedRun[] = [];
    const keep = (at: number, run: SeedRun): void => {
      runs[at] = run;
      options.onRun?.(run);
    };
    const workers = Math.min(options.workers ?? availableParallelism(), jobs.length);
    await Promise.all(
      Array.from({ length: workers }, async () => {
        while (left.length > 0) await workThrough(left, keep);
      }),
    );
    return runs;
  } finally {
    await stop?.();
  }
}

interface Numbered {
  readonly job: SeedJob;
  readonly at: number;
}

/** One process, until nothing is left or it ends. */
function workThrough(left: Numbered[], keep: (at: number, run: SeedRun) => void): Promise<void> {
  const child = fork(WORKER, { execArgv: WORKER_FLAGS });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let current: Numbered | undefined;
  child.on('message', ({ run }: FromWorker) => {
    if (current !== undefined && run !== undefined) keep(current.at, run);
    current = left.shift();
    give(child, current?.job);
  });
  child.on('error', reject);
  child.on('exit', (code, signal) => {
    if (current !== undefined)
      keep(current.at, ended(current.job, `the process ended with ${signal ?? code}`));
    else if (code !== 0) reject(new Error(`a process of the world ended with ${signal ?? code}`));
    resolve();
  });
  return promise;
}

/** Without a job the process has nothing more to do. */
function give(child: ChildProcess, job: SeedJob | undefined): void {
  if (job === undefined) child.disconnect();
  else child.send(job);
}

function ended({ seed, steps }: SeedJob, violation: string): SeedRun {
  const nothing = { digest: '', tickets: 0, commands: 0, requests: 0, virtualMs: 0, seconds: 0, lines: [] };
  return { seed, steps, ...nothing, points: noFaults(), violation };
}
