/** A damaged database: what is found in its bytes, what is carried on, and how the totem comes back. */
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
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
import { segmentName } from '../journal/lines.ts';
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
const SEEDS = proof(PROOF, { share: 1, full: 60, unit: 'seeds' });
const TICKETS = 300;
const TRASHED = 50;
/** For a proof in full, on a machine with much else to do. */
const TIMEOUT_MS = 1_200_000;
const JOURNALS = ['whole', 'hurt', 'none'] as const;
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

const DATABASE = [DATABASE_FILE, `${DATABASE_FILE}-wal`] as const;

/** Writes noise over pages of files, chosen at random. */
function trash(dir: string, seed: number, count: number, among: readonly string[] = DATABASE): void {
  const random = seededRandom(seed);
  const files = among.map((name) => join(dir, name)).filter(existsSync);
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

const least = (values: readonly number[]) => Math.floor(1_000 * Math.min(...values)) / 10;
const mean = (values: readonly number[]) =>
  Math.round((1_000 * values.reduce((a, b) => a + b, 0)) / values.length) / 10;
const pagesOf = (dir: string) =>
  DATABASE.map((name) => statSync(join(dir, name), { throwIfNoEntry: false })?.size ?? 0)
    .map((size) => Math.floor(size / PAGE))
    .reduce((a, b) => a + b, 0);

/** The same disk after an orderly end: everything is in the file. @returns the folder. */
function rested(place: TestPlace): string {
  const dir = `${place.dataDir}-rested`;
  cpSync(place.dataDir, dir, { recursive: true });
  openTotem({ ...place, dataDir: dir }).store.close();
  return dir;
}

describe('the bytes of a damaged database', () => {
  let place: TestPlace;
  let written: readonly LedgerEntry[];
  beforeAll(async () => {
    place = testPlace();
    written = await outage(place);
  });
  afterAll(() => place.remove());

  it(
    `I-EDG-15: with ${TRASHED} pages trashed, at least 98 % of what was not sent is found, and nothing is made up`,
    () => {
      // Switched off in its work: many pages are twice on the disk. At rest: each is there once, and every one that is hit counts.
      const inWork = shares(place.dataDir, written);
      const atRest = shares(rested(place), written);
      expect(least([...inWork.whole, ...atRest.whole])).toBeGreaterThanOrEqual(98);
      // The journal lies on the same disk.
      expect(mean([...inWork.hurt, ...atRest.hurt])).toBeGreaterThanOrEqual(98);
      recordProof(PROOF, {
        in_work_pages_count: pagesOf(place.dataDir),
        in_work_least_percent: least(inWork.whole),
        in_work_hurt_journal_least_percent: least(inWork.hurt),
        in_work_without_journal_least_percent: least(inWork.none),
        at_rest_pages_count: pagesOf(`${place.dataDir}-rested`),
        at_rest_least_percent: least(atRest.whole),
        at_rest_hurt_journal_least_percent: least(atRest.hurt),
        at_rest_hurt_journal_mean_percent: mean(atRest.hurt),
        at_rest_without_journal_least_percent: least(atRest.none),
        at_rest_without_journal_mean_percent: mean(atRest.none),
        invented_count: 0,
      });
    },
    TIMEOUT_MS,
  );

  /** What share of the unsent entries is found, for each seed: with a whole journal, one of which a page is trashed, and none. */
  function shares(from: string, all: readonly LedgerEntry[]): Record<(typeof JOURNALS)[number], number[]> {
    const byId = new Map(all.map((entry) => [entry.id, entry]));
    const unsent = all.filter(({ seq }) => seq > 40);
    const found: Record<(typeof JOURNALS)[number], number[]> = { whole: [], hurt: [], none: [] };
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const dir = `${place.dataDir}-${seed}`;
      cpSync(from, dir, { recursive: true });
      trash(dir, seed, TRASHED);
      for (const kind of JOURNALS) {
        if (kind === 'hurt') trash(dir, seed, 1, [join(JOURNAL_DIR, segmentName(1))]);
        if (kind === 'none') rmSync(join(dir, JOURNAL_DIR), { recursive: true });
        const { entries, acked } = readDamaged(dir, place.device);
        for (const entry of entries) expect(entry).toEqual(byId.get(entry.id));
        for (const seq of acked.values()) expect(seq).toBe(40);
        const ids = new Set(entries.map(({ id }) => id));
        found[kind].push(unsent.filter(({ id }) => ids.has(id)).length / unsent.length);
      }
      rmSync(dir, { recursive: true });
    }
    return found;
  }

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

  it('I-EDG-15: sells again without the link, past every number, and who asks again has no second ticket', async () => {
    const place = newPlace();
    const cloud = await cloudFor(place);
    const before = run(place, cloud.url);
    await synced(before);
    before.replica.stop();
    await before.outbox.stop();
    const commands = Array.from({ length: 20 }, () => createTicket(place));
    const codes = commands.map((command) => issueTicket(before, command).ticket?.code);
    await before.journal.stop();
    before.store.close();
    trash(place.dataDir, 5, 5_000, [DATABASE_FILE]);
    const after = openTotem(place);
    cleanup.push(() => after.store.close());
    expect(after.store.read(openOrigin)).toMatchObject({ reason: 'salvaged' });
    const last = commands.at(-1);
    if (last === undefined) return;
    expect(issueTicket(after, last).ticket?.code).toBe(codes.at(-1));
    const next = issueOne(after, place);
    expect(next.code).toBe(`A0${20 + NUMBERS_SKIPPED_AFTER_SALVAGE}`);
    expect(codes).not.toContain(next.code);
  });

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
    trash(place.dataDir, 3, TRASHED, [DATABASE_FILE]);
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

  it('I-EDG-15: the whole agent comes back by itself, and says meanwhile what it is not ready for', async () => {
    const place = newPlace();
    const cloud = await cloudFor(place);
    const written = await outage(place);
    // A journal of a program that did not write down yet what the totem sells.
    const segment = join(place.dataDir, JOURNAL_DIR, segmentName(1));
    const lines = readFileSync(segment, 'utf8').split('\n');
    writeFileSync(segment, lines.filter((line) => !line.includes('"kind":"row"')).join('\n'));
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
