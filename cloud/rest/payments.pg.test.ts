/** Payments as people look at them: with the exchanges behind them, and what a site took on a day. */
import { type ApiClient, ROUTES } from '@totem/api';
import { instantText, newId, type SiteId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { proof } from '@totem/testkit/proof';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiOf, refusalOf } from '../testing/api.ts';
import { type Neighbour, neighbourOf, openSite } from '../testing/neighbour.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { buildPayment, buildReceipt, buildTransaction, putRows, type TestRow } from '../testing/records.ts';

const { getPayment, getPaymentSummary, getReceipt, listPayments, listReceipts } = ROUTES;

let cloud: TestCloud;
let look: Onlooker;
let neighbour: Neighbour;
let admin: ApiClient;
let operator: ApiClient;
let second: SiteId;
let mine: { readonly tenantId: string; readonly siteId: SiteId };

beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  neighbour = await neighbourOf(cloud, look);
  mine = cloud.seed;
  second = await openSite(look, cloud.seed.tenantId, 'segunda');
  admin = apiOf(cloud.url, await cloud.signIn('admin'));
  operator = apiOf(cloud.url, await cloud.signIn('operador'));
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

describe('a payment', () => {
  test('tells its exchanges in their order; what was said in them is for admins', async () => {
    const payment = buildPayment(systemEnv, mine, { externalId: 'E2E-1', status: 'paid', paidCents: 1_500 });
    const exchange = (minute: number, over: object) =>
      buildTransaction(systemEnv, mine, {
        paymentSessionId: payment.id,
        createdAt: instantText(Date.UTC(2026, 10, 23, 12, minute)),
        ...over,
      });
    await putRows(look, 'payment_session', [payment]);
    await putRows(look, 'payment_transaction', [
      exchange(2, { kind: 'status', raw: { said: 'approved' } }),
      exchange(1, { kind: 'authorize', raw: { said: 'hello' }, outcome: 'pending' }),
      buildTransaction(systemEnv, neighbour, { paymentSessionId: payment.id, raw: { said: 'canary' } }),
    ]);
    const params = { id: payment.id };
    const seen = await admin.call(getPayment, { params });
    expect(seen).toMatchObject({ externalId: 'E2E-1', amountCents: 1_500, currency: 'BRL', status: 'paid' });
    expect(seen.transactions.map(({ kind, raw }) => [kind, raw])).toEqual([
      ['authorize', { said: 'hello' }],
      ['status', { said: 'approved' }],
    ]);
    const told = await operator.call(getPayment, { params });
    expect(told.transactions.map(({ raw }) => raw)).toEqual([null, null]);
    expect((await operator.call(listPayments, { query: { externalId: 'E2E-1' } })).items).toHaveLength(1);
  });

  test('of another site or company is not there, nor is its receipt', async () => {
    const places = [{ ...mine, siteId: second }, neighbour];
    for (const place of places) {
      const payment = buildPayment(systemEnv, place, {});
      const receipt = buildReceipt(systemEnv, place, { code: `R-${place.siteId}` });
      await putRows(look, 'payment_session', [payment]);
      await putRows(look, 'receipt', [receipt]);
      const refused = [
        await refusalOf(operator.call(getPayment, { params: { id: payment.id } })),
        await refusalOf(operator.call(getReceipt, { params: { id: receipt.id } })),
        await refusalOf(
          operator.call(getPaymentSummary, { query: { siteId: place.siteId, businessDay: '2026-11-23' } }),
        ),
      ];
      expect(refused.map(({ status, code }) => [status, code])).toEqual(
        refused.map(() => [404, 'not_found']),
      );
    }
  });
});

test('a receipt is found by its whole code, and says which payment it proves', async () => {
  const payment = newId<'payment_session'>(systemEnv);
  const receipt = buildReceipt(systemEnv, mine, {
    code: 'RX-77',
    paymentSessionId: payment,
    content: { total: 1_500 },
    text: 'TOTAL 15,00',
  });
  await putRows(look, 'receipt', [receipt]);
  const { items } = await operator.call(listReceipts, { query: { code: 'RX-77' } });
  expect(items).toEqual([await operator.call(getReceipt, { params: { id: receipt.id } })]);
  expect(items[0]).toMatchObject({ paymentId: payment, content: { total: 1_500 }, text: 'TOTAL 15,00' });
  for (const code of ['RX-7', 'rx-77', 'RX-7_', '%', '------'])
    expect((await operator.call(listReceipts, { query: { code } })).items, code).toEqual([]);
});

const cents = fc.integer({ min: 0, max: 1_000_000_000_000 });
const taken = fc.record({
  method: fc.constantFrom('pix', 'card', 'cash'),
  adapter: fc.constantFrom('simulator', 'acquirer'),
  currency: fc.constantFrom('BRL', 'USD'),
  paidCents: fc.oneof(fc.constant(0), cents),
  refundedCents: fc.oneof(fc.constant(0), cents),
  businessDay: fc.constantFrom('2026-11-23', '2026-11-24'),
  place: fc.constantFrom('mine', 'second', 'neighbour'),
});

test("a day's takings are the sums of its payments, to the cent, and of nobody else's", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(taken, { maxLength: 40 }), async (payments) => {
      const places = { mine, second: { ...mine, siteId: second }, neighbour };
      await look.rows('TRUNCATE payment_session');
      await putRows(
        look,
        'payment_session',
        payments.map(({ place, ...over }) => buildPayment(systemEnv, places[place], over)),
      );
      const { totals } = await operator.call(getPaymentSummary, {
        query: { siteId: mine.siteId, businessDay: '2026-11-23' },
      });
      const counted = payments.filter(
        ({ place, businessDay }) => place === 'mine' && businessDay === '2026-11-23',
      );
      expect(totals).toEqual(totalsOf(counted));
    }),
    { numRuns: proof('api/takings equal their model', { share: 10, full: 200 }) },
  );
});

function totalsOf(payments: readonly TestRow[]) {
  const groups = Map.groupBy(payments, (row) => `${row.method} ${row.adapter} ${row.currency}`);
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, rows]) => {
      const [method, adapter, currency] = key.split(' ');
      const sum = (field: string) => rows.reduce((total, row) => total + Number(row[field]), 0);
      return {
        method,
        adapter,
        currency,
        payments: rows.length,
        paid: rows.filter(({ paidCents }) => Number(paidCents) > 0).length,
        paidCents: sum('paidCents'),
        refundedCents: sum('refundedCents'),
      };
    });
}
