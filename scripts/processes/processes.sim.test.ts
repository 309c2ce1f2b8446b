/**
 * Two totems, the API and PostgreSQL as processes of the system, killed and cut at random while tickets are issued: at the end
 * every replica is equal, every entry is there once, and rows are what entries say. The seed decides what is done and in which
 * order; when exactly it hits is the machine's.
 */
import { createDatabase, entriesOfOrigin, readTenant, replayLedgers } from '@totem/cloud';
import { CHAIN_START, type OriginId, verifyChain } from '@totem/domain';
import { createLog } from '@totem/host';
import type { Cable } from '@totem/testkit/cable';
import { proof, recordProof } from '@totem/testkit/proof';
import { seededRandom } from '@totem/testkit/virtual';
import { expect, test } from 'vitest';
import {
  entriesIn,
  type ProcessBranch,
  type ProcessTotem,
  rowsOf,
  startProcesses,
  untilGiven,
} from './branch.ts';

const NAME = 'processes/blows to running processes';
const BLOWS = proof(NAME, { share: 3, full: 300, unit: 'blows' });
const SEED = 1;
const TICKETS_A_BLOW = 4;
/** Ends what hangs; processes of a busy machine start slowly. */
const TIMEOUT_MS = 240_000 + BLOWS * 30_000;

interface Blow {
  readonly name: string;
  /** Hits. @returns what heals it, which may take its time. */
  hit(branch: ProcessBranch, totem: ProcessTotem): Promise<() => Promise<unknown> | unknown>;
}

function cutFor(cable: Cable): () => void {
  cable.cut();
  return () => cable.restore();
}

/** In the first round each comes once, then they come by chance. */
const BLOWS_THERE_ARE: readonly Blow[] = [
  {
    name: 'answers are lost',
    hit: async (_, { cable }) => {
      cable.loseReplies(true);
      return () => {
        cable.loseReplies(false);
        // Whoever waits for an answer that was lost hears of it now.
        cable.cut();
        cable.restore();
      };
    },
  },
  {
    name: 'API and totem are killed at once',
    hit: async ({ api }, { process }) => {
      await Promise.all([api.kill(), process.kill()]);
      await Promise.all([api.start(), process.start()]);
      return () => {};
    },
  },
  {
    name: 'the database restarts',
    hit: async (branch) => {
      await branch.restartDatabase();
      return () => {};
    },
  },
  { name: 'the link is cut', hit: async (_, { cable }) => cutFor(cable) },
  {
    name: 'the API is killed',
    hit: async ({ api }) => {
      await api.kill();
      return () => api.start();
    },
  },
  {
    name: 'the totem is killed',
    hit: async (_, { process }) => {
      await process.kill();
      await process.start();
      return () => {};
    },
  },
  {
    name: 'the database is out of reach',
    hit: async ({ databaseCable }) => cutFor(databaseCable),
  },
  {
    name: 'the link breaks all the time',
    hit: async (_, { cable }) => {
      cable.breakEvery(2_000);
      return () => cable.breakEvery(0);
    },
  },
];

test(
  'whatever is killed and cut, each ticket that was answered is in every place once',
  async () => {
    const branch = await startProcesses();
    try {
      const issued = new Map<string, string>();
      const issueSome = async (totem: ProcessTotem): Promise<void> => {
        for (let one = 0; one < TICKETS_A_BLOW; one += 1) {
          const { id, code } = await totem.issue();
          issued.set(id, code);
        }
      };
      await Promise.all(branch.totems.map(issueSome));
      const random = seededRandom(SEED);
      const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
      for (let number = 0; number < BLOWS; number += 1) {
        const blow = BLOWS_THERE_ARE[number] ?? pick(BLOWS_THERE_ARE);
        const issuing = branch.totems.map(issueSome);
        const heal = await blow.hit(branch, pick(branch.totems));
        await Promise.all(issuing);
        await Promise.all(branch.totems.map(issueSome));
        await heal();
      }
      await expectOneTruth(branch, issued);
      recordProof(NAME, { tickets_count: issued.size });
    } finally {
      await branch.close();
    }
  },
  TIMEOUT_MS,
);

/** Waits until every outbox is empty and every replica shows what the database has; then looks at all of it. */
async function expectOneTruth(branch: ProcessBranch, issued: ReadonlyMap<string, string>): Promise<void> {
  const { totems, tenantId } = branch;
  const truth = async () => {
    const rows = await rowsOf(branch.urls(), 'SELECT id, code, state, folded FROM ticket');
    return new Map(
      rows.map(({ id, code, state, folded }) => [String(id), `${code} ${state} ${entriesIn(folded)}`]),
    );
  };
  await untilGiven(async () => {
    const pending = await Promise.all(totems.map((totem) => totem.pending()));
    if (pending.some((count) => count !== 0)) return undefined;
    const there = await truth();
    const shown = await Promise.all(totems.map((totem) => totem.tickets()));
    return shown.every((tickets) => isSame(tickets, there)) ? there : undefined;
  });
  const there = await truth();
  expect(new Map([...there].map(([id, text]) => [id, text.split(' ')[0]]))).toEqual(issued);
  expect(new Set(issued.values()).size).toBe(issued.size);

  const db = createDatabase(branch.urls(), createLog('processes', { level: 'silent' }));
  try {
    const origins = await rowsOf(branch.urls(), 'SELECT id FROM origin');
    for (const { id } of origins) {
      const entries = await readTenant(db, tenantId, (tx) => entriesOfOrigin(tx, String(id)));
      expect(verifyChain(CHAIN_START, String(id) as OriginId, entries)).toMatchObject({ ok: true });
      expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
    }
    for await (const report of replayLedgers(db, [tenantId]))
      expect(report).toMatchObject({ rows: issued.size, unkept: 0, differences: [] });
    expect(await rowsOf(branch.urls(), 'SELECT id FROM ledger_quarantine')).toEqual([]);
    expect(await rowsOf(branch.urls(), 'SELECT id, kind FROM conflict')).toEqual([]);
  } finally {
    await db.close();
  }
}

function isSame(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([id, text]) => b.get(id) === text);
}
