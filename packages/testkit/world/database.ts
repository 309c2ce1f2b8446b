/** A PostgreSQL for runs outside of the tests: started for them, or the one that the tests have started. */
import { setup, TEST_SERVER_VARIABLE } from '../global-postgres.ts';
import { type TestDatabase, testDatabase } from '../postgres.ts';

export interface WorldDatabase {
  readonly urls: TestDatabase['urls'];
  close(): Promise<void>;
}

export async function openWorldDatabase(): Promise<WorldDatabase> {
  const stop = process.env[TEST_SERVER_VARIABLE] === undefined ? await setup() : async () => {};
  const { urls, drop } = await testDatabase();
  return {
    urls,
    close: async () => {
      await drop();
      await stop();
    },
  };
}
