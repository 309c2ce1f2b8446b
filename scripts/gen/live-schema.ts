/**
 * The schema as a database has it after all migrations: read once from the catalogue of a PostgreSQL that is started for it.
 * Files are not read, so what is documented is what there is.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@totem/cloud';
import { systemEnv, systemTimers } from '@totem/host';
import { migratePostgres } from '@totem/migrations';
import pg from 'pg';

export interface LiveColumn {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly default: string | null;
}

export interface LiveReference {
  readonly columns: readonly string[];
  readonly table: string;
}

export interface LiveTable {
  readonly name: string;
  readonly columns: readonly LiveColumn[];
  readonly key: readonly string[];
  readonly references: readonly LiveReference[];
  /** What PostgreSQL says of each index but the key's: method, columns, condition. */
  readonly indexes: readonly { readonly name: string; readonly isUnique: boolean; readonly on: string }[];
  /** Row-level security holds for every role, the owner included. */
  readonly isFenced: boolean;
  readonly isPartitioned: boolean;
  /** What serving roles may do: `totem_api SELECT, INSERT`. */
  readonly grants: readonly string[];
}

let reading: Promise<readonly LiveTable[]> | undefined;

/** All tables, by name. */
export function liveSchema(): Promise<readonly LiveTable[]> {
  reading ??= readLiveSchema();
  return reading;
}

async function readLiveSchema(): Promise<readonly LiveTable[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'totem-schema-'));
  const postgres = await startEmbeddedPostgres({
    dataDir,
    env: systemEnv,
    timers: systemTimers,
    durable: false,
  });
  try {
    await migratePostgres(postgres.urls.owner, systemTimers);
    const client = new pg.Client({ connectionString: postgres.urls.superuser });
    await client.connect();
    const { rows } = await client.query<LiveTable>(TABLES);
    await client.end();
    return rows;
  } finally {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const names = (numbers: string, of: string) =>
  `(SELECT json_agg(a.attname ORDER BY k.place) FROM unnest(${numbers}) WITH ORDINALITY AS k(number, place)
    JOIN pg_attribute a ON a.attrelid = ${of} AND a.attnum = k.number)`;

/** The collation is fixed, so that every machine sorts alike. */
const TABLES = `
  SELECT c.relname AS name,
    (SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull,
        'default', pg_get_expr(d.adbin, d.adrelid)) ORDER BY a.attnum)
      FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
    (SELECT ${names('i.indkey::int2[]', 'c.oid')} FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary) AS key,
    coalesce((SELECT json_agg(json_build_object('columns', ${names('f.conkey', 'f.conrelid')}, 'table', t.relname)
        ORDER BY f.conname COLLATE "C")
      FROM pg_constraint f JOIN pg_class t ON t.oid = f.confrelid WHERE f.conrelid = c.oid AND f.contype = 'f'), '[]')
      AS "references",
    coalesce((SELECT json_agg(json_build_object('name', x.relname, 'isUnique', i.indisunique,
        'on', regexp_replace(pg_get_indexdef(i.indexrelid), '^.* USING ', '')) ORDER BY x.relname COLLATE "C")
      FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid AND NOT i.indisprimary), '[]')
      AS indexes,
    c.relrowsecurity AND c.relforcerowsecurity AS "isFenced", c.relkind = 'p' AS "isPartitioned",
    coalesce((SELECT json_agg(g.role || ' ' || g.may ORDER BY g.role) FROM (
        SELECT r.rolname::text COLLATE "C" AS role, string_agg(p.privilege_type, ', ' ORDER BY array_position(
          ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'], p.privilege_type)) AS may
        FROM aclexplode(c.relacl) p JOIN pg_roles r ON r.oid = p.grantee WHERE p.grantee <> c.relowner GROUP BY 1) AS g), '[]')
      AS grants
  FROM pg_class c
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND c.relname <> 'schema_migration'
  ORDER BY c.relname COLLATE "C"`;
