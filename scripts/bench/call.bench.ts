/**
 * `npm run bench -- call`: from an operator's press until every display of the branch has the call, through the cloud and through
 * the hub, with 1, 50 and 500 displays. The limit is a bare stream of events from a server of the same runtime to as many, in the same round.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createDatabase, createPasswords, seedDemo, startEmbeddedPostgres } from '@totem/cloud';
import { type CommandInput, newId } from '@totem/domain';
import { createLog, systemEnv, systemTimers } from '@totem/host';
import { migratePostgres } from '@totem/migrations';
import { DEMO_PASSWORD, startDemo } from '../demo/demo.ts';
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
/** What a room takes for at once, through the cloud and on the branch's own network. */
const PROMISED_MS = { call: 150, hub: 80 } as const;
/** Between two questions whether the hub serves already. */
const HUB_LOOK_MS = 200;

type Stops = (() => Promise<void> | void)[];
type Ask = CommandInput extends infer C ? (C extends { id: unknown } ? Omit<C, 'id'> : never) : never;

export const bench: Bench = {
  name: 'call',
  about: 'from the press on "call" until every display has it, beside a bare stream of events',
  physicalLimit: 'stream_500_ms_p99',
  rounds: 3,
  goals: [
    ['call', 'through the cloud', 1],
    ['call', 'through the cloud', 50],
    ['hub', 'through the hub', 1],
    ['hub', 'through the hub', 50],
  ].map(([way, name, count]) => ({
    name: `p99 of ${count === 1 ? 'one display' : `${count} displays`} ${name} within what is promised`,
    of: `${way}_${count}_p99_of_promise`,
    limit: 1,
    must: 'be under' as const,
  })),
  round: async () => {
    mkdirSync(FOLDER, { recursive: true });
    const folder = mkdtempSync(join(FOLDER, 'call-'));
    try {
      // One after the other: each has the machine to itself.
      const cloud = await ended((stops) => throughCloud(join(folder, 'cloud'), stops));
      const hub = await ended((stops) => throughHub(join(folder, 'hub'), stops));
      const streams = await ended(bareStream);
      return { ...cloud, ...hub, ...streams };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  ratios: (figures) => {
    const figure = (name: string) => figures[name] ?? 0;
    const shares = (['call', 'hub'] as const).flatMap((way) =>
      DISPLAYS.map((count) => [
        `${way}_${count}_p99_of_promise`,
        figure(`${way}_${count}_ms_p99`) / PROMISED_MS[way],
      ]),
    );
    return {
      ...Object.fromEntries(shares),
      call_500_p99_over_stream: figure('call_500_ms_p99') / figure('stream_500_ms_p99'),
      hub_500_p99_over_stream: figure('hub_500_ms_p99') / figure('stream_500_ms_p99'),
    };
  },
};

/** Measures, and ends what was started for it, the last first. */
async function ended(measure: (stops: Stops) => Promise<Figures>): Promise<Figures> {
  const stops: Stops = [];
  try {
    return await measure(stops);
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

async function throughCloud(folder: string, stops: Stops): Promise<Figures> {
  mkdirSync(folder);
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
  const desk = await openDesk(cloud.url, await signedIn(cloud.url, PASSWORD), place);
  return figuresOf('call', (count) => followShape(desk.calls, count), desk);
}

/** The demo's branch, whose first totem is its hub: the operator and the displays ask that one. */
async function throughHub(folder: string, stops: Stops): Promise<Figures> {
  const log = createLog('bench', { level: 'silent' });
  const demo = await startDemo({ dataDir: folder, log, fixedPorts: false, withHub: true });
  stops.push(() => demo.stop());
  if (demo.atHub === null) throw new Error('the demo has no hub');
  const { origin } = new URL(demo.atHub.panelUrl);
  const token = await signedIn(demo.cloudUrl, DEMO_PASSWORD);
  const headers = { authorization: `Bearer ${token}` };
  while (!(await serves(`${origin}/v1/me`, headers))) await pause(HUB_LOOK_MS);
  const desk = await openDesk(origin, token, demo.seed);
  return figuresOf('hub', (count) => followShape(desk.calls, count), desk);
}

async function serves(url: string, headers: Readonly<Record<string, string>>): Promise<boolean> {
  const answer = await fetch(url, { headers }).catch(() => undefined);
  return answer?.ok === true;
}

async function bareStream(stops: Stops): Promise<Figures> {
  const stream = await startNode(['stream']);
  stops.push(() => stream.stop());
  const bare = { prepare: async () => {}, act: async () => stream.ask('send') };
  return figuresOf('stream', (count) => followStream(stream.url, count), bare);
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

interface Answered {
  readonly accessToken?: string;
  readonly ticket?: { readonly id: string };
}

async function post(url: string, body: object, headers: Record<string, string> = {}): Promise<Answered> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Answered;
}

/** @returns the operator's token, which a hub takes too. */
async function signedIn(cloudUrl: string, password: string): Promise<string> {
  const { accessToken = '' } = await post(`${cloudUrl}/v1/login`, { username: 'operador', password });
  return accessToken;
}

/** An operator at a counter, who calls one ticket after the other. */
async function openDesk(
  url: string,
  token: string,
  { tenantId, siteId }: { readonly tenantId: string; readonly siteId: string },
): Promise<Actor & { readonly calls: Followed }> {
  const headers = { authorization: `Bearer ${token}` };
  const shape = (name: string) =>
    `${url}/v1/shape?${new URLSearchParams({ shape: name, tenant: tenantId, site: siteId })}`;
  const firstOf = async (name: string): Promise<string> => {
    const answer = await fetch(`${shape(name)}&offset=-1`, { headers });
    const rows = (await answer.json()) as { value?: { id: string; payment_policy?: string } }[];
    // What must be paid first is not given at a reception.
    const fits = rows.find(({ value }) => value !== undefined && (value.payment_policy ?? 'free') === 'free');
    return fits?.value?.id ?? '';
  };
  const command = (ask: Ask) =>
    post(`${url}/v1/commands`, { ...ask, id: newId<'command'>(systemEnv) }, headers);
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
