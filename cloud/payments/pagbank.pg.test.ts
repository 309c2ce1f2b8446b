/** Charges of totems at a simulated PagBank: placed once, its name for them kept, and paid only when it says so. */
import { ROUTES } from '@totem/api';
import { instantText, newId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { refusalOf } from '../testing/api.ts';
import { chargeAttempt } from '../testing/charge-attempt.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { openPagBankBranch, type PagBankBranch } from '../testing/pagbank-branch.ts';

const { putCharge, askCharge, cancelCharge, refundCharge, askChargeRefund } = ROUTES;
const TODAY = instantText(systemEnv.now()).slice(0, 10);

let cloud: TestCloud;
let look: Onlooker;
let branch: PagBankBranch;

beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  branch = await openPagBankBranch(cloud);
});
afterEach(() => {
  branch.provider.heal();
  branch.provider.payers();
});
afterAll(async () => {
  await branch.close();
  await look.close();
  await cloud.close();
});

const ordersOf = (externalId: string) =>
  [...branch.provider.orders.values()].filter(({ reference }) => reference === externalId);

/** A charge that was paid. */
async function paidOne() {
  const { params, body } = chargeAttempt();
  await branch.totem.call(putCharge, { params, body });
  const paid = await branch.totem.call(askCharge, { params });
  if (paid.kind !== 'confirmed') throw new Error('nobody has paid');
  return { params, body, paid };
}

describe('a charge by PagBank', () => {
  test('is shown with its order’s name written down, paid, and proved to the centavo', async () => {
    const { params, body } = chargeAttempt();
    branch.provider.payers('walks_away');
    const shown = await branch.totem.call(putCharge, { params, body });
    expect(shown).toMatchObject({ kind: 'waiting', show: { copyCode: expect.stringMatching(/^000201/) } });
    const [order] = ordersOf(body.externalId);
    const [row] = await look.rows('SELECT provider_id FROM charge WHERE id = $1', [params.attemptId]);
    expect(row?.provider_id).toBe(order?.id);
    branch.provider.pay(body.externalId);
    expect(await branch.totem.call(askCharge, { params })).toMatchObject({
      kind: 'confirmed',
      proof: { amountCents: 4_590, currency: 'BRL', externalId: order?.charges[0]?.id },
    });
  });

  test.each(['lost_after', 'lost_before', 'broken', 'overloaded'] as const)(
    'is placed once when the provider is %s',
    async (fault) => {
      const { params, body } = chargeAttempt();
      branch.provider.payers('walks_away');
      branch.provider.fault(fault);
      await branch.totem.call(putCharge, { params, body });
      branch.provider.heal();
      expect(await branch.totem.call(putCharge, { params, body })).toMatchObject({ kind: 'waiting' });
      branch.provider.pay(body.externalId);
      expect(await branch.totem.call(askCharge, { params })).toMatchObject({ kind: 'confirmed' });
      expect(ordersOf(body.externalId)).toHaveLength(1);
    },
  );

  test('cannot be taken away: it waits for its own end, and a payment until then counts', async () => {
    const { params, body } = chargeAttempt();
    branch.provider.payers('walks_away');
    await branch.totem.call(putCharge, { params, body });
    expect(await branch.totem.call(cancelCharge, { params })).toMatchObject({ kind: 'waiting' });
    branch.provider.pay(body.externalId);
    expect(await branch.totem.call(cancelCharge, { params })).toMatchObject({ kind: 'confirmed' });
  });
});

describe('a call of PagBank', () => {
  test('that is signed wakes the totem that waits, and is not believed', async () => {
    const { params, body } = chargeAttempt();
    branch.provider.payers('walks_away');
    await branch.totem.call(putCharge, { params, body });
    const waiting = branch.totem.call(askCharge, { params, query: { wait: 25 } });
    // A call about what is not paid changes nothing.
    expect(await branch.hint(body.externalId)).toEqual([200]);
    branch.provider.pay(body.externalId);
    expect(await branch.hint(body.externalId)).toEqual([200]);
    expect(await waiting).toMatchObject({ kind: 'confirmed' });
  });

  test('with another signature is refused; one without it is heard, as the sandbox sends it', async () => {
    const { params, body } = chargeAttempt();
    branch.provider.payers('walks_away');
    await branch.totem.call(putCharge, { params, body });
    expect(await branch.hint(body.externalId, 'a'.repeat(64))).toEqual([403]);
    expect(await branch.hint(body.externalId, null)).toEqual([200]);
  });

  test('at the address of another adapter is not found', async () => {
    const { url } = await branch.admin.call(ROUTES.getPspWebhook, { params: { id: branch.accountId } });
    const path = new URL(url).pathname;
    expect(path).toMatch(/^\/v1\/psp\/pagbank\//);
    const answer = await fetch(cloud.url + path.replace('pagbank', 'pix'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"pix":[]}',
    });
    expect(answer.status).toBe(404);
  });
});

describe('a refund at PagBank', () => {
  const refund = (params: { attemptId: never }, amountCents: number) => ({
    params: { ...params, refundId: newId<'refund_order'>(systemEnv) },
    body: { amountCents, reason: 'Senha cancelada' },
  });

  test('is given once however often it is asked for, and its own sums are kept', async () => {
    const { params, body } = await paidOne();
    const asked = refund(params as never, 1_000);
    branch.provider.fault('lost_after');
    await branch.totem.call(refundCharge, asked);
    await branch.totem.call(refundCharge, asked);
    expect(await branch.totem.call(askChargeRefund, { params: asked.params })).toMatchObject({
      kind: 'refunded',
    });
    expect(ordersOf(body.externalId)[0]?.charges[0]?.refundedCents).toBe(1_000);
    const [row] = await look.rows(
      'SELECT asked_at IS NOT NULL AS asked, refunded_before_cents FROM refund_order WHERE id = $1',
      [asked.params.refundId],
    );
    expect(row).toMatchObject({ asked: true });
    expect(Number(row?.refunded_before_cents)).toBe(0);
  });

  test('that PagBank refuses has failed', async () => {
    const { params } = await paidOne();
    branch.provider.fault('refund_refused');
    expect(await branch.totem.call(refundCharge, refund(params as never, 4_590))).toMatchObject({
      kind: 'failed',
    });
  });
});

describe('the night’s comparison with PagBank', () => {
  const compare = () =>
    branch.admin.call(ROUTES.runReconciliation, {
      params: { id: branch.accountId as never },
      body: { day: TODAY },
    });

  test('asks for each order of the day, finds late money, and shows what differs', async () => {
    const paid = await paidOne();
    const { params, body } = chargeAttempt();
    branch.provider.payers('walks_away');
    await branch.totem.call(putCharge, { params, body });
    await look.rows(`UPDATE charge SET state = 'ended' WHERE id = $1`, [params.attemptId]);
    branch.provider.pay(body.externalId);
    const first = await compare();
    expect(first).toMatchObject({ state: 'done' });
    expect(first.matched).toBeGreaterThan(1);
    expect(await look.count('charge WHERE id = $1 AND paid_late', [params.attemptId])).toBe(1);
    // Money that was given back behind our back.
    const [charge] = ordersOf(paid.body.externalId)[0]?.charges ?? [];
    if (charge === undefined) throw new Error('nobody has paid');
    charge.refundedCents = 100;
    expect((await compare()).differing).toBe(first.differing + 1);
  });
});

describe('an account at PagBank', () => {
  test('is tested with its token, and says what is wrong', async () => {
    const { admin, accountBody, accountId } = branch;
    await admin.call(ROUTES.checkPspAccount, { params: { id: accountId } });
    const body = { ...accountBody, active: false, clientSecret: 'another' };
    const { id } = await admin.call(ROUTES.createPspAccount, { body });
    expect(await refusalOf(admin.call(ROUTES.checkPspAccount, { params: { id } }))).toMatchObject({
      code: 'psp_refuses_credentials',
    });
  });

  test('without what PagBank demands is refused, when it is made and when it is changed', async () => {
    const { admin, accountBody, accountId } = branch;
    const body = { ...accountBody, active: false, orderTaxId: null };
    expect(await refusalOf(admin.call(ROUTES.createPspAccount, { body }))).toMatchObject({
      code: 'psp_account_incomplete',
    });
    const { version } = await admin.call(ROUTES.getPspAccount, { params: { id: accountId } });
    const change = { params: { id: accountId }, body: { orderEmail: null }, version };
    expect(await refusalOf(admin.call(ROUTES.updatePspAccount, change))).toMatchObject({
      code: 'psp_account_incomplete',
    });
  });

  test('is the only one of its place, whichever adapter another has', async () => {
    const { admin } = branch;
    const body = {
      name: 'Banco',
      adapter: 'pix',
      baseUrl: 'http://127.0.0.1:9/api/v2',
      tokenUrl: 'http://127.0.0.1:9/oauth/token',
      clientId: 'branch',
      clientSecret: 'secret',
      pixKey: 'key',
      merchantName: 'Loja',
      merchantCity: 'Recife',
    } as const;
    expect(await refusalOf(admin.call(ROUTES.createPspAccount, { body }))).toMatchObject({
      code: 'already_exists',
    });
  });
});
