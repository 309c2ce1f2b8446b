/** Looking at a test's database from outside, as its superuser: past every fence, to see what is really there. */
import type { TestCloud } from '@totem/testkit/postgres';
import pg from 'pg';

export interface Onlooker {
  rows(sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  count(sql: string, values?: readonly unknown[]): Promise<number>;
  close(): Promise<void>;
}

export async function onlooker(urls: TestCloud['urls']): Promise<Onlooker> {
  const client = new pg.Client({ connectionString: urls.superuser, options: '-c timezone=UTC' });
  await client.connect();
  const rows = async (sql: string, values: readonly unknown[] = []) =>
    (await client.query<Record<string, unknown>>(sql, [...values])).rows;
  return {
    rows,
    count: async (sql, values) => Number((await rows(`SELECT count(*) AS n FROM ${sql}`, values))[0]?.n),
    close: () => client.end(),
  };
}
