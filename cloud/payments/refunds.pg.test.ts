/** Refunds that people ask for: by the domain's rules, in the ledger with who and why, and once at the provider. */
import { ROUTES } from '@totem/api';
import { type Id, newId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { apiOf, refusalOf } from '../testing/api.ts';
import { createTicket } from '../testing/branch.ts';
import { addPerson, signIn } from '../testing/company.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { payByPix, paymentDrafts, tellLedger } from '../testing/paid-payment.ts';
import { openPixBranch, type PixBranch } from '../testing/pix-branch.ts';

const { refundPayment, getRefund, listRefunds, approveRefund, rejectRefund, getPayment } = ROUTES;

let cloud: TestCloud;
let look: Onlooker;
let branch: PixBranch;
let adminId: unknown;

beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  branch = await openPixBranch(cloud);
  [adminId] = (await look.rows(`SELECT id FROM app_user WHERE username = 'admin'`)).map(({ id }) => id);
});
beforeEach(() => approvalFrom(null));
afterEach(() => branch.provider.heal());
afterAll(async () => {
  await branch.close();
  await look.close();
  await cloud.close();
});

async function approvalFrom(refundApprovalFromCents: number | null): Promise<void> {
  const { version } = await branch.admin.call(ROUTES.getTenant, {});
  await branch.admin.call(ROUTES.updateTenant, { body: { refundApprovalFromCents }, version });
}

const returned = (txid: string) =>
  (branch.provider.cobs.get(txid)?.pix[0]?.refunds ?? [])
    .filter(({ status }) => status === 'DEVOLVIDO')
    .reduce((sum, { valorCents }) => sum + valorCents, 0);
const settle = () => cloud.cloud.runJob('settle_refunds');

describe('a refund of a Pix', () => {
  test('goes back in parts, each with who asked and why, and the books agree', async () => {
    const { paymentId, externalId } = await payByPix(cloud, branch);
    const body = { amountCents: 1_000, reason: 'Desistiu do serviço' };
    const asked = await branch.admin.call(refundPayment, { params: { id: paymentId }, body });
    expect(asked).toMatchObject({ state: 'open', means: 'provider', askedBy: adminId });
    expect(await branch.admin.call(getPayment, { params: { id: paymentId } })).toMatchObject({
      phase: 'refund_pending',
      refundedCents: 0,
    });
    await settle();
    expect(await branch.admin.call(getRefund, { params: { id: asked.id } })).toMatchObject({ state: 'done' });
    const payment = await branch.admin.call(getPayment, { params: { id: paymentId } });
    expect(payment).toMatchObject({ phase: 'partially_refunded', status: 'paid', refundedCents: 1_000 });
    expect(payment.transactions.filter(({ kind }) => kind === 'refund')).not.toEqual([]);
    const [entry] = await look.rows(
      `SELECT user_id, data FROM audit_log WHERE entity_id = $1 AND action = 'PAYMENT_REFUND_ASK'`,
      [paymentId],
    );
    expect(entry).toMatchObject({
      user_id: adminId,
      data: { amountCents: 1_000, reason: 'Desistiu do serviço', refundId: asked.id },
    });
    const rest = { amountCents: 3_590, reason: 'O resto' };
    await branch.admin.call(refundPayment, { params: { id: paymentId }, body: rest });
    await settle();
    expect(await branch.admin.call(getPayment, { params: { id: paymentId } })).toMatchObject({
      status: 'refunded',
      refundedCents: 4_590,
    });
    expect(returned(externalId)).toBe(4_590);
  });

  test('that is repeated with its key goes back once, whatever is lost on the way', async () => {
    const { paymentId, externalId } = await payByPix(cloud, branch);
    const body = { amountCents: 4_590, reason: 'Cobrado errado' };
    const call = { params: { id: paymentId }, body, key: 'one-refund-only' };
    branch.provider.fault('lost_after');
    const [first, again] = [
      await branch.admin.call(refundPayment, call),
      await branch.admin.call(refundPayment, call),
    ];
    expect(again.id).toBe(first.id);
    await settle();
    expect(returned(externalId)).toBe(4_590);
    expect((await branch.admin.call(listRefunds, { query: { paymentId } })).items).toHaveLength(1);
    const other = { ...call, body: { ...body, amountCents: 1 } };
    expect(await refusalOf(branch.admin.call(refundPayment, other))).toMatchObject({
      code: 'idempotency_key_reused',
    });
  });

  test('that the cloud dies in the middle of is asked for by the next round', async () => {
    const { paymentId, externalId } = await payByPix(cloud, branch);
    const body = { amountCents: 500, reason: 'Desconto' };
    // Nobody hears the request: what is written down is all that there is.
    branch.provider.fault('lost_before');
    branch.provider.fault('lost_before');
    branch.provider.fault('lost_before');
    const asked = await branch.admin.call(refundPayment, { params: { id: paymentId }, body });
    expect(asked).toMatchObject({ state: 'open' });
    expect(returned(externalId)).toBe(0);
    branch.provider.heal();
    await settle();
    await settle();
    expect(await branch.admin.call(getRefund, { params: { id: asked.id } })).toMatchObject({ state: 'done' });
    expect(returned(externalId)).toBe(500);
  });

  test('that the provider refuses leaves the payment as it was, and may be tried again', async () => {
    const { paymentId, externalId } = await payByPix(cloud, branch);
    const body = { amountCents: 4_590, reason: 'Desistiu' };
    branch.provider.fault('refund_fails');
    const asked = await branch.admin.call(refundPayment, { params: { id: paymentId }, body });
    await settle();
    expect(await branch.admin.call(getRefund, { params: { id: asked.id } })).toMatchObject({
      state: 'failed',
      cause: 'NAO_REALIZADO',
    });
    expect(await branch.admin.call(getPayment, { params: { id: paymentId } })).toMatchObject({
      phase: 'confirmed',
      refundedCents: 0,
    });
    await branch.admin.call(refundPayment, { params: { id: paymentId }, body });
    await settle();
    expect(returned(externalId)).toBe(4_590);
  });

  test('is never more than was paid, nor two at once', async () => {
    const { paymentId } = await payByPix(cloud, branch);
    const ask = (amountCents: number) =>
      branch.admin.call(refundPayment, { params: { id: paymentId }, body: { amountCents, reason: 'x' } });
    expect(await refusalOf(ask(4_591))).toMatchObject({ code: 'refund_exceeds' });
    await ask(10);
    expect(await refusalOf(ask(10))).toMatchObject({ code: 'refund_in_progress' });
  });

  test('is for who may, and ends with the provider’s window', async () => {
    const { paymentId } = await payByPix(cloud, branch);
    const operator = apiOf(cloud.url, await cloud.signIn('operador'));
    const call = { params: { id: paymentId }, body: { amountCents: 1, reason: 'x' } };
    expect(await refusalOf(operator.call(refundPayment, call))).toMatchObject({ code: 'forbidden' });
    await look.rows(`UPDATE payment_session SET paid_at = now() - interval '91 days' WHERE id = $1`, [
      paymentId,
    ]);
    expect(await refusalOf(branch.admin.call(refundPayment, call))).toMatchObject({
      code: 'refund_too_late',
    });
    // By hand it may go back all the same.
    const byHand = { ...call, body: { ...call.body, means: 'counter' as const } };
    expect(await branch.admin.call(refundPayment, byHand)).toMatchObject({ state: 'done', means: 'counter' });
  });
});

describe('a large refund', () => {
  let second: ReturnType<typeof apiOf>;
  beforeAll(async () => {
    const id = newId<'user'>(systemEnv);
    await addPerson(look, { tenantId: cloud.seed.tenantId, id, username: 'segunda.chefe', role: 'admin' });
    second = apiOf(cloud.url, await signIn(cloud.url, 'segunda.chefe'));
  });

  test('waits for another person, and not for who asked', async () => {
    await approvalFrom(2_000);
    const { paymentId, externalId } = await payByPix(cloud, branch);
    const body = { amountCents: 2_000, reason: 'Erro do caixa' };
    const { id, state } = await branch.admin.call(refundPayment, { params: { id: paymentId }, body });
    expect(state).toBe('awaiting_approval');
    const params = { id };
    expect(await refusalOf(branch.admin.call(approveRefund, { params }))).toMatchObject({
      code: 'refund_needs_approver',
    });
    await settle();
    expect(returned(externalId)).toBe(0);
    await second.call(approveRefund, { params });
    await second.call(approveRefund, { params });
    await settle();
    expect(returned(externalId)).toBe(2_000);
    const [entry] = await look.rows(
      `SELECT user_id, data FROM audit_log WHERE entity_id = $1 AND action = 'PAYMENT_REFUND_ASK'`,
      [paymentId],
    );
    expect(entry?.user_id).toBe(adminId);
    expect(entry?.data).not.toMatchObject({ approvedBy: adminId });
    expect(await refusalOf(second.call(rejectRefund, { params, body: { reason: 'Engano' } }))).toMatchObject({
      code: 'refund_decided',
    });
  });

  test('that is not agreed to leaves everything as it was', async () => {
    await approvalFrom(1);
    const { paymentId, externalId } = await payByPix(cloud, branch);
    const body = { amountCents: 100, reason: 'Sem motivo' };
    const { id } = await branch.admin.call(refundPayment, { params: { id: paymentId }, body });
    const refused = { params: { id }, body: { reason: 'Sem comprovante' } };
    expect(await second.call(rejectRefund, refused)).toMatchObject({
      state: 'rejected',
      rejection: 'Sem comprovante',
    });
    // Said again it is the same, in the words that were said first.
    expect(await second.call(rejectRefund, { ...refused, body: { reason: 'Outra razão' } })).toMatchObject({
      rejection: 'Sem comprovante',
    });
    expect(await refusalOf(second.call(approveRefund, { params: { id } }))).toMatchObject({
      code: 'refund_decided',
    });
    expect(returned(externalId)).toBe(0);
    expect(await branch.admin.call(getPayment, { params: { id: paymentId } })).toMatchObject({
      phase: 'confirmed',
    });
  });

  test('in small parts is a large one', async () => {
    await approvalFrom(1_000);
    const { paymentId } = await payByPix(cloud, branch);
    const ask = () =>
      branch.admin.call(refundPayment, {
        params: { id: paymentId },
        body: { amountCents: 600, reason: 'Parte' },
      });
    expect(await ask()).toMatchObject({ state: 'open' });
    await settle();
    expect(await ask()).toMatchObject({ state: 'awaiting_approval' });
  });
});

test('what a terminal took is given back there, or by hand with a record of it', async () => {
  const { siteId } = cloud.seed;
  const { ticket, draft } = createTicket(systemEnv, siteId);
  const id = newId<string>(systemEnv);
  const proof = { externalId: 'NSU1', amountCents: 3_000, currency: 'BRL', nsu: '000123', lastFour: '4242' };
  const facts = { id, ticketId: ticket.id, amountCents: 3_000, adapter: 'tef', method: 'card' };
  const steps = [{ action: 'PAYMENT_SEND' }, { action: 'PAYMENT_CONFIRM', data: { proof } }] as const;
  await tellLedger(cloud, branch.device, [draft, ...paymentDrafts(siteId, facts, ...steps)]);
  const params = { id: id as string as Id<'payment_session'> };
  const body = { amountCents: 3_000, reason: 'Desistiu' };
  expect(await refusalOf(branch.admin.call(refundPayment, { params, body }))).toMatchObject({
    code: 'refund_at_terminal',
  });
  const byHand = { params, body: { ...body, means: 'counter' as const } };
  expect(await branch.admin.call(refundPayment, byHand)).toMatchObject({ state: 'done' });
  expect(await branch.admin.call(getPayment, { params })).toMatchObject({
    status: 'refunded',
    refundedCents: 3_000,
  });
});
