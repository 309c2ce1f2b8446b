/** The cloud's own figures for Prometheus: what is counted as it happens, and what is asked when somebody looks. */
import { ERRORS, type Timers } from '@totem/domain';
import { countRequests, type EndedRequest, type HttpWatch } from '@totem/host';
import type { ShapeEvent } from '@totem/sync';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Database } from '../db/pool.ts';
import type { Counts } from './counts.ts';

/** What the process counts with. */
export interface Instruments extends Counts {
  /** For the server: rate, errors and duration of each route, and what is derived from them. */
  readonly watch: HttpWatch;
}

/** A change is followed within a second, or something is wrong; a totem that was cut off brings entries of days. */
const READ_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const DELAY_BUCKETS = [0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400, 604_800];
/** Up to the limit of an attempt. */
const ATTEMPT_BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];
const JOB_BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300];
/** The route at which people sign in. */
const LOGIN_ROUTE = '/v1/login';

/** Makes all instruments of a registry. A registry has them once. */
export function createInstruments(
  registry: Registry,
  parts: { readonly db: Database; readonly timers: Timers },
): Instruments {
  watchPools(registry, parts.db);
  return {
    watch: withSignIns(registry, countRequests(registry)),
    ...ledgerCounts(registry),
    ...queueCounts(registry),
    ...shapeCounts(registry),
    ...jobCounts(registry, parts.timers),
    ...deliveryCounts(registry),
  };
}

/** What happens to requests at the doors of access: derived from how they were answered. */
function withSignIns(registry: Registry, watch: HttpWatch): HttpWatch {
  const registers = [registry];
  const logins = new Counter({
    name: 'totem_logins_total',
    help: 'Tries to sign in, by what became of them.',
    labelNames: ['outcome'],
    registers,
  });
  const limited = new Counter({
    name: 'totem_rate_limited_total',
    help: 'Requests that were refused because there were too many, by route.',
    labelNames: ['route'],
    registers,
  });
  const ended = (request: EndedRequest) => {
    const { route, code } = request;
    if (route === LOGIN_ROUTE) logins.inc({ outcome: code ?? 'ok' });
    if (code !== undefined && ERRORS[code].status === 429) limited.inc({ route });
    watch.ended(request);
  };
  return { ...watch, ended };
}

function ledgerCounts(registry: Registry): Pick<Counts, 'batch' | 'entries'> {
  const registers = [registry];
  const batches = new Counter({
    name: 'totem_ledger_batches_total',
    help: 'Batches of entries that totems have pushed, by what became of them.',
    labelNames: ['outcome'],
    registers,
  });
  const entries = new Counter({
    name: 'totem_ledger_entries_total',
    help: 'Entries of new batches: applied ones, and of these those that are parked until their row arrives; refused ones, which are kept aside.',
    labelNames: ['outcome'],
    registers,
  });
  const conflicts = new Counter({
    name: 'totem_ledger_conflicts_total',
    help: 'Conflicts that were found while entries were applied, and that people are shown.',
    registers,
  });
  const delay = new Histogram({
    name: 'totem_ledger_entry_delay_seconds',
    help: 'From the time of the newest entry of a batch to its receipt.',
    buckets: DELAY_BUCKETS,
    registers,
  });
  return {
    batch: (outcome) => batches.inc({ outcome }),
    entries: ({ applied, refused, parked, conflicts: found, delaySeconds }) => {
      entries.inc({ outcome: 'applied' }, applied);
      entries.inc({ outcome: 'refused' }, refused);
      entries.inc({ outcome: 'parked' }, parked);
      conflicts.inc(found);
      if (delaySeconds !== undefined) delay.observe(delaySeconds);
    },
  };
}

function queueCounts(registry: Registry): Pick<Counts, 'command'> {
  const commands = new Counter({
    name: 'totem_commands_total',
    help: 'Commands that were answered, by type and by what became of them: done, or the code of the refusal.',
    labelNames: ['type', 'outcome'],
    registers: [registry],
  });
  return { command: (type, outcome) => commands.inc({ type, outcome }) };
}

function shapeCounts(registry: Registry): Pick<Counts, 'shape' | 'changesRead'> {
  const registers = [registry];
  const answers = new Counter({
    name: 'totem_shape_answers_total',
    help: 'Answers of the shape server: first rows read, first rows shared, pages of changes, and starts from new by reason.',
    labelNames: ['shape', 'kind'],
    registers,
  });
  const holds = new Gauge({
    name: 'totem_shape_subscribers',
    help: 'Live requests that wait for a change, by shape: those who follow it at this moment.',
    labelNames: ['shape'],
    registers,
  });
  const limits = new Counter({
    name: 'totem_shape_limits_total',
    help: 'Limits of the shape server that were reached.',
    labelNames: ['limit'],
    registers,
  });
  const reads = new Histogram({
    name: 'totem_change_log_read_seconds',
    help: 'Reads of the change log for all who follow it on this node.',
    labelNames: ['outcome'],
    buckets: READ_BUCKETS,
    registers,
  });
  return {
    shape: (event) => countShape({ answers, holds, limits }, event),
    changesRead: (isDone, seconds) => reads.observe({ outcome: isDone ? 'done' : 'failed' }, seconds),
  };
}

function countShape(
  to: {
    readonly answers: Counter<'shape' | 'kind'>;
    readonly holds: Gauge<'shape'>;
    readonly limits: Counter<'limit'>;
  },
  event: ShapeEvent,
): void {
  switch (event.kind) {
    case 'hold_started':
      to.holds.inc({ shape: event.shape });
      break;
    case 'hold_ended':
      to.holds.dec({ shape: event.shape });
      break;
    case 'refetch':
      to.answers.inc({ shape: event.shape, kind: `refetch_${event.reason}` });
      break;
    case 'snapshot':
    case 'snapshot_shared':
    case 'page':
      to.answers.inc({ shape: event.shape, kind: event.kind });
      break;
    case 'limit':
      to.limits.inc({ limit: event.limit });
      break;
    // Both are counted where requests are.
    case 'refused':
    case 'fault':
      break;
    default:
      event satisfies never;
  }
}

function jobCounts(registry: Registry, timers: Timers): Pick<Counts, 'job' | 'jobOverdue'> {
  const registers = [registry];
  const startedAt = timers.monotonicMs();
  const doneAt = new Map<string, number>();
  const runs = new Histogram({
    name: 'totem_job_run_seconds',
    help: 'Runs of jobs that come round, by how they ended.',
    labelNames: ['job', 'outcome'],
    buckets: JOB_BUCKETS,
    registers,
  });
  new Gauge({
    name: 'totem_job_age_seconds',
    help: 'Since a job last ended well on this node; since the start of the node where it has failed ever since.',
    labelNames: ['job'],
    registers,
    collect() {
      for (const [job, at] of doneAt) this.set({ job }, (timers.monotonicMs() - at) / 1_000);
    },
  });
  const overdue = new Gauge({
    name: 'totem_job_overdue_seconds',
    help: 'How long the waiting run of a job that nodes share has been due; the same on every node.',
    labelNames: ['job'],
    registers,
  });
  return {
    jobOverdue: (job, seconds) => overdue.set({ job }, seconds),
    job: (job, isDone, seconds) => {
      runs.observe({ job, outcome: isDone ? 'done' : 'failed' }, seconds);
      if (isDone || !doneAt.has(job)) doneAt.set(job, isDone ? timers.monotonicMs() : startedAt);
    },
  };
}

function deliveryCounts(registry: Registry): Pick<Counts, 'delivery'> {
  const attempts = new Histogram({
    name: 'totem_delivery_attempt_seconds',
    help: 'Attempts to tell webhooks and people what happened, by what became of them.',
    labelNames: ['kind', 'outcome'],
    buckets: ATTEMPT_BUCKETS,
    registers: [registry],
  });
  return { delivery: (kind, outcome, seconds) => attempts.observe({ kind, outcome }, seconds) };
}

function watchPools(registry: Registry, { api, tailer }: Database): void {
  new Gauge({
    name: 'totem_database_connections',
    help: 'Connections of each pool: open in all, idle, and requests that wait for one.',
    labelNames: ['pool', 'state'],
    registers: [registry],
    collect() {
      for (const [pool, { totalCount, idleCount, waitingCount }] of Object.entries({ api, tailer })) {
        this.set({ pool, state: 'open' }, totalCount);
        this.set({ pool, state: 'idle' }, idleCount);
        this.set({ pool, state: 'waiting' }, waitingCount);
      }
    },
  });
}
