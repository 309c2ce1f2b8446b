/** Tenants are kept apart by the database itself: the catalogue says so, and a role that tries sees nothing. */
import { newId, type TenantId } from '@totem/domain';
import { createLog, systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { createDatabase, type Database } from './pool.ts';
import { RetryTransaction, readTenant, type Statement, withTenant } from './with-tenant.ts';

let cloud: TestCloud;
let look: Onlooker;
let db: Database;
let mine: TenantId;
const theirs = newId<'tenant'>(systemEnv);

const NAMES: Statement = { name: 'test-names', text: 'SELECT name FROM site' };
const SETTING: Statement = {
  name: 'test-setting',
  text: `SELECT current_setting('app.tenant_id', true) AS tenant`,
};

beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  db = createDatabase(cloud.urls, createLog('test', { level: 'silent' }));
  mine = cloud.seed.tenantId;
  await withTenant(db, theirs, async (tx) => {
    await tx.run(
      { name: 't1', text: `INSERT INTO tenant (id, name, slug, created_at) VALUES ($1, 'B', 'b', now())` },
      [theirs],
    );
    await tx.run(
      {
        name: 't2',
        text: `INSERT INTO site (tenant_id, id, created_at, name, slug, timezone, rollover_hour, currency, default_locale, queue_rules)
          VALUES ($1, $2, now(), 'Loja B', 'b', 'America/Sao_Paulo', 0, 'BRL', 'pt-BR', '{}')`,
      },
      [theirs, newId<'site'>(systemEnv)],
    );
  });
});
afterAll(async () => {
  await db.close();
  await look.close();
  await cloud.close();
});

/** Runs SQL as a role, without a tenant. */
async function as(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const TENANT_TABLES = `SELECT c.oid::regclass::text AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
    (SELECT count(*)::int FROM pg_policy p WHERE p.polrelid = c.oid) AS policies
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
    AND (c.relname = 'tenant' OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id'))`;

describe('the catalogue', () => {
  test('fences every table with a tenant, partitions included, even from its owner', async () => {
    const tables = await look.rows(TENANT_TABLES);
    expect(tables.length).toBeGreaterThan(20);
    expect(tables.some(({ name }) => /^audit_log_\d{6}$/.test(String(name)))).toBe(true);
    expect(
      tables.filter(({ enabled, forced, policies }) => !enabled || !forced || Number(policies) === 0),
    ).toEqual([]);
  });

  test('has no table without a tenant but the record of migrations', async () => {
    const others = await look.rows(
      `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm')
         AND c.relname <> 'tenant' AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id')`,
    );
    expect(others).toEqual([{ name: 'schema_migration' }]);
  });

  test('lets the serving roles own nothing, empty nothing, and pass no fence', async () => {
    const roles = await look.rows(
      `SELECT rolname FROM pg_roles WHERE rolname LIKE 'totem\\_%' AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)`,
    );
    expect(roles).toEqual([]);
    const owned = await look.rows(
      `SELECT c.relname AS name FROM pg_class c WHERE c.relowner::regrole::text IN ('totem_api', 'totem_tailer', 'totem_lookup')`,
    );
    expect(owned).toEqual([]);
    const grants = await look.rows(
      `SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants
       WHERE grantee IN ('totem_api', 'totem_tailer', 'totem_lookup', 'PUBLIC') AND table_schema = 'public'
         AND (privilege_type IN ('TRUNCATE', 'REFERENCES', 'TRIGGER') OR table_name LIKE 'audit\\_log\\_%')`,
    );
    expect(grants).toEqual([]);
  });

  test('lets the API add to the ledger and never change it', async () => {
    const grants = await look.rows(
      `SELECT privilege_type AS right FROM information_schema.role_table_grants
       WHERE grantee = 'totem_api' AND table_name = 'audit_log' ORDER BY 1`,
    );
    expect(grants).toEqual([{ right: 'INSERT' }, { right: 'SELECT' }]);
  });

  test('has exactly the allowed functions that run as someone else, each with a fixed search path', async () => {
    const definers = await look.rows(
      `SELECT p.proname AS name, p.proowner::regrole::text AS owner, p.proconfig AS config
       FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
       WHERE n.nspname = 'public' AND p.prosecdef ORDER BY 1`,
    );
    expect(definers.map(({ name, owner }) => [name, owner])).toEqual([
      ['ensure_audit_partitions', 'totem_owner'],
      ['lookup_device', 'totem_lookup'],
      ['lookup_login', 'totem_lookup'],
    ]);
    for (const { config } of definers) expect(config).toContain('search_path=public, pg_temp');
  });

  test('starts every unique key with the tenant, but for a slug and a username', async () => {
    const keys = await look.rows(
      `SELECT i.indexrelid::regclass::text AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
       JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
       WHERE n.nspname = 'public' AND i.indisunique AND a.attname <> 'tenant_id' ORDER BY 1`,
    );
    expect(keys.map(({ name }) => name)).toEqual([
      'app_user_username_key',
      'schema_migration_pkey',
      'tenant_pkey',
      'tenant_slug_key',
    ]);
  });

  test('carries the tenant in every reference', async () => {
    const references = await look.rows(
      `SELECT conname FROM pg_constraint k WHERE contype = 'f' AND connamespace = 'public'::regnamespace
         AND NOT EXISTS (SELECT FROM unnest(k.conkey) AS part(n) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = part.n
           WHERE a.attname = 'tenant_id')`,
    );
    expect(references).toEqual([]);
  });
});

describe('a role', () => {
  test.each(['api', 'owner'] as const)('without a tenant sees no row: %s', async (role) => {
    for (const table of ['tenant', 'site', 'ticket', 'app_user', 'equipment', 'audit_log', 'change_head'])
      expect(await as(cloud.urls[role], `SELECT * FROM ${table}`), table).toEqual([]);
  });

  test('reads its own tenant and no other', async () => {
    expect(await readTenant(db, theirs, (tx) => tx.all(NAMES))).toEqual([{ name: 'Loja B' }]);
    expect(await readTenant(db, mine, (tx) => tx.all(NAMES))).toEqual([{ name: 'Unidade Centro' }]);
  });

  test('cannot write into another tenant', async () => {
    const steal: Statement = { name: 'test-steal', text: `UPDATE site SET name = 'mine'` };
    expect(await withTenant(db, mine, (tx) => tx.run(steal))).toBe(1);
    expect(await look.rows(`SELECT name FROM site WHERE tenant_id = $1`, [theirs])).toEqual([
      { name: 'Loja B' },
    ]);
    const plant: Statement = {
      name: 'test-plant',
      text: `INSERT INTO priority_class (tenant_id, id, created_at, name, tier, weight, sort_order, active)
        VALUES ($1, gen_random_uuid(), now(), '{}', 0, 0, 0, true)`,
    };
    await expect(withTenant(db, mine, (tx) => tx.run(plant, [theirs]))).rejects.toThrow('row-level security');
  });

  test('of the tailer reads changes and nothing else', async () => {
    expect((await as(cloud.urls.tailer, 'SELECT tenant_id FROM change_head')).length).toBe(2);
    for (const table of ['ticket', 'app_user', 'audit_log', 'entry_private'])
      await expect(as(cloud.urls.tailer, `SELECT * FROM ${table}`)).rejects.toThrow('permission denied');
  });

  test('of the API is granted no partition', async () => {
    const [{ name } = { name: '' }] = await look.rows(
      `SELECT relname AS name FROM pg_class WHERE relname ~ '^audit_log_[0-9]{6}$' LIMIT 1`,
    );
    await expect(as(cloud.urls.api, `SELECT * FROM ${name}`)).rejects.toThrow('permission denied');
  });

  test('looks a login up by name and learns ids only', async () => {
    const rows = await as(cloud.urls.api, `SELECT * FROM lookup_login('admin')`);
    expect(Object.keys(rows[0] as object)).toEqual(['tenant_id', 'user_id']);
    expect(await as(cloud.urls.api, `SELECT * FROM lookup_login('%')`)).toEqual([]);
  });
});

describe('withTenant', () => {
  test('leaves no tenant on the connection, whether it ends well or not', async () => {
    const one = createDatabase(cloud.urls, createLog('test', { level: 'silent' }));
    one.api.options.max = 1;
    await withTenant(one, mine, (tx) => tx.all(NAMES));
    await expect(
      withTenant(one, mine, async (tx) => {
        await tx.all(NAMES);
        throw new Error('half way');
      }),
    ).rejects.toThrow('half way');
    const client = await one.api.connect();
    const { rows } = await client.query(SETTING.text);
    expect(rows).toEqual([{ tenant: '' }]);
    expect((await client.query(NAMES.text)).rows).toEqual([]);
    client.release();
    await one.close();
  });

  test('runs again what another transaction overtook, a bounded number of times', async () => {
    let runs = 0;
    const result = await withTenant(db, mine, async () => {
      runs += 1;
      if (runs < 3) throw new RetryTransaction('overtaken');
      return 'done';
    });
    expect([result, runs]).toEqual(['done', 3]);
    runs = 0;
    await expect(
      withTenant(db, mine, async () => {
        runs += 1;
        throw new RetryTransaction('always');
      }),
    ).rejects.toThrow('always');
    expect(runs).toBe(6);
  });

  test('is a fault that may be tried again when there is no database', async () => {
    const nowhere = createDatabase(
      { api: 'postgres://nobody:x@127.0.0.1:1/none', tailer: 'postgres://nobody:x@127.0.0.1:1/none' },
      createLog('test', { level: 'silent' }),
    );
    await expect(readTenant(nowhere, mine, (tx) => tx.all(NAMES))).rejects.toMatchObject({
      code: 'unreachable',
    });
    await nowhere.close();
  });

  test('cannot write through a reading handle', async () => {
    const write: Statement = { name: 'test-write', text: `UPDATE site SET name = 'x' RETURNING id` };
    await expect(readTenant(db, mine, (tx) => tx.all(write))).rejects.toThrow('read-only transaction');
  });
});
