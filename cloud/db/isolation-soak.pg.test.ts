/**
 * Twenty companies ask the whole API at once, each for its own rows and for the others'; a tenth of the transactions is thrown
 * out of, and clients go away while they are answered. Nobody sees another's canary, no row carries one, and no connection
 * keeps anything of whom it served.
 */
import { may, type Principal, type TenantId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { proof, recordProof } from '@totem/testkit/proof';
import { seededRandom } from '@totem/testkit/virtual';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sealVerifierOf } from '../audit/seal-keys.ts';
import { verifyTenant } from '../audit/verify.ts';
import { type Company, openCompany } from '../testing/company.ts';
import { failSome } from '../testing/faulty-pool.ts';
import { allOperations, type Operation } from '../testing/operations.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { RECORD_KINDS } from '../testing/record-kinds.ts';
import { idPlacesOf, requestsFor, send, type TestRequest } from '../testing/requests.ts';

const PROOF = 'cloud/no canary of another company under faults';
const REQUESTS = proof(PROOF, { share: 600, full: 10_000, unit: 'requests' });
const IS_FULL = REQUESTS > 1_000;
const COMPANIES = IS_FULL ? 20 : 5;
const AT_ONCE = 32;
/** Of requests that are thrown out of; of transactions it takes more, because short ones end before their fault. */
const THROWN_SHARE = 0.1;
const FAULTY_SHARE = 0.14;
const ABORTED_SHARE = 0.1;
const FOREIGN_SHARE = 0.4;
const SEED = 20_261_128;

/** What would end the session that asks, and what is for devices, known or not, and who runs the platform. */
const LEFT_OUT = [
  'signIn',
  'refreshSession',
  'signOut',
  'endMySession',
  'changeMyPassword',
  'pushLedger',
  'ledgerCursor',
  'exchangeToken',
  'claimEnrolment',
  'followEnrolment',
  // Signed by the key of a screen.
  'askPairing',
  'followPairing',
];

const random = seededRandom(SEED);
const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

let cloud: TestCloud;
let look: Onlooker;
let companies: readonly Company[];
let operations: readonly Operation[];

beforeAll(async () => {
  const now = systemEnv.now();
  // Time stands still: tokens of ten minutes last as long as the soak.
  cloud = await testCloud({ env: { ...systemEnv, now: () => now } });
  look = await onlooker(cloud.urls);
  const opened: Company[] = [];
  for (let number = 1; number <= COMPANIES; number += 1) {
    const company = await openCompany(cloud, look, `c${number}x`);
    for (const kind of Object.keys(RECORD_KINDS)) await company.idOf(kind);
    opened.push(company);
  }
  companies = opened;
  operations = allOperations().filter(
    ({ id, access }) =>
      !LEFT_OUT.includes(id) &&
      (access === undefined || access === 'signed_in' || access === 'anyone' || may(anAdmin, access)),
  );
}, 600_000);
afterAll(async () => {
  await look.close();
  await cloud.close();
});

/** For questions about the role alone. */
const anAdmin = { kind: 'user', role: 'admin' } as Principal;

/** A request of a company for its own rows, or with the id of another's somewhere in it. */
async function someRequest(company: Company): Promise<TestRequest> {
  const request = pick(await requestsFor(pick(operations), company));
  const places = idPlacesOf(request);
  if (places.length === 0 || random() >= FOREIGN_SHARE) return request;
  const place = pick(places);
  const other = pick(companies.filter((one) => one !== company));
  return place.with(await other.idOf(place.kind ?? ''));
}

interface Tally {
  sent: number;
  aborted: number;
  readonly statuses: Map<number, number>;
  readonly leaks: string[];
}

/** Every canary in a text that is not the company's own. */
function foreignIn(text: string, { canary }: Company): string[] {
  return [...text.matchAll(/canary-c\d+x/g)].map(([found]) => found).filter((found) => found !== canary);
}

/** Sends requests until all are sent. A client that goes away does so when another one's answer comes. */
async function client(tally: Tally, leaving: Set<AbortController>): Promise<void> {
  while (tally.sent < REQUESTS) {
    tally.sent += 1;
    const company = pick(companies);
    const request = await someRequest(company);
    const controller = new AbortController();
    if (random() < ABORTED_SHARE) leaving.add(controller);
    try {
      const answer = await send(cloud.url, request, company.token, { signal: controller.signal });
      const headers = JSON.stringify([...answer.headers]);
      const leaked = foreignIn(headers + (await answer.text()), company);
      if (leaked.length > 0)
        tally.leaks.push(`${request.operation.id} to ${company.canary}: ${leaked.join()}`);
      tally.statuses.set(answer.status, (tally.statuses.get(answer.status) ?? 0) + 1);
      for (const other of [...leaving].slice(0, 1)) if (other !== controller) other.abort();
    } catch (error) {
      if (!controller.signal.aborted) throw error;
      tally.aborted += 1;
    } finally {
      leaving.delete(controller);
    }
  }
}

/** Waits until the cloud has ended what it had begun for those who left. @throws Error when it never does. */
async function rested(): Promise<void> {
  const { api } = cloud.cloud.db;
  for (let looks = 0; looks < 20_000; looks += 1) {
    if (api.totalCount === api.idleCount && api.waitingCount === 0) return;
    await look.rows('SELECT 1');
  }
  throw new Error('a connection was never given back');
}

/** What a connection has been left with, as far as it differs from one that has served nobody. */
async function leftOn(): Promise<unknown[]> {
  const { api } = cloud.cloud.db;
  const clients = await Promise.all(Array.from({ length: api.totalCount }, () => api.connect()));
  const found: unknown[] = [];
  for (const one of clients)
    found.push(
      (
        await one.query(
          `SELECT nullif(current_setting('app.tenant_id', true), '') AS tenant, current_user AS role,
             (SELECT count(*) FROM pg_settings WHERE source = 'session') AS settings,
             (SELECT count(*) FROM pg_cursors) AS cursors, (SELECT count(*) FROM pg_listening_channels()) AS channels,
             (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory') AS locks`,
        )
      ).rows[0],
    );
  for (const one of clients) one.release();
  return found;
}

test('companies that ask at once, under faults, see their own rows and nobody else’s', async () => {
  const faults = failSome(cloud.cloud.db.api, FAULTY_SHARE, random);
  const tally: Tally = { sent: 0, aborted: 0, statuses: new Map(), leaks: [] };
  const leaving = new Set<AbortController>();
  await Promise.all(Array.from({ length: AT_ONCE }, () => client(tally, leaving)));
  faults.stop();
  await rested();

  expect(tally.leaks).toEqual([]);
  expect(faults.dirty()).toBe(0);
  const [first] = await leftOn();
  expect(first).toEqual({
    tenant: null,
    role: 'totem_api',
    settings: '0',
    cursors: '0',
    channels: '0',
    locks: '0',
  });
  for (const left of await leftOn()) expect(left).toEqual(first);
  const states = await look.rows(
    `SELECT DISTINCT state FROM pg_stat_activity WHERE datname = current_database() AND usename = 'totem_api'`,
  );
  expect(states).toEqual([{ state: 'idle' }]);
  for (const company of companies) expect(await rowsWithForeign(company)).toEqual([]);
  await removeSeals();
  for (const { tenantId } of companies) expect(await faultsOf(tenantId)).toEqual([]);

  // It was a soak: things were thrown, clients left, and the rest went on.
  const count = (from: number, to: number) =>
    [...tally.statuses].reduce(
      (sum, [status, times]) => (status >= from && status < to ? sum + times : sum),
      0,
    );
  expect(faults.thrown()).toBeGreaterThan(REQUESTS * THROWN_SHARE * 0.6);
  expect(tally.aborted).toBeGreaterThan(REQUESTS * ABORTED_SHARE * 0.6);
  expect(count(200, 300)).toBeGreaterThan(REQUESTS * 0.3);
  expect(tally.statuses.get(401) ?? 0).toBe(0);
  recordProof(PROOF, {
    companies_count: COMPANIES,
    thrown_count: faults.thrown(),
    aborted_count: tally.aborted,
    done_count: count(200, 300),
    refused_count: count(400, 500),
    failed_count: count(500, 600),
  });
}, 3_600_000);

/** Tables in which a row of the company carries the canary of another. */
async function rowsWithForeign({ tenantId, canary }: Company): Promise<unknown[]> {
  const tables = await look.rows(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace`,
  );
  const found: unknown[] = [];
  for (const { name } of tables) {
    const rows = await look.count(
      `${name} t WHERE tenant_id = $1 AND replace(t::text, $2, '') LIKE '%canary-c%'`,
      [tenantId, canary],
    );
    if (rows > 0) found.push([name, rows]);
  }
  return found;
}

/** The seals and the personal data that the companies were given are nobody's work; the chains are the cloud's own. */
async function faultsOf(tenantId: TenantId): Promise<unknown[]> {
  const parts = { db: cloud.cloud.db, env: systemEnv, keys: sealVerifierOf([]) };
  const { faults } = await verifyTenant(parts, tenantId);
  return faults.filter(({ fault }) => fault !== 'private');
}

async function removeSeals(): Promise<void> {
  await look.rows(`SET session_replication_role = 'replica'`);
  await look.rows('DELETE FROM audit_seal');
  await look.rows('RESET session_replication_role');
}
