/** The outbox against a cloud that loses replies, refuses, suspends, forks, and is restored to an earlier day. */
import { cpSync, rmSync } from 'node:fs';
import { entryHash, type LedgerEntry, ticketTable, verifyChain } from '@totem/domain';
import { createLog } from '@totem/host';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDeviceKey } from '../identity/device-key.ts';
import { issueTicket } from '../issue/issue.ts';
import { entriesAfter } from '../ledger/entries.ts';
import { ackedNow } from '../ledger/folded.ts';
import { allOrigins } from '../ledger/origins.ts';
import type { Parts } from '../parts.ts';
import { applyChanges, replaceAll } from '../replica/apply.ts';
import type { WireChange } from '../replica/wire.ts';
import { rowByKey } from '../store/rows.ts';
import { type FakeCloud, startFakeCloud } from '../testing/fake-cloud.ts';
import {
  createTicket,
  failDisk,
  issueOne,
  openTotem,
  stockUp,
  type TestPlace,
  testPlace,
  until,
} from '../testing/totem.ts';
import { wireRow } from '../testing/wire-row.ts';
import { wholeTransactions } from './batch.ts';
import { createExchange } from './exchange.ts';
import { KEEP_ACKNOWLEDGED_MS, prune } from './retention.ts';
import { STALLED_MS } from './watchdog.ts';

let place: TestPlace;
let cloud: FakeCloud;
const opened: Parts[] = [];

beforeEach(async () => {
  place = testPlace();
  const { env, timers } = place.world;
  const { publicJwk } = openDeviceKey(place.dataDir);
  cloud = await startFakeCloud({ env, timers, device: place.device, publicJwk });
});
afterEach(async () => {
  for (const parts of opened.splice(0)) await close(parts);
  await cloud.close();
  place.remove();
});

function open(dataDir: string = place.dataDir): Parts {
  const parts = openTotem({ ...place, dataDir }, { cloudUrl: cloud.url });
  opened.push(parts);
  stockUp(parts, place.catalogue);
  return parts;
}

async function close(parts: Parts): Promise<void> {
  parts.replica.stop();
  await parts.outbox.stop();
  parts.store.close();
}

const drained = (parts: Parts) => until(() => parts.outbox.status().pending === 0, parts.outbox.onChange);
/** Sends what there is and waits for the cloud's word. */
async function send(parts: Parts): Promise<void> {
  parts.outbox.start();
  await drained(parts);
}
const failed = (parts: Parts, attempts = 1) =>
  until(() => parts.outbox.status().attempts >= attempts, parts.outbox.onChange);

/** What the cloud has is one unbroken chain for each origin, and no ticket twice. */
function expectWhole(entries: readonly LedgerEntry[]): void {
  for (const origin of new Set(entries.map((entry) => entry.origin))) {
    const chain = entries.filter((entry) => entry.origin === origin);
    const last = chain.at(-1);
    expect(verifyChain({ seq: 0, hash: '0'.repeat(64) }, origin, chain)).toEqual({
      ok: true,
      head: { seq: last?.seq, hash: last && entryHash(last) },
    });
  }
  expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
}

describe('the outbox', () => {
  it('I-EDG-6: sends everything in order, with personal data beside, and is then empty', async () => {
    const parts = open();
    issueTicket(parts, createTicket(place, { customer: { name: 'Ana' } }));
    issueOne(parts, place);
    await send(parts);
    expect(cloud.entries().map(({ action }) => action)).toEqual([
      'ORIGIN_OPENED',
      'TICKET_CREATE',
      'TICKET_CREATE',
    ]);
    expect([...cloud.privates().values()].map(({ data }) => data)).toEqual([{ name: 'Ana' }]);
    expectWhole(cloud.entries());
    expect(parts.outbox.status()).toEqual({ pending: 0, oldestAt: null, attempts: 0, code: null, stalls: 0 });
  });

  it('a new ticket is sent by itself', async () => {
    const parts = open();
    parts.store.onCommit(() => parts.outbox.wake());
    await send(parts);
    const ticket = issueOne(parts, place);
    await until(() => cloud.tickets().has(ticket.id), cloud.onRequest);
    await drained(parts);
  });

  it('I-EDG-6: a lost reply costs a repetition and doubles nothing', async () => {
    const parts = open();
    issueOne(parts, place);
    cloud.loseNextReply();
    parts.outbox.start();
    await failed(parts);
    expect(parts.outbox.status()).toMatchObject({ pending: 2, code: 'unreachable' });
    place.world.advance(60_000);
    await drained(parts);
    expectWhole(cloud.entries());
    expect(cloud.tickets().size).toBe(1);
  });

  it('waits as long as the server asked for, and longer after each failure', async () => {
    const parts = open();
    cloud.refuse('/v1/ledger', 'internal_error', 1, 30);
    parts.outbox.start();
    await failed(parts);
    const asked = cloud.requests().length;
    place.world.advance(29_999);
    expect(cloud.requests().length).toBe(asked);
    place.world.advance(2_000);
    await drained(parts);
  });

  it('does not believe a wait of years', async () => {
    const parts = open();
    cloud.refuse('/v1/ledger', 'internal_error', 1, 100_000_000);
    parts.outbox.start();
    await failed(parts);
    place.world.advance(16 * 60_000);
    await drained(parts);
  });

  it.each(['/v1/ledger', '/v1/ledger/cursor', '/v1/token'])(
    'an upload that hangs in the middle of an answer of %s is torn down, counted and tried again',
    async (path) => {
      const parts = open();
      issueOne(parts, place);
      cloud.hang(path, 1);
      parts.outbox.start();
      await until(() => cloud.requests().at(-1)?.endsWith(` ${path}`) === true, cloud.onRequest);
      // The headers are on their way; what is torn down afterwards is the wait for the body.
      await fetch(`${cloud.url}/v1/nothing`);
      place.world.advance(STALLED_MS + 1);
      await failed(parts);
      expect(parts.outbox.status()).toMatchObject({ code: 'unreachable', pending: 2 });
      // The torn connection may cost one attempt more; time goes on after each.
      parts.outbox.onChange(() => setImmediate(() => place.world.advance(10_000)));
      place.world.advance(10_000);
      await drained(parts);
      expect(parts.outbox.status()).toMatchObject({ attempts: 0, stalls: 1 });
      expectWhole(cloud.entries());
    },
  );

  it('tells the cloud how much is behind a batch', async () => {
    const parts = open();
    issueOne(parts, place);
    await send(parts);
    expect(cloud.outboxes().at(-1)).toMatch(/^pending=0;attempts=0;oldest=2026-11-23T15:/);
  });

  it('three days without a link and five thousand entries: little asked, nothing lost, and sent as soon as it is back', async () => {
    const parts = open();
    cloud.refuse('/v1/ledger/cursor', 'internal_error', 1_000_000);
    parts.outbox.start();
    const HOURS = 72;
    for (let hour = 0; hour < HOURS; hour += 1) {
      issueOne(parts, place);
      parts.ledger.commit(({ append }) => append(Array.from({ length: 69 }, () => printEntry(place))));
      place.world.advance(3_600_000);
      await failed(parts, Math.min(hour, 1));
    }
    const asked = cloud.requests().length;
    expect(asked).toBeLessThan(HOURS * 60);
    expect(parts.outbox.status().pending).toBeGreaterThanOrEqual(5_000);
    cloud.refuse('/v1/ledger/cursor', 'internal_error', 0);
    // An attempt that was under way may still fail; time goes on after it.
    parts.outbox.onChange(() => setImmediate(() => place.world.advance(60_000)));
    parts.outbox.linkReturned();
    await drained(parts);
    expectWhole(cloud.entries());
    expect(cloud.tickets().size).toBe(parts.store.read((db) => db.all('SELECT 1 FROM ticket').length));
    expect(parts.outbox.status()).toMatchObject({ pending: 0, attempts: 0 });
  });

  it('an expired token is replaced', async () => {
    const parts = open();
    await send(parts);
    cloud.refuse('/v1/ledger', 'unauthorized', 1);
    issueOne(parts, place);
    parts.outbox.wake();
    await failed(parts);
    place.world.advance(10_000);
    await drained(parts);
    expect(cloud.requests().filter((request) => request === 'POST /v1/token').length).toBe(2);
  });

  it('a batch never splits a transaction, and a transaction that is too large goes alone', () => {
    const parts = open();
    parts.ledger.commit(({ append }) => {
      for (let seq = 0; seq < 5; seq += 1) append([printEntry(place)]);
      append(Array.from({ length: 4 }, () => printEntry(place)));
    });
    const entries = parts.store.read((db) => {
      const [origin] = allOrigins(db);
      return origin === undefined ? [] : entriesAfter(db, origin.origin, 0, 100);
    });
    expect(wholeTransactions(entries, 8).length).toBe(6);
    expect(wholeTransactions(entries.slice(6), 2).length).toBe(4);
    expect(wholeTransactions(entries, 100).length).toBe(10);
  });

  it('I-EDG-12: a cloned disk is a fork: nothing is acknowledged, and nothing more is issued', async () => {
    const parts = open();
    issueOne(parts, place);
    await send(parts);
    const clone = cloneOf(parts);
    issueOne(parts, place);
    await sendMore(parts);
    issueOne(clone, place);
    clone.outbox.start();
    await failed(clone);
    expect(cloud.isSuspended()).toBe(true);
    expect(clone.outbox.status()).toMatchObject({ code: 'ledger_fork', pending: 1 });
    expect(() => issueOne(clone, place)).toThrow(expect.objectContaining({ code: 'device_suspended' }));
    expectWhole(cloud.entries());
  });

  it('I-EDG-12: a fork that a hub has seen is shown to the cloud as well: that hub may never reach it', async () => {
    const parts = open();
    issueOne(parts, place);
    await send(parts);
    const clone = cloneOf(parts);
    issueOne(parts, place);
    await sendMore(parts);
    issueOne(clone, place);
    clone.outbox.forked();
    expect(() => issueOne(clone, place)).toThrow(expect.objectContaining({ code: 'device_suspended' }));
    await failed(clone);
    expect(cloud.isSuspended()).toBe(true);
    expect(clone.outbox.status()).toMatchObject({ code: 'ledger_fork', pending: 1 });
    expectWhole(cloud.entries());
  });

  it('I-EDG-12: a suspended device asks again, and goes on when it may', async () => {
    const parts = open();
    cloud.suspend(true);
    parts.outbox.start();
    await failed(parts);
    expect(() => issueOne(parts, place)).toThrow(expect.objectContaining({ code: 'device_suspended' }));
    cloud.suspend(false);
    place.world.advance(65_000);
    await drained(parts);
    expect(issueOne(parts, place).code).toBe('A001');
  });

  it('I-EDG-12: a suspension that arrives while the disk refuses is heard of again', async () => {
    const parts = open();
    await send(parts);
    issueOne(parts, place);
    cloud.refuse('/v1/ledger', 'device_suspended', 2);
    const stop = cloud.onRequest(() => {
      if (cloud.requests().at(-1) !== 'POST /v1/ledger') return;
      stop();
      failDisk(parts);
    });
    parts.outbox.wake();
    await until(() => parts.store.fault() !== undefined && parts.store.recover(), parts.outbox.onChange);
    expect(parts.outbox.status()).toMatchObject({ pending: 1, code: 'device_suspended' });
    place.world.advance(65_000);
    await failed(parts, 2);
    expect(() => issueOne(parts, place)).toThrow(expect.objectContaining({ code: 'device_suspended' }));
    place.world.advance(65_000);
    await drained(parts);
  });

  it('a cloud restored from a dump gets again what it lost', async () => {
    const parts = open();
    issueOne(parts, place);
    await send(parts);
    const restore = cloud.dump();
    issueOne(parts, place);
    await sendMore(parts);
    restore();
    expect(cloud.tickets().size).toBe(1);
    parts.outbox.linkReturned();
    await until(() => cloud.tickets().size === 2, cloud.onRequest);
    await drained(parts);
    expect([...cloud.tickets().values()].map(({ code }) => code)).toEqual(['A001', 'A002']);
  });

  it('I-EDG-5: what a restored cloud has lost is shown again as soon as that is known', async () => {
    const parts = open();
    const restore = cloud.dump();
    const { code } = issueOne(parts, place);
    await send(parts);
    restore();
    // The reading anew that every restore brings, before anybody has asked what the cloud still has.
    parts.store.write((db) => replaceAll(db, 'ticket', place.device.tenantId, [], ackedNow(db)));
    const shown = () => parts.store.read((db) => db.all('SELECT code FROM ticket'));
    expect(shown()).toEqual([]);
    cloud.refuse('/v1/ledger', 'internal_error', 1);
    parts.outbox.linkReturned();
    await failed(parts);
    expect(shown()).toEqual([{ code }]);
  });

  it('a cloud restored to before what is kept gets what is kept from a new origin', async () => {
    const restore = cloud.dump();
    const parts = open();
    issueOne(parts, place);
    await send(parts);
    place.world.advance(KEEP_ACKNOWLEDGED_MS + 60_000);
    // The link was there all week, so the clock is believed.
    parts.clock.learn(place.world.env.now(), true);
    issueOne(parts, place);
    expect(prune(parts.store, parts.clock)).toBe(2);
    restore();
    parts.outbox.linkReturned();
    await until(() => cloud.tickets().size === 1, cloud.onRequest);
    await drained(parts);
    const origins = parts.store.read(allOrigins);
    expect(origins.map(({ reason, closed }) => [reason, closed])).toEqual([
      ['enrolled', true],
      ['restored_cloud', false],
    ]);
  });

  it('I-EDG-13: an old image begins a new origin when the tickets are known, and numbers go on past them', async () => {
    const parts = open();
    issueOne(parts, place);
    await send(parts);
    const image = cloneOf(parts);
    for (let more = 0; more < 3; more += 1) issueOne(parts, place);
    await sendMore(parts);
    image.outbox.start();
    await until(() => isRestoring(image), image.store.onCommit);
    expect(() => issueOne(image, place)).toThrow(expect.objectContaining({ code: 'not_ready' }));
    await until(() => image.store.read(allOrigins).length === 2, image.store.onCommit);
    await drained(image);
    expect(issueOne(image, place).code).toBe('A054');
    await sendMore(image);
    expect(cloud.isSuspended()).toBe(false);
    expect([...cloud.tickets().values()].map(({ code }) => code)).toEqual([
      'A001',
      'A002',
      'A003',
      'A004',
      'A054',
    ]);
    expectWhole(cloud.entries());
    expect(image.store.read(allOrigins).map(({ reason }) => reason)).toEqual(['enrolled', 'restored_image']);
  });

  it('I-EDG-13: what somebody else has carried while the cloud was asked is no old image', async () => {
    const parts = open();
    issueOne(parts, place);
    await send(parts);
    const [asked] = parts.store.read(allOrigins);
    if (asked === undefined) throw new Error('there is no origin');
    issueOne(parts, place);
    await sendMore(parts);
    const signs: string[] = [];
    const exchange = createExchange(
      {
        ...parts,
        key: openDeviceKey(place.dataDir),
        log: createLog('test', { level: 'silent' }),
        attempts: () => 0,
        onOldImage: () => signs.push('old image'),
        onLostHistory: () => signs.push('lost history'),
      },
      () => signs.push('surprise'),
    );
    await exchange.ask(asked, new AbortController().signal);
    expect(signs).toEqual([]);
    expect(isRestoring(parts)).toBe(false);
    expect(parts.store.read(allOrigins)[0]?.acked).toBe(3);
    expect(issueOne(parts, place).code).toBe('A003');
  });

  it('I-EDG-13: an old image whose agent ended before the tickets were there goes on at the next start', async () => {
    const parts = open();
    issueOne(parts, place);
    await send(parts);
    const image = cloneOf(parts);
    for (let more = 0; more < 3; more += 1) issueOne(parts, place);
    await sendMore(parts);
    image.outbox.start();
    await until(() => isRestoring(image), image.store.onCommit);
    // Paper that was on its way is recorded even now.
    image.ledger.commit(({ append }) => append([printEntry(place)]));
    await close(image);
    const again = open(`${place.dataDir}-clone`);
    expect(isRestoring(again)).toBe(true);
    again.outbox.start();
    await until(() => again.store.read(allOrigins).length === 2, again.store.onCommit);
    await drained(again);
    expect(issueOne(again, place).code).toBe('A054');
    await sendMore(again);
    expect(cloud.isSuspended()).toBe(false);
    expect(cloud.entries().filter(({ action }) => action === 'PRINT_CONFIRMED').length).toBe(1);
    expectWhole(cloud.entries());
  });

  it('I-EDG-5: what is written anew is on its rows once, under its new name', async () => {
    const parts = open();
    const { id } = issueOne(parts, place);
    const folded = () =>
      parts.store.read((db) => {
        const row = rowByKey(db, ticketTable, place.device.tenantId, id);
        return { row, ofRow: Object.keys(row?.folded ?? {}), origin: allOrigins(db).at(-1)?.origin };
      });
    parts.ledger.renew('restored_cloud', 0, () => undefined);
    const { row, ofRow, origin } = folded();
    expect(ofRow).toEqual([origin]);
    // And stays so when the server's row comes.
    if (row === undefined) throw new Error('the ticket is gone');
    parts.store.write((db) => {
      const change: WireChange = { op: 'put', row: wireRow(ticketTable, row) };
      applyChanges(db, 'ticket', place.device.tenantId, [change]);
    });
    expect(folded().ofRow).toEqual([origin]);
  });

  it('what is written anew keeps its time, its doubt and its transactions', async () => {
    const parts = open();
    issueOne(parts, place);
    parts.ledger.commit(({ append }) => append([printEntry(place), printEntry(place)]));
    const told = () =>
      parts.store.read((db) => {
        const origin = allOrigins(db).at(-1)?.origin;
        return origin === undefined ? [] : entriesAfter(db, origin, 1, 100).map(({ entry }) => entry);
      });
    const before = told();
    place.world.advance(3_600_000);
    parts.ledger.renew('restored_cloud', 0, () => undefined);
    const after = told();
    const facts = (entries: readonly LedgerEntry[]) =>
      entries.map(({ action, entityId, occurredAt, clockSuspect, tx }) => ({
        ...{ action, entityId, occurredAt, clockSuspect },
        tx: entries.findIndex((entry) => entry.tx === tx),
      }));
    expect(facts(after)).toEqual(facts(before));
    expect(after.map(({ id }) => id)).not.toEqual(before.map(({ id }) => id));
  });
});

describe('what is forgotten', () => {
  it('acknowledged entries after seven days with the personal data beside them, and nothing that is not acknowledged', async () => {
    const parts = open();
    issueTicket(parts, createTicket(place, { customer: { name: 'Ana' } }));
    await send(parts);
    place.world.advance(KEEP_ACKNOWLEDGED_MS - 60_000);
    parts.clock.learn(place.world.env.now(), true);
    expect(prune(parts.store, parts.clock)).toBe(0);
    const late = issueOne(parts, place);
    place.world.advance(2 * 60_000);
    expect(prune(parts.store, parts.clock)).toBe(2);
    const left = parts.store.read((db) => ({
      entries: db.all('SELECT entity_id FROM audit_log').map(({ entity_id }) => entity_id),
      privates: db.all('SELECT 1 FROM entry_private').length,
    }));
    expect(left).toEqual({ entries: [late.id], privates: 0 });
    await sendMore(parts);
    expectWhole(cloud.entries());
  });
});

const isRestoring = (parts: Parts) =>
  parts.store.read((db) => db.all("SELECT 1 FROM setting WHERE key = 'restoring'").length === 1);

async function sendMore(parts: Parts): Promise<void> {
  parts.outbox.linkReturned();
  await drained(parts);
}

/** The disk as it is now, in another machine. */
function cloneOf(parts: Parts): Parts {
  parts.store.checkpoint();
  const dataDir = `${place.dataDir}-clone`;
  rmSync(dataDir, { recursive: true, force: true });
  cpSync(place.dataDir, dataDir, { recursive: true });
  return open(dataDir);
}

function printEntry({ device }: TestPlace) {
  return {
    siteId: device.siteId,
    userId: null,
    action: 'PRINT_CONFIRMED',
    entity: 'print_job',
    entityId: device.equipmentId as string as never,
    data: {},
  } as const;
}
