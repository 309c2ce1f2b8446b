/** The order of changes is the order of commits: a reader that asks for what came after its position loses nothing. */
import { newId, type TenantId } from '@totem/domain';
import { createLog, systemEnv } from '@totem/host';
import type { TextRow } from '@totem/sync';
import { type TestDatabase, testDatabase } from '@totem/testkit/postgres';
import { proof } from '@totem/testkit/proof';
import { seededRandom } from '@totem/testkit/virtual';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../db/pool.ts';
import { readTenant, type Statement, withTenant } from '../db/with-tenant.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { readPage, trimChanges } from './change-pages.ts';

const ROUNDS = proof('cloud/number order is commit order', { share: 60, full: 5_000, unit: 'transactions' });
const WRITERS = 6;
const ROWS = 5;

let database: TestDatabase;
let db: Database;
let look: Onlooker;
const tenantId: TenantId = newId<'tenant'>(systemEnv);
const ids = Array.from({ length: ROWS }, () => newId<'priority_class'>(systemEnv));

const OPEN: Statement = {
  name: 'test-open',
  text: `INSERT INTO tenant (id, name, slug, created_at) VALUES ($1, 'x', 'x', now())`,
};
const ADD: Statement = {
  name: 'test-add',
  text: `INSERT INTO priority_class (tenant_id, id, created_at, name, tier, weight, sort_order, active)
    VALUES ($1, $2, now(), '{}', 0, 0, 0, true)`,
};
const BUMP: Statement = {
  name: 'test-bump-row',
  text: 'UPDATE priority_class SET weight = weight + 1 WHERE tenant_id = $1 AND id = $2',
};
const PAUSE: Statement = { name: 'test-pause', text: 'SELECT pg_sleep($1::float8)' };
const ROWS_NOW: Statement = {
  name: 'test-rows-now',
  text: 'SELECT text_of_priority_class(p) AS row FROM priority_class p WHERE tenant_id = $1',
};

beforeAll(async () => {
  database = await testDatabase();
  db = createDatabase(database.urls, createLog('test', { level: 'silent' }));
  look = await onlooker(database.urls);
  await withTenant(db, tenantId, async (tx) => {
    await tx.run(OPEN, [tenantId]);
    for (const id of ids) await tx.run(ADD, [tenantId, id]);
  });
});
afterAll(async () => {
  await look.close();
  await db.close();
  await database.drop();
});

/** A reader that keeps a copy and only ever asks for what came after its position. */
function reader() {
  const rows = new Map<string, TextRow>();
  let position = 0n;
  const seen: bigint[] = [];
  return {
    rows,
    seen,
    read: async () => {
      const page = await readPage(db.tailer, tenantId, 'priority_class', position, 3);
      for (const change of page.changes) {
        seen.push(change.position);
        if (change.new !== null) rows.set(String(change.new.id), change.new);
      }
      position = page.head;
      return page.more || page.changes.length > 0;
    },
  };
}

describe('many writers at once', () => {
  test('leave a reader that polls all the while with exactly the rows of the table', async () => {
    let isWriting = true;
    const copy = reader();
    const write = async (writer: number) => {
      const random = seededRandom(writer + 1);
      for (let round = 0; round < ROUNDS / WRITERS; round += 1) {
        const touched = ids.filter(() => random() < 0.5);
        const pause = random() * 0.01;
        await withTenant(db, tenantId, async (tx) => {
          // In one order, as all code here locks; the pause lets other transactions overtake this one.
          for (const id of touched) await tx.run(BUMP, [tenantId, id]);
          await tx.run(PAUSE, [pause]);
        });
      }
    };
    const reading = (async () => {
      while (isWriting) await copy.read();
      while (await copy.read());
    })();
    await Promise.all(Array.from({ length: WRITERS }, (_, index) => write(index)));
    isWriting = false;
    await reading;
    const table = await readTenant(db, tenantId, (tx) => tx.all(ROWS_NOW, [tenantId]));
    const expected = table.map(({ row }) => JSON.parse(row ?? '{}') as TextRow);
    expect(new Map(expected.map((row) => [row.id, row]))).toEqual(copy.rows);
    expect(copy.seen).toEqual(copy.seen.map((_, index) => BigInt(index + 1)));
  });
});

test('a transaction that began first and commits last has the later numbers', async () => {
  const [first, second] = [ids[0], ids[1]];
  const before = await look.count('change_log');
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let began = () => {};
  const hasBegun = new Promise<void>((resolve) => {
    began = resolve;
  });
  const slow = withTenant(db, tenantId, async (tx) => {
    await tx.run(BUMP, [tenantId, first]);
    began();
    await held;
  });
  await hasBegun;
  await withTenant(db, tenantId, (tx) => tx.run(BUMP, [tenantId, second]));
  release();
  await slow;
  const changes = await look.rows('SELECT new_row FROM change_log ORDER BY number OFFSET $1', [before]);
  expect(changes.map(({ new_row: row }) => (row as TextRow).id)).toEqual([second, first]);
});

test('a change that no reader can see is no change', async () => {
  const before = await look.count('change_log');
  await withTenant(db, tenantId, (tx) =>
    tx.run({ name: 'test-same', text: 'UPDATE priority_class SET weight = weight WHERE tenant_id = $1' }, [
      tenantId,
    ]),
  );
  expect(await look.count('change_log')).toBe(before);
});

test('a transaction longer than a page is returned whole', async () => {
  const start = BigInt(await look.count('change_log'));
  await withTenant(db, tenantId, async (tx) => {
    for (const id of ids) await tx.run(BUMP, [tenantId, id]);
  });
  await withTenant(db, tenantId, (tx) => tx.run(BUMP, [tenantId, ids[0]]));
  const page = await readPage(db.tailer, tenantId, 'priority_class', start, 2);
  expect(page).toMatchObject({ more: true, head: start + BigInt(ROWS) });
  expect(page.changes).toHaveLength(ROWS);
  const rest = await readPage(db.tailer, tenantId, 'priority_class', page.head, 2);
  expect(rest).toMatchObject({ more: false, head: start + BigInt(ROWS) + 1n });
});

test('what is forgotten moves the floor with it', async () => {
  const all = await look.count('change_log');
  const { now } = (await look.rows(`SELECT (clock_timestamp() + interval '1 second')::text AS now`))[0] ?? {};
  expect(await trimChanges(db.tailer, String(now))).toBe(all);
  const page = await readPage(db.tailer, tenantId, 'priority_class', 0n, 10);
  expect(page).toEqual({ changes: [], head: BigInt(all), more: false, floor: BigInt(all) });
});
