/** The limit of a drain: rows that are there already, inserted once more in batches over one connection, without any logic. */
import type pg from 'pg';

const TABLES = ['audit_log', 'ticket', 'change_log'] as const;
const BATCH = 1_000;

/** Inserts the tenant's rows again, into tables of the same columns and indexes in a schema of their own. */
export async function insertAgain(
  client: pg.Client,
  tenantId: string,
): Promise<{ readonly seconds: number; readonly rows: number }> {
  await client.query('DROP SCHEMA IF EXISTS bench_limit CASCADE; CREATE SCHEMA bench_limit');
  const batches: { readonly table: string; readonly rows: string; readonly count: number }[] = [];
  for (const table of TABLES) {
    const columns = await columnsOf(client, table);
    await client.query(
      `CREATE TABLE bench_limit.${table} (LIKE public.${table === 'audit_log' ? await partitionOf(client) : table} INCLUDING ALL)`,
    );
    const { rows } = await client.query<{ row: object }>(
      `SELECT to_jsonb(t) AS row FROM (SELECT ${columns} FROM public.${table} WHERE tenant_id = $1) t`,
      [tenantId],
    );
    for (let from = 0; from < rows.length; from += BATCH) {
      const some = rows.slice(from, from + BATCH);
      batches.push({ table, rows: JSON.stringify(some.map(({ row }) => row)), count: some.length });
    }
  }
  // As a drain commits them: one batch of each table at a time.
  const turns = Math.max(...TABLES.map((table) => batches.filter((batch) => batch.table === table).length));
  const start = performance.now();
  for (let turn = 0; turn < turns; turn += 1) {
    await client.query('BEGIN');
    for (const table of TABLES) {
      const batch = batches.filter((one) => one.table === table)[turn];
      if (batch === undefined) continue;
      await client.query({
        name: `again-${table}`,
        text: `INSERT INTO bench_limit.${table} SELECT * FROM jsonb_populate_recordset(NULL::bench_limit.${table}, $1)`,
        values: [batch.rows],
      });
    }
    await client.query('COMMIT');
  }
  const seconds = (performance.now() - start) / 1_000;
  await client.query('DROP SCHEMA bench_limit CASCADE');
  return { seconds, rows: batches.reduce((sum, { count }) => sum + count, 0) };
}

async function columnsOf(client: pg.Client, table: string): Promise<string> {
  const { rows } = await client.query<{ names: string }>(
    `SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS names FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
    [`public.${table}`],
  );
  return rows[0]?.names ?? '';
}

async function partitionOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'public.audit_log'::regclass LIMIT 1`,
  );
  return rows[0]?.name ?? '';
}
