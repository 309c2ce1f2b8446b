/** What is kept for how long: who people are for days, tickets and receipts for a year and more, and figures for ever. */
import { epochMsOf, instantText, newId, type SiteId, type TenantId } from '@totem/domain';
import { createLog, systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withTenant } from '../db/with-tenant.ts';
import { neighbourOf } from '../testing/neighbour.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { buildCall, buildPayment, buildReceipt, buildTicket, putRows } from '../testing/records.ts';
import { forgetPeople } from './forget-people.ts';
import { retireTickets } from './retire-tickets.ts';

const env = systemEnv;
const log = createLog('test', { level: 'silent' });
const DAY_MS = 86_400_000;

let cloud: TestCloud;
let look: Onlooker;
let tenantId: TenantId;
let siteId: SiteId;
let theirs: { readonly tenantId: TenantId; readonly siteId: SiteId };
beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  ({ tenantId, siteId } = cloud.seed);
  theirs = await neighbourOf(cloud, look);
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});
const parts = () => ({ db: cloud.cloud.db, env, log });
const daysAgo = (days: number) => instantText(env.now() - days * DAY_MS).slice(0, 10);

/** A ticket of some days ago with everything that hangs on it. @returns its id. */
async function ticketOf(days: number, at = { tenantId, siteId }): Promise<string> {
  const businessDay = daysAgo(days);
  const row = buildTicket(env, at, { businessDay, state: 'finished', code: `A${days}` });
  const ticketId = row.id;
  await putRows(look, 'ticket', [row]);
  await putRows(look, 'call', [buildCall(env, at, { ticketId, businessDay, number: days })]);
  await putRows(look, 'payment_session', [buildPayment(env, at, { ticketId, businessDay, paidCents: 500 })]);
  await putRows(look, 'receipt', [buildReceipt(env, at, { ticketId, code: `R${days}${at.siteId}` })]);
  await look.rows(
    `INSERT INTO entry_private (tenant_id, entry_id, entity, entity_id, salt, data) VALUES ($1, $2, 'ticket', $3, 'x', '{"name": "Ana"}')`,
    [at.tenantId, newId<'entry'>(env), ticketId],
  );
  return ticketId;
}
const countOf = (table: string, ticketId: string) => {
  const column = { ticket: 'id', entry_private: 'entity_id' }[table] ?? 'ticket_id';
  return look.count(`${table} WHERE ${column} = $1`, [ticketId]);
};
const everything = async (ticketId: string) => {
  const tables = ['ticket', 'call', 'receipt', 'payment_session', 'entry_private'];
  return Object.fromEntries(
    await Promise.all(tables.map(async (table) => [table, await countOf(table, ticketId)] as const)),
  );
};
const WHOLE = { ticket: 1, call: 1, receipt: 1, payment_session: 1, entry_private: 1 };

describe('who people are', () => {
  test('goes after the tenant’s days, each with an entry; their tickets stay, and so do the people of yesterday', async () => {
    const [old, young] = [await ticketOf(40), await ticketOf(1)];
    await look.rows('UPDATE tenant SET people_kept_days = 60 WHERE id = $1', [theirs.tenantId]);
    const kept = await ticketOf(40, theirs);
    await look.rows(
      `INSERT INTO idempotency_key (tenant_id, principal, key, fingerprint, created_at)
       SELECT $1, 'user', 'key ' || d, 'x', now() - d * interval '1 day' FROM generate_series(0, 4) d`,
      [tenantId],
    );
    expect(await forgetPeople(parts())).toBe(1);
    expect(await forgetPeople(parts())).toBe(0);
    expect(await everything(old)).toEqual({ ...WHOLE, entry_private: 0 });
    expect([await everything(young), await everything(kept)]).toEqual([WHOLE, WHOLE]);
    const said = await look.rows(
      `SELECT entity_id, data ->> 'by' AS by FROM audit_log WHERE action = 'PERSON_ERASED'`,
    );
    expect(said).toEqual([{ entity_id: old, by: 'retention' }]);
    expect(await look.count(`idempotency_key WHERE key LIKE 'key %'`)).toBe(2);
  });
});

describe('tickets', () => {
  const figures = async (day: string) =>
    (
      await look.rows('SELECT issued, served, paid_cents::int FROM daily_metric WHERE business_day = $1', [
        day,
      ])
    )[0];

  test('go when they are older than the tenant keeps them, once their day is in figures; payments stay', async () => {
    const [old, young] = [await ticketOf(500), await ticketOf(390)];
    const day = daysAgo(500);
    expect(await figures(day)).toBeUndefined();
    expect(await retireTickets(parts())).toBe(1);
    expect(await everything(old)).toEqual({
      ticket: 0,
      call: 0,
      receipt: 0,
      payment_session: 1,
      entry_private: 0,
    });
    expect(await everything(young)).toEqual(WHOLE);
    expect(await figures(day)).toEqual({ issued: 1, served: 1, paid_cents: 500 });
    const retired = await look.rows('SELECT tickets, receipts FROM tickets_retired WHERE tenant_id = $1', [
      tenantId,
    ]);
    expect(retired).toEqual([{ tickets: 1, receipts: 1 }]);
    expect(await retireTickets(parts())).toBe(0);
  });

  test('that come late to a day that has gone leave its figures as they were', async () => {
    const day = daysAgo(500);
    const late = await ticketOf(500);
    expect(await retireTickets(parts())).toBe(1);
    expect(await countOf('ticket', late)).toBe(0);
    expect(await figures(day)).toEqual({ issued: 1, served: 1, paid_cents: 500 });
  });

  test('of a run that was killed in the middle of a day are all there, and two runs at once let each go once', async () => {
    const days = [600, 601, 602, 603];
    for (const one of days) await ticketOf(one);
    // A trigger that fails on the third day, after its first rows are gone: as if the node had ended there.
    await look.rows(`CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF OLD.business_day = '${daysAgo(601)}' THEN RAISE EXCEPTION 'killed'; END IF; RETURN OLD; END $$`);
    await look.rows('CREATE TRIGGER die BEFORE DELETE ON ticket FOR EACH ROW EXECUTE FUNCTION die()');
    await retireTickets(parts());
    expect(await look.count('ticket WHERE business_day = $1', [daysAgo(602)])).toBe(0);
    expect(await look.count('ticket WHERE business_day = $1', [daysAgo(601)])).toBe(1);
    expect(await look.count(`receipt WHERE code = $1`, [`R601${siteId}`])).toBe(1);
    expect(await figures(daysAgo(601))).toBeUndefined();
    await look.rows('DROP TRIGGER die ON ticket');
    const [one, other] = await Promise.all([retireTickets(parts()), retireTickets(parts())]);
    expect(one + other).toBe(2);
    for (const each of days) expect(await figures(daysAgo(each))).toMatchObject({ issued: 1 });
    const said = await look.rows(
      `SELECT data ->> 'day' AS day FROM audit_log WHERE action = 'RECORDS_RETIRED' AND data ->> 'day' < $1 ORDER BY 1`,
      [daysAgo(550)],
    );
    expect(said.map(({ day }) => day)).toEqual(days.map(daysAgo).toSorted());
  });

  test('are kept as long as their month of the ledger is there, and by no role within a year', async () => {
    const month = instantText(epochMsOf(`${daysAgo(700)}T00:00:00.000Z`)).slice(0, 7);
    await look.rows('SELECT ensure_audit_partitions($1, 1)', [`${month}-01`]);
    const old = await ticketOf(690);
    expect(await retireTickets(parts())).toBe(0);
    await look.rows(`DROP TABLE audit_log_${month.replace('-', '')}`);
    expect(await retireTickets(parts())).toBe(1);
    expect(await countOf('ticket', old)).toBe(0);
    const { db } = cloud.cloud;
    const early = { name: 'test-retire-early', text: 'SELECT * FROM retire_tickets($1)' };
    await expect(withTenant(db, tenantId, (tx) => tx.all(early, [daysAgo(300)]))).rejects.toThrow(/are kept/);
    await expect(db.api.query('DELETE FROM ticket')).rejects.toThrow(/permission denied/);
  });
});
