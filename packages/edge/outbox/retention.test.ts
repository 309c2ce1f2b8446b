/** Weeks of work: what the cloud has is kept for seven days and then forgotten, and nothing grows for ever. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { instantText } from '@totem/domain';
import { proof, recordProof } from '@totem/testkit/proof';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ackedNow } from '../ledger/folded.ts';
import { openOrigin, saveAcked } from '../ledger/origins.ts';
import type { Parts } from '../parts.ts';
import { replaceAll } from '../replica/apply.ts';
import { issueOne, openTotem, stockUp, type TestPlace, testPlace } from '../testing/totem.ts';
import { prune } from './retention.ts';

const PROOF = 'edge/thirty days in bounded memory and files';
const TICKETS_A_DAY = proof(PROOF, { share: 15, full: 400, unit: 'tickets a day' });
const DAYS = 30;
const DAY_MS = 86_400_000;
/** All of it is well below what a proof in full takes on a slow disk. */
const TIMEOUT_MS = 1_200_000;

let place: TestPlace;
let parts: Parts;
beforeEach(() => {
  place = testPlace();
  parts = openTotem(place);
  stockUp(parts, place.catalogue);
});
afterEach(async () => {
  await parts.journal.stop();
  parts.store.close();
  place.remove();
});

const count = (table: string) =>
  Number(parts.store.read((db) => db.one(`SELECT count(*) AS n FROM ${table}`))?.n);

function acknowledgeAll(): void {
  const at = instantText(parts.clock.env.now());
  parts.clock.learn(place.world.env.now(), true);
  parts.store.write((db) => {
    const current = openOrigin(db);
    if (current !== undefined) saveAcked(db, current.origin, current.head.seq, at);
  });
}

function bytesOnDisk(dir: string): number {
  return readdirSync(dir, { withFileTypes: true })
    .map((one) => (one.isDirectory() ? bytesOnDisk(join(dir, one.name)) : statSync(join(dir, one.name)).size))
    .reduce((a, b) => a + b, 0);
}

/** Memory in use once nothing is left to be freed. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

/** A day of work with the link there: tickets, the cloud has them, and by the evening of the next day the server lets old ones go. */
async function workDay(): Promise<void> {
  const start = place.world.timers.monotonicMs();
  for (let ticket = 0; ticket < TICKETS_A_DAY; ticket += 1) issueOne(parts, place);
  await parts.journal.flush();
  const before = parts.store.read(ackedNow);
  acknowledgeAll();
  parts.store.write((db) => replaceAll(db, 'ticket', place.device.tenantId, [], before));
  parts.store.settle();
  place.world.advance(DAY_MS - (place.world.timers.monotonicMs() - start));
  acknowledgeAll();
  prune(parts.store, parts.clock);
  await parts.journal.flush();
}

describe('retention', () => {
  it('I-EDG-19: what the cloud has is kept for seven days, what it has not for as long as it takes', () => {
    issueOne(parts, place);
    acknowledgeAll();
    issueOne(parts, place);
    place.world.advance(6 * DAY_MS);
    expect(prune(parts.store, parts.clock)).toBe(0);
    parts.clock.learn(place.world.env.now(), true);
    place.world.advance(2 * DAY_MS);
    expect(prune(parts.store, parts.clock)).toBe(2);
    place.world.advance(6 * DAY_MS);
    prune(parts.store, parts.clock);
    expect(count('audit_log')).toBe(1);
    expect(parts.outbox.status().pending).toBe(1);
  });

  it(
    'I-EDG-19: over thirty days neither files nor tables nor memory grow past those of the first ten',
    async () => {
      const sizes: { readonly bytes: number; readonly entries: number; readonly heap: number }[] = [];
      for (let day = 1; day <= DAYS; day += 1) {
        await workDay();
        if (day === 10 || day === DAYS)
          sizes.push({ bytes: bytesOnDisk(place.dataDir), entries: count('audit_log'), heap: heapBytes() });
      }
      const [early, late] = sizes;
      if (early === undefined || late === undefined) throw new Error('nothing was measured');
      expect(late.entries).toBeLessThanOrEqual(early.entries);
      expect(late.entries).toBeLessThanOrEqual(9 * TICKETS_A_DAY);
      // The log of changes fills up to its own bound, whatever the days.
      expect(count('change_log')).toBeLessThanOrEqual(20_000 + 2 * TICKETS_A_DAY);
      expect(late.bytes - early.bytes).toBeLessThan(48 * 1024 * 1024);
      expect(late.heap - early.heap).toBeLessThan(16 * 1024 * 1024);
      for (const table of ['ticket', 'print_job', 'command', 'acknowledgement', 'server_row'])
        expect([table, count(table) <= 9 * TICKETS_A_DAY + 20]).toEqual([table, true]);
      recordProof(PROOF, {
        day_10_bytes: early.bytes,
        day_30_bytes: late.bytes,
        day_30_entries_count: late.entries,
        heap_growth_bytes: late.heap - early.heap,
      });
    },
    TIMEOUT_MS,
  );
});
