/** Paying over the local API, on real sockets: who is let in, what is answered, and that a screen can follow it. */
import { type CommandDone, cents, newId, type PaymentView } from '@totem/domain';
import { memoryRig, type Rig } from '@totem/drivers/payment-conformance';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Agent, createAgent } from '../agent.ts';
import {
  agentOptions,
  createTicket,
  openTotem,
  stockUp,
  type TestPlace,
  testPlace,
} from '../testing/totem.ts';

const PRICE = 2_500;
let place: TestPlace;
let rig: Rig;
let agent: Agent;
let url = '';
let token = '';

beforeEach(async () => {
  place = testPlace();
  rig = memoryRig('polled');
  const parts = openTotem(place);
  const { service } = place.catalogue;
  const paidFirst = { ...service, paymentPolicy: 'before_queue', priceCents: cents(PRICE) } as const;
  stockUp(parts, { ...place.catalogue, service: paidFirst });
  parts.store.close();
  agent = createAgent(agentOptions(place, { means: [{ id: 'pix', open: () => rig.open() }] }));
  ({ url, token } = await agent.start());
});
afterEach(async () => {
  await agent.stop();
  place.remove();
});

async function ask(path: string, body?: unknown, bearer = token): Promise<{ status: number; body: never }> {
  const answer = await fetch(`${url}${path}`, {
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as never };
}

async function ticketToPay(): Promise<NonNullable<CommandDone['ticket']>> {
  await ask('/v1/payments/means');
  const { body } = await ask('/v1/commands', createTicket(place, { priceCents: PRICE }));
  const { ticket } = body as CommandDone;
  if (ticket === undefined) throw new Error(`no ticket: ${JSON.stringify(body)}`);
  return ticket;
}

/** Follows as a screen does, while the totem's time goes on. */
async function viewWhen(id: string, holds: (view: PaymentView) => boolean): Promise<PaymentView> {
  let seen = 0;
  for (;;) {
    const held = ask(`/v1/payments/${id}?seen=${seen}`);
    place.world.advance(1_000);
    const view = (await held).body as PaymentView;
    if (holds(view)) return view;
    seen = Math.max(0, view.version - 1);
  }
}

it('what can be paid with, an order, its news and its ticket', async () => {
  expect((await ask('/v1/payments/means')).body).toEqual({ means: [{ id: 'pix', method: 'pix' }] });
  const ticket = await ticketToPay();
  expect(ticket.state).toBe('created');
  const order = { id: newId<'payment'>(place.world.env), ticketId: ticket.id, meansId: 'pix' };
  const [first, again] = [await ask('/v1/payments', order), await ask('/v1/payments', order)];
  expect([first.status, again.status]).toEqual([200, 200]);
  expect(await viewWhen(order.id, ({ state }) => state === 'waiting')).toMatchObject({
    canCancel: true,
    amountCents: PRICE,
    copyCode: expect.stringContaining('pay '),
  });
  const paid = await viewWhen(order.id, ({ state }) => state === 'paid');
  expect(paid.ticket).toMatchObject({
    code: ticket.code,
    state: 'waiting',
    followUrl: expect.stringMatching(/^https:\/\/totem\.example\//),
  });
  expect(rig.books()).toMatchObject([{ chargedCents: PRICE }]);
});

it('a customer ends it, and leaves', async () => {
  rig.customers('walks_away');
  const ticket = await ticketToPay();
  const order = { id: newId<'payment'>(place.world.env), ticketId: ticket.id, meansId: 'pix' };
  await ask('/v1/payments', order);
  await viewWhen(order.id, ({ state }) => state === 'waiting');
  expect((await ask(`/v1/payments/${order.id}/cancel`, {})).body).toMatchObject({ isEnding: true });
  expect(await viewWhen(order.id, ({ state }) => state === 'not_paid')).toMatchObject({ why: 'canceled' });
  expect((await ask('/v1/payments/leave', { ticketId: ticket.id })).status).toBe(200);
  const next = { ...order, id: newId<'payment'>(place.world.env) };
  expect(await ask('/v1/payments', next)).toMatchObject({ status: 409, body: { code: 'ticket_state' } });
});

it('at another price than was agreed to there is no ticket', async () => {
  await ask('/v1/payments/means');
  const answer = await ask('/v1/commands', createTicket(place, { priceCents: PRICE - 1 }));
  expect(answer).toMatchObject({ status: 409, body: { code: 'price_changed' } });
});

it('I-EDG-14: without the token of this boot nothing is said and nothing begins', async () => {
  const ticketId = newId<'ticket'>(place.world.env);
  for (const [path, body] of [
    ['/v1/payments/means'],
    [`/v1/payments/${ticketId}`],
    ['/v1/payments', { id: ticketId, ticketId, meansId: 'pix' }],
    ['/v1/payments/leave', { ticketId }],
    [`/v1/payments/${ticketId}/cancel`, {}],
  ] as const)
    expect(await ask(path, body, 'another')).toMatchObject({ status: 401 });
});

it.each([
  [
    'an order of no ticket',
    '/v1/payments',
    (id: string) => ({ id, ticketId: id, meansId: 'pix' }),
    'ticket_not_found',
  ],
  ['an order in another form', '/v1/payments', (id: string) => ({ id, amountCents: 1 }), 'invalid_request'],
  ['ending what nobody pays', '/v1/payments/none/cancel', () => ({}), 'payment_not_found'],
  ['leaving no ticket', '/v1/payments/leave', () => ({}), 'invalid_request'],
] as const)('%s is refused', async (_, path, bodyOf, code) => {
  const { status, body } = await ask(path, bodyOf(newId<'payment'>(place.world.env)));
  expect(status).toBeGreaterThanOrEqual(400);
  expect(body).toMatchObject({ code });
});
