/**
 * The suites of the project `pg15` run on the oldest PostgreSQL that is served in production. This one says so, or says
 * that there was none to run them on.
 */
import { hasOldest } from '@totem/testkit/oldest';
import { testDatabase } from '@totem/testkit/postgres';
import pg from 'pg';
import { expect, test } from 'vitest';

test('the server is PostgreSQL 15', async (context) => {
  if (!hasOldest()) context.skip('PostgreSQL 15 is not installed: the suites ran on the newest alone');
  const { urls, drop } = await testDatabase();
  const client = new pg.Client({ connectionString: urls.api });
  await client.connect();
  const { rows } = await client.query('SHOW server_version');
  expect(rows).toEqual([{ server_version: expect.stringMatching(/^15\./) }]);
  await client.end();
  await drop();
});
