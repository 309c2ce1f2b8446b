/** The report of takings equals what one would add up by hand, over any payments, and its file says the same. */
import { type AnswerOf, type ApiClient, ROUTES, type Routes } from '@totem/api';
import { newId, type SiteId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { proof } from '@totem/testkit/proof';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTenant } from '../db/with-tenant.ts';
import { apiOf, refusalOf } from '../testing/api.ts';
import { type Neighbour, neighbourOf, openSite } from '../testing/neighbour.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { buildPayment, putRows } from '../testing/records.ts';
import { allTotals } from './day-totals.ts';

const { getTakingsReport } = ROUTES;
const RUNS = proof('api/takings of totems and people equal their model', { share: 15, full: 300 });

type Line = AnswerOf<Routes['getTakingsReport']>['lines'][number];

let cloud: TestCloud;
let look: Onlooker;
let neighbour: Neighbour;
let admin: ApiClient;
let site: SiteId;
/** A totem and an operator that have names, and one of each that nobody knows any more. */
let totems: (string | null)[];
let operators: (string | null)[];

beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  neighbour = await neighbourOf(cloud, look);
  site = await openSite(look, cloud.seed.tenantId, 'porto', 'America/Sao_Paulo');
  admin = apiOf(cloud.url, await cloud.signIn('admin'));
  const idOf = async (sql: string) => String((await look.rows(sql))[0]?.id);
  totems = [null, await idOf(`SELECT id FROM equipment WHERE type = 'totem' LIMIT 1`), newId(systemEnv)];
  operators = [null, await idOf(`SELECT id FROM app_user WHERE username = 'operador'`), newId(systemEnv)];
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

const drawn = fc.record({
  place: fc.constantFrom('here', 'here', 'here', 'there', 'elsewhere'),
  businessDay: fc.constantFrom('2026-11-21', '2026-11-22', '2026-11-23', '2026-11-25'),
  method: fc.constantFrom('pix', 'card', 'cash'),
  adapter: fc.constantFrom('pix', 'counter'),
  currency: fc.constantFrom('BRL', 'BRL', 'UYU'),
  totem: fc.nat({ max: 2 }),
  operator: fc.nat({ max: 2 }),
  paidCents: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1_000_000 })),
  refundedPercent: fc.constantFrom(0, 0, 50, 100),
});
type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never;
const ONE: Drawn = {
  place: 'here',
  businessDay: '2026-11-23',
  method: 'cash',
  adapter: 'counter',
  currency: 'BRL',
  totem: 1,
  operator: 1,
  paidCents: 1_000,
  refundedPercent: 50,
};
const refundedOf = ({ paidCents, refundedPercent }: Drawn) => Math.floor((paidCents * refundedPercent) / 100);

async function fill(payments: readonly Drawn[]): Promise<void> {
  const { tenantId, siteId } = cloud.seed;
  const places = { here: { tenantId, siteId: site }, there: { tenantId, siteId }, elsewhere: neighbour };
  await look.rows('TRUNCATE payment_session');
  await putRows(
    look,
    'payment_session',
    payments.map((one) => {
      const { place, totem, operator, refundedPercent: _, ...over } = one;
      const refundedCents = refundedOf(one);
      return buildPayment(systemEnv, places[place], {
        ...over,
        refundedCents,
        equipmentId: totems[totem] ?? null,
        operatorId: operators[operator] ?? null,
        amountCents: over.paidCents,
        status: over.paidCents === 0 ? 'failed' : 'paid',
        conflict: 'paid_twice',
      });
    }),
  );
}

const QUERY = { from: '2026-11-22', to: '2026-11-24' };

/** What the report should say of payments, in any order. */
function model(payments: readonly Drawn[]) {
  const counted = payments.filter(
    ({ place, businessDay, paidCents }) =>
      place === 'here' && businessDay >= QUERY.from && businessDay <= QUERY.to && paidCents > 0,
  );
  const groups = Map.groupBy(counted, ({ businessDay, method, adapter, totem, operator, currency }) =>
    [businessDay, method, adapter, totem, operator, currency].join(' '),
  );
  return [...groups.values()].flatMap((some) => {
    const [first] = some;
    if (first === undefined) return [];
    const { businessDay, method, adapter, currency, totem, operator } = first;
    return {
      businessDay,
      method,
      adapter,
      equipmentId: totems[totem] ?? null,
      operatorId: operators[operator] ?? null,
      currency,
      payments: some.length,
      paidCents: some.reduce((sum, { paidCents }) => sum + paidCents, 0),
      refundedCents: some.reduce((sum, one) => sum + refundedOf(one), 0),
    };
  });
}

const inOrder = <T>(lines: readonly T[]) =>
  lines.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** The file, as a spreadsheet reads it. */
async function fileOf(): Promise<string> {
  const token = await cloud.signIn('admin');
  const query = new URLSearchParams({ siteId: site, ...QUERY, format: 'csv' });
  const answer = await fetch(`${cloud.url}/v1/reports/takings?${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(answer.headers.get('content-type')).toContain('text/csv');
  return answer.text();
}

describe('a report of takings', () => {
  test('equals a sum of its payments, by day, method, adapter, totem and operator', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(drawn, { maxLength: 60 }), async (payments) => {
        await fill(payments);
        const { lines } = await admin.call(getTakingsReport, { query: { siteId: site, ...QUERY } });
        expect(inOrder(lines.map(sorted))).toEqual(
          inOrder(model(payments).map((one) => sorted(one as Line))),
        );
        expect(lines.map(({ businessDay }) => businessDay)).toEqual(
          lines.map(({ businessDay }) => businessDay).toSorted(),
        );
      }),
      { numRuns: RUNS },
    );
  });

  test('names its totems and operators, and is the same as a file', async () => {
    await fill([ONE, ONE, { ...ONE, totem: 0, operator: 2 }]);
    const { names } = await admin.call(getTakingsReport, { query: { siteId: site, ...QUERY } });
    expect(Object.keys(names).toSorted()).toEqual([totems[1], operators[1]].toSorted());
    const text = await fileOf();
    const [totem = '', operator = ''] = [totems[1], operators[1]].map((id) => names[String(id)]);
    expect(text).toContain(`2026-11-23,cash,counter,${totem},${operator},BRL,2,2000,1000,1000\r\n`);
    expect(text).toContain(`2026-11-23,cash,counter,,${operators[2]},BRL,1,1000,500,500\r\n`);
  });

  test('is a day’s totals, day by day', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(drawn, { maxLength: 20 }), async (payments) => {
        await fill(payments);
        const { lines } = await admin.call(getTakingsReport, { query: { siteId: site, ...QUERY } });
        for (const businessDay of ['2026-11-22', '2026-11-23', '2026-11-24']) {
          const { totals } = await admin.call(ROUTES.getDayTotals, { query: { siteId: site, businessDay } });
          const ofDay = lines.filter((line) => line.businessDay === businessDay);
          expect(totals).toEqual(ofDay.map(({ businessDay: _, ...rest }) => rest));
        }
      }),
      { numRuns: Math.ceil(RUNS / 5) },
    );
  });

  test('of more lines than there may be is refused, and not cut', async () => {
    await fill([
      { ...ONE, totem: 0 },
      { ...ONE, totem: 1 },
    ]);
    const days = { siteId: site, from: ONE.businessDay, to: ONE.businessDay };
    const upTo = (linesMax: number) =>
      readTenant(cloud.cloud.db, cloud.seed.tenantId, (tx) => allTotals(tx, days, linesMax));
    expect(await upTo(2)).toHaveLength(2);
    await expect(upTo(1)).rejects.toMatchObject({ code: 'limit_reached' });
  });

  test('beyond a quarter is refused, and of a site that is elsewhere it is not there', async () => {
    const beyond = { siteId: site, from: '2026-01-01', to: '2026-04-03' };
    expect((await refusalOf(admin.call(getTakingsReport, { query: beyond }))).code).toBe('invalid_request');
    const foreign = { siteId: neighbour.siteId, ...QUERY };
    expect((await refusalOf(admin.call(getTakingsReport, { query: foreign }))).code).toBe('not_found');
  });
});

/** The same line with its fields in one order. */
function sorted(line: Line) {
  return Object.fromEntries(Object.entries(line).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
