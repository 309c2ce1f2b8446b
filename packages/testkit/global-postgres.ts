/**
 * One PostgreSQL for a run of tests, with a migrated template from which every test file gets a database of its own. By
 * default it is the embedded one; `TOTEM_TEST_POSTGRES_URL` names another server (as a superuser).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DatabaseUrls, startEmbeddedPostgres } from '@totem/cloud';
import { systemEnv, systemTimers } from '@totem/host';
import { migratePostgres } from '@totem/migrations';
import pg from 'pg';

/** Where the workers find the server: set before they are started. */
export const TEST_SERVER_VARIABLE = 'TOTEM_TEST_SERVER';
/** The same for a server of the oldest version. Workers whose tests run on it are given `TOTEM_TEST_OLDEST`. */
export const OLDEST_SERVER_VARIABLE = 'TOTEM_TEST_SERVER_OLDEST';
export const TEMPLATE_DATABASE = 'totem_template';

/** URLs with `DATABASE` in place of a database's name. */
export const DATABASE_PLACE = 'DATABASE';

/** For Vitest's `globalSetup`. @returns the teardown. */
export async function setup(): Promise<() => Promise<void>> {
  const given = process.env.TOTEM_TEST_POSTGRES_URL;
  return serve(TEST_SERVER_VARIABLE, given === undefined ? await embedded() : await foreign(given));
}

/** The same on another installed PostgreSQL. @param programs the folder of its `bin`. */
export async function setupOldest(programs: string): Promise<() => Promise<void>> {
  return serve(OLDEST_SERVER_VARIABLE, await embedded(programs));
}

async function serve(variable: string, server: TestServer): Promise<() => Promise<void>> {
  try {
    await makeTemplate(server.urls);
  } catch (error) {
    // Nobody is given a teardown, and with a server left behind the run would not end.
    await server.stop();
    throw error;
  }
  process.env[variable] = JSON.stringify(server.urls);
  return server.stop;
}

interface TestServer {
  readonly urls: DatabaseUrls;
  stop(): Promise<void>;
}

async function embedded(programs?: string): Promise<TestServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'totem-test-postgres-'));
  const server = await startEmbeddedPostgres({
    dataDir,
    env: systemEnv,
    timers: systemTimers,
    durable: false,
    ...(programs === undefined ? {} : { programs }),
  });
  return {
    urls: server.urlsOf(DATABASE_PLACE),
    stop: async () => {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

const FOREIGN_PASSWORD = 'totem-tests-only';

async function foreign(superuser: string): Promise<TestServer> {
  const client = new pg.Client({ connectionString: superuser });
  await client.connect();
  try {
    for (const [role, kind] of [
      ['totem_lookup', 'NOLOGIN'],
      ['totem_owner', 'LOGIN'],
      ['totem_api', 'LOGIN'],
      ['totem_tailer', 'LOGIN'],
    ]) {
      const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
      if (rowCount === 0) await client.query(`CREATE ROLE ${role} ${kind}`);
      if (kind === 'LOGIN') await client.query(`ALTER ROLE ${role} PASSWORD '${FOREIGN_PASSWORD}'`);
    }
    await client.query('GRANT totem_lookup TO totem_owner');
  } finally {
    await client.end();
  }
  const urlFor = (role?: string) => {
    const url = new URL(superuser);
    url.pathname = `/${DATABASE_PLACE}`;
    if (role !== undefined) {
      url.username = role;
      url.password = FOREIGN_PASSWORD;
    }
    return url.href;
  };
  return {
    urls: {
      superuser: urlFor(),
      owner: urlFor('totem_owner'),
      api: urlFor('totem_api'),
      tailer: urlFor('totem_tailer'),
    },
    stop: async () => {},
  };
}

async function makeTemplate(urls: DatabaseUrls): Promise<void> {
  const client = new pg.Client({ connectionString: urls.superuser.replace(DATABASE_PLACE, 'postgres') });
  await client.connect();
  try {
    await client.query(`DROP DATABASE IF EXISTS ${TEMPLATE_DATABASE} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${TEMPLATE_DATABASE} OWNER totem_owner`);
  } finally {
    await client.end();
  }
  await migratePostgres(urls.owner.replace(DATABASE_PLACE, TEMPLATE_DATABASE), systemTimers);
}
