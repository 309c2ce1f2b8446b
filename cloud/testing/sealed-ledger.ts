/**
 * A ledger of three months for tests that tamper with it: the cloud's own entries and those of two totems, with personal
 * data, an erasure and an entry that was kept aside; two months are sealed, the third goes on. What a test does to it is
 * done and checked inside one transaction of a superuser, past every guard, and is undone.
 */
import { type EntryDraft, type Env, epochMsOf, newId, type TenantId } from '@totem/domain';
import { createLog } from '@totem/host';
import { TEST_PASSWORDS, type TestCloud, testCloud } from '@totem/testkit/postgres';
import { type VirtualWorld, virtualWorld } from '@totem/testkit/virtual';
import type pg from 'pg';
import { newSigningKey } from '../access/signing-key.ts';
import { sealTenant } from '../audit/seal.ts';
import { type SealKeys, sealKeysOf } from '../audit/seal-keys.ts';
import { type TenantReport, type VerifyParts, verifyTenant } from '../audit/verify.ts';
import { type Database, poolOf } from '../db/pool.ts';
import { type SqlRow, type Statement, withTenant } from '../db/with-tenant.ts';
import { recordEntries } from '../ledger/commit.ts';
import {
  createTicket,
  enrolTotem,
  onTicket,
  openChain,
  push,
  sealedBatch,
  type TestChain,
  type TestTotem,
} from './branch.ts';

/** What can be done to the ledger inside a transaction, as its superuser. */
export type Sql = (text: string, values?: readonly unknown[]) => Promise<readonly SqlRow[]>;

export interface SealedLedger {
  readonly world: VirtualWorld;
  readonly cloud: TestCloud;
  readonly keys: SealKeys;
  readonly tenantId: TenantId;
  /** Everything that is kept of the tenant's entries, in the order of positions, as it was written. */
  readonly entries: readonly SqlRow[];
  /** The origins of the two totems. */
  readonly devices: readonly string[];
  /** Positions up to this one are sealed. */
  readonly sealedTo: number;
  /** Tampers, checks, and undoes it. @param over whom the check believes. */
  after(tamper: (sql: Sql) => Promise<unknown>, over?: Partial<VerifyParts>): Promise<TenantReport>;
  close(): Promise<void>;
}

const FIRST_DAY = '2026-08-12T12:00:00.000Z';
const LATER_DAYS = ['2026-09-09T12:00:00.000Z', '2026-10-14T12:00:00.000Z'] as const;
const ROUNDS_A_MONTH = 3;

const ERASE: Statement = {
  name: 'test-erase',
  text: `DELETE FROM entry_private WHERE tenant_id = $1 AND entry_id =
    (SELECT entry_id FROM entry_private WHERE tenant_id = $1 ORDER BY entry_id LIMIT 1)`,
};

export async function sealedLedger(): Promise<SealedLedger> {
  const world = virtualWorld({ seed: 11, now: epochMsOf(FIRST_DAY) });
  const { env, timers } = world;
  const signingKey = newSigningKey();
  const keys = sealKeysOf({ signingKey });
  const log = createLog('test', { level: 'silent' });
  const cloud = await testCloud({ signingKey, env, timers, log });
  const { tenantId } = cloud.seed;
  const { db } = cloud.cloud;
  const totems = [await enrolTotem(cloud), await enrolTotem(cloud)];
  const chains = totems.map(() => openChain(env, tenantId, cloud.seed.siteId));
  for (const [index, totem] of totems.entries()) await pushed(cloud, totem, chains[index]?.opening ?? []);
  for (const day of [FIRST_DAY, ...LATER_DAYS]) {
    world.setClock(epochMsOf(day));
    for (let round = 0; round < ROUNDS_A_MONTH; round += 1) {
      await cloudWrites(cloud, env);
      for (const [index, totem] of totems.entries()) await totemWrites(cloud, env, totem, chains[index]);
    }
    await sealTenant({ db, env, log, keys }, tenantId);
  }
  await cloudWrites(cloud, env);
  await withTenant(db, tenantId, (tx) => tx.run(ERASE, [tenantId]));
  const pool = poolOf(cloud.urls.superuser, 'tampering', 1, log);
  const { rows: entries } = await pool.query<SqlRow>(
    'SELECT * FROM audit_log WHERE tenant_id = $1 ORDER BY position',
    [tenantId],
  );
  const { rows: seals } = await pool.query<SqlRow>('SELECT max(last_position) AS last FROM audit_seal');
  return {
    world,
    cloud,
    keys,
    tenantId,
    entries,
    devices: chains.map(({ origin }) => origin),
    sealedTo: Number(seals[0]?.last),
    after: (tamper, over = {}) =>
      undone(pool, async (client) => {
        await tamper(async (text, values = []) => (await client.query<SqlRow>(text, [...values])).rows);
        // As the API sees it: a superuser passes every fence.
        await client.query('SET LOCAL ROLE totem_api');
        return verifyTenant({ db: inside(db, client), env, keys, ...over }, tenantId);
      }),
    close: async () => {
      await pool.end();
      await cloud.close();
    },
  };
}

/** Runs `work` in a transaction in which no guard and no foreign key acts, and takes back what it did. */
async function undone<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(`SET LOCAL session_replication_role = 'replica'`);
    return await work(client);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

const TRANSACTIONS = /^(BEGIN|COMMIT|ROLLBACK)\b/;

/** A database whose transactions are all part of the one that `client` is in. */
function inside(db: Database, client: pg.PoolClient): Database {
  const query = async (asked: string | pg.QueryConfig, values?: unknown[]) =>
    typeof asked === 'string' && TRANSACTIONS.test(asked)
      ? { rows: [], command: TRANSACTIONS.exec(asked)?.[1] }
      : client.query(asked, values);
  const api = { connect: async () => ({ query, release: () => {} }) };
  return { ...db, api: api as unknown as pg.Pool };
}

/** A sign-in, one that fails, and a change of the configuration. */
async function cloudWrites(cloud: TestCloud, env: Env): Promise<void> {
  const { tenantId, siteId } = cloud.seed;
  const login = (password: string) =>
    fetch(`${cloud.url}/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'admin', password }),
    });
  await login('wrong');
  await login(TEST_PASSWORDS.admin);
  const changed: EntryDraft = {
    siteId: null,
    userId: null,
    action: 'CONFIG_CHANGED',
    entity: 'site',
    entityId: siteId as string as EntryDraft['entityId'],
    data: { by: 'key', before: { name: 'A', hours: [8, 17] }, after: { name: 'B', hours: null } },
  };
  await withTenant(cloud.cloud.db, tenantId, (tx) => recordEntries(tx, env, [changed]));
}

/** A ticket with a name that is called, one without, and something that says another thing than its hash. */
async function totemWrites(
  cloud: TestCloud,
  env: Env,
  totem: TestTotem,
  chain: TestChain | undefined,
): Promise<void> {
  if (chain === undefined) return;
  const { siteId } = cloud.seed;
  const named = createTicket(env, siteId, { private: { name: 'Maria', document: '123' } });
  const plain = createTicket(env, siteId);
  const called = onTicket('TICKET_CALL', named.ticket, siteId, {
    operatorId: newId<'user'>(env),
    counterId: newId<'counter'>(env),
    callId: newId<string>(env),
  });
  const written = chain.write([named.draft, called, plain.draft, createTicket(env, siteId).draft]);
  const spoilt = written.map((one, index) =>
    index === 2 ? { ...one, entry: { ...one.entry, data: { ...one.entry.data, partySize: 7 } } } : one,
  );
  await pushed(cloud, totem, spoilt);
}

async function pushed(
  cloud: TestCloud,
  totem: TestTotem,
  chained: Parameters<typeof sealedBatch>[2],
): Promise<void> {
  const { tenantId } = cloud.seed;
  const token = await cloud.cloud.mintDeviceToken(tenantId, totem.equipmentId, 600);
  const { status, body } = await push(cloud, { token }, sealedBatch(totem, tenantId, chained));
  if (status !== 200) throw new Error(`the batch was refused: ${JSON.stringify(body)}`);
}
