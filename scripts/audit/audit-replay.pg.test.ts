/** `npm run audit:replay` as it is typed: its lines and its exit code, with and without a planted difference. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

const PROGRAM = join(import.meta.dirname, '..', 'audit-replay.ts');

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await testCloud();
});
afterAll(() => cloud.close());

/** Runs the program to its end. */
function replay(...words: string[]): Promise<{ code: number; out: string; error: string }> {
  const env = { ...process.env, DATABASE_URL: cloud.urls.api };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [PROGRAM, ...words], { env }, (_, out, error) =>
      resolve({ code: child.exitCode ?? -1, out, error }),
    );
  });
}

test('rows that are what entries say are equal; a row that no entry wrote is a difference and the exit code', async () => {
  const whole = await replay();
  expect([whole.code, whole.out]).toEqual([0, expect.stringMatching(/^2 tenants, 0 rows, 0 differences$/m)]);
  const client = new pg.Client({ connectionString: cloud.urls.superuser });
  await client.connect();
  const { tenantId, siteId } = cloud.seed;
  await client.query(
    `INSERT INTO operator_session (tenant_id, id, created_at, site_id, user_id, counter_id, since, folded)
     VALUES ($1, gen_random_uuid(), now(), $2, gen_random_uuid(), gen_random_uuid(), now(), '{}')`,
    [tenantId, siteId],
  );
  await client.end();
  const planted = await replay('--tenant', tenantId);
  expect(planted.code).toBe(1);
  expect(planted.out).toMatch(/^ {2}DIFFERS operator_session \S+: has a row, and no entry$/m);
});

test('what cannot be asked is neither equal nor different', async () => {
  const unknown = await replay('--everything');
  expect([unknown.code, unknown.error]).toEqual([2, expect.stringContaining('npm run audit:replay')]);
});
