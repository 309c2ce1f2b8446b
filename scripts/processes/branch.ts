/**
 * A branch of real processes: PostgreSQL, the API and totems, with a cable between each two that can be cut. Everything can be
 * killed and started again at its place, and finds what it had.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createDatabase,
  createPasswords,
  type DatabaseUrls,
  type EmbeddedPostgres,
  newDataKeys,
  newSigningKey,
  registerDeviceKey,
  seedDemo,
  startEmbeddedPostgres,
} from '@totem/cloud';
import { newId, type TenantId } from '@totem/domain';
import { ensureDeviceKey } from '@totem/edge';
import { createLog, systemEnv, systemTimers } from '@totem/host';
import { migratePostgres } from '@totem/migrations';
import { type Cable, layCable } from '@totem/testkit/cable';
import pg from 'pg';
import { type Child, childProcess } from '../demo/child.ts';
import { anyFreePort } from '../demo/ports.ts';

const AGENT = join(import.meta.dirname, '..', '..', 'packages', 'edge', 'main.ts');
const API = join(import.meta.dirname, '..', '..', 'cloud', 'main.ts');
const PASSWORD = 'senha-de-processos-1';
/** Between two tries of what was refused or not answered, and between two looks. */
const AGAIN_MS = 100;

export interface ProcessTotem {
  readonly cable: Cable;
  readonly process: Child;
  /** Asks for a ticket until it is answered, under one id however often. @returns the ticket. */
  issue(): Promise<{ readonly id: string; readonly code: string }>;
  /** Entries that are not acknowledged; undefined while it does not answer. */
  pending(): Promise<number | undefined>;
  /** The tickets that its screen would show, by id. */
  tickets(): Promise<ReadonlyMap<string, string>>;
}

export interface ProcessBranch {
  readonly tenantId: TenantId;
  readonly totems: readonly ProcessTotem[];
  readonly api: Child;
  /** The database past every cable. */
  urls(): DatabaseUrls;
  /** Breaks and mends the connections of the API to its database. */
  readonly databaseCable: Cable;
  /** Stops PostgreSQL under everybody and starts it again. */
  restartDatabase(): Promise<void>;
  close(): Promise<void>;
}

/** Starts it all. @returns when each totem can issue. */
export async function startProcesses(): Promise<ProcessBranch> {
  const folder = mkdtempSync(join(tmpdir(), 'totem-processes-'));
  const stops: (() => Promise<void> | void)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  try {
    return { ...(await start(folder, stops)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  folder: string,
  stops: (() => Promise<void> | void)[],
): Promise<Omit<ProcessBranch, 'close'>> {
  const startDatabase = () =>
    startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), env: systemEnv, timers: systemTimers });
  let postgres: EmbeddedPostgres = await startDatabase();
  stops.push(() => postgres.stop());
  await migratePostgres(postgres.urls.owner, systemTimers);
  // PostgreSQL comes back on another port: the cable finds it there.
  const databaseCable = await layCable({
    target: {
      host: '127.0.0.1',
      get port() {
        return postgres.port;
      },
    },
  });
  stops.push(() => databaseCable.close());
  const { tenantId, devices } = await enrol(folder, postgres.urls);
  const through = (url: string) => url.replace(`:${postgres.port}/`, `:${databaseCable.port}/`);
  const apiPort = await anyFreePort();
  const api = childProcess({
    name: 'The API',
    entry: API,
    logFile: join(folder, 'api.log'),
    env: {
      DATABASE_URL: through(postgres.urls.api),
      DATABASE_TAILER_URL: through(postgres.urls.tailer),
      SIGNING_KEY: JSON.stringify(newSigningKey()),
      DATA_KEYS: JSON.stringify(newDataKeys(systemEnv)),
      PUBLIC_URL: `http://127.0.0.1:${apiPort}`,
      HOST: '127.0.0.1',
      PORT: String(apiPort),
      LOG_LEVEL: 'warn',
    },
  });
  stops.push(() => api.kill());
  await api.start();
  const totems = [];
  for (const device of devices) {
    const cable = await layCable({ target: { host: '127.0.0.1', port: apiPort } });
    stops.push(() => cable.close());
    const agent = childProcess({
      name: `Totem ${device.env.TOTEM_LANE}`,
      entry: AGENT,
      logFile: join(folder, `totem-${device.env.TOTEM_LANE}.log`),
      env: { ...device.env, TOTEM_CLOUD_URL: cable.url },
    });
    stops.push(() => agent.kill());
    await agent.start();
    totems.push(totemOf(agent, cable, device));
  }
  return {
    tenantId,
    totems,
    api,
    urls: () => postgres.urls,
    databaseCable,
    restartDatabase: async () => {
      databaseCable.cut();
      await postgres.stop();
      postgres = await startDatabase();
      databaseCable.restore();
    },
  };
}

interface Catalogue {
  readonly serviceId: string;
  readonly priorityClassId: string;
}

type Enrolled = Awaited<ReturnType<typeof enrol>>['devices'][number];

/** Seeds the demo's branch, and gives its first two totems keys of their own. */
async function enrol(folder: string, urls: DatabaseUrls) {
  const db = createDatabase(
    { api: urls.owner, tailer: urls.tailer },
    createLog('processes', { level: 'silent' }),
  );
  try {
    const parts = { db, env: systemEnv, hashing: createPasswords() };
    const seed = await seedDemo(parts, { admin: PASSWORD, operador: PASSWORD, operador2: PASSWORD });
    const { tenantId, siteId } = seed;
    const catalogue = await catalogueOf(urls);
    const devices = [];
    for (const { equipmentId, lane } of seed.totems.slice(0, 2)) {
      const dataDir = join(folder, `totem-${lane}`);
      mkdirSync(dataDir, { mode: 0o700 });
      await registerDeviceKey(db, { tenantId, equipmentId, publicKey: ensureDeviceKey(dataDir).x });
      const env = {
        TOTEM_DATA_DIR: dataDir,
        TOTEM_TENANT_ID: tenantId,
        TOTEM_SITE_ID: siteId,
        TOTEM_EQUIPMENT_ID: equipmentId,
        TOTEM_LANE: lane,
        TOTEM_PORT: String(await anyFreePort()),
        TOTEM_LOG_LEVEL: 'info',
      };
      devices.push({ env, catalogue });
    }
    return { tenantId, devices };
  } finally {
    await db.close();
  }
}

async function catalogueOf(urls: DatabaseUrls): Promise<Catalogue> {
  const [service, priorityClass] = await rowsOf(
    urls,
    `(SELECT id FROM service WHERE payment_policy = 'free' ORDER BY sort_order LIMIT 1)
     UNION ALL (SELECT id FROM priority_class ORDER BY tier, sort_order LIMIT 1)`,
  );
  return { serviceId: String(service?.id), priorityClassId: String(priorityClass?.id) };
}

/** Rows as the superuser sees them. */
export async function rowsOf(urls: DatabaseUrls, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: urls.superuser });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function totemOf(agent: Child, cable: Cable, { env, catalogue }: Enrolled): ProcessTotem {
  const shape = new URLSearchParams({
    shape: 'ticket',
    tenant: env.TOTEM_TENANT_ID,
    site: env.TOTEM_SITE_ID,
  });
  const ask = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const ready = agent.ready();
    if (ready === undefined) throw new Error('the totem does not run');
    const headers = { authorization: `Bearer ${ready.token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${ready.url}${path}`, { ...init, headers });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  return {
    cable,
    process: agent,
    async issue() {
      const command = { type: 'ticket.create', id: newId<'command'>(systemEnv), ...catalogue, partySize: 1 };
      const body = JSON.stringify(command);
      return untilGiven(async () => {
        const done = (await ask('/v1/commands', { method: 'POST', body })) as {
          ticket?: { id: string; code: string };
        };
        return done.ticket;
      });
    },
    async pending() {
      try {
        const { parts } = (await ask('/health')) as {
          parts?: { part: string; detail: { pending?: number } }[];
        };
        return parts?.find(({ part }) => part === 'ledger')?.detail.pending;
      } catch {
        return undefined;
      }
    },
    async tickets() {
      const messages = (await ask(`/v1/shape?${shape}&offset=-1`)) as {
        headers: { operation?: string };
        value?: { id: string; code: string; state: string; folded: string };
      }[];
      return new Map(
        messages.flatMap(({ value }) =>
          value === undefined
            ? []
            : [[value.id, `${value.code} ${value.state} ${entriesIn(value.folded)}`] as const],
        ),
      );
    },
  };
}

/** What a row has folded, in an order of its own. @param folded as JSON, or as its text. */
export function entriesIn(folded: unknown): string {
  const seqs = (typeof folded === 'string' ? JSON.parse(folded) : folded) as Readonly<Record<string, number>>;
  return JSON.stringify(Object.entries(seqs).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Asks again until something is given; the test's own timeout ends it. */
export async function untilGiven<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const given = await ask().catch(() => undefined);
    if (given !== undefined) return given;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}
