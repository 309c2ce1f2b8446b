/** The totem's cash desk from the front: what is offered, how a payment goes, and what becomes of its ticket. */
import { type CommandDone, cents, newId, type PaymentView, serviceTable, ticketTable } from '@totem/domain';
import { memoryRig, type Rig } from '@totem/drivers/payment-conformance';
import {
  DEFAULT_PROFILE,
  decodeJob,
  type PrinterPort,
  type PrinterStatus,
  type PrintOutcome,
  slipText,
} from '@totem/drivers/printer';
import { buildService } from '@totem/testkit/builders';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentOptions } from '../agent.ts';
import { issueTicket } from '../issue/issue.ts';
import type { Parts } from '../parts.ts';
import { repeatPaper } from '../print/jobs.ts';
import { rowByKey, upsertRow } from '../store/rows.ts';
import { createTicket, openTotem, stockUp, type TestPlace, testPlace, until } from '../testing/totem.ts';
import { openTill, SETTLE_EVERY_MS } from './till.ts';
import { UNPAID_PATIENCE_MS } from './to-pay.ts';

const PRICE = 4_590;
const READY: PrinterStatus = {
  reachable: true,
  online: true,
  paper: 'adequate',
  coverOpen: false,
  error: null,
};

let place: TestPlace;
let parts: Parts;
const stops: (() => void)[] = [];
beforeEach(() => {
  place = testPlace();
});
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  parts.store.close();
  place.remove();
});

/** A printer that does as it is told, and what it was given. */
function printerOf(status: PrinterStatus = READY, outcome: PrintOutcome = { kind: 'confirmed' }) {
  const jobs: Uint8Array[] = [];
  const port: PrinterPort = {
    status: async () => status,
    print: async (job) => {
      jobs.push(job);
      return outcome;
    },
    close: async () => undefined,
  };
  return { port, jobs };
}

/** A totem with one service that is paid first, and a terminal or provider of a manner. */
function totemWith(rig: Rig, over: Partial<AgentOptions> = {}): Parts {
  parts = openTotem(place, {
    env: rig.clock.env,
    timers: rig.clock.timers,
    means: [{ id: 'till', open: () => rig.open() }],
    ...over,
  });
  const { service } = place.catalogue;
  stockUp(parts, {
    ...place.catalogue,
    service: { ...service, paymentPolicy: 'before_queue', priceCents: cents(PRICE) },
  });
  stops.push(parts.desk.start());
  parts.prints.start();
  stops.push(parts.store.onCommit(() => parts.prints.wake()));
  return parts;
}

async function ticketFor(rig: Rig): Promise<NonNullable<CommandDone['ticket']>> {
  await rig.clock.run(parts.desk.means());
  const command = createTicket(place, { priceCents: PRICE });
  const { ticket } = issueTicket(parts, command, parts.desk.canCharge());
  if (ticket === undefined) throw new Error('no ticket');
  return ticket;
}

const order = (rig: Rig, ticketId: string) => ({
  id: newId<'payment'>(rig.clock.env),
  ticketId,
  meansId: 'till',
});
const stateOf = (ticketId: string) =>
  parts.store.read((db) => rowByKey(db, ticketTable, place.device.tenantId, ticketId as never)?.state);

/** The first view that `holds`, as a screen that follows would come by it. */
function viewWhen(rig: Rig, id: string, holds: (view: PaymentView) => boolean): Promise<PaymentView> {
  const follow = async (seen: number): Promise<PaymentView> => {
    const view = await parts.desk.past(id, seen, new AbortController().signal);
    return holds(view) ? view : follow(view.version);
  };
  return rig.clock.run(follow(0));
}
const isOver = ({ state }: PaymentView): boolean => ['paid', 'not_paid', 'unknown'].includes(state);

describe.each(['polled', 'held'] as const)('a cash desk with a provider that is %s', (manner) => {
  it('I-TIL-1: a ticket waits for its payment, is paid, and is in the queue with its paper', async () => {
    const rig = memoryRig(manner);
    const printer = printerOf();
    totemWith(rig, { printer: printer.port });
    expect(await rig.clock.run(parts.desk.means())).toEqual([
      { id: 'till', method: manner === 'held' ? 'card' : 'pix' },
    ]);
    const ticket = await ticketFor(rig);
    expect(ticket.state).toBe('created');
    expect(printer.jobs).toEqual([]);
    const asked = order(rig, ticket.id);
    const begun = parts.desk.pay(asked);
    expect(begun).toMatchObject({ state: 'asking', amountCents: PRICE, currency: 'BRL', canCancel: false });
    // The same order again is the same payment.
    expect(parts.desk.pay(asked).id).toBe(begun.id);
    const paid = await viewWhen(rig, asked.id, isOver);
    expect(paid).toMatchObject({
      state: 'paid',
      ticket: { code: ticket.code, state: 'waiting', peopleAhead: 0 },
    });
    expect(stateOf(ticket.id)).toBe('waiting');
    expect(rig.books()).toMatchObject([{ chargedCents: PRICE }]);
    await rig.clock.run(parts.prints.stop());
    expect(printer.jobs).toHaveLength(1);
    const { slips } = decodeJob(printer.jobs[0] ?? new Uint8Array(), DEFAULT_PROFILE);
    const text = slips.map(slipText).join('\n');
    expect(text).toContain(ticket.code);
    expect(text).toContain('45,90');
    if (manner === 'held') expect(text).toContain(`  REDE X\nVALOR ${PRICE}`);
  });

  it('a declined payment says so, and the ticket can be paid again; who leaves it has no ticket', async () => {
    const rig = memoryRig(manner);
    totemWith(rig);
    const ticket = await ticketFor(rig);
    rig.customers('is_declined', 'is_declined');
    const [first, second] = [order(rig, ticket.id), order(rig, ticket.id)];
    parts.desk.pay(first);
    const declined = { state: 'not_paid', why: 'declined', isTicketOpen: true } as const;
    expect(await viewWhen(rig, first.id, isOver)).toMatchObject(declined);
    parts.desk.pay(second);
    expect(await viewWhen(rig, second.id, isOver)).toMatchObject(declined);
    expect(stateOf(ticket.id)).toBe('created');
    parts.desk.leave(ticket.id);
    expect(stateOf(ticket.id)).toBe('canceled');
    expect(() => parts.desk.pay(order(rig, ticket.id))).toThrow(
      expect.objectContaining({ code: 'ticket_state' }),
    );
  });

  it('I-TIL-3: a ticket that nobody pays is given up by itself, and not while money may be on its way', async () => {
    const rig = memoryRig(manner);
    totemWith(rig);
    const [left, open] = [await ticketFor(rig), await ticketFor(rig)];
    rig.customers('pays');
    for (let times = 0; times < 10; times += 1) rig.fault('answer_lost');
    const asked = order(rig, open.id);
    parts.desk.pay(asked);
    const lost = await viewWhen(rig, asked.id, isOver);
    expect(lost.protocol).toMatch(/^[0-9A-F]{4}-[0-9A-F]{4}$/);
    parts.desk.leave(open.id);
    expect(stateOf(open.id)).toBe(lost.state === 'paid' ? 'waiting' : 'created');
    await rig.clock.run(settledAfter(rig, UNPAID_PATIENCE_MS + SETTLE_EVERY_MS));
    expect(stateOf(left.id)).toBe('canceled');
    expect(['waiting', 'canceled']).toContain(stateOf(open.id));
    expect(stateOf(open.id)).toBe(rig.books().length > 0 ? 'waiting' : 'canceled');
  });

  it('what was paid while its answers were lost is followed until the proof has come', async () => {
    const rig = memoryRig(manner);
    totemWith(rig);
    const ticket = await ticketFor(rig);
    const asked = order(rig, ticket.id);
    parts.desk.pay(asked);
    if (manner === 'polled') await viewWhen(rig, asked.id, ({ state }) => state === 'waiting');
    for (let times = 0; times < 8; times += 1) rig.fault('answer_lost');
    const lost = await viewWhen(rig, asked.id, isOver);
    expect(lost).toMatchObject({ state: 'unknown', isTicketOpen: false });
    expect(await rig.clock.run(parts.desk.means())).toEqual([]);
    expect(() => parts.desk.pay(order(rig, ticket.id))).toThrow(
      expect.objectContaining({ code: 'payment_in_progress' }),
    );
    rig.heal();
    const found = await viewWhen(rig, asked.id, ({ state }) => state !== 'unknown');
    expect(found.state === 'paid').toBe(rig.books().length > 0);
    expect(rig.held()).toBe(0);
  });

  it('the second of two orders is refused while the first is open', async () => {
    const rig = memoryRig(manner);
    totemWith(rig);
    const [one, two] = [await ticketFor(rig), await ticketFor(rig)];
    const asked = order(rig, one.id);
    parts.desk.pay(asked);
    expect(() => parts.desk.pay(order(rig, two.id))).toThrow(
      expect.objectContaining({ code: 'payment_method_closed' }),
    );
    expect(() => parts.desk.pay({ ...asked, ticketId: two.id })).toThrow(
      expect.objectContaining({ code: 'command_id_reused' }),
    );
    expect(await viewWhen(rig, asked.id, isOver)).toMatchObject({ state: 'paid' });
  });
});

const settledAfter = (rig: Rig, ms: number): Promise<void> =>
  new Promise((resolve) => void rig.clock.timers.after(ms, resolve));

describe('what the customer may do', () => {
  it('ends a code from the screen, and reads why it ended', async () => {
    const rig = memoryRig('polled');
    totemWith(rig);
    const ticket = await ticketFor(rig);
    rig.customers('walks_away');
    const asked = order(rig, ticket.id);
    parts.desk.pay(asked);
    const waiting = await viewWhen(rig, asked.id, ({ state }) => state === 'waiting');
    expect(waiting).toMatchObject({ canCancel: true, copyCode: expect.stringMatching(/^pay /) });
    expect(waiting.leftMs).toBeGreaterThan(0);
    expect(parts.desk.cancel(asked.id)).toMatchObject({ isEnding: true, canCancel: false });
    expect(await viewWhen(rig, asked.id, isOver)).toMatchObject({ state: 'not_paid', why: 'canceled' });
  });

  it('a code that nobody pays runs out, and is paid when the payment was faster than the end', async () => {
    const rig = memoryRig('polled');
    totemWith(rig);
    rig.customers('walks_away', 'pays_at_last');
    const ticket = await ticketFor(rig);
    const [first, second] = [order(rig, ticket.id), order(rig, ticket.id)];
    parts.desk.pay(first);
    expect(await viewWhen(rig, first.id, isOver)).toMatchObject({ state: 'not_paid', why: 'expired' });
    parts.desk.pay(second);
    expect(await viewWhen(rig, second.id, isOver)).toMatchObject({ state: 'paid' });
  });

  it('a code that nobody has seen is no doubt: another means is offered, with another ticket', async () => {
    const rig = memoryRig('polled');
    totemWith(rig);
    const ticket = await ticketFor(rig);
    for (let times = 0; times < 8; times += 1) rig.fault('answer_lost');
    const asked = order(rig, ticket.id);
    parts.desk.pay(asked);
    const ended = { state: 'not_paid', why: 'unavailable', isTicketOpen: false } as const;
    expect(await viewWhen(rig, asked.id, isOver)).toMatchObject(ended);
  });

  it('cannot end at the screen what only the terminal ends', async () => {
    const rig = memoryRig('held');
    totemWith(rig);
    const asked = order(rig, (await ticketFor(rig)).id);
    parts.desk.pay(asked);
    expect(() => parts.desk.cancel(asked.id)).toThrow(expect.objectContaining({ code: 'payment_phase' }));
    expect(await viewWhen(rig, asked.id, isOver)).toMatchObject({ state: 'paid' });
  });

  it('a card is not charged when the ticket does not come out', async () => {
    const rig = memoryRig('held');
    totemWith(rig, { printer: printerOf(READY, { kind: 'unknown', cause: 'error' }).port });
    const ticket = await ticketFor(rig);
    const asked = order(rig, ticket.id);
    parts.desk.pay(asked);
    expect(await viewWhen(rig, asked.id, isOver)).toMatchObject({
      state: 'not_paid',
      why: 'not_delivered',
      isTicketOpen: true,
    });
    expect(rig.books()).toEqual([]);
    expect(rig.held()).toBe(0);
    expect(stateOf(ticket.id)).toBe('created');
  });

  it('paper of a card sale that was under way when the program ended is not printed, nor printed again', async () => {
    const rig = memoryRig('held');
    parts = openTotem(place, {
      env: rig.clock.env,
      timers: rig.clock.timers,
      means: [{ id: 'till', open: () => rig.open() }],
      printer: printerOf().port,
    });
    const { service } = place.catalogue;
    stockUp(parts, {
      ...place.catalogue,
      service: { ...service, paymentPolicy: 'before_queue', priceCents: cents(PRICE) },
    });
    const ticket = await ticketFor(rig);
    // Nothing prints: the job waits when the program ends.
    parts.desk.pay(order(rig, ticket.id));
    const jobs = () => parts.store.read((db) => db.all('SELECT state FROM print_job'));
    await rig.clock.run(until(() => jobs().length === 1, parts.store.onCommit));
    parts.store.close();
    const printer = printerOf();
    totemWith(rig, { printer: printer.port });
    await rig.clock.run(settledAfter(rig, SETTLE_EVERY_MS));
    await rig.clock.run(parts.prints.stop());
    expect(jobs()).toEqual([{ state: 'failed' }]);
    expect(printer.jobs).toEqual([]);
    expect(rig.held()).toBe(0);
    expect(() => repeatPaper(parts.ledger, parts.clock, parts.device, ticket.id)).toThrow(
      expect.objectContaining({ code: 'reprint_refused' }),
    );
  });

  it('cards are not offered without paper, and codes are', async () => {
    const out = printerOf({ ...READY, online: false, paper: 'out' }).port;
    for (const [manner, offered] of [
      ['held', 0],
      ['polled', 1],
    ] as const) {
      const rig = memoryRig(manner);
      totemWith(rig, { printer: out });
      await rig.clock.run(settledAfter(rig, 1));
      expect(await rig.clock.run(parts.desk.means())).toHaveLength(offered);
      if (manner === 'held') {
        for (const stop of stops.splice(0)) stop();
        parts.store.close();
      }
    }
  });

  it('with nothing to pay with, what must be paid first is refused, and what is free is not', () => {
    parts = openTotem(place);
    const { service } = place.catalogue;
    stockUp(parts, place.catalogue);
    const paid = buildService(place.world.env, {
      tenantId: service.tenantId,
      paymentPolicy: 'before_queue',
      priceCents: cents(PRICE),
    });
    parts.store.write((db) => upsertRow(db, serviceTable, paid));
    const issue = (serviceId: typeof paid.id) =>
      issueTicket(parts, createTicket(place, { serviceId }), parts.desk.canCharge());
    expect(() => issue(paid.id)).toThrow(expect.objectContaining({ code: 'payment_unavailable' }));
    expect(issue(service.id).ticket?.state).toBe('waiting');
  });

  it('a refund that takes its time closes nothing', async () => {
    const rig = memoryRig('polled');
    totemWith(rig);
    const ticket = await ticketFor(rig);
    const asked = order(rig, ticket.id);
    parts.desk.pay(asked);
    await viewWhen(rig, asked.id, isOver);
    const [paid] = parts.store.read((db) => db.all('SELECT id FROM payment_session'));
    rig.fault('answer_lost');
    const till = openTill({ ...parts, timers: rig.clock.timers, port: rig.open(), terminal: 'till' });
    expect(await rig.clock.run(till.refund(String(paid?.id), cents(PRICE), 'not given'))).toBe(
      'refund_pending',
    );
    expect(await rig.clock.run(parts.desk.means())).toHaveLength(1);
  });

  it('a terminal that does not answer keeps nobody waiting', async () => {
    const rig = memoryRig('polled');
    const silent = { ...rig.open(), ready: () => new Promise<never>(() => undefined) };
    totemWith(rig, {
      means: [
        { id: 'silent', open: () => silent },
        { id: 'till', open: () => rig.open() },
      ],
    });
    expect((await rig.clock.run(parts.desk.means())).map(({ id }) => id)).toEqual(['till']);
  });
});
