/** A damaged database: what is found in its bytes, what is carried on, and how the totem comes back. */
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  type LedgerEntry,
  NUMBERS_SKIPPED_AFTER_SALVAGE,
  priorityClassTable,
  serviceTable,
  siteTable,
} from '@totem/domain';
import { proof, recordProof } from '@totem/testkit/proof';
import { seededRandom } from '@totem/testkit/virtual';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAgent } from '../agent.ts';
import { openDeviceKey } from '../identity/device-key.ts';
import { issueTicket } from '../issue/issue.ts';
import { entriesAfter } from '../ledger/entries.ts';
import { allOrigins, openOrigin, saveAcked } from '../ledger/origins.ts';
import type { Parts } from '../parts.ts';
import { DAMAGED_KEPT, DATABASE_FILE, JOURNAL_DIR, setAside } from '../store/files.ts';
import { startFakeCloud } from '../testing/fake-cloud.ts';
import {
  agentOptions,
  createTicket,
  issueOne,
  openTotem,
  stockUp,
  type TestPlace,
  testPlace,
  until,
} from '../testing/totem.ts';
import { readDamaged } from './carve.ts';

const PROOF = 'edge/salvage of a database with fifty pages trashed';
const SEEDS = proof(PROOF, { share: 8, full: 300, unit: 'seeds' });
const TICKETS = 300;
const TRASHED = 50;
const PAGE = 4_096;

const cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

const pathIn = (dir: string) => join(dir, DATABASE_FILE);

/** The disk of a totem that was switched off in the middle of its work: a file, a log beside it, a journal. */
async function outage(place: TestPlace): Promise<readonly LedgerEntry[]> {
  const parts = openTotem(place);
  stockUp(parts, place.catalogue);
  for (let ticket = 0; ticket < TICKETS; ticket += 1) {
    issueOne(parts, place);
    if (ticket === 40) parts.store.write((db) => acknowledge(db, 40));
    if (ticket === TICKETS / 2) parts.store.checkpoint();
  }
  await parts.journal.flush();
  const written = parts.store.read((db) =>
    allOrigins(db).flatMap(({ origin }) => entriesAfter(db, origin, 0, 10_000)),
  );
  cpSync(place.dataDir, `${place.dataDir}-off`, { recursive: true });
  await parts.journal.stop();
  parts.store.close();
  rmSync(place.dataDir, { recursive: true });
  cpSync(`${place.dataDir}-off`, place.dataDir, { recursive: true });
  return written.map(({ entry }) => entry);
}

function acknowledge(db: Parameters<Parameters<Parts['store']['write']>[0]>[0], seq: number): void {
  const current = openOrigin(db);
  if (current !== undefined) saveAcked(db, current.origin, seq, current.openedAt);
}

/** Writes noise over pages of the file and its log, chosen at random. */
function trash(dir: string, seed: number, count: number, among: readonly string[] = ['', '-wal']): void {
  const random = seededRandom(seed);
  const files = among.map((suffix) => `${pathIn(dir)}${suffix}`).filter(existsSync);
  const slots = files.flatMap((path) =>
    Array.from({ length: Math.floor(statSync(path).size / PAGE) }, (_, page) => ({ path, page })),
  );
  for (let round = 0; round < count; round += 1) {
    const slot = slots[Math.floor(random() * slots.length)];
    if (slot === undefined) return;
    const fd = openSync(slot.path, 'r+');
    writeSync(
      fd,
      Uint8Array.from({ length: PAGE }, () => Math.floor(random() * 256)),
      0,
      PAGE,
      slot.page * PAGE,
    );
    closeSync(fd);
  }
}

describe('the bytes of a damaged database', () => {
  let place: TestPlace;
  let written: readonly LedgerEntry[];
  beforeAll(async () => {
    place = testPlace();
    written = await outage(place);
  });
  afterAll(() => place.remove());

  it(`I-EDG-15: with ${TRASHED} pages trashed, at least 98 % of what was not sent is found, and nothing is made up`, () => {
    const byId = new Map(written.map((entry) => [entry.id, entry]));
    const unsent = written.filter(({ seq }) => seq > 40);
    const shares = { both: [] as number[], alone: [] as number[] };
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const dir = `${place.dataDir}-${seed}`;
      cpSync(place.dataDir, dir, { recursive: true });
      trash(dir, seed, TRASHED);
      for (const kind of ['both', 'alone'] as const) {
        if (kind === 'alone') rmSync(join(dir, JOURNAL_DIR), { recursive: true });
        const found = readDamaged(dir, place.device);
        for (const entry of found.entries) expect(entry).toEqual(byId.get(entry.id));
        expect(found.acked.size === 0 || [...found.acked.values()].join() === '40').toBe(true);
        const ids = new Set(found.entries.map(({ id }) => id));
        const share = unsent.filter(({ id }) => ids.has(id)).length / unsent.length;
        shares[kind].push(share);
      }
      rmSync(dir, { recursive: true });
    }
    const least = (values: readonly number[]) => Math.floor(1_000 * Math.min(...values)) / 10;
    const mean = (values: readonly number[]) =>
      Math.round((1_000 * values.reduce((a, b) => a + b, 0)) / values.length) / 10;
    expect(least(shares.both)).toBeGreaterThanOrEqual(98);
    recordProof(PROOF, {
      pages_in_file_and_log_count: ['', '-wal'].reduce(
        (sum, suffix) => sum + Math.floor(statSync(`${pathIn(place.dataDir)}${suffix}`).size / PAGE),
        0,
      ),
      salvaged_least_percent: least(shares.both),
      salvaged_mean_percent: mean(shares.both),
      without_journal_least_percent: least(shares.alone),
      without_journal_mean_percent: mean(shares.alone),
      invented_count: 0,
    });
  });

  it('I-EDG-15: every entry of an undamaged file is found without opening it, with its personal data', () => {
    rmSync(join(place.dataDir, JOURNAL_DIR), { recursive: true });
    const found = readDamaged(place.dataDir, place.device);
    expect(found.entries).toEqual(written);
    expect([...found.acked.values()]).toEqual([40]);
    expect(found.numbers).toEqual([{ prefix: 'A', businessDay: '2026-11-23', last: TICKETS }]);
  });
});

/** Calls back whenever a totem has answered, and asks it again. @returns ends it. */
function everyAnswer(url: string, listener: () => void): () => void {
  let isOver = false;
  const ask = async (): Promise<void> => {
    while (!isOver) {
      await (await fetch(`${url}/health`)).arrayBuffer();
      listener();
    }
  };
  void ask();
  return () => {
    isOver = true;
  };
}

describe('a totem with a damaged database', () => {
  async function cloudFor(place: TestPlace) {
    const { env, timers } = place.world;
    const { publicJwk } = openDeviceKey(place.dataDir);
    const cloud = await startFakeCloud({ env, timers, device: place.device, publicJwk });
    cleanup.push(() => cloud.close());
    cloud.put(siteTable, place.catalogue.site);
    cloud.put(serviceTable, place.catalogue.service);
    cloud.put(priorityClassTable, place.catalogue.priorityClass);
    return cloud;
  }
  function run(place: TestPlace, cloudUrl: string): Parts {
    const parts = openTotem(place, { cloudUrl });
    parts.store.onCommit(() => parts.outbox.wake());
    parts.replica.onChange(() => void parts.salvage.finish());
    parts.outbox.start();
    parts.replica.start();
    cleanup.push(async () => {
      parts.replica.stop();
      await parts.outbox.stop();
      await parts.journal.stop();
      parts.store.close();
    });
    return parts;
  }
  const newPlace = () => {
    const place = testPlace();
    cleanup.push(place.remove);
    mkdirSync(place.dataDir, { recursive: true });
    return place;
  };
  const synced = (parts: Parts) => until(() => parts.replica.behind().length === 0, parts.replica.onChange);
  const sent = (parts: Parts) => until(() => parts.outbox.status().pending === 0, parts.outbox.onChange);

  it('I-EDG-15: sells again within a minute with every ticket at the cloud, and numbers go on past what is known', async () => {
    const place = newPlace();
    const cloud = await cloudFor(place);
    const before = run(place, cloud.url);
    await synced(before);
    issueOne(before, place);
    await sent(before);
    before.replica.stop();
    await before.outbox.stop();
    const codes = Array.from({ length: 30 }, () => issueOne(before, place).code);
    await before.journal.stop();
    before.store.close();
    trash(place.dataDir, 7, TRASHED);
    const from = place.world.timers.monotonicMs();
    const after = run(place, cloud.url);
    expect(() => issueTicket(after, createTicket(place))).toThrow(
      expect.objectContaining({ code: 'not_ready' }),
    );
    await synced(after);
    const next = issueOne(after, place);
    expect(next.code).toBe(`A0${31 + NUMBERS_SKIPPED_AFTER_SALVAGE}`);
    expect(place.world.timers.monotonicMs() - from).toBeLessThan(60_000);
    await sent(after);
    expect([...cloud.tickets().values()].map(({ code }) => code).sort()).toEqual([
      'A001',
      ...codes,
      next.code,
    ]);
    expect(after.store.read(openOrigin)).toMatchObject({ reason: 'salvaged' });
  });

  it('I-EDG-15: damage that is met in work is believed when the file says it again, and the totem goes on in place', async () => {
    const place = newPlace();
    const cloud = await cloudFor(place);
    const parts = run(place, cloud.url);
    await synced(parts);
    const { code } = issueOne(parts, place);
    await parts.journal.flush();
    const meet = () =>
      expect(() =>
        parts.store.read(() => {
          throw Object.assign(new Error('a test meets damage'), { code: 'SQLITE_CORRUPT' });
        }),
      ).toThrow();
    meet();
    const { origin } = (parts.salvage.recover() && parts.store.read(openOrigin)) || {};
    expect(parts.store.read(openOrigin)).toMatchObject({ reason: 'enrolled', origin });
    parts.store.checkpoint();
    trash(place.dataDir, 3, TRASHED, ['']);
    meet();
    expect(parts.salvage.recover()).toBe(true);
    expect(parts.store.read(openOrigin)).toMatchObject({ reason: 'salvaged' });
    await until(
      () => parts.store.read((db) => db.one("SELECT 1 FROM setting WHERE key = 'rebuilding'")) === undefined,
      parts.store.onCommit,
    );
    issueOne(parts, place);
    await sent(parts);
    expect([...cloud.tickets().values()].map((ticket) => ticket.code)).toContain(code);
  });

  it('I-EDG-15: the whole agent comes back by itself, and says meanwhile that it is not ready', async () => {
    const place = newPlace();
    const cloud = await cloudFor(place);
    const written = await outage(place);
    trash(place.dataDir, 11, TRASHED);
    const agent = createAgent(agentOptions(place, { cloudUrl: cloud.url }));
    cleanup.push(() => agent.stop());
    const { url, token } = await agent.start();
    expect(agent.status().parts).toContainEqual({
      part: 'device',
      state: 'fault',
      detail: { code: 'not_ready' },
    });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const ask = async () => {
      const body = JSON.stringify(createTicket(place));
      return (await fetch(`${url}/v1/commands`, { method: 'POST', headers, body })).json();
    };
    const isOk = () => agent.status().parts.some(({ part, state }) => part === 'device' && state === 'ok');
    await until(
      isOk,
      (listener) => cloud.onRequest(listener),
      (listener) => everyAnswer(url, listener),
    );
    const last = written.filter(({ action }) => action === 'TICKET_CREATE').length;
    expect(await ask()).toMatchObject({ ticket: { code: `A${last + NUMBERS_SKIPPED_AFTER_SALVAGE}` } });
  });

  it('I-EDG-15: a salvage that a power cut ends is done again from the beginning', async () => {
    const place = newPlace();
    const written = await outage(place);
    setAside(pathIn(place.dataDir));
    // As if the blank database had been opened, and the power had gone before the facts were in it.
    writeFileSync(pathIn(place.dataDir), 'half');
    const parts = openTotem(place);
    cleanup.push(() => parts.store.close());
    const current = parts.store.read(openOrigin);
    expect(current).toMatchObject({ reason: 'salvaged', head: { seq: 1 + written.length - 40 } });
    expect(parts.store.awaiting()).toBeUndefined();
  });

  it('damaged databases are kept for whoever looks into it, and not without end', () => {
    const place = newPlace();
    for (let round = 0; round < DAMAGED_KEPT + 2; round += 1) {
      const parts = openTotem(place);
      expect(parts.store.read(openOrigin)).toMatchObject({ reason: round === 0 ? 'enrolled' : 'salvaged' });
      parts.store.checkpoint();
      parts.store.close();
      trash(place.dataDir, round, 200);
    }
    const kept = ['0001', '0002', '0003', '0004'].filter((name) =>
      existsSync(join(place.dataDir, 'damaged', name)),
    );
    expect(kept).toEqual(['0002', '0003', '0004']);
  });
});
