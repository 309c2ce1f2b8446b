/**
 * Every list, with whatever filters, equals the same filters over all rows in memory: for admins and for people of one site,
 * in two companies whose rows share everything but their ids. Whatever one company sees of the other is a failure.
 */
import { instantText, newId, type SiteId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { proof } from '@totem/testkit/proof';
import { seededRandom, virtualWorld } from '@totem/testkit/virtual';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { neighbourOf, openSite } from '../testing/neighbour.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import {
  buildCall,
  buildConflict,
  buildOperatorSession,
  buildPayment,
  buildReceipt,
  buildTicket,
  putRows,
  type TestRow,
} from '../testing/records.ts';

const ROWS_EACH = 90;
const PAGES_MAX = 200;
/** More would seldom leave a row. */
const FILTERS_MAX = 3;
const RUNS = proof('api/lists equal their model', { share: 25, full: 500 });

interface Asker {
  readonly token: string;
  readonly tenantId: string;
  readonly sites: readonly string[] | null;
}

interface Filter {
  readonly values: readonly string[];
  keeps(row: TestRow, value: string): boolean;
}

interface Search {
  readonly path: string;
  readonly table: string;
  readonly by: string;
  readonly direction: 1 | -1;
  /** Filters that must be given. */
  readonly always?: readonly string[];
  readonly filters: Readonly<Record<string, Filter>>;
  /** Only for who sees every site. */
  readonly admins?: boolean;
}

let cloud: TestCloud;
let look: Onlooker;
let askers: Record<'admin' | 'operator' | 'neighbour', Asker>;
let searches: Record<string, Search>;

const random = seededRandom(20_261_123);
const below = (count: number) => Math.floor(random() * count);
const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T;
const maybe = <T>(value: T): T | null => (random() < 0.4 ? value : null);
const ids = (count: number): string[] => Array.from({ length: count }, () => newId<'any'>(systemEnv));

const INSTANTS = Array.from({ length: 12 }, (_, index) =>
  instantText(Date.UTC(2026, 10, 23, 12, index, 0, index)),
);
const DAYS = ['2026-11-22', '2026-11-23', '2026-11-24'];
const CODES = ['A001', 'A2-014', 'AW-003', 'BC1000'];
const STATES = ['created', 'waiting', 'called', 'in_service', 'finished', 'canceled', 'expired'];
const CHANNELS = ['totem', 'reception', 'web', 'appointment'];
const METHODS = ['pix', 'card', 'cash'];
const STATUSES = ['pending', 'paid', 'failed', 'canceled', 'refunded'];
const ADAPTERS = ['simulator', 'other-adapter'];
const EXTERNAL = ['E-1', 'E-2', '%', '_'];
const KINDS = ['called_twice', 'clock_suspect', 'id_reused'];
const ACTIONS = ['TICKET_CREATE', 'TICKET_CALL', 'CONFIG_CHANGED', 'LOGIN'];
const ENTITIES = ['ticket', 'site', 'user'];

/** Ids that both companies' rows use where nothing refers to anything. */
const shared = { services: ids(3), users: ids(3), tickets: ids(4), entities: ids(4), origins: ids(2) };

beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  const { tenantId, siteId } = cloud.seed;
  const neighbour = await neighbourOf(cloud, look);
  const mine = [siteId, await openSite(look, tenantId, 'segunda')];
  const theirs = [neighbour.siteId, await openSite(look, neighbour.tenantId, 'outra')];
  askers = {
    admin: { token: await cloud.signIn('admin'), tenantId, sites: null },
    operator: { token: await cloud.signIn('operador'), tenantId, sites: [siteId] },
    neighbour: { token: await neighbour.signIn(), tenantId: neighbour.tenantId, sites: null },
  };
  await fill(tenantId, mine);
  await fill(neighbour.tenantId, theirs);
  searches = searchesOver([...mine, ...theirs, newId<'site'>(systemEnv)]);
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

/** Rows whose every field is drawn from a few values, so that filters meet and instants tie. */
async function fill(tenantId: string, sites: readonly SiteId[]): Promise<void> {
  const { env } = virtualWorld({ seed: below(1_000_000) });
  const many: Many = (make) =>
    Array.from({ length: ROWS_EACH }, () => make({ tenantId, siteId: pick(sites) }));
  const tickets = many((place) =>
    buildTicket(env, place, {
      createdAt: pick(INSTANTS),
      serviceId: pick(shared.services),
      // A second ticket of one code on a day is in conflict, as the ledger would mark it.
      code: pick(CODES),
      conflict: random() < 0.8 ? 'code_reused' : null,
      businessDay: pick(DAYS),
      state: pick(STATES.filter((state) => state !== 'called' && state !== 'in_service')),
      heldReason: maybe('volta já'),
      channel: pick(CHANNELS),
      operatorId: maybe(pick(shared.users)),
    }),
  );
  const seen = new Set<string>();
  const unique = tickets.map((row) => {
    const key = `${row.siteId} ${row.businessDay} ${row.code}`;
    const isFirst = row.conflict === null && !seen.has(key);
    if (isFirst) seen.add(key);
    return isFirst ? row : { ...row, conflict: 'code_reused' };
  });
  await putRows(look, 'ticket', unique);
  await putRows(
    look,
    'call',
    many((place) => buildCall(env, place, { businessDay: pick(DAYS), number: 1 + below(9) })),
  );
  await putRows(
    look,
    'operator_session',
    many((place) =>
      buildOperatorSession(env, place, {
        userId: pick(shared.users),
        since: pick(INSTANTS),
        until: maybe(pick(INSTANTS)),
        conflict: 'counter_taken_twice',
      }),
    ),
  );
  await fillMoney(many);
  await fillRecord(tenantId, sites);
}

type Place = { readonly tenantId: string; readonly siteId: SiteId };
type Many = <R>(make: (place: Place) => R) => R[];

async function fillMoney(many: Many): Promise<void> {
  const { env } = virtualWorld({ seed: below(1_000_000) });
  await putRows(
    look,
    'payment_session',
    many((place) =>
      buildPayment(env, place, {
        createdAt: pick(INSTANTS),
        ticketId: pick(shared.tickets),
        status: pick(STATUSES),
        method: pick(METHODS),
        adapter: pick(ADAPTERS),
        externalId: maybe(pick(EXTERNAL)),
        businessDay: pick(DAYS),
        conflict: 'paid_twice',
      }),
    ),
  );
  await putRows(
    look,
    'receipt',
    many((place) =>
      buildReceipt(env, place, {
        createdAt: pick(INSTANTS),
        ticketId: pick(shared.tickets),
        paymentSessionId: maybe(pick(shared.tickets)),
        code: pick(EXTERNAL),
        conflict: 'id_reused',
      }),
    ),
  );
  await putRows(
    look,
    'conflict',
    many((place) =>
      buildConflict(env, random() < 0.2 ? { ...place, siteId: null } : place, {
        kind: pick(KINDS),
        foundAt: pick(INSTANTS),
        resolvedAt: maybe(pick(INSTANTS)),
      }),
    ),
  );
}

async function fillRecord(tenantId: string, sites: readonly SiteId[]): Promise<void> {
  const now = systemEnv.now();
  const recent = Array.from({ length: 6 }, (_, index) => instantText(now - index * 1_000));
  await putRows(
    look,
    'audit_log',
    Array.from({ length: ROWS_EACH }, (_, index) => ({
      tenantId,
      id: newId<'entry'>(systemEnv),
      siteId: random() < 0.2 ? null : pick(sites),
      origin: pick(shared.origins),
      seq: index + 1,
      tx: newId<'tx'>(systemEnv),
      userId: maybe(pick(shared.users)),
      action: pick(ACTIONS),
      entity: pick(ENTITIES),
      entityId: pick(shared.entities),
      data: {},
      occurredAt: pick(recent),
      clockSuspect: false,
      prevHash: '',
      hash: '',
      position: 10_000 + index,
      receivedAt: pick(recent),
    })),
  );
  await putRows(
    look,
    'ledger_quarantine',
    Array.from({ length: ROWS_EACH }, (_, index) => ({
      tenantId,
      id: newId<'quarantine'>(systemEnv),
      reason: pick(['batch_seal', 'batch_fork']),
      equipmentId: maybe(pick(shared.users)),
      digest: `${index}`,
      bytes: '\\x00ff',
      receivedAt: pick(recent),
    })),
  );
}

/** A field that must equal the value. */
const is = (field: string, values: readonly string[]): Filter => ({
  values,
  keeps: (row, value) => row[field] === value,
});
const yesOrNo = (keeps: (row: TestRow) => boolean): Filter => ({
  values: ['true', 'false'],
  keeps: (row, value) => keeps(row) === (value === 'true'),
});
const oneOf = (field: string, values: readonly string[]): Filter => ({
  values: [...values, values.slice(0, 2).join(','), values.slice(1, 4).join(',')],
  keeps: (row, value) => value.split(',').includes(String(row[field])),
});
const since = (field: string, instants: readonly string[]): Record<'from' | 'to', Filter> => ({
  from: { values: instants, keeps: (row, value) => String(row[field]) >= value },
  to: { values: instants, keeps: (row, value) => String(row[field]) < value },
});

const newest = { by: 'createdAt', direction: -1 } as const;

function searchesOver(sites: readonly string[]): Record<string, Search> {
  const site = is('siteId', sites);
  return {
    tickets: {
      path: '/v1/tickets',
      table: 'ticket',
      ...newest,
      filters: {
        siteId: site,
        serviceId: is('serviceId', shared.services),
        state: oneOf('state', STATES),
        businessDay: is('businessDay', DAYS),
        ...since('createdAt', INSTANTS),
        code: {
          values: [...CODES, ' a001 ', 'a2-014', '------', '%', '_', 'A%', 'A00_', '*', "' OR 1=1", '\u0000'],
          keeps: (row, value) => row.code === value.trim().toUpperCase(),
        },
        channel: is('channel', CHANNELS),
        operatorId: is('operatorId', shared.users),
        held: yesOrNo((row) => row.state === 'waiting' && row.heldReason !== null),
        conflict: yesOrNo((row) => row.conflict !== null),
      },
    },
    calls: {
      path: '/v1/calls',
      table: 'call',
      by: 'number',
      direction: 1,
      always: ['siteId', 'businessDay'],
      filters: { siteId: site, businessDay: is('businessDay', DAYS) },
    },
    'operator sessions': {
      path: '/v1/operator-sessions',
      table: 'operator_session',
      by: 'since',
      direction: -1,
      filters: {
        siteId: site,
        userId: is('userId', shared.users),
        open: yesOrNo((row) => row.until === null),
      },
    },
    ...moneySearches(sites),
    conflicts: {
      path: '/v1/conflicts',
      table: 'conflict',
      by: 'foundAt',
      direction: -1,
      filters: {
        siteId: site,
        kind: is('kind', KINDS),
        resolved: yesOrNo((row) => row.resolvedAt !== null),
      },
    },
    ...recordSearches(sites),
  };
}

function moneySearches(sites: readonly string[]): Record<string, Search> {
  const site = is('siteId', sites);
  return {
    payments: {
      path: '/v1/payments',
      table: 'payment_session',
      ...newest,
      filters: {
        siteId: site,
        ticketId: is('ticketId', shared.tickets),
        status: is('status', STATUSES),
        method: is('method', METHODS),
        adapter: is('adapter', ADAPTERS),
        externalId: is('externalId', [...EXTERNAL, '------', '*', "' OR 1=1"]),
        businessDay: is('businessDay', DAYS),
        ...since('createdAt', INSTANTS),
      },
    },
    receipts: {
      path: '/v1/receipts',
      table: 'receipt',
      ...newest,
      filters: {
        siteId: site,
        ticketId: is('ticketId', shared.tickets),
        paymentId: is('paymentSessionId', shared.tickets),
        code: is('code', [...EXTERNAL, '------', '*']),
        ...since('createdAt', INSTANTS),
      },
    },
  };
}

function recordSearches(sites: readonly string[]): Record<string, Search> {
  const site = is('siteId', sites);
  const recent = Array.from({ length: 4 }, (_, index) => instantText(systemEnv.now() - index * 2_000));
  return {
    entries: {
      path: '/v1/audit',
      table: 'audit_log',
      by: 'position',
      direction: -1,
      admins: true,
      always: ['entity'],
      filters: {
        action: oneOf('action', ACTIONS),
        entity: is('entity', ENTITIES),
        entityId: is('entityId', shared.entities),
        userId: is('userId', shared.users),
        siteId: site,
        origin: is('origin', shared.origins),
        ...since('receivedAt', recent),
      },
    },
    'what was kept aside': {
      path: '/v1/quarantine',
      table: 'ledger_quarantine',
      by: 'receivedAt',
      direction: -1,
      admins: true,
      filters: {
        equipmentId: is('equipmentId', shared.users),
        reason: is('reason', ['batch_seal', 'batch_fork', 'batch_origin']),
      },
    },
  };
}

const INSTANT_OF_SQL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/** All rows of a table, of every tenant, by the names of their fields. */
async function everyRow(table: string): Promise<TestRow[]> {
  const rows = await look.rows(`SELECT to_jsonb(t) AS row FROM ${table} t`);
  return rows.map(({ row }) =>
    Object.fromEntries(
      Object.entries(row as TestRow).map(([column, value]) => [
        column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
        typeof value === 'string' && INSTANT_OF_SQL.test(value)
          ? instantText(Temporal.Instant.from(value).epochMilliseconds)
          : value,
      ]),
    ),
  );
}

const compare = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

function expected(search: Search, rows: readonly TestRow[], who: Asker, asked: Record<string, string>) {
  const { by, direction, filters } = search;
  const isSeen = (row: TestRow) =>
    row.tenantId === who.tenantId && (who.sites === null || who.sites.includes(String(row.siteId)));
  const isAsked = (row: TestRow) =>
    Object.entries(asked).every(([name, value]) => filters[name]?.keeps(row, value));
  return rows
    .filter((row) => isSeen(row) && isAsked(row))
    .sort(
      (a, b) =>
        direction * (compare(a[by] as string, b[by] as string) || compare(String(a.id), String(b.id))),
    )
    .map(({ id }) => id);
}

/** The ids of all pages, in their order. */
async function listed(path: string, who: Asker, asked: Record<string, string>, limit: number) {
  const found: unknown[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const query = new URLSearchParams({
      ...asked,
      limit: String(limit),
      ...(cursor === null ? {} : { cursor }),
    });
    const answer = await fetch(`${cloud.url}${path}?${query}`, {
      headers: { authorization: `Bearer ${who.token}` },
    });
    const body = (await answer.json()) as { items: { id: string }[]; next: string | null };
    expect(answer.status, JSON.stringify(body)).toBe(200);
    expect(body.items.length).toBeLessThanOrEqual(limit);
    found.push(...body.items.map(({ id }) => id));
    cursor = body.next;
    if (cursor === null) return found;
  }
  throw new Error('the pages do not end');
}

describe('a list equals its model:', () => {
  test.each([
    'tickets',
    'calls',
    'operator sessions',
    'payments',
    'receipts',
    'conflicts',
    'entries',
    'what was kept aside',
  ])('%s', async (name) => {
    const search = searches[name] as Search;
    const rows = await everyRow(search.table);
    const { always = [], filters, admins = false } = search;
    const drawn = Object.fromEntries(
      Object.entries(filters).map(([filter, { values }]) => [filter, fc.constantFrom(...values)]),
    );
    const free = Object.keys(filters).filter((filter) => !always.includes(filter));
    const some = fc.subarray(free, { maxLength: Math.min(free.length, FILTERS_MAX) });
    const who = fc.constantFrom<keyof typeof askers>(
      'admin',
      'neighbour',
      ...(admins ? [] : ['operator' as const]),
    );
    const limit = fc.integer({ min: 4, max: 50 });
    let found = 0;
    await fc.assert(
      fc.asyncProperty(who, fc.record(drawn), some, limit, async (by, values, names, rowsMax) => {
        const asked = Object.fromEntries(
          [...always, ...names].map((filter) => [filter, String(values[filter])]),
        );
        const wanted = expected(search, rows, askers[by], asked);
        expect(await listed(search.path, askers[by], asked, rowsMax)).toEqual(wanted);
        found += wanted.length;
      }),
      { numRuns: RUNS },
    );
    // Filters that never meet would compare nothing with nothing.
    expect(found).toBeGreaterThan(RUNS);
  });
});

const nonsense = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 10 }),
  fc.constantFrom(
    '\u0000',
    '\ud800',
    '%',
    '*',
    '------',
    "'; DROP TABLE ticket; --",
    '0000-01-01',
    '0000-01-01T00:00:00.000Z',
    '9999-12-31T23:59:59.999Z',
    '99999999999999999999',
    '-1',
    '1e9',
    'null',
    '[]',
    ',,,',
    '00000000-0000-0000-0000-000000000000',
  ),
  // Cursors that no list has given.
  fc
    .tuple(
      fc.constantFrom(
        '0000-01-01T00:00:00.000Z',
        '2026-99-99T99:99:99.999Z',
        '0',
        '9007199254740993',
        '9e9',
        '',
      ),
      fc.constantFrom('00000000-0000-0000-0000-000000000000', 'x', ''),
    )
    .map(([at, id]) => Buffer.from(`${at} ${id}`).toString('base64url')),
);

test('nonsense in a query is refused or finds what it says, and is never a fault of ours', async () => {
  const names = Object.keys(searches);
  const asked = fc.tuple(fc.constantFrom(...names), fc.nat(), nonsense).map(([name, place, value]) => {
    const { path, filters } = searches[name] as Search;
    const parameters = ['limit', 'cursor', ...Object.keys(filters)];
    return { path, parameter: parameters[place % parameters.length] as string, value };
  });
  await fc.assert(
    fc.asyncProperty(asked, async ({ path, parameter, value }) => {
      const calls = path === '/v1/calls' ? { siteId: cloud.seed.siteId, businessDay: '2026-11-23' } : {};
      const query = new URLSearchParams({ ...calls, [parameter]: value });
      const answer = await fetch(`${cloud.url}${path}?${query}`, {
        headers: { authorization: `Bearer ${askers.admin.token}` },
      });
      const text = await answer.text();
      expect([200, 400], text).toContain(answer.status);
    }),
    { numRuns: proof('api/nonsense in queries', { share: 150, full: 3_000 }) },
  );
});
