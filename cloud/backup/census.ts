/**
 * What a database holds, so that two can be compared: of each table and tenant the number of rows, a digest of all their
 * values and the sum of each column of money; and every definition, policy and grant. It is read in the snapshot that is
 * dumped, and again where the dump was restored.
 */
import { createHash } from 'node:crypto';
import pg from 'pg';
import { z } from 'zod';

const rowsSchema = z.object({
  /** Of how many rows. */
  rows: z.string(),
  /** The sum of a 64-bit hash of each row's text. */
  digest: z.string(),
  /** Sums of columns that end in `_cents`, by name; null where no row has one. */
  cents: z.record(z.string(), z.string().nullable()),
});
const roleSchema = z.object({ login: z.boolean(), bypass: z.boolean(), memberOf: z.array(z.string()) });
export type CensusRole = z.infer<typeof roleSchema>;

export const censusSchema = z.object({
  /** The server, for example `15.18`; definitions are written differently by other major versions. */
  server: z.string(),
  owner: z.string(),
  encoding: z.string(),
  collate: z.string(),
  ctype: z.string(),
  /** The product's roles, which belong to the whole cluster and are in no dump. */
  roles: z.record(z.string(), roleSchema),
  /** By table, then by tenant; `-` where a table has none. */
  tables: z.record(z.string(), z.record(z.string(), rowsSchema)),
  /** A short hash of each definition by its kind and name. */
  definitions: z.record(z.string(), z.string()),
});
export type Census = z.infer<typeof censusSchema>;
type TableRows = z.infer<typeof rowsSchema>;

const NO_TENANT = '-';
/** Beside what the catalogue has of its own. */
const OURS = `n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'`;
const HASH_CHARACTERS = 16;
/** Values are written the same way everywhere. */
const SETTINGS = `SET row_security = off; SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres';
  SET extra_float_digits = 1; SET bytea_output = 'hex'; SET search_path = public; SET statement_timeout = 0;
  SET idle_in_transaction_session_timeout = 0; SET lock_timeout = '60s'`;

const SERVER = `SELECT current_setting('server_version') AS server, datdba::regrole::text AS owner,
  pg_encoding_to_char(encoding) AS encoding, datcollate AS collate, datctype AS ctype FROM pg_database WHERE datname = current_database()`;

const ROLES = `SELECT r.rolname AS name, r.rolcanlogin::text AS login, r.rolbypassrls::text AS bypass,
  (SELECT coalesce(string_agg(m.roleid::regrole::text, ',' ORDER BY m.roleid::regrole::text), '')
    FROM pg_auth_members m WHERE m.member = r.oid) AS member_of
  FROM pg_roles r WHERE r.rolname ~ '^totem_' ORDER BY 1`;

/** Whole tables; of a partitioned one, the one above its partitions. */
const TABLES = `SELECT format('%I.%I', n.nspname, c.relname) AS name,
    CASE WHEN c.relname = 'tenant' AND n.nspname = 'public' THEN 'id'
      ELSE (SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attname = 'tenant_id' AND NOT attisdropped) END AS tenant,
    coalesce((SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
      AND NOT a.attisdropped AND a.attname LIKE '%\\_cents' AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)), '{}') AS cents
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE ${OURS} AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`;

/** Grants in the order of their text, where none was ever given as what that means. */
const acl = (column: string, kind: string, owner: string) =>
  `(SELECT string_agg(a::text, ',' ORDER BY a::text) FROM unnest(coalesce(${column}, acldefault('${kind}', ${owner}))) a)`;

const DEFINITIONS = `
  SELECT 'schema ' || n.nspname AS name, concat_ws('|', ${acl('n.nspacl', 'n', 'n.nspowner')}) AS definition
  FROM pg_namespace n WHERE ${OURS}
  UNION ALL
  SELECT 'relation ' || c.oid::regclass, concat_ws('|', c.relkind, r.rolname, c.relrowsecurity, c.relforcerowsecurity,
    c.relispartition, c.reloptions, pg_get_expr(c.relpartbound, c.oid), pg_get_partkeydef(c.oid), c.relreplident,
    ${acl('c.relacl', 'r', 'c.relowner')})
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = c.relowner
  WHERE ${OURS} AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  UNION ALL
  SELECT 'column ' || c.oid::regclass || '.' || a.attname, concat_ws('|', format_type(a.atttypid, a.atttypmod), a.attnotnull,
    a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid), (SELECT string_agg(x::text, ',' ORDER BY x::text) FROM unnest(a.attacl) x))
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE ${OURS} AND c.relkind IN ('r', 'p', 'v') AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT 'policy ' || c.oid::regclass || '.' || p.polname, concat_ws('|', p.polcmd, p.polpermissive,
    (SELECT string_agg(coalesce(r.rolname, 'PUBLIC'), ',' ORDER BY r.rolname) FROM unnest(p.polroles) o LEFT JOIN pg_roles r ON r.oid = o),
    pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
  FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
  UNION ALL
  SELECT 'constraint ' || k.conrelid::regclass || '.' || k.conname, concat_ws('|', k.convalidated, pg_get_constraintdef(k.oid))
  FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE ${OURS} AND k.conrelid <> 0
  UNION ALL
  SELECT 'index ' || i.indexrelid::regclass, concat_ws('|', i.indisvalid, pg_get_indexdef(i.indexrelid))
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${OURS}
  UNION ALL
  SELECT 'trigger ' || t.tgrelid::regclass || '.' || t.tgname, concat_ws('|', t.tgenabled, pg_get_triggerdef(t.oid))
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE ${OURS} AND NOT t.tgisinternal
  UNION ALL
  SELECT 'function ' || p.oid::regprocedure, concat_ws('|', r.rolname, ${acl('p.proacl', 'f', 'p.proowner')},
    CASE WHEN p.prokind = 'a' THEN p.prosrc ELSE pg_get_functiondef(p.oid) END)
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_roles r ON r.oid = p.proowner
  WHERE ${OURS} AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
  UNION ALL
  SELECT 'extension ' || extname, '' FROM pg_extension WHERE extname <> 'plpgsql'
  UNION ALL
  SELECT concat_ws(' ', 'default grants', d.defaclrole::regrole, d.defaclnamespace::regnamespace, d.defaclobjtype),
    (SELECT string_agg(a::text, ',' ORDER BY a::text) FROM unnest(d.defaclacl) a)
  FROM pg_default_acl d`;

export interface Snapshot {
  /** For others who want to see the same state. */
  readonly id: string;
  readonly serverMajor: number;
  census(): Promise<Census>;
  close(): Promise<void>;
}

/**
 * Opens a transaction that goes on seeing the database as it is now.
 * @throws the driver's error when the role does not see every row: nothing is left out in silence.
 */
export async function openSnapshot(url: string): Promise<Snapshot> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'totem-backup',
    types: { getTypeParser: () => (text: string) => text },
  });
  await client.connect();
  try {
    await client.query(SETTINGS);
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows } = await client.query<{ id: string; server: string }>(
      `SELECT pg_export_snapshot() AS id, current_setting('server_version') AS server`,
    );
    const { id = '', server = '' } = rows[0] ?? {};
    const serverMajor = Number.parseInt(server, 10);
    return { id, serverMajor, census: () => takeCensus(client), close: () => client.end() };
  } catch (error) {
    await client.end();
    throw error;
  }
}

/** The census of a database at rest. */
export async function censusOf(url: string): Promise<Census> {
  const snapshot = await openSnapshot(url);
  try {
    return await snapshot.census();
  } finally {
    await snapshot.close();
  }
}

async function takeCensus(client: pg.Client): Promise<Census> {
  const [server] = (await client.query(SERVER)).rows;
  const roles = Object.fromEntries((await client.query(ROLES)).rows.map((row) => [row.name, roleOf(row)]));
  const { rows: found } = await client.query<{ name: string; tenant: string | null; cents: string }>(TABLES);
  const tables: Record<string, Record<string, TableRows>> = {};
  for (const { name, tenant, cents } of found)
    tables[name] = await countTable(client, name, tenant, namesIn(cents));
  const { rows } = await client.query<{ name: string; definition: string | null }>(DEFINITIONS);
  const definitions = Object.fromEntries(
    rows
      .map(({ name, definition }) => [name, hashOf(definition ?? '')] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  return censusSchema.parse({ ...server, roles, tables, definitions });
}

function roleOf(row: Record<string, string>): CensusRole {
  const { login, bypass, member_of: memberOf = '' } = row;
  return { login: login === 'true', bypass: bypass === 'true', memberOf: listOf(memberOf) };
}

const listOf = (text: string) => text.split(',').filter((name) => name !== '');

/** `{a,b}`: names of columns need no quotes. */
const namesIn = (array: string) => listOf(array.slice(1, -1));

async function countTable(
  client: pg.Client,
  name: string,
  tenant: string | null,
  cents: readonly string[],
): Promise<Record<string, TableRows>> {
  const key = tenant === null ? `'${NO_TENANT}'` : `t.${tenant}::text`;
  const sums = cents.map((column) => `, sum(t.${column}::numeric)::text AS ${column}`).join('');
  const { rows } = await client.query<Record<string, string | null>>(
    `SELECT ${key} AS tenant, count(*)::text AS rows, sum(hashtextextended(t::text, 0))::text AS digest${sums}
     FROM ${name} t GROUP BY 1 ORDER BY 1`,
  );
  return Object.fromEntries(
    rows.map((row) => [
      row.tenant ?? NO_TENANT,
      {
        rows: row.rows ?? '0',
        digest: row.digest ?? '0',
        cents: Object.fromEntries(cents.map((column) => [column, row[column] ?? null])),
      },
    ]),
  );
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_CHARACTERS);
}

/** Every row of every table. */
export function rowsOf(census: Census): number {
  return Object.values(census.tables)
    .flatMap((tenants) => Object.values(tenants))
    .reduce((sum, { rows }) => sum + Number(rows), 0);
}

/** The tenants that have rows. */
export function tenantsOf(census: Census): string[] {
  const names = Object.values(census.tables).flatMap((tenants) => Object.keys(tenants));
  return [...new Set(names)].filter((name) => name !== NO_TENANT).toSorted();
}

/** What differs, one line each; definitions only where both servers write them the same way. */
export function differences(before: Census, after: Census): string[] {
  const isSameMajor = Number.parseInt(before.server, 10) === Number.parseInt(after.server, 10);
  const names = new Set([...Object.keys(before.tables), ...Object.keys(after.tables)]);
  return [
    ...Object.entries(before.roles).flatMap(([name, role]) => {
      const is = JSON.stringify(after.roles[name]);
      return is === JSON.stringify(role)
        ? []
        : [`role ${name} is ${is === undefined ? 'missing' : 'another'}`];
    }),
    ...[...names]
      .toSorted()
      .flatMap((name) => tableDifferences(name, before.tables[name], after.tables[name])),
    ...(isSameMajor ? definitionDifferences(before.definitions, after.definitions) : []),
  ];
}

function tableDifferences(
  name: string,
  before: Record<string, TableRows> | undefined,
  after: Record<string, TableRows> | undefined,
): string[] {
  if (before === undefined) return [`table ${name} was not dumped`];
  if (after === undefined) return [`table ${name} is missing`];
  const tenants = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...tenants].toSorted().flatMap((tenant) => {
    const [was, is] = [before[tenant], after[tenant]];
    const where = tenant === NO_TENANT ? `table ${name}` : `table ${name}, tenant ${tenant}`;
    if (was?.rows !== is?.rows) return [`${where}: ${was?.rows ?? 0} rows became ${is?.rows ?? 0}`];
    const sums = Object.keys(was?.cents ?? {}).filter((column) => was?.cents[column] !== is?.cents[column]);
    if (sums.length > 0) return sums.map((column) => `${where}: the sum of ${column} is another`);
    return was?.digest === is?.digest ? [] : [`${where}: a value is another`];
  });
}

function definitionDifferences(before: Record<string, string>, after: Record<string, string>): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].toSorted().flatMap((name) => {
    if (before[name] === after[name]) return [];
    if (after[name] === undefined) return [`${name} is missing`];
    return [before[name] === undefined ? `${name} was not dumped` : `${name} is another`];
  });
}
