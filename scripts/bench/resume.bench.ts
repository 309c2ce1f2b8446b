/**
 * `npm run bench -- resume`: a totem that holds ten thousand tickets was away while a hundred of them changed, and is started
 * over connections that are open. The limit is a bare server of the same runtime that gives as many bytes in one answer.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@totem/cloud';
import { type EntryDraft, type Id, newId } from '@totem/domain';
import { issueOne, openTotem, stockUp, type TestPlace, until } from '@totem/edge/testing';
import { systemEnv, systemTimers } from '@totem/host';
import { migratePostgres } from '@totem/migrations';
import { type Cable, layCable } from '@totem/testkit/cable';
import { type Stops, startCloudProcess } from './cloud-process.ts';
import { enrolledTotem } from './enrolled-totem.ts';
import { type Bench, type Figures, median } from './harness.ts';

const ROWS = 10_000;
const CHANGED = 100;
const ROUND_TRIP_MS = 80;
/** Resumptions of one round, each of as many changes; the first ones warm up code on both sides. */
const TIMES = 20;
const WARM_UP_TIMES = 12;
/** As many as a totem has shapes: connections that are open before the clock starts. */
const CONNECTIONS = 8;
const PROMISED = { bytes: 6_000, nearMs: 15, farMs: 100 } as const;
const FOLDER = join(import.meta.dirname, '..', '..', '.cache', 'bench');

export const bench: Bench = {
  name: 'resume',
  about: 'a totem that was away: bytes and time until its ten thousand tickets are up to date',
  physicalLimit: 'bare_ms',
  rounds: 3,
  goals: [
    { name: 'bytes within what is promised', of: 'bytes_of_promise', limit: 1, must: 'be under' },
    {
      name: 'time on the loopback within what is promised',
      of: 'near_of_promise',
      limit: 1,
      must: 'be under',
    },
    { name: 'time at 80 ms within what is promised', of: 'far_of_promise', limit: 1, must: 'be under' },
    { name: 'every change is there', of: 'missing_count', limit: 0, must: 'be at most' },
  ],
  round: async () => {
    mkdirSync(FOLDER, { recursive: true });
    const folder = mkdtempSync(join(FOLDER, 'resume-'));
    const stops: (() => Promise<void> | void)[] = [() => rmSync(folder, { recursive: true, force: true })];
    try {
      return await measure(folder, stops);
    } finally {
      for (const stop of stops.reverse()) await stop();
    }
  },
  ratios: (figures) => {
    const figure = (name: string) => figures[name] ?? 0;
    return {
      bytes_of_promise: figure('ticket_answer_bytes') / PROMISED.bytes,
      near_of_promise: figure('resume_ms') / PROMISED.nearMs,
      far_of_promise: figure('resume_80ms_ms') / PROMISED.farMs,
      near_over_bare: figure('resume_ms') / figure('bare_ms'),
      far_over_bare: figure('resume_80ms_ms') / figure('bare_80ms_ms'),
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
  const place = await enrolledTotem(folder, postgres, stops);
  const port = await startCloudProcess(folder, postgres, stops);
  const cloud = `http://127.0.0.1:${port}`;
  const ids = await hold(place, cloud);

  const near = await resumptions(place, port, 0, ids);
  const far = await resumptions(place, port, ROUND_TRIP_MS / 2, ids);
  return {
    ticket_answer_bytes: near.answerBytes,
    all_shapes_bytes: near.bytes,
    resume_ms: near.ms,
    resume_all_shapes_ms: near.allMs,
    resume_80ms_ms: far.ms,
    resume_80ms_all_shapes_ms: far.allMs,
    bare_ms: await bareAnswer(near.answerBytes, 0),
    bare_80ms_ms: await bareAnswer(near.answerBytes, ROUND_TRIP_MS / 2),
    rows_count: ids.length,
    changed_count: CHANGED,
    missing_count: near.missing + far.missing,
  };
}

/** Lets the totem issue as many tickets, send them and have them back as the cloud's rows. */
async function hold(place: TestPlace, cloudUrl: string): Promise<readonly string[]> {
  const parts = openTotem(place, { cloudUrl, timers: systemTimers });
  stockUp(parts, place.catalogue);
  const first = issueOne(parts, place).id;
  const [made] = parts.store.read((db) =>
    db.all("SELECT data, site_id FROM audit_log WHERE action = 'TICKET_CREATE'"),
  );
  const data: EntryDraft['data'] = JSON.parse(String(made?.data));
  const ids: string[] = [first];
  while (ids.length < ROWS)
    parts.ledger.commit(({ append }) => {
      const drafts = Array.from({ length: Math.min(100, ROWS - ids.length) }, (_, index): EntryDraft => {
        const number = ids.length + index + 1;
        return {
          siteId: place.device.siteId,
          userId: null,
          action: 'TICKET_CREATE',
          entity: 'ticket',
          entityId: newId<string>(systemEnv),
          data: { ...data, number, code: `A${number}` },
        };
      });
      ids.push(...append(drafts).map(({ entry }) => entry.entityId));
    });
  parts.outbox.start();
  await until(() => parts.outbox.status().pending === 0, parts.outbox.onChange);
  parts.replica.start();
  await until(() => parts.replica.behind().length === 0, parts.replica.onChange);
  parts.replica.stop();
  await parts.outbox.stop();
  parts.store.close();
  return ids;
}

type Parts = ReturnType<typeof openTotem>;

interface Resumed {
  readonly ms: number;
  readonly allMs: number;
  readonly bytes: number;
  readonly answerBytes: number;
  readonly missing: number;
}

async function resumptions(
  place: TestPlace,
  port: number,
  delayMs: number,
  ids: readonly string[],
): Promise<Resumed> {
  const done: Resumed[] = [];
  // A position belongs to the address that it was read at, so the cable keeps its own for all resumptions.
  const cable = await layCable({ target: { host: '127.0.0.1', port }, delayMs });
  try {
    await follow(place, cable);
    for (let time = 0; time < TIMES; time += 1) {
      const changed = await changeSome(place, `http://127.0.0.1:${port}`, ids);
      done.push(await resume(place, cable, changed));
    }
  } finally {
    await cable.close();
  }
  const warm = done.slice(WARM_UP_TIMES);
  const middle = (of: (one: Resumed) => number) => median(warm.map(of));
  return {
    ms: middle(({ ms }) => ms),
    allMs: middle(({ allMs }) => allMs),
    bytes: middle(({ bytes }) => bytes),
    answerBytes: middle(({ answerBytes }) => answerBytes),
    missing: done.reduce((sum, { missing }) => sum + missing, 0),
  };
}

/** Reads everything once over this cable. */
async function follow(place: TestPlace, cable: Cable): Promise<void> {
  const parts = openTotem(place, { cloudUrl: cable.url, timers: systemTimers });
  parts.replica.start();
  await until(() => parts.replica.behind().length === 0, parts.replica.onChange);
  parts.replica.stop();
  parts.store.close();
}

/** Changes tickets at the cloud while the totem follows nothing; each time others. @returns a reason that only they have. */
async function changeSome(place: TestPlace, cloudUrl: string, ids: readonly string[]): Promise<string> {
  const parts = openTotem(place, { cloudUrl, timers: systemTimers });
  const reason = newId<'change'>(systemEnv);
  const first = Number(
    parts.store.read((db) => db.one("SELECT count(*) AS n FROM audit_log WHERE action = 'TICKET_HOLD'"))?.n,
  );
  parts.ledger.commit(({ append }) => {
    append(
      ids.slice(first, first + CHANGED).map((id) => ({
        siteId: place.device.siteId,
        userId: null,
        action: 'TICKET_HOLD',
        entity: 'ticket',
        entityId: id as Id<string>,
        data: { reason },
      })),
    );
  });
  parts.outbox.start();
  await until(() => parts.outbox.status().pending === 0, parts.outbox.onChange);
  await parts.outbox.stop();
  parts.store.close();
  return reason;
}

/** Starts the totem with its connections open. @param reason of the changes that it must end with. */
async function resume(place: TestPlace, cable: Cable, reason: string): Promise<Resumed> {
  const parts = openTotem(place, { cloudUrl: cable.url, timers: systemTimers });
  try {
    const path = '/v1/ledger/cursor?origin=00000000-0000-7000-8000-000000000000&seq=0';
    await Promise.all(
      Array.from({ length: CONNECTIONS }, async () =>
        (await parts.link.request({ method: 'GET', path })).arrayBuffer(),
      ),
    );
    const from = placeOf(parts);
    const before = cable.passed().down;
    const start = performance.now();
    let ticketMs = 0;
    parts.replica.onChange(() => {
      if (ticketMs === 0 && !parts.replica.behind().includes('ticket')) ticketMs = performance.now() - start;
    });
    parts.replica.start();
    await until(() => parts.replica.behind().length === 0, parts.replica.onChange);
    const allMs = performance.now() - start;
    const bytes = cable.passed().down - before;
    const held = parts.store.read((db) =>
      db.one('SELECT count(*) AS n FROM server_row WHERE row LIKE ?', `%${reason}%`),
    );
    parts.replica.stop();
    return {
      ms: ticketMs,
      allMs,
      bytes,
      answerBytes: await answerBytes(parts, cable, place, from),
      missing: CHANGED - Number(held?.n),
    };
  } finally {
    parts.replica.stop();
    parts.store.close();
  }
}

/** What the answer about tickets takes on the wire, headers included: asked for once more, from where the totem had been. */
async function answerBytes(parts: Parts, cable: Cable, place: TestPlace, before: Place): Promise<number> {
  const { tenantId, siteId } = place.device;
  const query = new URLSearchParams({ shape: 'ticket', tenant: tenantId, site: siteId, run: '1', ...before });
  const passed = cable.passed().down;
  await (await parts.link.fetch(`${cable.url}/v1/shape?${query}`)).arrayBuffer();
  return cable.passed().down - passed;
}

interface Place extends Record<string, string> {
  readonly handle: string;
  readonly offset: string;
}

function placeOf(parts: Parts): Place {
  const row = parts.store.read((db) =>
    db.one('SELECT handle, "offset" FROM shape_state WHERE shape = ?', 'ticket'),
  );
  return { handle: String(row?.handle), offset: String(row?.offset) };
}

/** As many bytes from a server that does nothing else, in milliseconds, over a connection that is open. */
async function bareAnswer(bytes: number, delayMs: number): Promise<number> {
  const body = Buffer.alloc(bytes, 'x');
  const server = createServer((_request, response) => response.end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const cable = await layCable({ target: { host: '127.0.0.1', port }, delayMs });
  const ms: number[] = [];
  for (let time = 0; time < 2 * TIMES; time += 1) {
    const start = performance.now();
    await (await fetch(cable.url)).arrayBuffer();
    ms.push(performance.now() - start);
  }
  await cable.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return median(ms.slice(TIMES));
}
