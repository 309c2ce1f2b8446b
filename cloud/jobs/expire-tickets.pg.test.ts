/** Tickets expire at the cloud by the site's rules and hours, once each, and nothing does that somebody may still call or pay. */
import { type Id, instantText, newId, type QueueRules, type SiteId, type TenantId } from '@totem/domain';
import { createLog, systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { virtualWorld } from '@totem/testkit/virtual';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { neighbourOf } from '../testing/neighbour.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { buildTicket, putRows, type TestRow } from '../testing/records.ts';
import { expireTickets } from './expire-tickets.ts';

const MINUTE_MS = 60_000;
/** A Monday; the site's zone is three hours behind. */
const at = (clock: string) => Date.parse(`2026-11-23T${clock}:00.000-03:00`);
const world = virtualWorld();
const env = { ...systemEnv, now: world.env.now };
const log = createLog('test', { level: 'silent' });

let cloud: TestCloud;
let look: Onlooker;
let tenantId: TenantId;
let siteId: SiteId;
beforeAll(async () => {
  cloud = await testCloud({ env });
  look = await onlooker(cloud.urls);
  ({ tenantId, siteId } = cloud.seed);
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});
beforeEach(async () => {
  await look.rows('DELETE FROM ticket');
  await look.rows('DELETE FROM payment_session');
  await setHours([['08:00', '18:00']]);
});

const setHours = (intervals: readonly (readonly [string, string])[] | null) =>
  look.rows('UPDATE site SET opening_hours = $1 WHERE id = $2', [
    intervals && JSON.stringify({ 1: intervals }),
    siteId,
  ]);
const setRules = (rules: Partial<QueueRules>) =>
  look.rows('UPDATE site SET queue_rules = queue_rules || $1 WHERE id = $2', [JSON.stringify(rules), siteId]);
const put = async (over: TestRow = {}): Promise<Id<'ticket'>> => {
  const row = buildTicket(env, { tenantId, siteId }, { issuedAt: instantText(at('09:00')), ...over });
  await putRows(look, 'ticket', [{ ...row, code: row.id }]);
  return row.id;
};
const expire = async (clock: string) => {
  world.setClock(at(clock));
  return expireTickets({ db: cloud.cloud.db, env, log });
};
const stateOf = async (id: string) =>
  (await look.rows('SELECT state FROM ticket WHERE id = $1', [id]))[0]?.state;
const entriesOf = (id: string) =>
  look.rows('SELECT action, user_id, command_id, data FROM audit_log WHERE entity_id = $1', [id]);

describe('a ticket that waits', () => {
  test('expires when its site has been closed for as long as the rules say, with one entry', async () => {
    const id = await put();
    expect(await expire('18:59')).toBe(0);
    expect(await stateOf(id)).toBe('waiting');
    expect(await expire('19:00')).toBe(1);
    expect(await stateOf(id)).toBe('expired');
    expect(await entriesOf(id)).toEqual([
      { action: 'TICKET_EXPIRE', user_id: null, command_id: null, data: { cause: 'closed' } },
    ]);
    expect(await expire('19:01')).toBe(0);
    expect(await entriesOf(id)).toHaveLength(1);
  });

  test('expires with its day where the site is always open', async () => {
    await setHours(null);
    const id = await put();
    expect(await expire('23:59')).toBe(0);
    world.setClock(at('23:59') + 62 * MINUTE_MS);
    expect(await expireTickets({ db: cloud.cloud.db, env, log })).toBe(1);
    expect(await stateOf(id)).toBe('expired');
  });

  test('is found also when it is on hold, and when it was sent on to somebody', async () => {
    await put({ heldReason: 'documento' });
    await put({ addressedOperatorId: newId<'user'>(env), addressedCounterId: null });
    expect(await expire('19:00')).toBe(2);
  });

  test('of which the clock was not believed goes by when the cloud heard of it', async () => {
    const id = await put({
      businessDay: '2026-11-20',
      issuedAt: instantText(at('09:00') - 72 * 60 * MINUTE_MS),
    });
    await look.rows(
      `INSERT INTO audit_log (tenant_id, id, site_id, origin, seq, tx, action, entity, entity_id, data, occurred_at,
         clock_suspect, prev_hash, hash, position, received_at)
       VALUES ($1, $2, $3, $2, 1, $2, 'TICKET_CREATE', 'ticket', $4, '{}', $5, true, '', '', 0, $5)`,
      [tenantId, newId(env), siteId, id, instantText(at('10:00'))],
    );
    expect(await expire('18:59')).toBe(0);
    expect(await expire('19:00')).toBe(1);
  });

  test('of a site with a hub is the hub’s to expire', async () => {
    await put();
    const hub = `(SELECT id FROM equipment WHERE site_id = site.id AND type = 'totem' ORDER BY id LIMIT 1)`;
    await look.rows(`UPDATE site SET hub_equipment_id = ${hub} WHERE id = $1`, [siteId]);
    expect(await expire('23:00')).toBe(0);
    await look.rows('UPDATE site SET hub_equipment_id = NULL WHERE id = $1', [siteId]);
    expect(await expire('23:01')).toBe(1);
  });

  test('of a day before is swept up', async () => {
    await put({ businessDay: '2026-11-20' });
    expect(await expire('08:00')).toBe(1);
  });
});

describe('a ticket that must be paid first', () => {
  const unpaid = () => put({ state: 'created', waitingSince: null, stageSince: instantText(at('09:00')) });
  const payment = (ticketId: string, status: string) =>
    putRows(look, 'payment_session', [
      {
        tenantId,
        id: newId(env),
        createdAt: instantText(at('09:00')),
        siteId,
        ticketId,
        attempt: 1,
        method: 'pix',
        adapter: 'virtual',
        currency: 'BRL',
        amountCents: 100,
        paidCents: 0,
        refundedCents: 0,
        status,
        phase: status === 'failed' ? 'declined' : 'unknown',
        details: {},
        businessDay: '2026-11-23',
        updatedAt: instantText(at('09:00')),
        folded: {},
      },
    ]);

  test('expires when it was not paid in time, by the rule of its site', async () => {
    await setRules({ unpaidMinutesMax: 20 });
    const id = await unpaid();
    expect(await expire('09:19')).toBe(0);
    expect(await expire('09:20')).toBe(1);
    expect(await entriesOf(id)).toMatchObject([{ data: { cause: 'unpaid' } }]);
  });

  test.each(['pending', 'paid'])('never expires while a payment of it is %s', async (status) => {
    const id = await unpaid();
    await payment(id, status);
    expect(await expire('23:00')).toBe(0);
    expect(await stateOf(id)).toBe('created');
  });

  test('expires when its payment has failed', async () => {
    const id = await unpaid();
    await payment(id, 'failed');
    expect(await expire('23:00')).toBe(1);
  });
});

test.each(['called', 'in_service', 'finished', 'canceled', 'expired'])(
  'a ticket that is %s is left alone',
  async (state) => {
    const id = await put({ state, operatorId: newId<'user'>(env), counterId: newId<'counter'>(env) });
    expect(await expire('23:00')).toBe(0);
    expect(await stateOf(id)).toBe(state);
    expect(await entriesOf(id)).toEqual([]);
  },
);

test('two nodes that expire at once write one entry for each ticket, also of many pages and tenants', async () => {
  const neighbour = await neighbourOf(cloud, look);
  const rows = [
    ...Array.from({ length: 1_100 }, () => ({ tenantId, siteId })),
    ...Array.from({ length: 5 }, () => neighbour),
  ].map((place) => {
    const row = buildTicket(env, place, { issuedAt: instantText(at('09:00')), businessDay: '2026-11-20' });
    return { ...row, code: row.id };
  });
  await putRows(look, 'ticket', rows);
  world.setClock(at('23:00'));
  const parts = { db: cloud.cloud.db, env, log };
  const [one, other] = await Promise.all([expireTickets(parts), expireTickets(parts)]);
  expect(one + other).toBe(rows.length);
  const ids = rows.map(({ id }) => id);
  expect(
    await look.rows(
      'SELECT count(*)::int AS entries, count(DISTINCT entity_id)::int AS tickets FROM audit_log WHERE entity_id = ANY($1)',
      [ids],
    ),
  ).toEqual([{ entries: rows.length, tickets: rows.length }]);
  expect(await look.count(`ticket WHERE state = 'expired' AND id = ANY($1)`, [ids])).toBe(rows.length);
});
