/**
 * `npm run bench -- reconnect`: the totems of many branches come back in one moment after an hour without the cloud. Each asks
 * for a token and for its cursor, and sends what it has. The limit is the same bodies, sent to a server that only answers.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  createDatabase,
  createPasswords,
  type EmbeddedPostgres,
  newDataKeys,
  newSigningKey,
  seedDemo,
  startEmbeddedPostgres,
} from '@totem/cloud';
import { createLog, systemEnv, systemTimers } from '@totem/host';
import { migratePostgres } from '@totem/migrations';
import pg from 'pg';
import { childProcess } from '../demo/child.ts';
import { anyFreePort } from '../demo/ports.ts';
import { type Bench, type Figures, percentile } from './harness.ts';
import { type ReturningTotem, returningTotem } from './reconnect-totems.ts';

const TOTEMS = 500;
/** What an hour of a busy totem leaves. */
const ENTRIES = 60;
const FOLDER = join(import.meta.dirname, '..', '..', '.cache', 'bench');
const CLOUD = join(import.meta.dirname, '..', '..', 'cloud', 'main.ts');
const PASSWORD = 'senha-de-bancada-1';

export const bench: Bench = {
  name: 'reconnect',
  about: 'five hundred totems that come back at once, until the cloud has what they wrote',
  physicalLimit: 'bare_s',
  rounds: 1,
  goals: [
    { name: 'no request fails', of: 'failed_count', limit: 0, must: 'be at most' },
    { name: 'nothing lost, nothing doubled', of: 'missing_count', limit: 0, must: 'be at most' },
  ],
  round: async () => {
    mkdirSync(FOLDER, { recursive: true });
    const folder = mkdtempSync(join(FOLDER, 'reconnect-'));
    const stops: Stops = [() => rmSync(folder, { recursive: true, force: true })];
    try {
      return await measure(folder, stops);
    } finally {
      for (const stop of stops.reverse()) await stop();
    }
  },
  ratios: ({ all_s: all = 0, bare_s: bare = 1 }) => ({ all_over_bare: all / bare }),
};

type Stops = (() => Promise<void> | void)[];

async function measure(folder: string, stops: Stops): Promise<Figures> {
  const postgres = await startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    env: systemEnv,
    timers: systemTimers,
  });
  stops.push(() => postgres.stop());
  await migratePostgres(postgres.urls.owner, systemTimers);
  const look = new pg.Client({ connectionString: postgres.urls.superuser });
  await look.connect();
  stops.push(() => look.end());
  const totems = await enrolled(postgres, look);
  const url = await startCloud(folder, postgres, stops);
  const bare = await startBare(stops);

  const limit = await comeBack(bare, totems);
  const real = await comeBack(url, totems);
  const { rows } = await look.query<{ entries: string }>(
    `SELECT count(DISTINCT a.id) AS entries FROM audit_log a JOIN origin o ON o.tenant_id = a.tenant_id AND o.id = a.origin
     WHERE o.equipment_id IS NOT NULL`,
  );
  return {
    bare_s: limit.seconds,
    all_s: real.seconds,
    request_ms_p50: percentile(real.ms, 50),
    request_ms_p95: percentile(real.ms, 95),
    request_ms_max: percentile(real.ms, 100),
    entries_per_s: (TOTEMS * ENTRIES) / real.seconds,
    failed_count: real.failed,
    missing_count: Math.abs(TOTEMS * ENTRIES - Number(rows[0]?.entries)),
  };
}

async function enrolled(postgres: EmbeddedPostgres, look: pg.Client): Promise<readonly ReturningTotem[]> {
  const db = createDatabase(
    { api: postgres.urls.owner, tailer: postgres.urls.tailer },
    createLog('bench', { level: 'silent' }),
  );
  const passwords = { admin: PASSWORD, operador: PASSWORD, operador2: PASSWORD };
  const { tenantId, siteId } = await seedDemo({ db, env: systemEnv, hashing: createPasswords() }, passwords);
  await db.close();
  const totems = Array.from({ length: TOTEMS }, () => returningTotem(tenantId, siteId, ENTRIES));
  await look.query(
    `INSERT INTO equipment (tenant_id, id, created_at, site_id, type, identifier, lane, public_key)
     SELECT $1, id, now(), $2, 'totem', 'bench ' || nth, (1000 + nth)::text, key
     FROM unnest($3::uuid[], $4::text[]) WITH ORDINALITY AS t(id, key, nth)`,
    [
      tenantId,
      siteId,
      totems.map(({ equipmentId }) => equipmentId),
      totems.map(({ publicKey }) => publicKey),
    ],
  );
  return totems;
}

async function startCloud(folder: string, postgres: EmbeddedPostgres, stops: Stops): Promise<string> {
  const port = await anyFreePort();
  const url = `http://127.0.0.1:${port}`;
  const cloud = childProcess({
    name: 'The cloud',
    entry: CLOUD,
    logFile: join(folder, 'cloud.log'),
    env: {
      DATABASE_URL: postgres.urls.api,
      DATABASE_TAILER_URL: postgres.urls.tailer,
      SIGNING_KEY: JSON.stringify(newSigningKey()),
      DATA_KEYS: JSON.stringify(newDataKeys(systemEnv)),
      PUBLIC_URL: url,
      HOST: '127.0.0.1',
      PORT: String(port),
      LOG_LEVEL: 'warn',
    },
  });
  await cloud.start();
  stops.push(() => cloud.stop());
  return url;
}

/** Reads what comes and answers what each request needs to go on. */
async function startBare(stops: Stops): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ access_token: 'x', acknowledged: ENTRIES }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** All of them at once. `ms` are single requests; `failed` those that were not answered as they should. */
async function comeBack(url: string, totems: readonly ReturningTotem[]) {
  const ms: number[] = [];
  let failed = 0;
  const ask = async (path: string, init: RequestInit): Promise<Record<string, unknown>> => {
    const start = performance.now();
    try {
      const answer = await fetch(`${url}${path}`, init);
      const body = (await answer.json()) as Record<string, unknown>;
      if (!answer.ok) failed += 1;
      return body;
    } catch {
      failed += 1;
      return {};
    } finally {
      ms.push(performance.now() - start);
    }
  };
  const forms = totems.map((totem) => totem.tokenForm());
  const start = performance.now();
  await Promise.all(
    totems.map(async (totem, index) => {
      const token = await ask('/v1/token', { method: 'POST', body: forms[index] ?? null });
      const headers = { authorization: `Bearer ${token.access_token}` };
      await ask(`/v1/ledger/cursor?origin=${totem.equipmentId}&seq=0`, { headers });
      const { acknowledged } = await ask('/v1/ledger', {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', 'content-encoding': 'gzip' },
        body: totem.body,
      });
      if (acknowledged !== totem.seq) failed += 1;
    }),
  );
  return { seconds: (performance.now() - start) / 1_000, ms, failed };
}
