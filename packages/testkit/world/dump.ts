/**
 * A dump of one company, and the way back to it: its rows as they were, in the same database, past all triggers. What people
 * set up again by hand after a restore (devices and who may sign in) stays as it is.
 */
import type { Onlooker } from './tenant.ts';

export interface Dump {
  restore(): Promise<void>;
}

const KEPT = ['equipment', 'app_user', 'user_site', 'user_service', 'user_session'];
const TABLES = `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND c.relname <> ALL($1) AND a.attgenerated = '' ORDER BY c.relname`;
const COLUMNS = `SELECT attname AS name FROM pg_attribute
  WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`;

export async function takeDump(look: Onlooker, tenantId: string): Promise<Dump> {
  const tables = (await look.rows(TABLES, [KEPT])).map(({ name }) => String(name));
  for (const table of tables)
    await look.rows(
      `CREATE TEMP TABLE dump_${table} AS SELECT * FROM ${table} WHERE tenant_id = '${tenantId}'`,
    );
  return {
    async restore() {
      await look.rows('BEGIN');
      await look.rows("SET LOCAL session_replication_role = 'replica'");
      for (const table of tables) {
        const columns = (await look.rows(COLUMNS, [table])).map(({ name }) => String(name)).join(', ');
        await look.rows(`DELETE FROM ${table} WHERE tenant_id = $1`, [tenantId]);
        await look.rows(
          `INSERT INTO ${table} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM dump_${table}`,
        );
      }
      // The procedure of a restore: readers of before must start over.
      await look.rows('UPDATE change_head SET epoch = gen_random_uuid() WHERE tenant_id = $1', [tenantId]);
      await look.rows('COMMIT');
    },
  };
}
