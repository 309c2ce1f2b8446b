/** A database of its own for each test file, and the real cloud over one, on a random port. */
import { randomBytes } from 'node:crypto';
import {
  type Cloud,
  type CloudOptions,
  createCloud,
  createDatabase,
  createPasswords,
  type DatabaseUrls,
  type DemoSeed,
  type DemoUsername,
  newDataKeys,
  newSigningKey,
  type Passwords,
  seedDemo,
} from '@totem/cloud';
import type { Env, Timers } from '@totem/domain';
import { createLog, systemEnv, systemTimers } from '@totem/host';
import pg from 'pg';
import {
  DATABASE_PLACE,
  OLDEST_SERVER_VARIABLE,
  TEMPLATE_DATABASE,
  TEST_SERVER_VARIABLE,
} from './global-postgres.ts';

export interface TestDatabase {
  readonly urls: DatabaseUrls;
  /** Removes the database; connections to it are ended. */
  drop(): Promise<void>;
}

/** A migrated, empty database. @throws Error outside of the test projects that start a PostgreSQL. */
export async function testDatabase(): Promise<TestDatabase> {
  const isOldest = process.env.TOTEM_TEST_OLDEST !== undefined;
  const server = process.env[isOldest ? OLDEST_SERVER_VARIABLE : TEST_SERVER_VARIABLE];
  if (server === undefined)
    throw new Error('no PostgreSQL: this test belongs into a project that starts one');
  const places = JSON.parse(server) as DatabaseUrls;
  const name = `test_${randomBytes(6).toString('hex')}`;
  const on = (database: string): DatabaseUrls => ({
    superuser: places.superuser.replace(DATABASE_PLACE, database),
    owner: places.owner.replace(DATABASE_PLACE, database),
    api: places.api.replace(DATABASE_PLACE, database),
    tailer: places.tailer.replace(DATABASE_PLACE, database),
  });
  await administer(
    on('postgres').superuser,
    `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE_DATABASE} OWNER totem_owner`,
  );
  return {
    urls: on(name),
    drop: () => administer(on('postgres').superuser, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function administer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** What the people of the demo sign in with, in tests. */
export const TEST_PASSWORDS: Readonly<Record<DemoUsername, string>> = {
  admin: 'admin-in-tests',
  operador: 'operador-in-tests',
  operador2: 'operador2-in-tests',
};

export interface TestCloud {
  readonly cloud: Cloud;
  /** Its address, on the loopback. */
  readonly url: string;
  readonly urls: DatabaseUrls;
  readonly seed: DemoSeed;
  /** Signs somebody of the demo in. @returns the access token. */
  signIn(username: DemoUsername): Promise<string>;
  /** Takes the database away under the running server. */
  dropDatabase(): Promise<void>;
  /** Stops the server and removes its database. */
  close(): Promise<void>;
}

export interface TestCloudOptions extends Partial<Omit<CloudOptions, 'databaseUrls'>> {
  readonly env?: Env;
  readonly timers?: Timers;
  /** Another cloud's database, to stand beside it as a second node; it is not removed at the end. */
  readonly database?: DatabaseUrls;
}

const passwords = createPasswords();
const hashes = new Map<string, Promise<string>>();
/** Slow on purpose, so each password of the demo is hashed once for all databases of a process. */
const hashing: Passwords = {
  ...passwords,
  hash: (password) => {
    const known = hashes.get(password) ?? passwords.hash(password);
    hashes.set(password, known);
    return known;
  },
};

/** Tests sign in as often as they like. */
const LOGINS_PER_MINUTE = { account: 10_000, address: 10_000 } as const;

/** The real cloud with the demo's data, serving. */
export async function testCloud(options: TestCloudOptions = {}): Promise<TestCloud> {
  const { database: given, env = systemEnv, timers = systemTimers, ...rest } = options;
  const own = given === undefined ? await testDatabase() : undefined;
  const urls = given ?? own?.urls;
  if (urls === undefined) throw new Error('no database');
  const log = rest.log ?? createLog('test-cloud', { level: 'silent' });
  const db = createDatabase({ api: urls.owner, tailer: urls.owner }, log);
  const seed = await seedDemo({ db, env, hashing }, TEST_PASSWORDS);
  await db.close();
  const cloud = createCloud({
    signingKey: newSigningKey(),
    dataKeys: newDataKeys(env),
    publicUrl: 'http://127.0.0.1',
    loginsPerMinute: LOGINS_PER_MINUTE,
    providersOnLoopback: true,
    // In the machine's own time nobody could say when they come; and tickets of a test's days would expire.
    jobsComeRound: options.timers !== undefined,
    ...rest,
    databaseUrls: urls,
    env,
    timers,
    log,
  });
  const { url } = await cloud.start({ host: '127.0.0.1', port: 0 });
  return {
    cloud,
    url,
    urls,
    seed,
    signIn: async (username) => {
      const answer = await fetch(`${url}/v1/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username, password: TEST_PASSWORDS[username] }),
      });
      if (!answer.ok) throw new Error(`${username} cannot sign in: ${await answer.text()}`);
      const { accessToken } = (await answer.json()) as { accessToken: string };
      return accessToken;
    },
    dropDatabase: async () => {
      await own?.drop();
    },
    close: async () => {
      await cloud.close();
      await own?.drop();
    },
  };
}
