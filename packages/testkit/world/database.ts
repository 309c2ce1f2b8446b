/** A PostgreSQL for runs outside of the tests: started for them, or the one that the tests have started. */
import pg from 'pg';
import { setup, TEST_SERVER_VARIABLE } from '../global-postgres.ts';
import { type TestDatabase, testDatabase } from '../postgres.ts';

export interface WorldDatabase {
  readonly urls: TestDatabase['urls'];
  close(): Promise<void>;
}

export async function openWorldDatabase(): Promise<WorldDatabase> {
  const stop = process.env[TEST_SERVER_VARIABLE] === undefined ? await setup() : async () => {};
  const { urls, drop } = await testDatabase();
  await settle(urls.superuser);
  return {
    urls,
    close: async () => {
      await drop();
      await stop();
    },
  };
}

/** Connections of a world live for seconds: planning each statement five times for its values would be most of their work. */
async function settle(superuserUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    const database = client.escapeIdentifier(client.database ?? '');
    await client.query(`ALTER DATABASE ${database} SET plan_cache_mode = force_generic_plan`);
    await client.query(`ALTER DATABASE ${database} SET jit = off`);
  } finally {
    await client.end();
  }
}
