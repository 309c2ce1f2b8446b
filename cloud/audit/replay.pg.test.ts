/** Rows equal the replay of their entries, whatever was written; and whatever was not written by an entry is found. */
import { type EntryDraft, newId } from '@totem/domain';
import { createLog, systemEnv } from '@totem/host';
import { buildOrigin } from '@totem/testkit/builders';
import { type TestDatabase, testDatabase } from '@totem/testkit/postgres';
import { proof } from '@totem/testkit/proof';
import { virtualWorld } from '@totem/testkit/virtual';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../db/pool.ts';
import { createTicket, onTicket } from '../testing/branch.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { type RandomWorld, randomBatches } from '../testing/random-batches.ts';
import { fillLedger } from '../testing/random-ledger.ts';
import { replayLines, replayTenant } from './replay.ts';

const SEEDS = proof('cloud/rows equal the replay of entries', { share: 2, full: 100, unit: 'seeds' });
const BATCHES = 30;

let database: TestDatabase;
let db: Database;
let look: Onlooker;

beforeEach(async () => {
  database = await testDatabase();
  db = createDatabase(database.urls, createLog('test', { level: 'silent' }));
  look = await onlooker(database.urls);
});
afterEach(async () => {
  await look.close();
  await db.close();
  await database.drop();
});

async function filled(seed: number, batches = BATCHES): Promise<RandomWorld> {
  const world = randomBatches(seed, batches);
  await fillLedger(db, virtualWorld({ seed }).env, world);
  return world;
}

/** As nobody of the product can: past the guards of the tables. */
async function tamper(sql: string, values: readonly unknown[] = []): Promise<void> {
  await look.rows(`SET session_replication_role = 'replica'`);
  await look.rows(sql, values);
}

describe('the replay of a ledger', () => {
  test('gives the rows that are there, parked entries and marks across rows included', async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const { tenantId } = await filled(seed);
      const report = await replayTenant(db, tenantId);
      expect(report.differences, `seed ${seed}`).toEqual([]);
      expect(report).toMatchObject({ firstPosition: 1, unkept: 0, differenceCount: 0 });
      expect(report.rows).toBeGreaterThan(10);
      expect(report.entries).toBeGreaterThan(100);
    }
  });

  test('finds whatever no entry has written', async () => {
    const { tenantId } = await filled(77, 12);
    const [ticket, other] = await look.rows('SELECT id FROM ticket ORDER BY id LIMIT 2');
    const [gone] = await look.rows('SELECT id FROM operator_session LIMIT 1');
    const invented = newId<string>(systemEnv);
    await tamper('UPDATE ticket SET price_cents = price_cents + 1 WHERE id = $1', [ticket?.id]);
    await tamper(`UPDATE ticket SET conflict = 'code_reused' WHERE id = $1`, [other?.id]);
    await tamper('DELETE FROM operator_session WHERE id = $1', [gone?.id]);
    await tamper(
      `INSERT INTO call SELECT (c).* FROM (SELECT jsonb_populate_record(c, jsonb_build_object('id', $1::text)) AS c
      FROM call c LIMIT 1) AS copied`,
      [invented],
    );
    await tamper('DELETE FROM conflict');
    const report = await replayTenant(db, tenantId);
    const about = (id: unknown) =>
      report.differences.filter((one) => one.id === id).map(({ detail }) => detail);
    expect(about(ticket?.id)).toEqual(['priceCents is 1, and should be 0']);
    expect(about(other?.id)).toEqual([expect.stringMatching(/^conflict is "code_reused", and should be /)]);
    expect(about(gone?.id)).toEqual(['is in the ledger, and has no row']);
    expect(about(invented)).toEqual(['has a row, and no entry']);
    expect(replayLines(report)[0]).toMatch(/: \d+ DIFFERENCES$/);
  });

  test('finds an entry that is parked and should not be, and one that is not and should be', async () => {
    const { tenantId } = await filled(5, 12);
    const before = await replayTenant(db, tenantId);
    expect(before.differenceCount).toBe(0);
    await tamper('DELETE FROM ledger_parked');
    await tamper(`INSERT INTO ledger_parked (tenant_id, position, entry_id, entity, entity_id, entry, parked_at)
      SELECT tenant_id, position, id, entity, entity_id, '{}', received_at FROM audit_log
      WHERE action = 'TICKET_CREATE' ORDER BY position LIMIT 1`);
    const report = await replayTenant(db, tenantId);
    expect(report.differenceCount).toBeGreaterThan(0);
    expect(report.differences.every(({ detail }) => detail.startsWith('parked are ['))).toBe(true);
  });

  test('says nothing of rows that began before what is kept, and holds the others to it', async () => {
    const { env, advance } = virtualWorld({ seed: 9 });
    const [tenantId, siteId] = [newId<'tenant'>(env), newId<'site'>(env)];
    const writer = buildOrigin(env, tenantId);
    const write = (...drafts: EntryDraft[]) => {
      advance(1_000);
      return { origin: writer.id, entries: writer.write(drafts).map(({ entry }) => entry) };
    };
    const [old, fresh] = [createTicket(env, siteId), createTicket(env, siteId)];
    const again = createTicket(env, siteId, { id: old.ticket.id });
    const left = (ticket: typeof old.ticket) =>
      onTicket('TICKET_CANCEL', ticket, siteId, { reason: 'other' });
    const batches = [
      write(old.draft),
      write(fresh.draft, left(old.ticket), left(fresh.ticket)),
      write(again.draft),
    ];
    await fillLedger(db, env, { tenantId, siteId, origins: [writer.id], batches });
    expect(await replayTenant(db, tenantId)).toMatchObject({ rows: 2, unkept: 0, differences: [] });
    await tamper('DELETE FROM audit_log WHERE position = 1');
    const partly = { firstPosition: 2, rows: 1, unkept: 1, entries: 4 };
    expect(await replayTenant(db, tenantId)).toMatchObject({ ...partly, differences: [] });
    await tamper(`UPDATE ticket SET reason = 'customer_left'`);
    const differences = [{ id: fresh.ticket.id, detail: 'reason is "customer_left", and should be "other"' }];
    expect(await replayTenant(db, tenantId)).toMatchObject({ ...partly, differences });
  });

  test('says nothing of what was parked before what is kept, and holds what was parked since to it', async () => {
    const { env, advance } = virtualWorld({ seed: 10 });
    const [tenantId, siteId] = [newId<'tenant'>(env), newId<'site'>(env)];
    const writer = buildOrigin(env, tenantId);
    const lost = createTicket(env, siteId);
    const batches = ['a', 'b', 'c'].map((reason) => {
      advance(1_000);
      const held = onTicket('TICKET_HOLD', lost.ticket, siteId, { reason });
      return { origin: writer.id, entries: writer.write([held]).map(({ entry }) => entry) };
    });
    await fillLedger(db, env, { tenantId, siteId, origins: [writer.id], batches });
    expect(await replayTenant(db, tenantId)).toMatchObject({ entries: 3, differences: [] });
    await tamper(`DELETE FROM audit_log WHERE tenant_id = '${tenantId}' AND position = 1`);
    expect(await replayTenant(db, tenantId)).toMatchObject({ firstPosition: 2, entries: 2, differences: [] });
    await tamper(`DELETE FROM ledger_parked WHERE tenant_id = '${tenantId}' AND position = 3`);
    const { differences } = await replayTenant(db, tenantId);
    expect(differences).toEqual([
      {
        entity: 'ticket',
        id: lost.ticket.id,
        detail: expect.stringMatching(/^parked are \[.*\], and should be \[/),
      },
    ]);
  });
});
