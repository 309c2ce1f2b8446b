/** The hot queries stay on their indexes, as the API's role, behind the fence, over tables large enough to make a scan tempting. */
import { newId, rowFromSql, type SiteId, STRICT_ORDER, type TenantId, ticketTable } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { proof } from '@totem/testkit/proof';
import { fillAtSize } from '@totem/testkit/size';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  COUNT_ISSUED,
  IN_HAND,
  LAST_CALL_NUMBER,
  LOCK_SESSION_AT_COUNTER,
  LOCK_SESSION_OF_USER,
} from '../commands/queries.ts';
import { RECENT_CALLS } from '../commands/queue-book.ts';
import { COUNT_CALLABLE, headAfter, headOfLine, type Line, standBefore } from '../commands/queue-order.ts';
import { CALLS, SESSIONS, TICKETS } from '../ledger/folded-tables.ts';
import { CHANGES_SINCE, HEADS, PAGE } from '../shapes/change-pages.ts';
import { snapshotQuery } from '../shapes/snapshot.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { type SqlRow, type Statement, withTenant } from './with-tenant.ts';

const TENANTS = 40;
const TICKETS_EACH = 500;
/** In full among five hundred tenants of a long history, as the largest of them. */
const TENANTS_AT_SIZE = 500;
const SHARE = TENANTS * TICKETS_EACH;
const TICKETS_IN_ALL = proof('cloud/hot queries stay on their indexes', {
  share: SHARE,
  full: 1_000_000,
  unit: 'tickets',
});
let cloud: TestCloud;
let look: Onlooker;
let tenantId: TenantId;
let siteId: SiteId;

beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  ({ tenantId, siteId } = cloud.seed);
  // Forty tenants; past days and ended tickets outnumber the queue, as they do in life.
  await look.rows(
    `INSERT INTO tenant (id, name, slug, created_at) SELECT gen_random_uuid(), 'x', 'x' || n, now() FROM generate_series(2, $1::int) g(n)`,
    [TENANTS],
  );
  await look.rows(
    `INSERT INTO site (tenant_id, id, created_at, name, slug, timezone, rollover_hour, currency, default_locale, queue_rules)
     SELECT id, gen_random_uuid(), now(), 'x', 'x', 'UTC', 0, 'BRL', 'pt-BR', '{}' FROM tenant WHERE slug LIKE 'x%'`,
  );
  await look.rows('ALTER TABLE ticket DISABLE TRIGGER capture; ALTER TABLE call DISABLE TRIGGER capture');
  await look.rows(
    `INSERT INTO ticket (tenant_id, id, created_at, site_id, service_id, code, business_day, lane, number,
        priority_class_id, priority, party_size, state, channel, operator_id, issued_at, waiting_since, stage_since, calls,
        updated_at, price_cents, folded)
     SELECT s.tenant_id, gen_random_uuid(), now(), s.id, gen_random_uuid(), 'A' || n, date '2026-11-23' - n % 60, '1', n,
        gen_random_uuid(), n % 4, 1, CASE WHEN n % 10 = 0 THEN 'waiting' ELSE 'finished' END, 'totem', gen_random_uuid(),
        now(), now() - n * interval '1 second', now(), 0, now(), 0, '{}'
     FROM site s, generate_series(1, $1::int) g(n)`,
    [TICKETS_EACH],
  );
  await look.rows(
    `INSERT INTO call (tenant_id, id, created_at, site_id, ticket_id, code, business_day, counter_id, counter_number,
        operator_id, number, priority, called_at, why, folded)
     SELECT tenant_id, gen_random_uuid(), now(), site_id, id, code, business_day, gen_random_uuid(), 1, gen_random_uuid(),
        number, 0, now(), '{}', '{}' FROM ticket`,
  );
  await look.rows(
    `INSERT INTO operator_session (tenant_id, id, created_at, site_id, user_id, counter_id, since, until, folded)
     SELECT tenant_id, gen_random_uuid(), now(), site_id, gen_random_uuid(), gen_random_uuid(), now(), CASE WHEN number % 5 = 0 THEN NULL ELSE now() END, '{}' FROM ticket`,
  );
  await look.rows('ANALYZE');
  if (TICKETS_IN_ALL > SHARE) ({ tenantId, siteId } = await largestAtSize(TICKETS_IN_ALL));
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

/** The tenant with the most rows, and one of its sites. */
async function largestAtSize(tickets: number): Promise<{ tenantId: TenantId; siteId: SiteId }> {
  const { largestTenantId } = await fillAtSize(cloud.urls.superuser, {
    tenants: TENANTS_AT_SIZE,
    tickets,
    seed: 1,
  });
  const [site] = await look.rows('SELECT id FROM site WHERE tenant_id = $1 ORDER BY slug LIMIT 1', [
    largestTenantId,
  ]);
  return { tenantId: largestTenantId, siteId: site?.id as SiteId };
}

const id = () => newId(systemEnv);
const queue = () => [tenantId, siteId, null, null, id(), id()];

async function planOf(statement: Statement, values: readonly unknown[]): Promise<string> {
  const explain: Statement = { name: '', text: `EXPLAIN ${statement.text}` };
  const rows: readonly SqlRow[] = await withTenant(cloud.cloud.db, tenantId, (tx) => tx.all(explain, values));
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

const snapshot = (table: string) =>
  snapshotQuery({
    name: table,
    table,
    columns: { site_id: { type: 'uuid', notNull: true }, business_day: { type: 'date', notNull: true } },
    primaryKey: ['site_id'],
    tenantId,
    where: [
      { column: 'site_id', op: 'eq', value: siteId },
      { column: 'business_day', op: 'gte', value: '2026-11-23' },
    ],
  });

test.each<[string, Statement, () => readonly unknown[], string]>([
  ['the last first calls', RECENT_CALLS, () => [tenantId, siteId, 5], 'call_day_idx'],
  ['how many wait', COUNT_CALLABLE, queue, 'ticket_queue_idx'],
  ['a quota', COUNT_ISSUED, () => [tenantId, siteId, id(), '2026-11-23'], 'ticket_service_idx'],
  ['tickets in hand', IN_HAND, () => [tenantId, id()], 'ticket_in_hand'],
  ['the session of an operator', LOCK_SESSION_OF_USER, () => [tenantId, id()], 'operator_session_user'],
  ['the session at a counter', LOCK_SESSION_AT_COUNTER, () => [tenantId, id()], 'operator_session_counter'],
  ['the last call of a day', LAST_CALL_NUMBER, () => [tenantId, siteId, '2026-11-23'], 'call_day_idx'],
  ['rows of a batch', TICKETS.lockByIds, () => [tenantId, [id(), id()]], 'ticket_pkey'],
  ['calls of a batch', CALLS.byIds, () => [tenantId, [id(), id()]], 'call_pkey'],
  ['sessions of a batch', SESSIONS.lockByIds, () => [tenantId, [id(), id()]], 'operator_session_pkey'],
  ['a snapshot of tickets', snapshot('ticket').statement, () => [tenantId, siteId, '2026-11-23'], 'ticket_'],
  ['a snapshot of calls', snapshot('call').statement, () => [tenantId, siteId, '2026-11-23'], 'call_day_idx'],
])('%s: an index, and no scan', async (_, statement, values, index) => {
  const plan = await planOf(statement, values());
  expect(plan).toContain(index);
  expect(plan).not.toContain('Seq Scan');
});

const place = () => ({
  operatorId: newId<'user'>(systemEnv),
  counterId: newId<'counter'>(systemEnv),
  serviceIds: null,
  priorityFrom: null,
});
const line = (name: 'strict' | 'arrival' | 'aging'): Line => ({
  order: { ...STRICT_ORDER, policy: { name, appointments: null } },
  serviceIds: null,
  except: null,
});

test.each(['strict', 'arrival', 'aging'] as const)(
  'who is next under %s: an index, and no scan',
  async (name) => {
    for (const { statement, values } of [
      headOfLine(tenantId, siteId, place(), line(name)),
      headAfter(tenantId, siteId, place(), line(name), id()),
    ]) {
      const plan = await planOf(statement, values);
      // Of those who wait there are few: what sorts them may find them by either.
      expect(plan).toMatch(name === 'strict' ? /ticket_queue_idx/ : /ticket_(queue|open)_idx/);
      expect(plan).not.toContain('Seq Scan');
    }
  },
);

test('people ahead of a ticket: an index, and no scan', async () => {
  const [raw] = await withTenant(cloud.cloud.db, tenantId, (tx) =>
    tx.all({ name: '', text: 'SELECT * FROM ticket WHERE tenant_id = $1 LIMIT 1' }, [tenantId]),
  );
  if (raw === undefined) throw new Error('no ticket');
  const { statement, values } = standBefore(tenantId, rowFromSql(ticketTable, raw), STRICT_ORDER);
  expect(await planOf(statement, values)).toContain('ticket_queue_idx');
});

test('the next ticket comes off its index in order, with nothing to sort', async () => {
  const { statement, values } = headOfLine(tenantId, siteId, place(), line('strict'));
  expect(await planOf(statement, values)).not.toContain('Sort');
});

test.each<[string, Statement, () => readonly unknown[]]>([
  ['the heads that moved', HEADS, () => [[tenantId]]],
  ['what changed since', CHANGES_SINCE, () => [[tenantId], ['0'], ['10']]],
  ['a page of changes', PAGE, () => [tenantId, 'ticket', '0', 10]],
])('the tailer reads %s by key', async (_, statement, values) => {
  await look.rows(
    `INSERT INTO change_log (tenant_id, number, tx, table_name, op)
     SELECT id, n, '1', 'ticket', 'insert' FROM tenant, generate_series(1000, 1500) g(n) ON CONFLICT DO NOTHING`,
  );
  await look.rows('ANALYZE change_log, change_head');
  const { rows } = await cloud.cloud.db.tailer.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${statement.text}`, [
    ...values(),
  ]);
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).not.toMatch(/Seq Scan on change_log/);
});
