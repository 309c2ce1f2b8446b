/** The serving roles can add to the ledger and read it, and nothing else: in every table, every partition and through the parent. */
import { type Id, newId, type TenantId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Statement, withTenant } from '../db/with-tenant.ts';
import { recordEntries } from '../ledger/commit.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';

let cloud: TestCloud;
let look: Onlooker;
let tenantId: TenantId;
/** What is written once, with the partitions of today and one that is made long after. */
let tables: readonly string[];
let partitions: readonly string[];

type Role = 'api' | 'tailer' | 'owner';
const clients = new Map<Role, pg.Client>();

const ROOTS = ['audit_log', 'audit_seal', 'origin'] as const;

beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  ({ tenantId } = cloud.seed);
  await cloud.cloud.db.api.query(`SELECT ensure_audit_partitions('2031-05-01', 2)`);
  const rows = await look.rows(
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'audit_log'::regclass ORDER BY 1`,
  );
  partitions = rows.map(({ name }) => String(name));
  tables = [...ROOTS, ...partitions];
  await cloud.signIn('admin');
});
afterAll(async () => {
  for (const client of clients.values()) await client.end();
  await look.close();
  await cloud.close();
});

/** Runs SQL as a role within the demo's tenant: one connection for each role. */
async function as(role: Role, sql: string): Promise<number> {
  const client = clients.get(role) ?? new pg.Client({ connectionString: cloud.urls[role] });
  if (!clients.has(role)) {
    clients.set(role, client);
    await client.connect();
    await client.query(`SELECT set_config('app.tenant_id', $1, false)`, [tenantId]);
  }
  return (await client.query(sql)).rowCount ?? 0;
}

/** Everything that is written, as one text. */
async function content(): Promise<string> {
  const texts: unknown[] = [];
  for (const table of ROOTS)
    texts.push(await look.rows(`SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM ${table} t`));
  return JSON.stringify(texts);
}

/** Every way that SQL has to change or remove what is there. */
const CHANGES: readonly ((table: string) => string)[] = [
  (table) => `UPDATE ${table} SET tenant_id = tenant_id`,
  (table) => `UPDATE ONLY ${table} SET tenant_id = tenant_id WHERE false`,
  (table) => `DELETE FROM ${table}`,
  (table) => `TRUNCATE ${table}`,
  (table) => `TRUNCATE ${table} CASCADE`,
  (table) => `SELECT FROM ${table} FOR UPDATE`,
  (table) =>
    `MERGE INTO ${table} t USING (VALUES (1)) AS s ON true WHEN MATCHED THEN UPDATE SET tenant_id = t.tenant_id`,
  (table) => `MERGE INTO ${table} t USING (VALUES (1)) AS s ON true WHEN MATCHED THEN DELETE`,
  (table) => `WITH gone AS (DELETE FROM ${table} RETURNING 1) SELECT count(*) FROM gone`,
];

/** Ways around: each is the owner's or the superuser's. */
const WAYS_AROUND: readonly ((table: string) => string)[] = [
  (table) => `ALTER TABLE ${table} DISABLE TRIGGER ALL`,
  (table) => `ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`,
  (table) => `DROP TABLE ${table}`,
  (table) =>
    `CREATE TRIGGER mine BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
];

const REFUSED = /permission denied|must be owner|is append-only/;

describe('the role of the API', () => {
  test('adds to the ledger and reads it, through the parent', async () => {
    const before = await look.count('audit_log');
    const entityId = newId<string>(systemEnv) as Id<string>;
    const drafts = [
      { siteId: null, userId: null, action: 'CONFIG_CREATED', entity: 'site', entityId, data: {} } as const,
    ];
    await withTenant(cloud.cloud.db, tenantId, (tx) => recordEntries(tx, systemEnv, drafts));
    expect(await look.count('audit_log')).toBe(before + 1);
    for (const table of ROOTS) await as('api', `SELECT * FROM ${table}`);
    expect(await as('api', 'SELECT * FROM audit_log')).toBe(before + 1);
  });

  test.each(['api', 'tailer'] as const)('and the like changes and removes nothing: %s', async (role) => {
    const before = await content();
    for (const table of tables)
      for (const change of [...CHANGES, ...WAYS_AROUND])
        await expect(as(role, change(table)), change(table)).rejects.toThrow(REFUSED);
    expect(await content()).toBe(before);
  });

  test('reads and writes no partition by its own name', async () => {
    expect(partitions.length).toBeGreaterThan(4);
    for (const partition of partitions) {
      await expect(as('api', `SELECT * FROM ${partition}`)).rejects.toThrow('permission denied');
      await expect(as('api', `INSERT INTO ${partition} SELECT * FROM audit_log`)).rejects.toThrow(
        'permission denied',
      );
    }
  });

  test('cannot take a partition away, nor turn the guards off', async () => {
    for (const partition of partitions)
      await expect(as('api', `ALTER TABLE audit_log DETACH PARTITION ${partition}`)).rejects.toThrow(
        'must be owner',
      );
    for (const role of ['api', 'tailer', 'owner'] as const)
      await expect(as(role, `SET session_replication_role = 'replica'`)).rejects.toThrow('permission denied');
  });

  test('gives itself no right', async () => {
    const rights = `SELECT relname, relacl::text FROM pg_class WHERE relname = ANY($1)`;
    const before = await look.rows(rights, [tables]);
    // PostgreSQL answers whoever has some right and may not pass it on with a warning, and whoever has none with a refusal.
    for (const table of tables) await as('api', `GRANT ALL ON ${table} TO CURRENT_USER`).catch(() => 0);
    expect(await look.rows(rights, [tables])).toEqual(before);
  });

  /** Lets whole months go: once they have been over for six, and have been counted as they were written down. */
  const RETIRING = 'retire_audit_partition(date,bigint)';
  /** Lets tickets of a day go, with what is beside them: no entry. */
  const RETIRING_TICKETS = 'retire_tickets(date)';
  test('finds no function that would do it to an entry, and none that lets a month go before its time', async () => {
    const functions = await look.rows(
      `SELECT p.oid::regprocedure::text AS name, p.prosrc ~* '\\maudit_log' AS of_entries FROM pg_proc p
       WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef AND has_function_privilege('totem_api', p.oid, 'EXECUTE')
         AND p.prosrc ~* '\\m(update|delete|truncate|drop|detach|disable)\\M'`,
    );
    expect(functions).toEqual([
      { name: RETIRING, of_entries: true },
      { name: RETIRING_TICKETS, of_entries: false },
    ]);
    for (const months of [0, 1, 6])
      await expect(
        as(
          'api',
          `SELECT retire_audit_partition((date_trunc('month', now()) - interval '${months} months')::date, 0)`,
        ),
      ).rejects.toThrow('kept for six months');
  });
});

describe('an entry that an insert would overwrite', () => {
  const UPSERT: Statement = {
    name: 'test-upsert',
    text: `INSERT INTO audit_log SELECT * FROM audit_log
      ON CONFLICT (tenant_id, id, received_at) DO UPDATE SET data = '{}'`,
  };
  test('stays as it is', async () => {
    const before = await content();
    await expect(withTenant(cloud.cloud.db, tenantId, (tx) => tx.run(UPSERT))).rejects.toThrow(
      'permission denied',
    );
    expect(await content()).toBe(before);
  });
});
