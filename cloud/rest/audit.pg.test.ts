/** The ledger as people read it: searched, exported whole and verifiable, and by the origins that wrote it. */
import { type ApiClient, ROUTES } from '@totem/api';
import {
  canonicalJson,
  type EntryDraft,
  entryHash,
  instantText,
  type LedgerEntry,
  newId,
  type Principal,
  sha256Hex,
  type TenantId,
} from '@totem/domain';
import { createLog, systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withTenant } from '../db/with-tenant.ts';
import type { CloudEnv } from '../http/context.ts';
import { recordEntries } from '../ledger/commit.ts';
import { apiOf, refusalOf } from '../testing/api.ts';
import { createTicket, enrolTotem, openChain, push, sealedBatch } from '../testing/branch.ts';
import { type Neighbour, neighbourOf } from '../testing/neighbour.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { exportEntries } from './audit-export.ts';
import { CSV_MARK } from './csv.ts';

const { getEntry, listEntries, listOrigins } = ROUTES;
const FOREVER = { from: '2020-01-01T00:00:00.000Z', to: '2200-01-01T00:00:00.000Z' };
/** More than one page of an export. */
const MANY = 1_234;

let cloud: TestCloud;
let look: Onlooker;
let neighbour: Neighbour;
let token: string;
let admin: ApiClient;

beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  neighbour = await neighbourOf(cloud, look);
  token = await cloud.signIn('admin');
  admin = apiOf(cloud.url, token);
  await write(cloud.seed.tenantId, MANY, 'mine');
  await write(neighbour.tenantId, 50, 'canary');
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

/** Entries of the cloud's own about one site's settings. */
async function write(tenantId: TenantId, count: number, value: string): Promise<void> {
  const entityId = newId<string>(systemEnv);
  const drafts = Array.from(
    { length: count },
    (_, index): EntryDraft => ({
      siteId: null,
      userId: null,
      action: 'CONFIG_CHANGED',
      entity: 'site',
      entityId,
      data: { by: 'key', after: { name: `=${value} "${index}",\n` } },
    }),
  );
  await withTenant(cloud.cloud.db, tenantId, (tx) => recordEntries(tx, systemEnv, drafts));
}

function exported(query: object, bearer = token): Promise<Response> {
  const asked = new URLSearchParams({ ...FOREVER, ...query });
  return fetch(`${cloud.url}/v1/audit/export?${asked}`, { headers: { authorization: `Bearer ${bearer}` } });
}

/** Somebody who sees every site. */
const adminOf = (tenantId: TenantId): Principal => ({
  kind: 'user',
  tenantId,
  userId: newId<'user'>(systemEnv),
  sessionId: newId<'session'>(systemEnv),
  role: 'admin',
  siteIds: null,
  serviceIds: null,
});

const entriesIn = (text: string) =>
  text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as LedgerEntry]));
const lastExport = async () =>
  (
    await look.rows(
      `SELECT position, data FROM audit_log WHERE tenant_id = $1 AND action = 'DATA_EXPORTED' ORDER BY position DESC LIMIT 1`,
      [cloud.seed.tenantId],
    )
  )[0] as { position: string; data: Record<string, unknown> };

describe('an entry', () => {
  test('is shown with its place and the name of who made it', async () => {
    const { items } = await admin.call(listEntries, { query: { action: ['LOGIN', 'LOGOUT'] } });
    expect(items[0]).toMatchObject({ action: 'LOGIN', userName: 'Ana Administradora', clockSuspect: false });
    const params = { id: String(items[0]?.id) };
    expect(await admin.call(getEntry, { params })).toEqual(items[0]);
    const theirs = apiOf(cloud.url, await neighbour.signIn());
    expect((await refusalOf(theirs.call(getEntry, { params }))).code).toBe('not_found');
    const operator = apiOf(cloud.url, await cloud.signIn('operador'));
    expect((await refusalOf(operator.call(listEntries, {}))).code).toBe('forbidden');
  });

  test('about something is asked for with its kind', async () => {
    const refused = await refusalOf(
      admin.call(listEntries, { query: { entityId: newId<string>(systemEnv) } }),
    );
    expect([refused.status, refused.code]).toEqual([400, 'invalid_request']);
  });
});

describe('an export', () => {
  test('is the canonical text of every entry in order, whose hashes and chains hold', async () => {
    const answer = await exported({});
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="audit-[\d-]+\.ndjson"$/,
    );
    const text = await answer.text();
    const entries = entriesIn(text);
    expect(String(entries.length)).toBe(answer.headers.get('totem-entries'));
    expect(entries.length).toBeGreaterThan(MANY);
    expect(text).not.toContain('canary');
    const heads = new Map<string, string>();
    for (const [index, entry] of entries.entries()) {
      const { hash, ...body } = entry;
      expect(text.split('\n')[index]).toBe(canonicalJson(entry));
      expect(hash).toBe(sha256Hex(canonicalJson(body)));
      expect(hash).toBe(entryHash(entry));
      expect(entry.prevHash).toBe(heads.get(entry.origin) ?? entry.prevHash);
      heads.set(entry.origin, hash);
    }
    const stored = await look.rows('SELECT id FROM audit_log WHERE tenant_id = $1 ORDER BY position', [
      cloud.seed.tenantId,
    ]);
    expect(entries.map(({ id }) => id)).toEqual(stored.slice(0, entries.length).map(({ id }) => id));
  });

  test('is an entry before its first byte, with its span and count, and is not in itself', async () => {
    const answer = await exported({ format: 'ndjson' });
    const { position, data } = await lastExport();
    expect(data).toEqual({
      by: 'user',
      ...FOREVER,
      format: 'ndjson',
      entries: Number(answer.headers.get('totem-entries')),
      first: 1,
      last: Number(position) - 1,
    });
    expect(entriesIn(await answer.text()).at(-1)?.id).not.toBeUndefined();
  });

  test('of a span holds what was received in it', async () => {
    const early = await exported({ to: '2026-01-01T00:00:00.000Z' });
    expect([early.headers.get('totem-entries'), await early.text()]).toEqual(['0', '']);
    expect((await lastExport()).data).toMatchObject({ entries: 0 });
    const [{ at } = { at: '' }] = await look.rows(
      `SELECT to_char(max(received_at), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at FROM audit_log WHERE tenant_id = $1`,
      [cloud.seed.tenantId],
    );
    const since = await exported({ from: String(at) });
    expect(entriesIn(await since.text()).length).toBe(Number(since.headers.get('totem-entries')));
    expect(Number(since.headers.get('totem-entries'))).toBeLessThan(MANY);
  });

  test('for a spreadsheet has a line for each entry, and no cell that calculates', async () => {
    const answer = await exported({ format: 'csv' });
    expect(answer.headers.get('content-type')).toContain('text/csv');
    // `text()` would swallow the mark.
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await answer.arrayBuffer());
    expect(text.startsWith(`${CSV_MARK}position,receivedAt,`)).toBe(true);
    // Line ends within cells are escaped in their JSON, so each line is a record.
    const lines = text.split('\r\n');
    expect(lines.length - 2).toBe(Number(answer.headers.get('totem-entries')));
    expect(text).not.toMatch(/(?:^|,|\r\n)"?[=+@-]/);
  });

  test('reads no further than its reader', async () => {
    const { db } = cloud.cloud;
    let connections = 0;
    const counted = new Proxy(db.api, {
      get: (pool, name) => {
        if (name === 'connect') connections += 1;
        return Reflect.get(pool, name, pool);
      },
    });
    const parts = {
      db: { ...db, api: counted },
      env: systemEnv,
      log: createLog('test', { level: 'silent' }),
    };
    const app = new Hono<CloudEnv>().get('/', (c) =>
      exportEntries(c, parts, adminOf(cloud.seed.tenantId), { ...FOREVER, format: 'ndjson' }),
    );
    const answer = await app.request('/');
    expect(connections).toBe(1);
    const reader = answer.body?.getReader();
    for (const pages of [1, 2]) {
      await reader?.read();
      expect(connections).toBe(1 + pages);
    }
    await reader?.cancel();
    expect(connections).toBe(3);
  });

  test('that nobody reads to its end gives its connections back', async () => {
    const stop = new AbortController();
    const answers = await Promise.all(
      Array.from({ length: 30 }, () =>
        fetch(`${cloud.url}/v1/audit/export?${new URLSearchParams(FOREVER)}`, {
          headers: { authorization: `Bearer ${token}` },
          signal: stop.signal,
        }),
      ),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    stop.abort();
    // More requests than there are connections: none is held by a reader who went away.
    const after = await Promise.all(Array.from({ length: 30 }, () => admin.call(listEntries, {})));
    expect(after.every(({ items }) => items.length > 0)).toBe(true);
  });

  test('needs its permission, and both ends of its span', async () => {
    const refused = await exported({}, await cloud.signIn('operador'));
    expect(refused.status).toBe(403);
    const endless = await fetch(`${cloud.url}/v1/audit/export`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(endless.status).toBe(400);
  });
});

describe('an origin', () => {
  test('is told with its device, where it stands, and its last entry', async () => {
    const { tenantId, siteId } = cloud.seed;
    const totem = await enrolTotem(cloud);
    const chain = openChain(systemEnv, tenantId, siteId);
    const { draft } = createTicket(systemEnv, siteId);
    const written = chain.write([draft]);
    await push(cloud, totem, sealedBatch(totem, tenantId, [...chain.opening, ...written]));
    const { items } = await admin.call(listOrigins, {});
    const found = items.find(({ id }) => id === chain.origin);
    expect(found).toMatchObject({
      equipmentId: totem.equipmentId,
      siteId,
      reason: 'enrolled',
      head: chain.head(),
      lastEntry: { action: 'TICKET_CREATE', occurredAt: written[0]?.entry.occurredAt },
    });
    const [head] = await look.rows(
      'SELECT cloud_origin, cloud_seq, cloud_hash FROM change_head WHERE tenant_id = $1',
      [tenantId],
    );
    const own = items.find(({ id }) => id === head?.cloud_origin);
    expect(own).toMatchObject({
      equipmentId: null,
      equipmentName: null,
      head: { seq: Number(head?.cloud_seq), hash: head?.cloud_hash },
    });
    expect(instantText(Temporal.Instant.from(String(own?.lastEntry?.receivedAt)).epochMilliseconds)).toBe(
      own?.lastEntry?.receivedAt,
    );
    expect(items.length).toBe(await look.count('origin WHERE tenant_id = $1', [tenantId]));
  });
});
