/**
 * `npm run bench -- call`: from an operator's press until every display of the branch has the call, through the cloud, with 1, 50
 * and 500 displays. The limit is a bare stream of events from a server of the same runtime to as many, in the same round.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createDatabase, createPasswords, seedDemo, startEmbeddedPostgres } from '@totem/cloud';
import { type CommandInput, newId } from '@totem/domain';
import { createLog, systemEnv, systemTimers } from '@totem/host';
import { migratePostgres } from '@totem/migrations';
import { startNode } from './fanout.bench.ts';
import { type Bench, type Figures, percentile } from './harness.ts';
import { type Followed, followShape, followStream, type Subscribers } from './subscribers.ts';

const DISPLAYS = [1, 50, 500] as const;
const CALLS = 20;
const WARM_UP_CALLS = 5;
/** Between two calls: every display waits again. */
const SETTLE_MS = 200;
const FOLDER = join(import.meta.dirname, '..', '..', '.cache', 'bench');
const PASSWORD = 'senha-de-bancada-1';
/** What a room takes for at once, through the cloud. */
const PROMISED_MS = 150;

type Stops = (() => Promise<void> | void)[];
type Ask = CommandInput extends infer C ? (C extends { id: unknown } ? Omit<C, 'id'> : never) : never;

export const bench: Bench = {
  name: 'call',
  about: 'from the press on "call" until every display has it, beside a bare stream of events',
  physicalLimit: 'stream_500_ms_p99',
  rounds: 3,
  goals: [
    {
      name: 'p99 of one display within what is promised',
      of: 'call_1_p99_of_promise',
      limit: 1,
      must: 'be under',
    },
    {
      name: 'p99 of 50 displays within what is promised',
      of: 'call_50_p99_of_promise',
      limit: 1,
      must: 'be under',
    },
  ],
  round: async () => {
    mkdirSync(FOLDER, { recursive: true });
    const folder = mkdtempSync(join(FOLDER, 'call-'));
    const stops: Stops = [() => rmSync(folder, { recursive: true, force: true })];
    try {
      return await measure(folder, stops);
    } finally {
      for (const stop of stops.reverse()) await stop();
    }
  },
  ratios: (figures) => {
    const figure = (name: string) => figures[name] ?? 0;
    return {
      call_1_p99_of_promise: figure('call_1_ms_p99') / PROMISED_MS,
      call_50_p99_of_promise: figure('call_50_ms_p99') / PROMISED_MS,
      call_500_p99_of_promise: figure('call_500_ms_p99') / PROMISED_MS,
      call_500_p99_over_stream: figure('call_500_ms_p99') / figure('stream_500_ms_p99'),
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
  const log = createLog('bench', { level: 'silent' });
  const db = createDatabase({ api: postgres.urls.owner, tailer: postgres.urls.tailer }, log);
  const passwords = { admin: PASSWORD, operador: PASSWORD, operador2: PASSWORD };
  const place = await seedDemo({ db, env: systemEnv, hashing: createPasswords() }, passwords);
  await db.close();
  const cloud = await startNode(['cloud', JSON.stringify(postgres.urls)]);
  stops.push(() => cloud.stop());
  const desk = await openDesk(cloud.url, place);
  const calls = await figuresOf('call', (count) => followShape(desk.calls, count), desk);
  const stream = await startNode(['stream']);
  stops.push(() => stream.stop());
  const bare = { prepare: async () => {}, act: async () => stream.ask('send') };
  const streams = await figuresOf('stream', (count) => followStream(stream.url, count), bare);
  return { ...calls, ...streams };
}

interface Actor {
  /** What must be there before somebody presses. */
  prepare(): Promise<void>;
  act(): Promise<unknown>;
}

async function figuresOf(
  name: string,
  follow: (count: number) => Promise<Subscribers>,
  actor: Actor,
): Promise<Figures> {
  const figures: Record<string, number> = {};
  await waitsOf(await follow(1), actor, WARM_UP_CALLS);
  for (const count of DISPLAYS) {
    const waits = await waitsOf(await follow(count), actor, CALLS);
    figures[`${name}_${count}_ms_p50`] = percentile(waits, 50);
    figures[`${name}_${count}_ms_p99`] = percentile(waits, 99);
  }
  return figures;
}

/** Milliseconds from each press until each display has seen it. */
async function waitsOf(displays: Subscribers, actor: Actor, times: number): Promise<number[]> {
  const waits: number[] = [];
  for (let index = 0; index < times; index += 1) {
    await actor.prepare();
    await pause(SETTLE_MS);
    const pressedAt = process.hrtime.bigint();
    const [seen] = await Promise.all([displays.nextSeen(), actor.act()]);
    for (const at of seen) waits.push(Number(at - pressedAt) / 1e6);
  }
  displays.close();
  return waits;
}

/** An operator at a counter, who calls one ticket after the other. */
async function openDesk(
  url: string,
  { tenantId, siteId }: { readonly tenantId: string; readonly siteId: string },
): Promise<Actor & { readonly calls: Followed }> {
  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { accessToken?: string; ticket?: { id: string } };
  };
  const { accessToken } = await post('/v1/login', { username: 'operador', password: PASSWORD });
  const headers = { authorization: `Bearer ${accessToken}` };
  const shape = (name: string) =>
    `${url}/v1/shape?${new URLSearchParams({ shape: name, tenant: tenantId, site: siteId })}`;
  const firstOf = async (name: string): Promise<string> => {
    const answer = await fetch(`${shape(name)}&offset=-1`, { headers });
    const rows = (await answer.json()) as { value?: { id: string; payment_policy?: string } }[];
    // What must be paid first is not given at a reception.
    const fits = rows.find(({ value }) => value !== undefined && (value.payment_policy ?? 'free') === 'free');
    return fits?.value?.id ?? '';
  };
  const command = (ask: Ask) => post('/v1/commands', { ...ask, id: newId<'command'>(systemEnv) }, headers);
  const [serviceId, priorityClassId, counterId] = [
    await firstOf('service'),
    await firstOf('priority_class'),
    await firstOf('counter'),
  ] as never[] as [never, never, never];
  await command({ type: 'counter.open', counterId });
  let inHand: string | undefined;
  return {
    calls: { url: shape('call'), headers },
    prepare: async () => {
      if (inHand !== undefined)
        await command({ type: 'ticket.cancel', ticketId: inHand as never, reason: 'customer_left' });
      await command({ type: 'ticket.create', serviceId, priorityClassId });
    },
    act: async () => {
      inHand = (await command({ type: 'ticket.call_next' })).ticket?.id;
    },
  };
}
