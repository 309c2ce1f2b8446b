/**
 * `npm run bench -- pay`: what a sale costs beyond the other side's own time: deciding, and every step on disk before it is acted
 * on. Pix over a true socket and TEF over true files, each with its simulator; the time that is spent asking them, and the
 * pauses between two questions, are theirs and are taken off. The limit is the raw commit of the disk, times the commits of a sale.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Timers } from '@totem/domain';
import type { PaymentPort } from '@totem/drivers/payment';
import { createHttpSend, createPixApi, createPixPort, openPixSimulator } from '@totem/drivers/psp';
import { createTefPort, genericProfile, openTefSimulator } from '@totem/drivers/terminal';
import { openTotem, stockUp, testPlace, tillAt, unpaidOne } from '@totem/edge/testing';
import { systemEnv, systemTimers } from '@totem/host';
import { measureFsync } from './fsync.ts';
import { type Bench, quantiles } from './harness.ts';

const SALES = 40;
const WARM_UP = 10;
const COMMITS = 400;
const PRICE = 4_590;
/** How much faster the payment manager and its customer live, so that a round ends today. */
const FASTER = 200;
const STEP_MS = 1;
const FOLDER = join(import.meta.dirname, '..', '..', '.cache', 'bench');

export const bench: Bench = {
  name: 'pay',
  about: 'what a Pix and a card sale cost beyond the other side’s time, beside the raw commit of the disk',
  physicalLimit: 'raw_commit_ms_p99',
  rounds: 3,
  goals: [
    {
      name: 'a Pix sale p99 under 2x its commits',
      of: 'pix_overhead_p99_over_its_commits',
      limit: 2,
      must: 'be under',
    },
    {
      name: 'a TEF sale p99 under 2x its commits',
      of: 'tef_overhead_p99_over_its_commits',
      limit: 2,
      must: 'be under',
    },
  ],
  round: async () => {
    mkdirSync(FOLDER, { recursive: true });
    const folder = mkdtempSync(join(FOLDER, 'pay-'));
    try {
      const pix = await measure(join(folder, 'pix'), pixSide);
      const tef = await measure(join(folder, 'tef'), () => tefSide(join(folder, 'manager')));
      return {
        ...quantiles('raw_commit_ms', measureFsync({ folder, commits: COMMITS })),
        ...quantiles('pix_overhead_ms', pix.overheads),
        ...quantiles('tef_overhead_ms', tef.overheads),
        pix_commits_count: pix.commits,
        tef_commits_count: tef.commits,
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  ratios: (figures) => {
    const limit = (commits: string) => (figures.raw_commit_ms_p99 ?? 1) * (figures[commits] ?? 1);
    return {
      pix_overhead_p99_over_its_commits: (figures.pix_overhead_ms_p99 ?? 0) / limit('pix_commits_count'),
      tef_overhead_p99_over_its_commits: (figures.tef_overhead_ms_p99 ?? 0) / limit('tef_commits_count'),
    };
  },
};

interface OtherSide {
  readonly port: PaymentPort;
  close(): Promise<void> | void;
}

async function pixSide(): Promise<OtherSide> {
  const account = { clientId: 'bench', clientSecret: 'secret' };
  const simulator = await openPixSimulator({ env: systemEnv, ...account });
  const http = createHttpSend(systemTimers);
  const { baseUrl, tokenUrl } = simulator;
  const config = { ...account, baseUrl, tokenUrl, key: 'key', merchantName: 'Loja', merchantCity: 'Recife' };
  const api = createPixApi(config, { env: systemEnv, timers: systemTimers, send: http.send });
  return {
    port: createPixPort(config, api),
    async close() {
      http.close();
      await simulator.close();
    },
  };
}

function tefSide(folder: string): OtherSide {
  const profile = genericProfile({ requestDir: join(folder, 'REQ'), responseDir: join(folder, 'RESP') });
  const timers: Timers = {
    after: (delayMs, run) => systemTimers.after(delayMs / FASTER, run),
    monotonicMs: () => systemTimers.monotonicMs() * FASTER,
  };
  const env = { ...systemEnv, now: () => Math.floor(performance.now() * FASTER) };
  const simulator = openTefSimulator(profile, env);
  const timer = setInterval(() => {
    while (simulator.step());
  }, STEP_MS);
  return { port: createTefPort(profile, { env: systemEnv, timers }), close: () => clearInterval(timer) };
}

/** Milliseconds of each sale that are ours, and the commits of one. */
async function measure(
  dataDir: string,
  open: () => Promise<OtherSide> | OtherSide,
): Promise<{ overheads: number[]; commits: number }> {
  const place = { ...testPlace({ now: systemEnv.now() }), dataDir };
  const side = await open();
  const parts = openTotem(place);
  try {
    stockUp(parts, place.catalogue);
    let theirsMs = 0;
    const till = tillAt(
      parts,
      asked(side.port, (ms) => {
        theirsMs += ms;
      }),
      AT_ONCE,
    );
    let commits = 0;
    parts.store.onCommit(() => {
      commits += 1;
    });
    const overheads: number[] = [];
    for (let sale = 0; sale < WARM_UP + SALES; sale += 1) {
      const ticketId = unpaidOne(parts, place, PRICE);
      theirsMs = 0;
      commits = 0;
      const startMs = performance.now();
      await till.pay(ticketId, { deliver: async () => true });
      if (sale >= WARM_UP) overheads.push(performance.now() - startMs - theirsMs);
      parts.store.settle();
    }
    return { overheads, commits };
  } finally {
    parts.store.close();
    await side.close();
    place.remove();
  }
}

/** Pauses between two questions are the customer's time: here there is none. */
const AT_ONCE: Timers = {
  after: (_delayMs, run) => {
    let isStopped = false;
    queueMicrotask(() => {
      if (!isStopped) run();
    });
    return () => {
      isStopped = true;
    };
  },
  monotonicMs: systemTimers.monotonicMs,
};

/** A port that says how long each question to it took. */
function asked(port: PaymentPort, tell: (ms: number) => void): PaymentPort {
  const timed =
    <A extends readonly unknown[], R>(ask: (...values: A) => Promise<R>) =>
    async (...values: A): Promise<R> => {
      const startMs = performance.now();
      try {
        return await ask(...values);
      } finally {
        tell(performance.now() - startMs);
      }
    };
  return {
    ...port,
    ready: timed(port.ready),
    request: timed(port.request),
    ask: timed(port.ask),
    cancel: timed(port.cancel),
    confirm: timed(port.confirm),
    undo: timed(port.undo),
    found: timed(port.found),
  };
}
