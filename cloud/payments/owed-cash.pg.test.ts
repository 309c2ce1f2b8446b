/** Cash that a machine owes: it stays a person's task until it was handed over, once, with who did it in the ledger. */
import { ROUTES } from '@totem/api';
import { instantText, newId, type PaymentSessionId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiOf, refusalOf } from '../testing/api.ts';
import { enrolTotem, type TestTotem } from '../testing/branch.ts';
import { addPerson, signIn } from '../testing/company.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { oweCash } from '../testing/paid-payment.ts';

const { returnOwedCash, listPaymentExceptions, getPayment, refundPayment } = ROUTES;
const DAY_MS = 86_400_000;

let cloud: TestCloud;
let look: Onlooker;
let totem: TestTotem;
let admin: ReturnType<typeof apiOf>;

beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  totem = await enrolTotem(cloud);
  admin = apiOf(cloud.url, await cloud.signIn('admin'));
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

const kindsOf = async (id: PaymentSessionId) =>
  (await admin.call(listPaymentExceptions, { query: {} })).items
    .filter(({ paymentId, kind }) => paymentId === id && kind === 'cash_owed')
    .map(({ amountCents, detail }) => ({ amountCents, detail }));
const giveBack = (id: PaymentSessionId, amountCents: number, key?: string, by = admin) =>
  by.call(returnOwedCash, { params: { id }, body: { amountCents }, ...(key === undefined ? {} : { key }) });

test('owed cash is a task, however old, until all of it was handed over', async () => {
  const businessDay = instantText(systemEnv.now() - 90 * DAY_MS).slice(0, 10);
  const id = await oweCash(cloud, totem, { owed_cents: '1000' }, { businessDay });
  expect(await kindsOf(id)).toEqual([{ amountCents: 1_000, detail: 'canceled' }]);
  expect(await giveBack(id, 400)).toMatchObject({ leftCents: 600, mostCents: 600 });
  expect(await kindsOf(id)).toEqual([{ amountCents: 600, detail: 'canceled' }]);
  await giveBack(id, 600);
  expect(await kindsOf(id)).toEqual([]);
  const [person] = await look.rows(`SELECT id FROM app_user WHERE username = 'admin'`);
  const { owedCash } = await admin.call(getPayment, { params: { id } });
  expect(owedCash).toMatchObject({ leftCents: 0, mostCents: 0 });
  expect(owedCash?.returns.map(({ amountCents, returnedBy }) => [amountCents, returnedBy])).toEqual([
    [400, person?.id],
    [600, person?.id],
  ]);
  const told = await look.rows(
    `SELECT user_id, (data->>'amountCents')::int4 AS cents FROM audit_log
     WHERE entity_id = $1 AND action = 'OWED_CASH_RETURNED' ORDER BY received_at, id`,
    [id],
  );
  expect(told.map(({ user_id, cents }) => [user_id, cents])).toEqual([
    [person?.id, 400],
    [person?.id, 600],
  ]);
});

test('two people at once hand over no more than is owed', async () => {
  const id = await oweCash(cloud, totem, { owed_cents: '1000' });
  const username = 'segunda.caixa';
  await addPerson(look, { tenantId: cloud.seed.tenantId, id: newId(systemEnv), username, role: 'admin' });
  const second = apiOf(cloud.url, await signIn(cloud.url, username));
  const both = await Promise.allSettled([giveBack(id, 1_000), giveBack(id, 1_000, undefined, second)]);
  expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await look.count('cash_return WHERE payment_session_id = $1', [id])).toBe(1);
  expect(await refusalOf(giveBack(id, 1))).toMatchObject({ code: 'owed_cash_exceeds' });
});

test('a return that is repeated with its key is one', async () => {
  const id = await oweCash(cloud, totem, { owed_cents: '1000' });
  const first = await giveBack(id, 500, 'one-return-only');
  expect(await giveBack(id, 500, 'one-return-only')).toEqual(first);
  expect(await look.count('cash_return WHERE payment_session_id = $1', [id])).toBe(1);
});

test('a refund of the price settles nothing of what the machine owes', async () => {
  const id = await oweCash(cloud, totem, { owed_cents: '300' }, { isPaid: true });
  const body = { amountCents: 1_700, reason: 'Desistiu', means: 'counter' as const };
  await admin.call(refundPayment, { params: { id }, body });
  expect(await kindsOf(id)).toEqual([{ amountCents: 300, detail: 'refunded' }]);
  await giveBack(id, 300);
  expect(await kindsOf(id)).toEqual([]);
});

test('what nobody has counted is settled by whoever has looked, with what they found', async () => {
  const id = await oweCash(cloud, totem, { owed_cents: '0', uncounted: '1' });
  expect(await kindsOf(id)).toEqual([{ amountCents: 0, detail: 'canceled' }]);
  expect(await refusalOf(giveBack(id, 1_701))).toMatchObject({ code: 'owed_cash_exceeds' });
  await giveBack(id, 0);
  expect(await kindsOf(id)).toEqual([]);
  expect(await refusalOf(giveBack(id, 0))).toMatchObject({ code: 'owed_cash_exceeds' });
});

test('is for who may give money back', async () => {
  const id = await oweCash(cloud, totem, { owed_cents: '1000' });
  const operator = apiOf(cloud.url, await cloud.signIn('operador'));
  expect(await refusalOf(giveBack(id, 1, undefined, operator))).toMatchObject({ code: 'forbidden' });
});
