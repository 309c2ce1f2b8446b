/** A batch that is written in sets leaves in the database what the same batch leaves that is written and captured row by row. */
import { createLog } from '@totem/host';
import type { TextRow } from '@totem/sync';
import { type TestDatabase, testDatabase } from '@totem/testkit/postgres';
import { proof } from '@totem/testkit/proof';
import { virtualWorld } from '@totem/testkit/virtual';
import { afterEach, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../db/pool.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { type RandomWorld, randomBatches } from '../testing/random-batches.ts';
import { fillLedger } from '../testing/random-ledger.ts';
import { writeAllRows, type writeRowsInSets } from './folded-tables.ts';

const SEEDS = proof('cloud/set capture equals row capture', { share: 2, full: 60, unit: 'seeds' });
const BATCHES = 30;

/** What there is to compare, in an order of its own. */
const TABLES = {
  entries: 'SELECT id, position, received_at FROM audit_log ORDER BY position',
  tickets: 'SELECT * FROM ticket ORDER BY id',
  calls: 'SELECT * FROM call ORDER BY id',
  sessions: 'SELECT * FROM operator_session ORDER BY id',
  changes: 'SELECT number, table_name, op, old_row, new_row FROM change_log ORDER BY number',
  head: 'SELECT last, floor, ledger_position FROM change_head',
  parked: 'SELECT position, entry FROM ledger_parked ORDER BY position',
  conflicts: 'SELECT kind, entity_id, entry_id, detail FROM conflict ORDER BY entry_id, kind, entity_id',
} as const;

interface Place {
  readonly database: TestDatabase;
  readonly db: Database;
  readonly look: Onlooker;
}

const places: Place[] = [];
afterEach(async () => {
  for (const { database, db, look } of places.splice(0)) {
    await look.close();
    await db.close();
    await database.drop();
  }
});

async function placeOfItsOwn(): Promise<Place> {
  const database = await testDatabase();
  const db = createDatabase(database.urls, createLog('test', { level: 'silent' }));
  const place = { database, db, look: await onlooker(database.urls) };
  places.push(place);
  return place;
}

type Found = Record<keyof typeof TABLES, Record<string, unknown>[]>;

async function filled(world: RandomWorld, byRow: boolean): Promise<Found> {
  const { db, look } = await placeOfItsOwn();
  const rowByRow: typeof writeRowsInSets = async (tx, rows, before) => {
    writeAllRows(tx, rows, before);
    return 0;
  };
  await fillLedger(db, virtualWorld().env, world, byRow ? rowByRow : undefined);
  const found: Partial<Found> = {};
  for (const name of Object.keys(TABLES) as (keyof typeof TABLES)[])
    found[name] = await look.rows(TABLES[name]);
  return found as Found;
}

describe('a batch written in sets', () => {
  test('gives the same rows, entries and changes as one written row by row, and numbers without a hole', async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const world = randomBatches(seed, BATCHES);
      const [inSets, byRow] = [await filled(world, false), await filled(world, true)];
      expect(inSets, `seed ${seed}`).toEqual(byRow);
      const { changes } = inSets;
      expect(changes.map(({ number }) => Number(number))).toEqual(changes.map((_, index) => index + 1));
      // Tables of configuration are captured row by row in both.
      for (const [table, rows] of [
        ['ticket', inSets.tickets],
        ['call', inSets.calls],
        ['operator_session', inSets.sessions],
      ] as const)
        expect([...replayOf(changes, table).keys()].sort()).toEqual(rows.map(({ id }) => id));
    }
  });
});

/** What a reader holds who has followed a table from its beginning. */
function replayOf(changes: Found['changes'], table: string): Map<string, TextRow> {
  const held = new Map<string, TextRow>();
  for (const { table_name: name, op, old_row: before, new_row: after } of changes) {
    if (name !== table) continue;
    const row = after as TextRow;
    const id = String(row.id);
    expect(op).toBe(held.has(id) ? 'update' : 'insert');
    expect(before).toEqual(held.get(id) ?? null);
    held.set(id, row);
  }
  return held;
}
