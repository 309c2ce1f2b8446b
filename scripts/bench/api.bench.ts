/**
 * `npm run bench -- api`: the cloud as one process over a database of many tenants: commands, call-next by fifty operators at
 * once, lists of a large tenant, and signing in. Beside them, in the same round, what the database can do at best: the
 * shortest question, and the commit of one row.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@totem/cloud';
import { systemEnv, systemTimers } from '@totem/host';
import { migratePostgres } from '@totem/migrations';
import pg from 'pg';
import { seedAtSize } from '../seed/at-size.ts';
import { branchAtWork } from './api-branch.ts';
import { type Stops, startCloudProcess } from './cloud-process.ts';
import { type Bench, type Figures, percentile, quantiles } from './harness.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '.cache', 'bench');
const TENANTS = 500;
const TICKETS = 1_000_000;
const PROBES = 400;
const LOGINS = 64;
const LOGINS_AT_ONCE = 8;
const COMMANDS = 2_000;
const COMMANDS_AT_ONCE = 16;
const OPERATORS = 50;
const LISTS_EACH = 40;

export const bench: Bench = {
  name: 'api',
  about: 'commands, call-next, lists and signing in, over a database of many tenants',
  physicalLimit: 'commit_ms_p50',
  rounds: 1,
  goals: [
    { name: 'each ticket called once', of: 'called_twice_count', limit: 0, must: 'be at most' },
    { name: 'no request failed', of: 'failed_count', limit: 0, must: 'be at most' },
  ],
  round: async () => {
    mkdirSync(FOLDER, { recursive: true });
    const folder = mkdtempSync(join(FOLDER, 'api-'));
    const stops: Stops = [() => rmSync(folder, { recursive: true, force: true })];
    try {
      return await measure(folder, stops);
    } finally {
      for (const stop of stops.reverse()) await stop();
    }
  },
  ratios: (figures) => {
    const over = (figure: string, limit: string) => (figures[figure] ?? 0) / (figures[limit] ?? 1);
    return {
      call_next_over_commit: over('call_next_ms_p50', 'commit_ms_p50'),
      list_over_select: over('list_ms_p95', 'select_ms_p50'),
      commands_of_commits: ((figures.commands_per_s ?? 0) * (figures.commit_ms_p50 ?? 0)) / 1_000,
    };
  },
};

async function measure(folder: string, stops: Stops): Promise<Figures> {
  const postgres = await startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    env: systemEnv,
    timers: systemTimers,
  });
  stops.push(() => postgres.stop());
  await migratePostgres(postgres.urls.owner, systemTimers);
  const seeded = await seedAtSize(postgres.urls.superuser, { tenants: TENANTS, tickets: TICKETS, seed: 1 });
  const plenty = { LOGINS_PER_MINUTE_ACCOUNT: '100000', LOGINS_PER_MINUTE_ADDRESS: '100000' };
  const port = await startCloudProcess(folder, postgres, stops, plenty);
  const branch = await branchAtWork(`http://127.0.0.1:${port}`, postgres, OPERATORS);
  const limits = await limitsOf(postgres.urls.superuser);
  const commands = await branch.issue(COMMANDS, COMMANDS_AT_ONCE);
  const calls = await branch.callAll();
  const lists = await branch.lists(LISTS_EACH, seeded.largestTenantId);
  const logins = await branch.signIn(LOGINS, LOGINS_AT_ONCE);
  return {
    select_ms_p50: percentile(limits.selectMs, 50),
    ...quantiles('commit_ms', limits.commitMs),
    commands_per_s: COMMANDS / commands.seconds,
    ...quantiles('command_ms', commands.ms),
    call_next_ms_p50: percentile(calls.ms, 50),
    call_next_ms_p99: percentile(calls.ms, 99),
    called_count: calls.called,
    called_twice_count: calls.twice,
    list_ms_p95: percentile(lists, 95),
    login_ms_p95: percentile(logins, 95),
    failed_count: branch.failures(),
    tickets_count: seeded.tables.get('ticket') ?? 0,
    seed_rows_per_s: seeded.rowsPerSecond,
  };
}

/** The shortest question, and the commit of one row into a table without anything, over one connection. */
async function limitsOf(url: string): Promise<{ readonly selectMs: number[]; readonly commitMs: number[] }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('CREATE TABLE IF NOT EXISTS bench_commit (n int4)');
    const timed = async (text: string): Promise<number[]> => {
      const samples: number[] = [];
      for (let probe = 0; probe < PROBES; probe += 1) {
        const start = performance.now();
        await client.query(text);
        samples.push(performance.now() - start);
      }
      return samples;
    };
    return {
      selectMs: await timed('SELECT 1'),
      commitMs: await timed('INSERT INTO bench_commit VALUES (1)'),
    };
  } finally {
    await client.end();
  }
}
