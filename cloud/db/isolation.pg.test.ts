/** Tenants are kept apart by the database itself: the catalogue says so, and a role that tries sees nothing. */
import { readFileSync } from 'node:fs';
import { newId, PLATFORM_TENANT_ID, type TenantId } from '@totem/domain';
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
  await as(cloud.urls.api, `SELECT ensure_audit_partitions('2029-01-01', 1)`);
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

/** A row for each fault of the catalogue. */
const FAULTS = readFileSync(new URL('./isolation.sql', import.meta.url), 'utf8');

/** Ways to break the fences, each with the rule that must notice. */
const BREAKS: readonly (readonly [rule: string, sql: string])[] = [
  ['a table with a tenant is fenced, even from its owner', 'ALTER TABLE receipt DISABLE ROW LEVEL SECURITY'],
  ['a table with a tenant is fenced, even from its owner', 'ALTER TABLE ticket NO FORCE ROW LEVEL SECURITY'],
  [
    'a table with a tenant is fenced, even from its owner',
    `CREATE TABLE audit_log_199001 (LIKE audit_log INCLUDING ALL);
     ALTER TABLE audit_log ATTACH PARTITION audit_log_199001 FOR VALUES FROM ('1990-01-01') TO ('1990-02-01')`,
  ],
  [
    'the tenant of a row is never missing',
    'ALTER TABLE conflict DROP CONSTRAINT conflict_pkey; ALTER TABLE conflict ALTER tenant_id DROP NOT NULL',
  ],
  ['every fence is the same', 'DROP POLICY tenant_fence ON ticket'],
  ['every fence is the same', 'ALTER POLICY tenant_fence ON ticket USING (true)'],
  ['every fence is the same', 'ALTER POLICY tenant_fence ON ticket WITH CHECK (tenant_id IS NOT NULL)'],
  ['every fence is the same', 'ALTER POLICY tenant_fence ON ticket TO totem_api'],
  ['no other policy opens a table', 'CREATE POLICY door ON app_user FOR SELECT USING (true)'],
  ['no other policy opens a table', 'ALTER POLICY lookup_reads ON app_user USING (true)'],
  ['no other policy opens a table', 'ALTER POLICY tailer_trims ON change_log TO totem_api'],
  ['every listed policy is there', 'DROP POLICY tailer_reads ON change_log'],
  ['only listed tables have no tenant', 'CREATE TABLE everyones (id uuid)'],
  ['tables are where the fences are', 'CREATE SCHEMA other; CREATE TABLE other.ticket (tenant_id uuid)'],
  ['tables are where the fences are', 'CREATE TABLE jobs.ticket (tenant_id uuid)'],
  ['nothing is read past a fence', 'CREATE VIEW every_ticket AS SELECT * FROM ticket'],
  [
    'nothing is read past a fence',
    'CREATE MATERIALIZED VIEW every_ticket AS SELECT tenant_id, id FROM ticket',
  ],
  ['nothing is read past a fence', 'CREATE RULE copy AS ON INSERT TO receipt DO ALSO NOTHING'],
  ['serving roles pass no fence', 'ALTER ROLE totem_api BYPASSRLS'],
  ['serving roles pass no fence', 'GRANT totem_owner TO totem_api'],
  ['serving roles pass no fence', 'ALTER ROLE totem_lookup LOGIN'],
  ['the owner passes no fence', 'ALTER ROLE totem_owner BYPASSRLS'],
  ['one owner owns all tables', 'ALTER TABLE receipt OWNER TO postgres'],
  ['serving roles own nothing', 'ALTER TABLE receipt OWNER TO totem_api'],
  ['serving roles own nothing', 'ALTER FUNCTION fence_tenant(regclass, text) OWNER TO totem_lookup'],
  ['nobody is given more than rows', 'GRANT TRUNCATE ON ticket TO totem_api'],
  ['nobody is given more than rows', 'GRANT REFERENCES (id) ON ticket TO totem_api'],
  ['rights are not passed on', 'GRANT SELECT ON ticket TO totem_api WITH GRANT OPTION'],
  ['rights are for serving roles only', 'GRANT SELECT ON ticket TO PUBLIC'],
  ['nobody is given a partition', 'GRANT SELECT ON audit_log_202901 TO totem_api'],
  ['who looks across tenants has the listed rights', 'GRANT SELECT ON app_user TO totem_lookup'],
  ['who looks across tenants has the listed rights', 'GRANT SELECT (full_name) ON app_user TO totem_lookup'],
  ['who looks across tenants has the listed rights', 'REVOKE DELETE ON change_log FROM totem_tailer'],
  ['nobody makes objects', 'GRANT CREATE ON SCHEMA public TO totem_api'],
  ['nobody makes objects', 'GRANT CREATE ON SCHEMA jobs TO totem_api'],
  ['what is written stays', 'GRANT UPDATE (data) ON audit_log TO totem_api'],
  ['what is written stays', 'ALTER TABLE audit_log_202901 DISABLE TRIGGER append_only'],
  ['what is written stays', 'DROP TRIGGER append_only ON audit_seal'],
  ['a unique key begins with its tenant', 'CREATE UNIQUE INDEX code_of_all ON ticket (code)'],
  ['a unique key begins with its tenant', 'CREATE UNIQUE INDEX code_first ON ticket (code, tenant_id)'],
  [
    'a reference stays within its tenant',
    'CREATE UNIQUE INDEX lone ON counter (id); ALTER TABLE call ADD FOREIGN KEY (counter_id) REFERENCES counter (id)',
  ],
  [
    'a reference stays within its tenant',
    'ALTER TABLE call ADD FOREIGN KEY (tenant_id, ticket_id) REFERENCES ticket (id, tenant_id)',
  ],
  [
    'only listed functions run as someone else',
    'ALTER FUNCTION fence_tenant(regclass, text) SECURITY DEFINER',
  ],
  ['only listed functions run as someone else', 'DROP FUNCTION lookup_login(text)'],
  [
    'only listed functions run as someone else',
    `DROP FUNCTION lookup_login(text); CREATE FUNCTION lookup_login(p_username text) RETURNS TABLE (tenant_id uuid, user_id uuid, full_name text)
     LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS 'SELECT tenant_id, id, full_name FROM app_user'`,
  ],
  ['only listed functions run as someone else', 'ALTER FUNCTION lookup_login(text) OWNER TO postgres'],
  ['a function finds what it names', 'ALTER FUNCTION lookup_login(text) RESET search_path'],
  [
    "a function is nobody's to call until it is given",
    'GRANT EXECUTE ON FUNCTION lookup_login(text) TO PUBLIC',
  ],
  [
    "a function is nobody's to call until it is given",
    'ALTER DEFAULT PRIVILEGES FOR ROLE totem_owner GRANT EXECUTE ON FUNCTIONS TO PUBLIC',
  ],
  [
    'nothing is given in advance',
    'ALTER DEFAULT PRIVILEGES FOR ROLE totem_owner GRANT SELECT ON TABLES TO totem_api',
  ],
  [
    'no connection begins as a tenant',
    `ALTER ROLE totem_api SET app.tenant_id = '00000000-0000-8000-8000-000000000001'`,
  ],
  ['no connection begins as a tenant', 'ALTER ROLE totem_owner SET row_security = off'],
];

describe('the catalogue', () => {
  test('has no fault', async () => {
    expect(await look.rows(FAULTS)).toEqual([]);
  });

  test('has no fault in partitions that are made later', async () => {
    await as(cloud.urls.api, `SELECT ensure_audit_partitions('2030-01-01', 24)`);
    const made = await look.rows(
      `SELECT FROM pg_class WHERE relkind = 'r' AND relname ~ '^audit_log_203[01]'`,
    );
    expect(made.length).toBe(24);
    expect(await look.rows(FAULTS)).toEqual([]);
  });

  test.each(BREAKS)('%s: seen after %s', async (rule, sql) => {
    const client = new pg.Client({ connectionString: cloud.urls.superuser });
    await client.connect();
    try {
      await client.query('BEGIN');
      await client.query(sql);
      const { rows } = await client.query<{ rule: string }>(FAULTS);
      expect(rows.map((fault) => fault.rule)).toContain(rule);
    } finally {
      await client.query('ROLLBACK');
      await client.end();
    }
  });

  test('has a way to break each of its rules', () => {
    const rules = [...FAULTS.matchAll(/SELECT '([^\n]+?)', /g)].map(([, rule]) =>
      rule?.replaceAll("''", "'"),
    );
    expect(new Set(BREAKS.map(([rule]) => rule))).toEqual(new Set(rules));
  });
});

describe('what is written', () => {
  test.each(['owner', 'superuser'] as const)('is not changed by a slip of the %s', async (role) => {
    const [{ partition } = { partition: '' }] = await look.rows(
      `SELECT min(inhrelid::regclass::text) AS partition FROM pg_inherits WHERE inhparent = 'audit_log'::regclass`,
    );
    for (const table of ['audit_log', partition, 'audit_seal'])
      for (const sql of [
        `UPDATE ${table} SET tenant_id = tenant_id`,
        `DELETE FROM ${table}`,
        `TRUNCATE ${table}`,
      ])
        await expect(as(cloud.urls[role], sql), sql).rejects.toThrow('is append-only');
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

  test('that runs the platform sees tenants, and nothing inside them', async () => {
    const inside: Statement = { name: 'test-inside', text: 'SELECT tenant_id FROM site' };
    const tenants: Statement = { name: 'test-tenants', text: 'SELECT id FROM tenant ORDER BY id' };
    const seen = await readTenant(db, PLATFORM_TENANT_ID, async (tx) => ({
      sites: await tx.all(inside),
      tenants: await tx.all(tenants),
    }));
    expect(seen.sites).toEqual([]);
    expect(seen.tenants).toEqual([PLATFORM_TENANT_ID, mine, theirs].sort().map((id) => ({ id })));
  });

  test('of the tailer reads changes and nothing else', async () => {
    expect(await as(cloud.urls.tailer, 'SELECT tenant_id FROM change_head ORDER BY 1')).toEqual(
      [PLATFORM_TENANT_ID, mine, theirs].sort().map((tenant_id) => ({ tenant_id })),
    );
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
