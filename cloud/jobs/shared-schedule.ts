/**
 * Jobs that come round once for all nodes, over a queue in the database (pg-boss). For each job one run waits there, with its
 * time; whichever node comes first takes it, and queues the next before it begins. So a run that was missed while no node was
 * up is made up for at the next start, and a node that ends in the middle has delayed the job and broken nothing: every job
 * finds out by itself what there is to do.
 */
import type { Env, Timers } from '@totem/domain';
import type { Log } from '@totem/host';
import { PgBoss } from 'pg-boss';
import type { Database } from '../db/pool.ts';
import type { Job, Schedule } from './schedule.ts';

/** The schema of the queue's tables; a migration makes them. */
const SCHEMA = 'jobs';
const CONNECTIONS_MAX = 3;
/** A run that takes longer is taken for lost, and so is one whose node has not been heard of. */
const RUN_SECONDS_MAX = 1_800;
const HEARTBEAT_SECONDS = 60;
const KEPT_SECONDS = 86_400;
const WAITING_SECONDS_MAX = 60 * 86_400;
/** How often a node asks for work: a part of the job's pace, within bounds. */
const ASKS_EACH_PACE = 12;
const ASK_SECONDS_MIN = 1;
const ASK_SECONDS_MAX = 30;
/** How far a pause may differ from the pace, in parts of it. */
const JITTER = 0.1;
const STOP_MS_MAX = 8_000;
/** Between two looks whether a run of each job waits: a node that ended before it queued the next is made up for then. */
const LOOK_EVERY_MS = 600_000;
/** Names the advisory lock under which a first run is queued. */
const FIRST_RUN_LOCK = 7_465_746_566;

export interface SharedSchedule extends Schedule {
  /** For each job how long its waiting run has been due, in seconds; 0 where it is not yet. */
  overdue(): Promise<ReadonlyMap<string, number>>;
}

/** @param parts.url the same as `db.api`'s: a role that may write rows of the queue, and nothing more. @throws RangeError when two jobs have one name. */
export function createSharedSchedule(
  parts: {
    readonly url: string;
    readonly db: Pick<Database, 'api'>;
    readonly env: Env;
    readonly timers: Timers;
    readonly log: Log;
  },
  jobs: readonly Job[],
): SharedSchedule {
  const { url, db, env, timers, log } = parts;
  const byName = new Map(jobs.map((job) => [job.name, job]));
  if (byName.size < jobs.length) throw new RangeError('two jobs have one name');
  const boss = new PgBoss({
    connectionString: url,
    application_name: 'totem-jobs',
    max: CONNECTIONS_MAX,
    schema: SCHEMA,
    migrate: false,
    createSchema: false,
    schedule: false,
    reindex: false,
    monitorVacuum: false,
  });
  boss.on('error', (error) => log.warn({ err: error }, 'the queue of jobs could not be asked'));
  let isStarted = false;
  let cancel = () => {};

  const queueNext = (job: Job, delaySeconds: number) =>
    boss.send(job.name, null, { startAfter: Math.round(delaySeconds) });
  const run = async (job: Job): Promise<void> => {
    const [chance = 0] = env.randomBytes(1);
    await queueNext(job, (job.everyMs / 1_000) * (1 - JITTER + (2 * JITTER * chance) / 255));
    try {
      await job.run();
    } catch (error) {
      log.error({ err: error, job: job.name }, 'a job failed');
      // The queue keeps what it is thrown, and nothing of a tenant belongs there.
      throw new Error('failed; the log says why');
    }
  };
  /** Queues the first run, where none waits and none is under way. Nodes take turns: the second sees what the first has done. */
  const queueFirst = async (job: Job): Promise<void> => {
    const client = await db.api.connect();
    try {
      const executeSql = (text: string, values?: unknown[]) => client.query(text, values);
      await executeSql('BEGIN');
      await executeSql('SELECT pg_advisory_xact_lock($1)', [FIRST_RUN_LOCK]);
      const { rows } = await executeSql(
        `SELECT FROM ${SCHEMA}.job WHERE name = $1 AND state IN ('created', 'retry', 'active') LIMIT 1`,
        [job.name],
      );
      if (rows.length === 0) await boss.send(job.name, null, { startAfter: 0, db: { executeSql } });
      await executeSql('COMMIT');
      client.release();
    } catch (error) {
      // What is half done goes with its connection.
      client.release(true);
      throw error;
    }
  };
  const lookAgain = (): void => {
    cancel = timers.after(LOOK_EVERY_MS, () => {
      Promise.all(jobs.map(queueFirst))
        .catch((error: unknown) => log.warn({ err: error }, 'the queue of jobs could not be looked after'))
        .finally(lookAgain);
    });
  };
  const open = async (job: Job): Promise<void> => {
    await boss.createQueue(job.name, {
      // At most one waits and one runs.
      policy: 'stately',
      retryLimit: 0,
      expireInSeconds: RUN_SECONDS_MAX,
      heartbeatSeconds: HEARTBEAT_SECONDS,
      deleteAfterSeconds: KEPT_SECONDS,
      retentionSeconds: WAITING_SECONDS_MAX,
    });
    await queueFirst(job);
    const pace = job.everyMs / 1_000 / ASKS_EACH_PACE;
    await boss.work(
      job.name,
      { batchSize: 1, pollingIntervalSeconds: Math.min(ASK_SECONDS_MAX, Math.max(ASK_SECONDS_MIN, pace)) },
      () => run(job),
    );
  };
  return {
    start: async () => {
      isStarted = true;
      await boss.start();
      for (const job of jobs) await open(job);
      lookAgain();
    },
    runNow: async (name) => {
      const job = byName.get(name);
      if (job === undefined) throw new RangeError(`no job is called ${name}`);
      await job.run();
    },
    overdue: async () => {
      const { rows } = await boss.getDb().executeSql(
        `SELECT name, greatest(extract(epoch FROM now() - min(start_after)), 0)::float8 AS seconds
         FROM ${SCHEMA}.job WHERE state IN ('created', 'retry') GROUP BY name`,
      );
      return new Map(
        (rows as { name: string; seconds: number }[]).map(({ name, seconds }) => [name, seconds]),
      );
    },
    close: async () => {
      cancel();
      if (isStarted) await boss.stop({ graceful: true, close: true, timeout: STOP_MS_MAX });
    },
  };
}
