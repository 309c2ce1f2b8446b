/** A database at size has what was asked for, the same rows for the same seed, and room for another seed beside them. */
import { testDatabase } from '@totem/testkit/postgres';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Filled, fillAtSize } from './fill.ts';

const SIZE = { tenants: 3, tickets: 400, seed: 7 };
const TABLES = [
  'site',
  'app_user',
  'ticket',
  'call',
  'payment_session',
  'receipt',
  'audit_log',
  'operator_session',
];

interface Place {
  readonly client: pg.Client;
  readonly filled: Filled;
  readonly owner: string;
  readonly drop: () => Promise<void>;
}
let first: Place;
let second: Place;
beforeAll(async () => {
  first = await filledPlace();
  second = await filledPlace();
});
afterAll(async () => {
  for (const { client, drop } of [first, second]) {
    await client.end();
    await drop();
  }
});

async function filledPlace(): Promise<Place> {
  const { urls, drop } = await testDatabase();
  const filled = await fillAtSize(urls.owner, SIZE);
  const client = new pg.Client({ connectionString: urls.superuser, options: '-c timezone=UTC' });
  await client.connect();
  return { client, filled, owner: urls.owner, drop };
}

test('there are as many tickets as were asked for, most of them the first tenant’s', async () => {
  const { rows } = await first.client.query(
    'SELECT tenant_id, count(*)::int AS tickets FROM ticket GROUP BY 1 ORDER BY 2 DESC',
  );
  expect(rows.map(({ tickets }) => tickets)).toEqual([219, 109, 72]);
  expect(rows[0]?.tenant_id).toBe(first.filled.largestTenantId);
  expect(first.filled.tables.get('ticket')).toBe(SIZE.tickets);
});

test.each(TABLES)('the rows of %s are the same for the same seed', async (table) => {
  const digest = async ({ client }: Place) => {
    const { rows } = await client.query(
      `SELECT count(*)::int AS count, md5(string_agg(t::text, '' ORDER BY t::text)) AS digest FROM ${table} t`,
    );
    return rows[0];
  };
  const found = await digest(first);
  expect(found.count).toBeGreaterThan(0);
  expect(await digest(second)).toEqual(found);
});

test('another seed is other tenants beside them, whose changes nobody is told one by one', async () => {
  await fillAtSize(second.owner, { ...SIZE, tickets: 60, seed: 8 });
  const { rows } = await second.client.query(
    `SELECT (SELECT count(*)::int FROM tenant WHERE slug LIKE 't%-%') AS tenants, (SELECT count(*)::int FROM change_log
       WHERE table_name IN ('ticket', 'call', 'operator_session')) AS changes`,
  );
  expect(rows).toEqual([{ tenants: 6, changes: 0 }]);
});
