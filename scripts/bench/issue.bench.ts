/**
 * `npm run bench -- issue`: from the touch to the ticket on disk to the first byte at the printer. The limit is the raw
 * commit: as many bytes as a ticket adds to the log, written and synced on the same disk in the same run. `commit` is the
 * durable commit alone, `issue` the whole transaction with its decision, `answer` and `first_byte` are what a customer waits.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandInput } from '@totem/domain';
import {
  createTcpPrinter,
  DEFAULT_PROFILE,
  type PrinterPort,
  startVirtualPrinter,
} from '@totem/drivers/printer';
import { createAgent } from '@totem/edge';
import {
  agentOptions,
  createTicket,
  issueOne,
  openTotem,
  stockUp,
  type TestPlace,
  testPlace,
} from '@totem/edge/testing';
import { systemEnv, systemTimers } from '@totem/host';
import Database from 'better-sqlite3';
import { measureFsync } from './fsync.ts';
import { type Bench, type Figures, quantiles } from './harness.ts';

const COMMITS = 400;
/** Until the log has reached its steady length. */
const WARM_UP = 250;
const TAPS = 60;
/** On the disk of the checkout, as the data of `npm start` is: a memory file system has nothing to wait for. */
const FOLDER = join(import.meta.dirname, '..', '..', '.cache', 'bench');

export const bench: Bench = {
  name: 'issue',
  about: 'touch to durable ticket to first printer byte, beside the raw commit of the disk',
  physicalLimit: 'raw_commit_ms_p99',
  rounds: 5,
  goals: [
    {
      name: 'durable commit p99 under 2x the raw commit',
      of: 'commit_p99_over_raw_commit_p99',
      limit: 2,
      must: 'be under',
    },
  ],
  round: async () => {
    mkdirSync(FOLDER, { recursive: true });
    const folder = mkdtempSync(join(FOLDER, 'issue-'));
    const place = { ...testPlace(), dataDir: folder };
    try {
      const { issues, commits, bytes } = measureIssues(place);
      return {
        ...quantiles('fsync_ms', measureFsync({ folder, commits: COMMITS })),
        ...quantiles('raw_commit_ms', measureFsync({ folder, commits: COMMITS, bytes })),
        ...quantiles('commit_ms', commits),
        ...quantiles('issue_ms', issues),
        ...(await measureTaps(place)),
        ticket_bytes: bytes,
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
      place.remove();
    }
  },
  ratios: (figures) => {
    const over = (figure: string, limit: string) => (figures[figure] ?? 0) / (figures[limit] ?? 1);
    return {
      commit_p99_over_raw_commit_p99: over('commit_ms_p99', 'raw_commit_ms_p99'),
      commit_p50_over_raw_commit_p50: over('commit_ms_p50', 'raw_commit_ms_p50'),
      issue_p99_over_raw_commit_p99: over('issue_ms_p99', 'raw_commit_ms_p99'),
      commit_p99_over_fsync_p99: over('commit_ms_p99', 'fsync_ms_p99'),
      first_byte_p99_over_raw_commit_p99: over('first_byte_ms_p99', 'raw_commit_ms_p99'),
    };
  },
};

/** What one ticket costs, one by one: the whole transaction, the commit at its end, and the bytes that it writes. */
function measureIssues(place: TestPlace): { issues: number[]; commits: number[]; bytes: number } {
  const parts = openTotem(place);
  stockUp(parts, place.catalogue);
  const issues: number[] = [];
  const commits: number[] = [];
  const exec = Database.prototype.exec;
  // The commit is timed where it happens: the driver's COMMIT is the one place that waits for the disk.
  Database.prototype.exec = function timed(this: Database.Database, sql: string) {
    const start = performance.now();
    const result = exec.call(this, sql);
    if (sql === 'COMMIT') commits.push(performance.now() - start);
    return result;
  };
  try {
    for (let number = 0; number < WARM_UP; number += 1) {
      issueOne(parts, place);
      parts.store.settle();
    }
    commits.length = 0;
    for (let number = 0; number < COMMITS; number += 1) {
      // Between two customers the totem rests and settles its log, which is then written over from its start.
      parts.store.settle();
      const start = performance.now();
      issueOne(parts, place);
      issues.push(performance.now() - start);
    }
    return { issues, commits: commits.slice(0, COMMITS), bytes: bytesOfOneIssue(parts, place) };
  } finally {
    Database.prototype.exec = exec;
    parts.store.close();
  }
}

/** How much one ticket adds to the write-ahead log. */
function bytesOfOneIssue(parts: ReturnType<typeof openTotem>, place: TestPlace): number {
  const log = () => statSync(join(place.dataDir, 'totem.db-wal')).size;
  const ISSUES = 10;
  parts.store.checkpoint();
  issueOne(parts, place);
  const before = log();
  for (let number = 0; number < ISSUES; number += 1) issueOne(parts, place);
  return Math.ceil((log() - before) / ISSUES);
}

/** The whole way of a customer: the kiosk's request, the answer, the first byte on the printer's socket; one at a time. */
async function measureTaps(place: TestPlace): Promise<Figures> {
  const virtual = await startVirtualPrinter({ timers: systemTimers });
  const address = { host: virtual.host, port: virtual.port };
  const printer = createTcpPrinter({ address, profile: DEFAULT_PROFILE, timers: systemTimers });
  let firstByte = Promise.withResolvers<number>();
  const watched: PrinterPort = {
    status: (signal) => printer.status(signal),
    print: (job, options) =>
      printer.print(job, {
        ...options,
        onFirstByte: () => {
          options?.onFirstByte?.();
          firstByte.resolve(performance.now());
        },
      }),
    close: () => printer.close(),
  };
  const agent = createAgent(agentOptions(place, { env: systemEnv, timers: systemTimers, printer: watched }));
  const { url, token } = await agent.start();
  const answers: number[] = [];
  const bytes: number[] = [];
  try {
    for (let number = 0; number < TAPS; number += 1) {
      firstByte = Promise.withResolvers();
      const paper = new Promise<void>((resolve) => {
        const stop = virtual.onPaper(() => {
          stop();
          resolve();
        });
      });
      const command: CommandInput = { ...createTicket(place), id: crypto.randomUUID() };
      const start = performance.now();
      const answer = await fetch(`${url}/v1/commands`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(command),
      });
      if (!answer.ok) throw new Error(`not issued: ${answer.status} ${await answer.text()}`);
      answers.push(performance.now() - start);
      bytes.push((await firstByte.promise) - start);
      await paper;
    }
  } finally {
    await agent.stop();
    await printer.close();
    await virtual.close();
  }
  return { ...quantiles('answer_ms', answers), ...quantiles('first_byte_ms', bytes) };
}
