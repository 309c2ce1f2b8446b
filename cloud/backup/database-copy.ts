/**
 * A dump becomes a database again: the cluster's roles first, which are in no dump, then the database in the encoding and
 * order it had, then its rows. What is compared with the census afterwards decides whether it is the same.
 */
import type { Env } from '@totem/domain';
import type { Log } from '@totem/host';
import pg from 'pg';
import { verifyLedgers } from '../audit/ledgers.ts';
import type { SealVerifier } from '../audit/seal-keys.ts';
import { createDatabase } from '../db/pool.ts';
import { type Census, censusOf, differences } from './census.ts';
import { BackupError } from './faults.ts';
import { findPostgresTools } from './postgres-tools.ts';

export interface CopyParts {
  readonly env: Env;
  readonly log: Log;
  /** Where seals of the ledger are checked with. */
  readonly sealKeys: SealVerifier;
  /** Where the PostgreSQL tools are; they are looked for without it. */
  readonly tools?: string | undefined;
}

export interface LedgerVerdict {
  readonly tenants: number;
  readonly entries: number;
  readonly faults: number;
}

/** `totem_scratch_<when it was made, in seconds>_<chance>`. */
const SCRATCH = 'totem_scratch_';
const SCRATCH_NAME = /^totem_scratch_(\d+)_[0-9a-f]+$/;
const SCRATCH_RANDOM_BYTES = 6;
/** One that nobody is connected to after this long is of a process that was killed. */
const LEFT_BEHIND_SECONDS = 3_600;
/** Roles of the product, and nothing that needs quotes. */
const ROLE = /^totem_[a-z_]{1,40}$/;

/** The same address with another database's name. */
export function urlOfDatabase(url: string, database: string): string {
  const address = new URL(url);
  address.pathname = `/${encodeURIComponent(database)}`;
  return address.href;
}

export function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

/**
 * Makes a database for a while, and removes it whatever happens. What a process that was killed left behind goes first.
 * @param url of any database of the server, as a superuser.
 */
export async function inScratch<T>(
  url: string,
  like: Census,
  env: Env,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const now = Math.floor(env.now() / 1_000);
  const name = `${SCRATCH}${now}_${env.randomBytes(SCRATCH_RANDOM_BYTES).toHex()}`;
  return asAdministrator(url, async (admin) => {
    await removeLeftovers(admin, now);
    await makeRoles(admin, like);
    await makeDatabase(admin, name, like);
    try {
      const scratch = urlOfDatabase(url, name);
      // Somebody is connected to it all the time: so others know that it is not left behind.
      return await asAdministrator(scratch, () => work(scratch));
    } finally {
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    }
  });
}

/** Makes the database that `url` names, or takes it when it is there and empty. @throws BackupError `target` when it is not. */
export async function makeTarget(url: string, like: Census): Promise<void> {
  const name = databaseOf(url);
  await asAdministrator(urlOfDatabase(url, 'postgres'), async (admin) => {
    await makeRoles(admin, like);
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await makeDatabase(admin, pg.escapeIdentifier(name), like);
  });
  await asAdministrator(url, async (inside) => {
    const { rows } = await inside.query(
      `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)' LIMIT 1`,
    );
    if (rows.length > 0)
      throw new BackupError(
        'target',
        `database ${name} is not empty: nothing is restored over what is there`,
      );
  });
}

/**
 * Restores into an empty database, compares, and walks the ledgers.
 * @param url of that database, as a superuser.
 * @throws BackupError `restore`, `differs` with what differs, or what opening the dump can be.
 */
export async function restoreAndCompare(
  parts: CopyParts,
  url: string,
  dump: AsyncIterable<Uint8Array>,
  census: Census,
): Promise<LedgerVerdict> {
  const major = await asAdministrator(url, async (inside) => {
    const { rows } = await inside.query<{ server: string }>(
      `SELECT current_setting('server_version') AS server`,
    );
    return Number.parseInt(rows[0]?.server ?? '', 10);
  });
  const tools = await findPostgresTools(major, parts.tools);
  await tools.restore(url, dump);
  // Without it the planner knows nothing of the tables, and reads them whole again and again.
  await asAdministrator(url, (inside) => inside.query('ANALYZE'));
  const found = differences(census, await censusOf(url));
  if (found.length > 0)
    throw new BackupError('differs', `what was restored is not what was dumped: ${found[0]}`, found);
  return walkLedgers(parts, url);
}

async function walkLedgers({ env, log, sealKeys }: CopyParts, url: string): Promise<LedgerVerdict> {
  const asApi = asRole(url, 'totem_api');
  const db = createDatabase({ api: asApi, tailer: asApi }, log);
  const verdict = { tenants: 0, entries: 0, faults: 0 };
  try {
    for await (const report of verifyLedgers({ db, env, keys: sealKeys })) {
      verdict.tenants += 1;
      verdict.entries += report.entries;
      verdict.faults += report.faultCount;
    }
  } finally {
    await db.close();
  }
  return verdict;
}

/** The address of the same database, on which a superuser acts as a role from the first moment: fenced as the API is. */
export function asRole(url: string, role: string): string {
  const address = new URL(url);
  address.searchParams.set('options', `-c role=${role} -c timezone=UTC -c datestyle=ISO,YMD`);
  return address.href;
}

async function removeLeftovers(admin: pg.Client, now: number): Promise<void> {
  const { rows } = await admin.query<{ datname: string }>(
    `SELECT datname FROM pg_database d WHERE datname LIKE '${SCRATCH}%'
       AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)`,
  );
  for (const { datname } of rows) {
    const madeAt = Number(SCRATCH_NAME.exec(datname)?.[1]);
    if (now - madeAt > LEFT_BEHIND_SECONDS) await admin.query(`DROP DATABASE IF EXISTS ${datname}`);
  }
}

async function makeRoles(admin: pg.Client, { roles }: Census): Promise<void> {
  const names = Object.keys(roles);
  const odd = names.find((name) => !ROLE.test(name));
  if (odd !== undefined) throw new BackupError('target', `"${odd}" is no name of a role of the product`);
  const { rows } = await admin.query<{ rolname: string }>('SELECT rolname FROM pg_roles');
  const there = new Set(rows.map(({ rolname }) => rolname));
  const missing = names.filter((name) => !there.has(name));
  // Without a password nobody can sign in as it: whoever runs the cluster sets one.
  for (const name of missing)
    await admin.query(
      `CREATE ROLE ${name} ${roles[name]?.login ? 'LOGIN' : 'NOLOGIN'} ${roles[name]?.bypass ? 'BYPASSRLS' : ''}`,
    );
  for (const name of missing)
    for (const group of roles[name]?.memberOf ?? [])
      await admin.query(`GRANT ${pg.escapeIdentifier(group)} TO ${name}`);
}

async function makeDatabase(admin: pg.Client, name: string, like: Census): Promise<void> {
  const { owner, encoding, collate, ctype } = like;
  await admin.query(
    `CREATE DATABASE ${name} TEMPLATE template0 OWNER ${pg.escapeIdentifier(owner)} ENCODING ${pg.escapeLiteral(encoding)}
     LC_COLLATE ${pg.escapeLiteral(collate)} LC_CTYPE ${pg.escapeLiteral(ctype)}`,
  );
}

async function asAdministrator<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'totem-backup' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
