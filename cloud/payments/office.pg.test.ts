/** Payments in the office: at the counter, what needs a person, late money, the day's totals, and the provider's list. */
import { ROUTES } from '@totem/api';
import { type Id, instantText, newId, type TicketId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { apiOf, refusalOf } from '../testing/api.ts';
import { createTicket, onTicket } from '../testing/branch.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { payByPix, paymentDrafts, tellLedger } from '../testing/paid-payment.ts';
import { openPixBranch, type PixBranch } from '../testing/pix-branch.ts';

const { payAtCounter, listPaymentExceptions, getDayTotals, getPayment, runReconciliation } = ROUTES;
const DAY_MS = 86_400_000;
const TODAY = instantText(systemEnv.now()).slice(0, 10);
const YESTERDAY = instantText(systemEnv.now() - DAY_MS).slice(0, 10);

let cloud: TestCloud;
let look: Onlooker;
let branch: PixBranch;
let operator: ReturnType<typeof apiOf>;

beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  branch = await openPixBranch(cloud);
  operator = apiOf(cloud.url, await cloud.signIn('operador'));
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

/** A ticket of a day of now, as a totem tells of it. */
async function ticketAt(priceCents: number, state = 'waiting'): Promise<Id<string>> {
  const { ticket, draft } = createTicket(systemEnv, cloud.seed.siteId, {
    data: { priceCents, state, businessDay: TODAY },
  });
  await tellLedger(cloud, branch.device, [draft]);
  return ticket.id;
}
const pay = (id: Id<string>, amountCents: number, key?: string) =>
  operator.call(payAtCounter, {
    params: { id: id as string as TicketId },
    body: { method: 'cash', amountCents },
    ...(key === undefined ? {} : { key }),
  });
const stateOf = async (id: string) =>
  (await look.rows('SELECT state FROM ticket WHERE id = $1', [id]))[0]?.state;
const exceptions = async () => (await operator.call(listPaymentExceptions, { query: {} })).items;

describe('a payment at the counter', () => {
  test('is paid at once, lets the ticket into the queue, and names who took it', async () => {
    const id = await ticketAt(2_500, 'created');
    const payment = await pay(id, 2_500, 'one-payment-only');
    expect(payment).toMatchObject({ status: 'paid', paidCents: 2_500, adapter: 'counter', method: 'cash' });
    expect(await stateOf(id)).toBe('waiting');
    const [person] = await look.rows(`SELECT id FROM app_user WHERE username = 'operador'`);
    expect(payment.operatorId).toBe(person?.id);
    // The same act, repeated.
    expect(await pay(id, 2_500, 'one-payment-only')).toEqual(payment);
    expect(await look.count('payment_session WHERE ticket_id = $1', [id])).toBe(1);
  });

  test('is refused for what is paid, for another amount, and where there is nothing to pay', async () => {
    const id = await ticketAt(1_000);
    expect(await refusalOf(pay(id, 999))).toMatchObject({ code: 'payment_amount_differs' });
    await pay(id, 1_000);
    expect(await refusalOf(pay(id, 1_000))).toMatchObject({ code: 'payment_already_paid' });
    expect(await refusalOf(pay(await ticketAt(0), 1))).toMatchObject({ code: 'payment_amount' });
    expect(await refusalOf(pay(newId<string>(systemEnv), 1))).toMatchObject({ code: 'not_found' });
  });

  test('is refused while a payment of the ticket is under way elsewhere', async () => {
    const id = await ticketAt(1_000);
    const facts = { id: newId<string>(systemEnv), ticketId: id, amountCents: 1_000 };
    const drafts = paymentDrafts(cloud.seed.siteId, facts, { action: 'PAYMENT_SEND' });
    await tellLedger(cloud, branch.device, drafts);
    expect(await refusalOf(pay(id, 1_000))).toMatchObject({ code: 'payment_in_progress' });
  });

  test('of two operators at once is one', async () => {
    const id = await ticketAt(700);
    const both = await Promise.allSettled([pay(id, 700), pay(id, 700)]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await look.count(`payment_session WHERE ticket_id = $1 AND status = 'paid'`, [id])).toBe(1);
  });
});

describe('what needs a person', () => {
  test('is a service that was given and not paid, until it is paid', async () => {
    const id = await ticketAt(4_000);
    const holder = { operatorId: newId<string>(systemEnv), counterId: newId<string>(systemEnv) };
    const { siteId } = cloud.seed;
    await tellLedger(cloud, branch.device, [
      onTicket('TICKET_CALL', { id }, siteId, { ...holder, callId: newId<string>(systemEnv) }),
      onTicket('TICKET_START', { id }, siteId, holder),
      onTicket('TICKET_FINISH', { id }, siteId, holder),
    ]);
    expect(await exceptions()).toContainEqual(
      expect.objectContaining({ kind: 'served_unpaid', ticketId: id, amountCents: 4_000 }),
    );
    await pay(id, 4_000);
    expect((await exceptions()).filter(({ ticketId }) => ticketId === id)).toEqual([]);
  });

  test('is said to who cancels a paid ticket', async () => {
    const cancel = (ticketId: Id<string>) =>
      branch.admin.call(ROUTES.runCommand, {
        body: {
          type: 'ticket.cancel',
          id: newId<'command'>(systemEnv),
          ticketId: ticketId as string as TicketId,
          reason: 'other',
        },
      });
    const paid = await ticketAt(900);
    await pay(paid, 900);
    expect(await cancel(paid)).toMatchObject({ ticket: { state: 'canceled', refundDueCents: 900 } });
    expect((await cancel(await ticketAt(900))).ticket).not.toHaveProperty('refundDueCents');
  });

  test('is a paid ticket that was cancelled, until its money is back', async () => {
    const id = await ticketAt(1_500);
    const payment = await pay(id, 1_500);
    await tellLedger(cloud, branch.device, [
      onTicket('TICKET_CANCEL', { id }, cloud.seed.siteId, { reason: 'other' }),
    ]);
    expect(await exceptions()).toContainEqual(
      expect.objectContaining({ kind: 'paid_ticket_ended', paymentId: payment.id, amountCents: 1_500 }),
    );
    await branch.admin.call(ROUTES.refundPayment, {
      params: { id: payment.id },
      body: { amountCents: 1_500, reason: 'Senha cancelada' },
    });
    expect((await exceptions()).filter(({ paymentId }) => paymentId === payment.id)).toEqual([]);
  });

  test('is money that came after its end: it is paid, with its conflict, and may be refunded', async () => {
    const ticketId = await ticketAt(4_590);
    const charged = branch.attempt({ ticketId: ticketId as string as TicketId });
    branch.provider.payers('walks_away');
    await branch.totem.call(ROUTES.putCharge, charged);
    await branch.totem.call(ROUTES.cancelCharge, { params: charged.params });
    const { attemptId: id } = charged.params;
    const facts = {
      id: id as string as Id<string>,
      ticketId,
      amountCents: 4_590,
      externalId: charged.body.externalId,
    };
    const drafts = paymentDrafts(
      cloud.seed.siteId,
      facts,
      { action: 'PAYMENT_SEND' },
      { action: 'PAYMENT_CANCEL', data: { by: 'provider' } },
    );
    await tellLedger(cloud, branch.device, drafts);
    branch.provider.pay(charged.body.externalId);
    await branch.hint(charged.body.externalId);
    await cloud.cloud.hintsFollowed();
    await cloud.cloud.runJob('tell_late_money');
    await cloud.cloud.runJob('tell_late_money');
    expect(await branch.admin.call(getPayment, { params: { id } })).toMatchObject({
      status: 'paid',
      conflict: 'paid_late',
      paidCents: 4_590,
    });
    expect(await look.count(`conflict WHERE entity_id = $1 AND kind = 'paid_late'`, [id])).toBe(1);
    expect(await exceptions()).toContainEqual(
      expect.objectContaining({ kind: 'conflict', paymentId: id, detail: 'paid_late' }),
    );
    await branch.admin.call(ROUTES.refundPayment, {
      params: { id },
      body: { amountCents: 4_590, reason: 'Pago depois do prazo' },
    });
    await cloud.cloud.runJob('settle_refunds');
    expect(await branch.admin.call(getPayment, { params: { id } })).toMatchObject({ status: 'refunded' });
    expect((await exceptions()).filter(({ paymentId }) => paymentId === id)).toEqual([]);
  });

  test('is an attempt of which nobody has heard for too long', async () => {
    const ticketId = await ticketAt(300);
    const id = newId<string>(systemEnv);
    const steps = [{ action: 'PAYMENT_SEND' }, { action: 'PAYMENT_LOSE' }] as const;
    await tellLedger(
      cloud,
      branch.device,
      paymentDrafts(cloud.seed.siteId, { id, ticketId, amountCents: 300 }, ...steps),
    );
    expect((await exceptions()).filter(({ paymentId }) => paymentId === id)).toEqual([]);
    await look.rows(`UPDATE payment_session SET updated_at = now() - interval '16 minutes' WHERE id = $1`, [
      id,
    ]);
    expect(await exceptions()).toContainEqual(
      expect.objectContaining({ kind: 'open_too_long', paymentId: id, detail: 'unknown' }),
    );
  });

  test('is not another site’s', async () => {
    const none = await branch.admin.call(listPaymentExceptions, {
      query: { siteId: newId<'site'>(systemEnv) },
    });
    expect(none.items).toEqual([]);
  });
});

describe('the totals of a day', () => {
  test('say what was taken, by whom and where, and as a file', async () => {
    const { siteId } = cloud.seed;
    await pay(await ticketAt(1_234), 1_234);
    const { totals } = await operator.call(getDayTotals, { query: { siteId, businessDay: TODAY } });
    const [rows] = await look.rows(
      `SELECT sum(paid_cents)::int8 AS paid FROM payment_session WHERE site_id = $1 AND business_day = $2`,
      [siteId, TODAY],
    );
    expect(totals.reduce((sum, { paidCents }) => sum + paidCents, 0)).toBe(Number(rows?.paid));
    expect(totals).toContainEqual(expect.objectContaining({ adapter: 'counter', equipmentId: null }));
    const token = await cloud.signIn('operador');
    const file = await fetch(
      `${cloud.url}/v1/payments/day-totals?siteId=${siteId}&businessDay=${TODAY}&format=csv`,
      { headers: { authorization: `Bearer ${token}` } },
    );
    expect(file.headers.get('content-type')).toContain('text/csv');
    const text = await file.text();
    expect(text).toContain('business_day,method,adapter');
    expect(text).toMatch(new RegExp(`${TODAY},cash,counter,,[^,]+,BRL,`));
  });
});

describe('the provider’s list', () => {
  const compare = (day = TODAY) =>
    branch.admin.call(runReconciliation, { params: { id: branch.accountId as never }, body: { day } });
  const itemsOf = async (id: string) =>
    (await branch.admin.call(ROUTES.getReconciliation, { params: { id: id as never } })).items;

  test('is compared with ours, and what differs is shown until somebody has settled it', async () => {
    await payByPix(cloud, branch);
    const { id: first, differing, matched } = await compare();
    expect(await itemsOf(first)).toEqual([]);
    expect(differing).toBe(0);
    expect(matched).toBeGreaterThan(0);
    // Theirs alone: money under a name of ours that we have lost.
    const lost = await payByPix(cloud, branch);
    await look.rows('DELETE FROM charge WHERE id = $1', [lost.paymentId]);
    // Ours alone: what they do not list.
    const believed = await payByPix(cloud, branch);
    await look.rows(
      `UPDATE charge SET answer = jsonb_set(answer, '{proof,externalId}', '"E-nobodys"'), external_id = $2 WHERE id = $1`,
      [believed.paymentId, 'f'.repeat(32)],
    );
    const again = await compare();
    expect(again).toMatchObject({ id: first, state: 'done', differing: 3 });
    const kinds = (await itemsOf(first)).map(({ kind }) => kind).toSorted();
    expect(kinds).toEqual(['only_ours', 'only_theirs', 'only_theirs']);
    expect((await compare()).differing).toBe(3);
    expect(await itemsOf(first)).toHaveLength(3);
    const [item] = await itemsOf(first);
    const shown = async () =>
      (await branch.admin.call(listPaymentExceptions, { query: {} })).items.map(({ itemId }) => itemId);
    expect(await shown()).toContain(item?.id);
    const { items: found } = await branch.admin.call(listPaymentExceptions, { query: {} });
    expect(found.find(({ itemId }) => itemId === item?.id)).toMatchObject({
      kind: 'books_differ',
      reconciliationId: first,
    });
    const openOf = async () => {
      const { items } = await branch.admin.call(ROUTES.listReconciliations, { query: {} });
      return items.find(({ id }) => id === first)?.open;
    };
    expect(await openOf()).toBe(3);
    const call = { params: { id: item?.id as never }, body: { resolution: 'Devolvido no banco' } };
    await branch.admin.call(ROUTES.resolveReconciliationItem, call);
    expect(await shown()).not.toContain(item?.id);
    // What differed stays said; what is left to do is less.
    expect(await openOf()).toBe(2);
    expect(
      await branch.admin.call(ROUTES.getReconciliation, { params: { id: first as never } }),
    ).toMatchObject({ differing: 3, open: 2 });
    expect(await refusalOf(branch.admin.call(ROUTES.resolveReconciliationItem, call))).toMatchObject({
      code: 'conflict_settled',
    });
  });

  test('finds money that came late and of which nobody was told', async () => {
    const charged = branch.attempt();
    branch.provider.payers('walks_away');
    await branch.totem.call(ROUTES.putCharge, charged);
    await branch.totem.call(ROUTES.cancelCharge, { params: charged.params });
    branch.provider.pay(charged.body.externalId);
    await compare();
    expect(await look.count('charge WHERE id = $1 AND paid_late', [charged.params.attemptId])).toBe(1);
  });

  test('has late money on the day of its charge, and not on that on which it was found', async () => {
    const charged = branch.attempt();
    const { attemptId } = charged.params;
    branch.provider.payers('walks_away');
    await branch.totem.call(ROUTES.putCharge, charged);
    await branch.totem.call(ROUTES.cancelCharge, { params: charged.params });
    branch.provider.pay(charged.body.externalId);
    // All of that was yesterday.
    await look.rows(`UPDATE charge SET created_at = created_at - interval '1 day' WHERE id = $1`, [
      attemptId,
    ]);
    const { pix = [] } = branch.provider.cobs.get(charged.body.externalId) ?? {};
    pix.push(...pix.splice(0).map((one) => ({ ...one, atMs: one.atMs - DAY_MS })));
    const yesterday = await compare(YESTERDAY);
    expect(await look.count('charge WHERE id = $1 AND paid_late', [attemptId])).toBe(1);
    expect(yesterday.matched).toBeGreaterThan(0);
    await compare();
    expect(await look.count('reconciliation_item WHERE charge_id = $1', [attemptId])).toBe(0);
  });

  test('that cannot be had again leaves what was compared before', async () => {
    const first = await compare();
    for (let call = 0; call < 2; call += 1) branch.provider.fault('overloaded');
    expect(await compare()).toMatchObject({ id: first.id, state: 'failed', cause: 'http_503' });
    const kept = await branch.admin.call(ROUTES.getReconciliation, { params: { id: first.id as never } });
    expect(kept).toMatchObject(first);
  });

  test('that cannot be had is said, and had the next time', async () => {
    await look.rows('DELETE FROM reconciliation_item');
    await look.rows('DELETE FROM reconciliation');
    for (let call = 0; call < 2; call += 1) branch.provider.fault('overloaded');
    expect(await compare()).toMatchObject({ state: 'failed', cause: 'http_503' });
    branch.provider.heal();
    expect(await compare()).toMatchObject({ state: 'done', cause: null });
  });
});
