/**
 * `npm run bench -- fanout`: from a commit in the cloud until one change was seen by every subscriber that waits, each over
 * its own connection. The server is a process of its own; PostgreSQL and the subscribers are others. The limit is a bare
 * stream of events from a server of the same runtime, in the same round.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createDatabase, createPasswords, seedDemo, startEmbeddedPostgres } from '@totem/cloud';
import { newId } from '@totem/domain';
import { createLog, systemEnv, systemTimers } from '@totem/host';
import { migratePostgres } from '@totem/migrations';
import type { NodeMessage, NodeRequest } from './fanout-node.ts';
import { type Bench, type Figures, percentile } from './harness.ts';
import { followShape, followStream, type Subscribers } from './subscribers.ts';

const SUBSCRIBERS = [1, 50, 200, 1_000] as const;
const CHANGES = 20;
/** Before the figures: code is compiled, connections are open. */
const WARM_UP_CHANGES = 5;
/** Between two changes: everybody waits again. */
const SETTLE_MS = 250;
const FOLDER = join(import.meta.dirname, '..', '..', '.cache', 'bench');
const NODE = join(import.meta.dirname, 'fanout-node.ts');
const PASSWORD = 'senha-de-bancada-1';

/** What a person at a screen calls at once, for the two sizes of which something is promised. */
const PROMISED_MS = { of200: 60, of1000: 250 } as const;
const PROMISED_BYTES = 60_000;

export const bench: Bench = {
  name: 'fanout',
  about: 'one change until all who wait have seen it, beside a bare stream of events',
  physicalLimit: 'stream_1000_ms_p99',
  rounds: 3,
  goals: [
    {
      name: 'p99 of 200 within what is promised',
      of: 'shape_200_p99_of_promise',
      limit: 1,
      must: 'be under',
    },
    {
      name: 'p99 of 1,000 within what is promised',
      of: 'shape_1000_p99_of_promise',
      limit: 1,
      must: 'be under',
    },
    {
      name: 'memory of each of 1,000 within what is promised',
      of: 'shape_1000_memory_of_promise',
      limit: 1,
      must: 'be under',
    },
  ],
  round: async () => {
    mkdirSync(FOLDER, { recursive: true });
    const folder = mkdtempSync(join(FOLDER, 'fanout-'));
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
      shape_200_p99_of_promise: figure('shape_200_ms_p99') / PROMISED_MS.of200,
      shape_1000_p99_of_promise: figure('shape_1000_ms_p99') / PROMISED_MS.of1000,
      shape_1000_memory_of_promise: figure('shape_1000_each_bytes') / PROMISED_BYTES,
      shape_200_p99_over_stream: figure('shape_200_ms_p99') / figure('stream_200_ms_p99'),
      shape_1000_p99_over_stream: figure('shape_1000_ms_p99') / figure('stream_1000_ms_p99'),
      shape_1000_cpu_over_stream: figure('shape_1000_cpu_ms') / figure('stream_1000_cpu_ms'),
    };
  },
};

async function measure(folder: string, stops: (() => Promise<void> | void)[]): Promise<Figures> {
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
  const { tenantId, siteId } = await seedDemo({ db, env: systemEnv, hashing: createPasswords() }, passwords);
  await db.close();

  const cloud = await startNode(['cloud', JSON.stringify(postgres.urls)]);
  stops.push(() => cloud.stop());
  const branch = await signIn(cloud.url, tenantId, siteId);
  const shapes = await figuresOf('shape', cloud, {
    follow: (count) => followShape(branch.tickets, count),
    change: branch.issue,
  });
  const stream = await startNode(['stream']);
  stops.push(() => stream.stop());
  const streams = await figuresOf('stream', stream, {
    follow: (count) => followStream(stream.url, count),
    change: async () => stream.ask('send'),
  });
  return { ...shapes, ...streams };
}

export interface ServerNode {
  readonly url: string;
  ask(request: NodeRequest): void;
  usage(): Promise<Extract<NodeMessage, { kind: 'usage' }>>;
  /** Resolves with the moment of the next commit. */
  nextCommit(): Promise<bigint>;
  stop(): Promise<void>;
}

export async function startNode(args: readonly string[]): Promise<ServerNode> {
  const child = fork(NODE, args, { execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'] });
  const ready = await messageOf(child, 'ready');
  return {
    url: ready.url,
    ask: (request) => void child.send(request),
    usage: () => {
      const answer = messageOf(child, 'usage');
      child.send('usage' satisfies NodeRequest);
      return answer;
    },
    nextCommit: async () => BigInt((await messageOf(child, 'committed')).atNs),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.send('stop' satisfies NodeRequest);
      }),
  };
}

function messageOf<K extends NodeMessage['kind']>(child: ChildProcess, kind: K) {
  return new Promise<Extract<NodeMessage, { kind: K }>>((resolve, reject) => {
    const ended = (code: number | null, signal: string | null): void =>
      reject(new Error(`the server of the bench has ended: ${code ?? signal}`));
    const listen = (message: NodeMessage): void => {
      if (message.kind !== kind) return;
      child.off('message', listen);
      child.off('exit', ended);
      resolve(message as Extract<NodeMessage, { kind: K }>);
    };
    child.on('message', listen);
    child.once('exit', ended);
  });
}

/** Signs in at the demo's branch. */
async function signIn(url: string, tenantId: string, siteId: string) {
  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const { accessToken } = (await post('/v1/login', { username: 'admin', password: PASSWORD })) as {
    accessToken: string;
  };
  const headers = { authorization: `Bearer ${accessToken}` };
  const shape = (name: string) =>
    `${url}/v1/shape?${new URLSearchParams({ shape: name, tenant: tenantId, site: siteId })}`;
  const firstOf = async (name: string): Promise<string> => {
    const answer = await fetch(`${shape(name)}&offset=-1`, { headers });
    const [row] = (await answer.json()) as { value: { id: string } }[];
    return row?.value.id ?? '';
  };
  const [serviceId, priorityClassId] = [await firstOf('service'), await firstOf('priority_class')];
  return {
    tickets: { url: shape('ticket'), headers },
    issue: async () => {
      const id = newId<'command'>(systemEnv);
      await post('/v1/commands', { type: 'ticket.create', id, serviceId, priorityClassId }, headers);
    },
  };
}

interface Audience {
  readonly follow: (count: number) => Promise<Subscribers>;
  readonly change: () => Promise<void>;
}

async function figuresOf(name: string, node: ServerNode, audience: Audience): Promise<Figures> {
  const figures: Record<string, number> = {};
  await followedBy(1, node, audience, WARM_UP_CHANGES);
  const empty = await node.usage();
  for (const count of SUBSCRIBERS) {
    const { waits, rssBytes, cpuUs } = await followedBy(count, node, audience, CHANGES);
    figures[`${name}_${count}_ms_p50`] = percentile(waits, 50);
    figures[`${name}_${count}_ms_p99`] = percentile(waits, 99);
    figures[`${name}_${count}_cpu_ms`] = cpuUs / 1_000 / CHANGES;
    figures[`${name}_${count}_each_bytes`] = Math.max(0, rssBytes - empty.rssBytes) / count;
  }
  return figures;
}

async function followedBy(count: number, node: ServerNode, { follow, change }: Audience, changes: number) {
  const subscribers = await follow(count);
  await pause(SETTLE_MS);
  const waits: number[] = [];
  const before = await node.usage();
  for (let index = 0; index < changes; index += 1) {
    const [committedAt, seen] = await Promise.all([node.nextCommit(), subscribers.nextSeen(), change()]);
    for (const at of seen) waits.push(Number(at - committedAt) / 1e6);
    await pause(SETTLE_MS);
  }
  const after = await node.usage();
  subscribers.close();
  return { waits, rssBytes: after.rssBytes, cpuUs: after.cpuUs - before.cpuUs };
}
