/** Months are sealed when they are over: by the cloud itself, in virtual time, once, and never what does not verify. */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { ROUTES } from '@totem/api';
import { epochMsOf, newId, PLATFORM_TENANT_ID, type TenantId, type Timers } from '@totem/domain';
import { createLog } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { virtualWorld } from '@totem/testkit/virtual';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newSigningKey } from '../access/signing-key.ts';
import { withTenant } from '../db/with-tenant.ts';
import { recordEntries } from '../ledger/commit.ts';
import { apiOf } from '../testing/api.ts';
import { neighbourOf } from '../testing/neighbour.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { SEAL_EVERY_MS, sealLedgers, sealTenant } from './seal.ts';
import { sealKeysOf } from './seal-keys.ts';
import { type SignedSeal, signedText } from './statement.ts';
import { verifyTenant } from './verify.ts';

const HOUR_MS = 3_600_000;
const world = virtualWorld({ now: epochMsOf('2026-08-31T20:00:00.000Z') });
const signingKey = newSigningKey();
const keys = sealKeysOf({ signingKey });
const lines: string[] = [];
const log = createLog('test', { destination: { write: (line) => void lines.push(line) } });
const rounds = listening(world.timers);

let cloud: TestCloud;
let look: Onlooker;
let tenantId: TenantId;
let neighbourId: TenantId;

beforeAll(async () => {
  cloud = await testCloud({ signingKey, env: world.env, timers: rounds.timers, log });
  look = await onlooker(cloud.urls);
  ({ tenantId } = cloud.seed);
  neighbourId = (await neighbourOf(cloud, look)).tenantId;
  // The clock leaps here, over the days on which the cloud would make them.
  await look.rows(`SELECT ensure_audit_partitions('2026-11-01', 4)`);
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

/** Hears when the job of seals has ended and waits for its next round. */
function listening(timers: Timers): { timers: Timers; next(): Promise<void> } {
  let heard = () => {};
  return {
    timers: {
      ...timers,
      after: (delayMs, run) => {
        if (delayMs >= 0.9 * SEAL_EVERY_MS && delayMs <= 1.1 * SEAL_EVERY_MS) heard();
        return timers.after(delayMs, run);
      },
    },
    next: () =>
      new Promise((resolve) => {
        heard = resolve;
      }),
  };
}

/** Lets hours pass, in which the job comes round. */
async function pass(ms: number): Promise<void> {
  const round = rounds.next();
  world.advance(ms);
  await round;
}

async function write(tenant: TenantId, count = 1): Promise<void> {
  const entityId = newId<string>(world.env);
  const drafts = Array.from({ length: count }, (_, number) => ({
    siteId: null,
    userId: null,
    action: 'CONFIG_CHANGED' as const,
    entity: 'site' as const,
    entityId,
    data: { by: 'key', after: { number } },
  }));
  await withTenant(cloud.cloud.db, tenant, (tx) => recordEntries(tx, world.env, drafts));
}

const monthsOf = async (tenant: TenantId) =>
  (await look.rows('SELECT month::text FROM audit_seal WHERE tenant_id = $1 ORDER BY month', [tenant])).map(
    ({ month }) => String(month).slice(0, 7),
  );
const told = (tenant: TenantId) =>
  look.count(`audit_log WHERE tenant_id = $1 AND action = 'AUDIT_SEALED'`, [tenant]);
const faultsOf = async (tenant: TenantId) =>
  (await verifyTenant({ db: cloud.cloud.db, env: world.env, keys }, tenant)).faults;

describe('the cloud', () => {
  test('seals a month of every tenant within hours of its end, and not before', async () => {
    for (const tenant of [tenantId, neighbourId, PLATFORM_TENANT_ID]) await write(tenant, 3);
    await pass(SEAL_EVERY_MS);
    world.setClock(epochMsOf('2026-08-31T21:20:00.000Z'));
    await pass(1.1 * SEAL_EVERY_MS);
    // It is past midnight, and the last entry of August may still be on its way.
    expect(world.env.now()).toBeGreaterThan(epochMsOf('2026-09-01T00:00:00.000Z'));
    expect(await monthsOf(tenantId)).toEqual([]);
    await pass(2 * SEAL_EVERY_MS);
    for (const tenant of [tenantId, neighbourId, PLATFORM_TENANT_ID]) {
      expect(await monthsOf(tenant)).toEqual(['2026-08']);
      expect(await told(tenant)).toBe(1);
      expect(await faultsOf(tenant)).toEqual([]);
    }
  });

  test('seals it once', async () => {
    await pass(2 * SEAL_EVERY_MS);
    await pass(2 * SEAL_EVERY_MS);
    expect([await monthsOf(tenantId), await told(tenantId)]).toEqual([['2026-08'], 1]);
  });

  test('gives the seal away, for whoever has the published key to hold the entries to', async () => {
    const admin = apiOf(cloud.url, await cloud.signIn('admin'));
    const nobody = apiOf(cloud.url);
    const { items } = await admin.call(ROUTES.listSeals, {});
    expect(items).toMatchObject([{ month: '2026-08', firstPosition: 1 }]);
    const seal = (await admin.call(ROUTES.getSeal, { params: { month: '2026-08' } })) as SignedSeal;
    const { keys: published } = await nobody.call(ROUTES.listSealKeys, {});
    const key = published.find(({ kid }) => kid === seal.keyId);
    const publicKey = createPublicKey({ key: { ...key }, format: 'jwk' });
    const signature = Buffer.from(seal.signature, 'base64url');
    expect(verify(null, Buffer.from(signedText(seal)), publicKey, signature)).toBe(true);
    // As the document of the route says it, without a line of ours.
    const entries = await look.rows(
      `SELECT position, hash, to_char(received_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at FROM audit_log
       WHERE tenant_id = $1 AND position BETWEEN $2 AND $3 ORDER BY position`,
      [tenantId, seal.firstPosition, seal.lastPosition],
    );
    const text = ['totem-audit-digest-v1', tenantId, seal.month, '0'.repeat(64)];
    for (const { position, hash, at } of entries) text.push(`${position} ${hash} ${at}`);
    const digest = createHash('sha256')
      .update(`${text.join('\n')}\n`)
      .digest('hex');
    expect([seal.digest, seal.entries]).toEqual([digest, entries.length]);
  });
});

describe('a month', () => {
  test('is sealed by one of two nodes that do it at once', async () => {
    world.setClock(epochMsOf('2026-10-02T00:00:00.000Z'));
    const parts = { db: cloud.cloud.db, env: world.env, log, keys };
    await Promise.all(Array.from({ length: 4 }, () => sealTenant(parts, tenantId)));
    expect([await monthsOf(tenantId), await told(tenantId)]).toEqual([['2026-08', '2026-09'], 2]);
    expect(await faultsOf(tenantId)).toEqual([]);
  });

  test('in which nothing was written has no seal, and the next is tied to the one before it', async () => {
    world.setClock(epochMsOf('2026-10-20T00:00:00.000Z'));
    await write(neighbourId);
    world.setClock(epochMsOf('2026-11-02T00:00:00.000Z'));
    await sealTenant({ db: cloud.cloud.db, env: world.env, log, keys }, neighbourId);
    expect(await monthsOf(neighbourId)).toEqual(['2026-08', '2026-09', '2026-10']);
    expect(await faultsOf(neighbourId)).toEqual([]);
  });

  test('that does not verify is not sealed, says so at every run, and keeps no other tenant waiting', async () => {
    world.setClock(epochMsOf('2026-11-10T00:00:00.000Z'));
    for (const tenant of [tenantId, neighbourId]) await write(tenant, 3);
    await look.rows(`SET session_replication_role = 'replica'`);
    await look.rows(
      `UPDATE audit_log SET data = '{}' WHERE tenant_id = $1 AND position = (SELECT max(position) FROM audit_log WHERE tenant_id = $1)`,
      [tenantId],
    );
    await look.rows('RESET session_replication_role');
    world.setClock(epochMsOf('2026-12-01T00:00:00.000Z') + 2 * HOUR_MS);
    lines.length = 0;
    const parts = { db: cloud.cloud.db, env: world.env, log, keys };
    for (let run = 1; run <= 2; run += 1) {
      await sealLedgers(parts);
      const said = lines.filter((line) => line.includes('a month of a ledger could not be sealed'));
      expect(said.length).toBe(run);
      expect(said.at(-1)).toContain('2026-11 does not verify: hash');
    }
    expect(await monthsOf(tenantId)).not.toContain('2026-11');
    expect(await monthsOf(neighbourId)).toContain('2026-11');
  });
});
