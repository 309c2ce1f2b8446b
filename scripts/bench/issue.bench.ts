/**
 * `npm run bench -- issue`: from the touch to the ticket on disk to the first byte at the printer, beside the raw commit of
 * the same disk. A durable commit has to wait for the disk; the ratio says how much else is on the way.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
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
import { measureFsync } from './fsync.ts';
import { type Bench, type Figures, quantiles } from './harness.ts';

const COMMITS = 400;
const WARM_UP = 40;
const TAPS = 60;
/** On the disk of the checkout, as the data of `npm start` is: a memory file system has nothing to wait for. */
const FOLDER = join(import.meta.dirname, '..', '..', '.cache', 'bench');

export const bench: Bench = {
  name: 'issue',
  about: 'touch to durable ticket to first printer byte, beside the raw commit of the disk',
  physicalLimit: 'fsync_ms_p99',
  rounds: 5,
  goals: [
    {
      name: 'durable commit p99 under 2x the raw commit',
      of: 'commit_p99_over_fsync_p99',
      limit: 2,
      must: 'be under',
    },
  ],
  round: async () => {
    mkdirSync(FOLDER, { recursive: true });
    const folder = mkdtempSync(join(FOLDER, 'issue-'));
    const place = { ...testPlace(), dataDir: folder };
    try {
      // The raw commit before and after, so that a disk that changes its mind in between is not held against either.
      const before = measureFsync({ folder, commits: COMMITS / 2 });
      const commits = measureCommits(place);
      const after = measureFsync({ folder, commits: COMMITS / 2 });
      return {
        ...quantiles('fsync_ms', [...before, ...after]),
        ...quantiles('commit_ms', commits),
        ...(await measureTaps(place)),
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
      place.remove();
    }
  },
  ratios: (figures) => ({
    commit_p99_over_fsync_p99: (figures.commit_ms_p99 ?? 0) / (figures.fsync_ms_p99 ?? 1),
    commit_p50_over_fsync_p50: (figures.commit_ms_p50 ?? 0) / (figures.fsync_ms_p50 ?? 1),
    first_byte_p99_over_fsync_p99: (figures.first_byte_ms_p99 ?? 0) / (figures.fsync_ms_p99 ?? 1),
  }),
};

/** Issues tickets one by one. @returns for each the milliseconds until it was on disk. */
function measureCommits(place: TestPlace): number[] {
  const parts = openTotem(place);
  stockUp(parts, place.catalogue);
  const issue = () => {
    const start = performance.now();
    issueOne(parts, place);
    return performance.now() - start;
  };
  for (let number = 0; number < WARM_UP; number += 1) issue();
  // At rest the agent settles; from then on the log is written over, as in a totem that has run for a while.
  parts.store.settle();
  const taken = Array.from({ length: COMMITS }, issue);
  parts.store.close();
  return taken;
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
