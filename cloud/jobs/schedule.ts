/**
 * Jobs that come round: each by its name, at its pace, never twice at once in one process. The pace has some chance in it, so
 * that nodes that start together do not work together. A job that fails says so and comes round again.
 */
import type { Env, Timers } from '@totem/domain';
import type { Log } from '@totem/host';

export interface Job {
  readonly name: string;
  readonly everyMs: number;
  /** Whether it is about the node itself; else one run does for all nodes. */
  readonly eachNode?: boolean;
  run(): Promise<unknown>;
}

export interface Schedule {
  /** Lets the jobs come round from now on; each for the first time within its pace. */
  start(): Promise<void>;
  /** Runs a job at once, after a run of it that is under way. @throws what the job throws; RangeError for an unknown name. */
  runNow(name: string): Promise<void>;
  /** Nothing begins any more; resolves when what is under way has ended. */
  close(): Promise<void>;
}

/** How far a pause may differ from the job's pace, in parts of it. */
const JITTER = 0.1;
/** The first run comes soon after the start, and at its latest after this part of the pace. */
const FIRST_WITHIN = 0.1;
const CHANCE_BYTES = 2;
const CHANCE_VALUES = 2 ** (8 * CHANCE_BYTES);

/** @throws RangeError when two jobs have one name. */
export function createSchedule(
  parts: { readonly env: Env; readonly timers: Timers; readonly log: Log },
  jobs: readonly Job[],
): Schedule {
  const { env, timers, log } = parts;
  const byName = new Map(jobs.map((job) => [job.name, job]));
  if (byName.size < jobs.length) throw new RangeError('two jobs have one name');
  const running = new Map<string, Promise<unknown>>();
  const cancels = new Map<string, () => void>();
  let isClosed = false;

  /** From 0 up to 1. */
  const chance = () => {
    const [high = 0, low = 0] = env.randomBytes(CHANCE_BYTES);
    return (high * 256 + low) / CHANCE_VALUES;
  };
  const run = async (job: Job): Promise<void> => {
    while (running.has(job.name)) await running.get(job.name)?.catch(() => {});
    if (isClosed) return;
    const run = job.run();
    running.set(job.name, run);
    try {
      await run;
    } finally {
      running.delete(job.name);
    }
  };
  const comeRound = (job: Job, delayMs: number) => {
    if (isClosed) return;
    const again = () => comeRound(job, job.everyMs * (1 - JITTER + 2 * JITTER * chance()));
    const due = () =>
      void run(job)
        .catch((error: unknown) => log.error({ err: error, job: job.name }, 'a job failed'))
        .finally(again);
    cancels.set(job.name, timers.after(delayMs, due));
  };
  return {
    start: async () => {
      for (const job of jobs) comeRound(job, job.everyMs * FIRST_WITHIN * chance());
    },
    runNow: async (name) => {
      const job = byName.get(name);
      if (job === undefined) throw new RangeError(`no job is called ${name}`);
      await run(job);
    },
    close: async () => {
      isClosed = true;
      for (const cancel of cancels.values()) cancel();
      await Promise.allSettled(running.values());
    },
  };
}
