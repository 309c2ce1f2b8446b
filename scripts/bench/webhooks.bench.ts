/**
 * `npm run bench -- webhooks`: the cloud as one process delivers what many tenants have to tell, while the receiver of one of them
 * hangs. Beside it, in the same round, what a receiver can do at best: the same requests from a plain client.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createVault, newDataKeys, newSecret, sealSecrets, startEmbeddedPostgres } from '@totem/cloud';
import { newId } from '@totem/domain';
import { systemEnv, systemTimers } from '@totem/host';
import { migratePostgres } from '@totem/migrations';
import pg from 'pg';
import { type Stops, startCloudProcess } from './cloud-process.ts';
import { type Bench, type Figures, percentile, quantiles } from './harness.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '.cache', 'bench');
const TENANTS = 20;
const MESSAGES_EACH = 100;
/** Of the tenant whose receiver hangs. */
const HUNG_MESSAGES = 200;
const PROBES = 400;
const DATA_KEYS = newDataKeys(systemEnv);

export const bench: Bench = {
  name: 'webhooks',
  about: 'delivery to many tenants while the receiver of one hangs',
  physicalLimit: 'post_ms_p50',
  rounds: 1,
  goals: [
    { name: 'every message arrives', of: 'lost_count', limit: 0, must: 'be at most' },
    { name: 'no message arrives twice', of: 'twice_count', limit: 0, must: 'be at most' },
    {
      name: 'a hung receiver has few messages at once',
      of: 'hung_at_once_count',
      limit: 8,
      must: 'be at most',
    },
  ],
  round: async () => {
    mkdirSync(FOLDER, { recursive: true });
    const folder = mkdtempSync(join(FOLDER, 'webhooks-'));
    const stops: Stops = [() => rmSync(folder, { recursive: true, force: true })];
    try {
      return await measure(folder, stops);
    } finally {
      for (const stop of stops.reverse()) await stop();
    }
  },
  ratios: (figures) => ({
    messages_of_posts: ((figures.messages_per_s ?? 0) * (figures.post_ms_p50 ?? 0)) / 1_000,
    beside_a_hung_receiver_over_alone: (figures.beside_per_s ?? 0) / (figures.messages_per_s ?? 1),
  }),
};

async function measure(folder: string, stops: Stops): Promise<Figures> {
  const postgres = await startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    env: systemEnv,
    timers: systemTimers,
  });
  stops.push(() => postgres.stop());
  await migratePostgres(postgres.urls.owner, systemTimers);
  const quick = await receiver(stops, true);
  const hung = await receiver(stops, false);
  const database = new pg.Client({ connectionString: postgres.urls.superuser });
  await database.connect();
  stops.push(() => database.end());
  const tenants = Array.from({ length: TENANTS }, () => newId<'tenant'>(systemEnv));
  const slow = newId<'tenant'>(systemEnv);
  for (const tenant of tenants) await tenantWithHook(database, tenant, quick.url);
  await tenantWithHook(database, slow, hung.url);
  const postMs = await probes(quick.url);
  quick.clear();
  await startCloudProcess(folder, postgres, stops, {
    DATA_KEYS: JSON.stringify(DATA_KEYS),
    RECEIVERS_ON_LOOPBACK: 'true',
  });
  const round = async () => {
    quick.clear();
    const began = performance.now();
    for (const tenant of tenants) await happen(database, tenant, MESSAGES_EACH);
    await quick.reached(TENANTS * MESSAGES_EACH);
    return (TENANTS * MESSAGES_EACH * 1_000) / (performance.now() - began);
  };
  const alone = await round();
  const twice = quick.twice();
  await happen(database, slow, HUNG_MESSAGES);
  await hung.reached(1);
  const beside = await round();
  return {
    ...quantiles('post_ms', postMs),
    messages_per_s: alone,
    beside_per_s: beside,
    delay_ms_p50: percentile(quick.delaysMs(), 50),
    delay_ms_p95: percentile(quick.delaysMs(), 95),
    messages_count: TENANTS * MESSAGES_EACH,
    lost_count: TENANTS * MESSAGES_EACH - quick.ids(),
    twice_count: twice + quick.twice(),
    hung_at_once_count: hung.ids(),
  };
}

/** A receiver that answers at once, or never. It knows when each message happened by its own body. */
async function receiver(stops: Stops, answers: boolean) {
  const seen = new Map<string, number>();
  let delays: number[] = [];
  let waiting: { readonly count: number; readonly resolve: () => void } | undefined;
  const server = createServer((asked, answer) => {
    const chunks: Buffer[] = [];
    asked.on('data', (chunk: Buffer) => chunks.push(chunk));
    asked.on('end', () => {
      const id = String(asked.headers['webhook-id']);
      seen.set(id, (seen.get(id) ?? 0) + 1);
      const { timestamp } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { timestamp: string };
      delays.push(Date.now() - Date.parse(timestamp));
      if (waiting !== undefined && seen.size >= waiting.count) waiting.resolve();
      if (answers) answer.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => void server.close(() => resolve()));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    ids: () => seen.size,
    twice: () => [...seen.values()].filter((times) => times > 1).length,
    delaysMs: () => delays,
    clear: () => {
      seen.clear();
      delays = [];
    },
    reached: (count: number) =>
      seen.size >= count
        ? Promise.resolve()
        : new Promise<void>((resolve) => {
            waiting = { count, resolve };
          }),
  };
}

async function tenantWithHook(database: pg.Client, tenantId: string, url: string): Promise<void> {
  const vault = createVault(DATA_KEYS, systemEnv);
  await database.query(`INSERT INTO tenant (id, name, slug, created_at) VALUES ($1, $2, $2, now())`, [
    tenantId,
    `bench-${tenantId}`,
  ]);
  await database.query(
    `INSERT INTO config_webhook (tenant_id, id, created_at, name, url, events, secrets)
     VALUES ($1, gen_random_uuid(), now(), 'bench', $2, '["ticket.called"]', $3)`,
    [tenantId, url, Buffer.from(sealSecrets(vault, tenantId, [newSecret(systemEnv)]))],
  );
}

/** Calls of as many tickets, as one batch of the ledger would write them. */
async function happen(database: pg.Client, tenantId: string, count: number): Promise<void> {
  await database.query(
    `WITH made AS (
       INSERT INTO event (tenant_id, id, type, subject, data, occurred_at, created_at)
       SELECT $1, gen_random_uuid(), 'ticket.called', gen_random_uuid(), '{"code":"A001"}', clock_timestamp(), clock_timestamp()
       FROM generate_series(1, $2::int) RETURNING id, number, subject)
     INSERT INTO delivery (tenant_id, id, created_at, kind, receiver_id, event_id, number, subject, state, next_at)
     SELECT $1, gen_random_uuid(), now(), 'webhook', w.id, m.id, m.number, m.subject, 'waiting', now()
     FROM made m, config_webhook w WHERE w.tenant_id = $1`,
    [tenantId, count],
  );
}

/** The same request by a plain client, over connections of their own. */
async function probes(url: string): Promise<number[]> {
  const samples: number[] = [];
  const body = JSON.stringify({ timestamp: new Date().toISOString() });
  for (let probe = 0; probe < PROBES; probe += 1) {
    const start = performance.now();
    await new Promise<void>((resolve, reject) => {
      const sent = request(url, { method: 'POST', agent: new Agent({ keepAlive: false }) }, (answer) => {
        answer.resume().on('end', resolve);
      });
      sent.on('error', reject);
      sent.end(body);
    });
    samples.push(performance.now() - start);
  }
  return samples;
}
