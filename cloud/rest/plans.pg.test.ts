/** What people search stays on its indexes, as the API's role, behind the fence, over tables that make a scan tempting. */
import { instantText, newId, type Principal, type SiteId, type TenantId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { proof } from '@totem/testkit/proof';
import { fillAtSize } from '@totem/testkit/size';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ReadHandle, readTenant, type Statement } from '../db/with-tenant.ts';
import { reconciliationPage } from '../payments/book-handlers.ts';
import { dayTotals } from '../payments/day-totals.ts';
import { EXCEPTIONS } from '../payments/exceptions.ts';
import { refundPage } from '../payments/refund-handlers.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { exportedPage, exportedSpan } from './audit-export.ts';
import { entryById, entryPage, originPage } from './resources/audit.ts';
import { callPage, operatorSessionPage } from './resources/calls.ts';
import { conflictPage, quarantinePage } from './resources/conflicts.ts';
import { queuesNow } from './resources/overview.ts';
import { newestExchanges, paymentPage, receiptPage, takings } from './resources/payments.ts';
import { operatorLines, queueLines, queueQuarters } from './resources/reports.ts';
import { ticketCalls, ticketEntries, ticketPage } from './resources/tickets.ts';

const TENANTS = 40;
const ROWS_EACH = 500;
/** In full among five hundred tenants of a long history, as the largest of them. */
const TENANTS_AT_SIZE = 500;
const SHARE = TENANTS * ROWS_EACH;
const TICKETS = proof('cloud/lists stay on their indexes', {
  share: SHARE,
  full: 1_000_000,
  unit: 'tickets',
});
/** Filling takes seconds, and minutes where the machine does other things too or fills in full. */
const FILL_MS_MAX = TICKETS > SHARE ? 3_600_000 : 240_000;
const DAY = '2026-11-23';
const LIMIT = 50;

let cloud: TestCloud;
let look: Onlooker;
let tenantId: TenantId;
let siteId: SiteId;

beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  ({ tenantId, siteId } = cloud.seed);
  await look.rows('SET session_replication_role = replica');
  await look.rows(
    `INSERT INTO tenant (id, name, slug, created_at) SELECT gen_random_uuid(), 'x', 'x' || n, now() FROM generate_series(2, $1::int) g(n)`,
    [TENANTS],
  );
  // Two sites for each, so that a site is less than its tenant.
  await look.rows(
    `INSERT INTO site (tenant_id, id, created_at, name, slug, timezone, rollover_hour, currency, default_locale, queue_rules)
     SELECT t.id, gen_random_uuid(), now(), 'x', 'x' || n, 'UTC', 0, 'BRL', 'pt-BR', '{}' FROM tenant t, generate_series(1, 2) g(n)`,
  );
  for (const sql of FILL) await look.rows(sql, [ROWS_EACH, null]);
  if (TICKETS > SHARE) {
    ({ tenantId, siteId } = await largestAtSize(TICKETS));
    for (const sql of FILL_OF_MONEY) await look.rows(sql, [ROWS_EACH, tenantId]);
  }
  await look.rows('ANALYZE');
}, FILL_MS_MAX);
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

/** The rows of a table at each site, `n` of them; of one tenant alone, or of all. */
const rowsOf = (table: string, columns: string, values: string) =>
  `INSERT INTO ${table} (tenant_id, id, created_at, site_id, ${columns})
   SELECT s.tenant_id, gen_random_uuid(), now() - n * interval '1 minute', s.id, ${values}
   FROM site s, generate_series(1, $1::int) g(n) WHERE $2::uuid IS NULL OR s.tenant_id = $2`;
const foldedRowsOf = (table: string, columns: string, values: string) =>
  rowsOf(table, `folded, ${columns}`, `'{}', ${values}`);
const rowsOfTenants = (table: string, columns: string, values: string) =>
  `INSERT INTO ${table} (tenant_id, ${columns}) SELECT t.id, ${values} FROM tenant t, generate_series(1, $1::int) g(n)
   WHERE $2::uuid IS NULL OR t.id = $2`;
const id = 'gen_random_uuid()';
const at = `now() - n * interval '1 minute'`;
const day = `date '${DAY}' - n % 60`;
/** In every month that has a partition: an empty one is read whole in any case. */
const received = `(SELECT array_agg(to_date(right(inhrelid::regclass::text, 6), 'YYYYMM')) FROM pg_inherits
  WHERE inhparent = 'audit_log'::regclass)`;

/** What a long history of tickets does not come with. */
const FILL_OF_MONEY = [
  foldedRowsOf(
    'payment_session',
    `ticket_id, attempt, method, adapter, external_id, currency, amount_cents, paid_cents, refunded_cents, status, phase,
     details, business_day, updated_at`,
    `${id}, 1, 'pix', 'simulator', n || ' ' || s.id, 'BRL', 100, 100, 0, CASE WHEN n % 50 = 0 THEN 'pending' ELSE 'paid' END,
     'confirmed', '{}', ${day}, now()`,
  ),
  rowsOf(
    'charge',
    `equipment_id, ticket_id, psp_account_id, adapter, external_id, amount_cents, currency, reference, expires_in_seconds,
     state, paid_late, updated_at`,
    `${id}, ${id}, ${id}, 'pix', n || ' ' || s.id, 100, 'BRL', 'A1', 180, 'paid', n % 100 = 0, ${at}`,
  ),
  rowsOf(
    'refund_order',
    'payment_session_id, means, amount_cents, reason, asked_by, state, updated_at',
    `${id}, 'provider', 100, 'x', ${id}, CASE WHEN n % 100 = 0 THEN 'open' ELSE 'done' END, ${at}`,
  ),
  rowsOf('cash_return', 'payment_session_id, amount_cents, returned_by', `${id}, 100, ${id}`),
  rowsOfTenants(
    'reconciliation',
    'id, created_at, psp_account_id, day, state',
    `${id}, ${at}, ${id}, ${day}, 'done'`,
  ),
  rowsOfTenants(
    'reconciliation_item',
    'id, created_at, reconciliation_id, kind, end_to_end_id, amount_cents, resolved_at',
    `${id}, ${at}, ${id}, 'only_theirs', n, 100, CASE WHEN n % 100 = 0 THEN NULL ELSE now() END`,
  ),
];
const FILL = [
  ...FILL_OF_MONEY,
  foldedRowsOf(
    'ticket',
    `service_id, code, business_day, lane, number, priority_class_id, priority, party_size, state, held_reason, channel,
     operator_id, issued_at, waiting_since, stage_since, started_at, ended_at, calls, updated_at, price_cents, conflict`,
    `${id}, 'A' || n, ${day}, '1', n, ${id}, n % 4, 1, CASE WHEN n % 50 = 0 THEN 'waiting' ELSE 'finished' END,
     CASE WHEN n % 100 = 0 THEN 'x' END, 'totem', CASE WHEN n % 50 = 0 THEN NULL ELSE ${id} END, ${at}, ${at}, ${at},
     now(), now(), 1, now(), 0, CASE WHEN n % 100 = 1 THEN 'called_twice' END`,
  ),
  foldedRowsOf(
    'call',
    'ticket_id, code, business_day, counter_id, counter_number, operator_id, number, priority, called_at, why',
    `${id}, 'A' || n, ${day}, ${id}, 1, ${id}, n, 0, ${at}, '{}'`,
  ),
  foldedRowsOf(
    'operator_session',
    'user_id, counter_id, since, until',
    `${id}, ${id}, ${at}, CASE WHEN n % 50 = 0 THEN NULL ELSE now() END`,
  ),
  foldedRowsOf(
    'payment_transaction',
    'payment_session_id, adapter, kind, amount_cents, outcome, raw',
    `${id}, 'simulator', 'authorize', 100, 'approved', '{}'`,
  ),
  foldedRowsOf(
    'receipt',
    'ticket_id, payment_session_id, kind, code, content, text, issued_at, reprints',
    `${id}, ${id}, 'payment', n || ' ' || s.id, '{}', '', now(), 0`,
  ),
  rowsOfTenants(
    'conflict',
    'id, kind, site_id, entity, entity_id, entry_id, detail, found_at, resolved_at',
    `${id}, 'called_twice', ${id}, 'ticket', ${id}, ${id}, '{}', ${at}, CASE WHEN n % 50 = 0 THEN NULL ELSE now() END`,
  ),
  rowsOfTenants(
    'ledger_quarantine',
    'id, reason, equipment_id, digest, bytes, received_at',
    `${id}, 'batch_seal', ${id}, n, '\\x00', ${at}`,
  ),
  rowsOf('equipment', 'type, identifier', `'totem', 'totem ' || n`),
  rowsOfTenants('origin', 'id, reason, opened_at', `${id}, 'enrolled', ${at}`),
  `INSERT INTO ledger_cursor (tenant_id, origin, seq, hash, updated_at) SELECT tenant_id, id, 1, '', now() FROM origin WHERE $1 > 0 AND $2::uuid IS NULL`,
  rowsOfTenants(
    'audit_log',
    `id, site_id, origin, seq, tx, user_id, action, entity, entity_id, data, occurred_at, clock_suspect, prev_hash, hash,
     position, received_at`,
    `${id}, ${id}, ${id}, n, ${id}, ${id}, CASE WHEN n % 50 = 0 THEN 'LOGIN' ELSE 'TICKET_CALL' END, 'ticket', ${id}, '{}',
     now(), false, '', '', 1000 + n, (${received})[1 + n % cardinality(${received})]`,
  ),
];

const anyId = <K extends string>() => newId<K>(systemEnv);
const admin = (over: Partial<Extract<Principal, { kind: 'user' }>> = {}): Principal => ({
  kind: 'user',
  tenantId,
  userId: anyId<'user'>(),
  sessionId: anyId<'session'>(),
  role: 'admin',
  siteIds: null,
  serviceIds: null,
  ...over,
});
const operator = () => admin({ role: 'operator', siteIds: [siteId] });
const page = { limit: LIMIT };
const report = { from: '2026-11-01', to: DAY, targetMinutes: 30 };
const recently = { from: instantText(systemEnv.now() - 3_600_000), to: instantText(systemEnv.now()) };

/** A query that tells its SQL. */
interface Query {
  toSQL(): { readonly sql: string; readonly params: unknown[] };
}

async function planOf(query: (tx: ReadHandle) => Query): Promise<string> {
  const rows = await readTenant(cloud.cloud.db, tenantId, (tx) => {
    const { sql, params } = query(tx).toSQL();
    const explain: Statement = { name: '', text: `EXPLAIN ${sql}` };
    return tx.all(explain, params);
  });
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

/** The index, as far as one may be named: where several do, the planner may take any of them. */
const QUERIES: [string, (tx: ReadHandle) => Query, RegExp][] = [
  ['the newest tickets', (tx) => ticketPage(tx, admin(), page), /ticket_list_idx/],
  [
    'a later page of tickets',
    (tx) => ticketPage(tx, admin(), { ...page, cursor: cursor() }),
    /ticket_list_idx/,
  ],
  ["the newest tickets of an operator's site", (tx) => ticketPage(tx, operator(), page), /ticket_site_idx/],
  ['tickets of a site', (tx) => ticketPage(tx, admin(), { ...page, siteId }), /ticket_site_idx/],
  ['tickets of a day', (tx) => ticketPage(tx, admin(), { ...page, siteId, businessDay: DAY }), /ticket_/],
  ['tickets by code', (tx) => ticketPage(tx, admin(), { ...page, code: 'A001' }), /ticket_code_idx/],
  ['tickets that wait', (tx) => ticketPage(tx, admin(), { ...page, state: ['waiting'] }), /ticket_/],
  ['tickets on hold', (tx) => ticketPage(tx, admin(), { ...page, held: true }), /ticket_/],
  [
    'tickets in conflict',
    (tx) => ticketPage(tx, admin(), { ...page, conflict: true }),
    /ticket_conflict_idx/,
  ],
  [
    'tickets of a service',
    (tx) => ticketPage(tx, admin(), { ...page, serviceId: anyId() }),
    /ticket_service_idx/,
  ],
  [
    'tickets of an operator',
    (tx) => ticketPage(tx, admin(), { ...page, operatorId: anyId() }),
    /ticket_operator_idx/,
  ],
  ['tickets of a span', (tx) => ticketPage(tx, admin(), { ...page, ...recently }), /ticket_list_idx/],
  ['the history of a ticket', (tx) => ticketEntries(tx, anyId()), /entity_id/],
  ['the calls of a ticket', (tx) => ticketCalls(tx, anyId(), page), /call_ticket_idx/],
  [
    'the calls of a day',
    (tx) => callPage(tx, admin(), { ...page, siteId, businessDay: DAY }),
    /call_day_idx/,
  ],
  ['operators at counters', (tx) => operatorSessionPage(tx, admin(), page), /operator_session_list_idx/],
  [
    'operators at open counters',
    (tx) => operatorSessionPage(tx, admin(), { ...page, siteId, open: true }),
    /operator_session_/,
  ],
  [
    'counters of an operator',
    (tx) => operatorSessionPage(tx, admin(), { ...page, userId: anyId<'user'>() }),
    /operator_session_/,
  ],
  ['the newest payments', (tx) => paymentPage(tx, admin(), page), /payment_session_list_idx/],
  [
    "the newest payments of an operator's site",
    (tx) => paymentPage(tx, operator(), page),
    /payment_session_site_idx/,
  ],
  [
    'payments of a ticket',
    (tx) => paymentPage(tx, admin(), { ...page, ticketId: anyId() }),
    /payment_session_ticket_idx/,
  ],
  [
    'payments by what the provider calls them',
    (tx) => paymentPage(tx, admin(), { ...page, externalId: 'x' }),
    /payment_session_external_/,
  ],
  [
    'payments that are open',
    (tx) => paymentPage(tx, admin(), { ...page, status: 'pending' }),
    /payment_session_/,
  ],
  [
    'payments of a day',
    (tx) => paymentPage(tx, admin(), { ...page, siteId, businessDay: DAY }),
    /payment_session_/,
  ],
  ['exchanges of a payment', (tx) => newestExchanges(tx, anyId()), /payment_transaction_session_idx/],
  ['takings of a day', (tx) => takings(tx, siteId, DAY), /payment_session_day_idx/],
  ["a day's totals", (tx) => dayTotals(tx, { siteId, from: DAY, to: DAY }, LIMIT), /payment_session_day_idx/],
  ['takings of a span', (tx) => dayTotals(tx, { siteId, ...report }, LIMIT), /payment_session_day_idx/],
  ['the newest refunds', (tx) => refundPage(tx, admin(), page), /refund_order_list_idx/],
  [
    'refunds of a payment',
    (tx) => refundPage(tx, admin(), { ...page, paymentId: anyId() }),
    /refund_order_payment_idx/,
  ],
  [
    'the newest comparisons with providers',
    (tx) => reconciliationPage(tx, admin(), page),
    /reconciliation_list_idx/,
  ],
  ['the newest receipts', (tx) => receiptPage(tx, admin(), page), /receipt_list_idx/],
  [
    "the newest receipts of an operator's site",
    (tx) => receiptPage(tx, operator(), page),
    /receipt_site_idx/,
  ],
  ['receipts by code', (tx) => receiptPage(tx, admin(), { ...page, code: 'x' }), /receipt_code_/],
  [
    'receipts of a ticket',
    (tx) => receiptPage(tx, admin(), { ...page, ticketId: anyId() }),
    /receipt_ticket_idx/,
  ],
  [
    'receipts of a payment',
    (tx) => receiptPage(tx, admin(), { ...page, paymentId: anyId() }),
    /receipt_payment_idx/,
  ],
  ['the newest conflicts', (tx) => conflictPage(tx, admin(), page), /conflict_list_idx/],
  [
    'open conflicts of a site',
    (tx) => conflictPage(tx, operator(), { ...page, resolved: false }),
    /conflict_open_idx/,
  ],
  ['what was kept aside', (tx) => quarantinePage(tx, admin(), page), /ledger_quarantine_list_idx/],
  ['the newest entries', (tx) => entryPage(tx, admin(), page), /position_idx/],
  [
    'entries of some actions',
    (tx) => entryPage(tx, admin(), { ...page, action: ['LOGIN', 'LOGOUT'] }),
    /action_.*position_idx/,
  ],
  [
    'entries about something',
    (tx) => entryPage(tx, admin(), { ...page, entity: 'ticket', entityId: anyId() }),
    /entity_id/,
  ],
  ['entries of a person', (tx) => entryPage(tx, admin(), { ...page, userId: anyId<'user'>() }), /user_id/],
  ['entries of an origin', (tx) => entryPage(tx, admin(), { ...page, origin: anyId() }), /origin/],
  ['entries of a span', (tx) => entryPage(tx, admin(), { ...page, ...recently }), /position|received_at/],
  ['one entry', (tx) => entryById(tx, anyId<'entry'>()), /pkey/],
  ['the count of an export', (tx) => exportedSpan(tx, admin(), { ...recently, format: 'csv' }), /audit_log/],
  [
    'a page of an export',
    (tx) => exportedPage(tx, admin(), { ...recently, format: 'csv' }, { after: 1_000, last: 9_999 }),
    /audit_log/,
  ],
  ['the origins', (tx) => originPage(tx, admin(), page), /origin_/],
  ['all branches at a glance', (tx) => queuesNow(tx, admin(), recently.to), /ticket_(state|open)_idx/],
  ['a report of the queue', (tx) => queueLines(tx, { siteId, ...report }), /ticket_day_idx/],
  ['a report by the hour', (tx) => queueQuarters(tx, { siteId, ...report }), /ticket_day_idx/],
  ['a report of operators', (tx) => operatorLines(tx, { siteId, ...report }), /ticket_day_idx/],
];

/** After something that is nowhere in the middle. */
const cursor = () => Buffer.from(`${recently.from} ${anyId()}`).toString('base64url');

test.each(QUERIES)('%s: by an index, and no scan', async (_, query, index) => {
  const plan = await planOf(query);
  expect(plan).toMatch(index);
  // A table of a few dozen rows is read whole, and rightly.
  expect(plan).not.toMatch(/Seq Scan on (?!site\b)/);
});

test.each(QUERIES.filter(([name]) => name.includes('newest')))(
  '%s: come off their index in order, with nothing to sort',
  async (_, query) => {
    expect(await planOf(query)).not.toMatch(/(?<!Incremental )Sort\n/);
  },
);

test('payments that need a person: by indexes, and no scan', async () => {
  const values = [tenantId, [siteId], DAY, recently.to, true];
  const rows = await readTenant(cloud.cloud.db, tenantId, (tx) =>
    tx.all({ name: '', text: `EXPLAIN ${EXCEPTIONS.text}` }, values),
  );
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  for (const index of [/payment_session_open_idx/, /payment_session_day_idx/, /ticket_day_idx/])
    expect(plan).toMatch(index);
  expect(plan).not.toMatch(/Seq Scan on (?!psp_account\b)/);
});
