/** The way to a ticket, and everything that must not lead off it. */
import type { CommandId, PaymentView, PriorityClassId, ServiceId } from '@totem/domain';
import { DoorError } from '@totem/ui';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Asks,
  canGoBack,
  canStartOver,
  FLOW_AT_START,
  type Flow,
  type FlowEvent,
  flowAfter,
  isNotPaid,
  isUnderWay,
  unpaidTicketOf,
} from './flow.ts';

const priorityClassId = 'p' as PriorityClassId;
const serviceId = 's' as ServiceId;
const first = 'c1' as CommandId;
const second = 'c2' as CommandId;
const ticket = { id: 't', code: 'A001', state: 'waiting', serviceId };

const started: FlowEvent = { kind: 'started', only: null };
const prioritised: FlowEvent = { kind: 'priority_chosen', priorityClassId };
const choose = (asks: Partial<Asks> = {}): FlowEvent => ({
  kind: 'service_chosen',
  serviceId,
  asks: { identifies: false, confirms: false, pays: false, ...asks },
  commandId: first,
});
const chosen = choose();
const identified = (document: string | null): FlowEvent => ({
  kind: 'identified',
  document,
  commandId: first,
});
const confirmed: FlowEvent = { kind: 'confirmed', commandId: first, priceCents: 500, only: null };
const byPix = { id: 'pay1', meansId: 'pix' };
const byCard = { id: 'pay2', meansId: 'card' };
const wantsPix: FlowEvent = { kind: 'means_chosen', commandId: first, pay: byPix };
const wantsCard: FlowEvent = { kind: 'means_chosen', commandId: second, pay: byCard };
const VIEW: PaymentView = {
  id: byPix.id,
  ticketId: ticket.id,
  means: { id: 'pix', method: 'pix' },
  amountCents: 500,
  currency: 'BRL',
  state: 'asking',
  version: 1,
  canCancel: false,
  isEnding: false,
  isTicketOpen: false,
};
const news = (over: Partial<PaymentView>, payId = byPix.id): FlowEvent => ({
  kind: 'pay_news',
  payId,
  view: { ...VIEW, ...over },
});
const notPaid = news({ state: 'not_paid', why: 'declined', isTicketOpen: true });
const silent = (code: 'unreachable' | 'ticket_state', payId = byPix.id): FlowEvent => ({
  kind: 'pay_silent',
  payId,
  error: new DoorError(code),
});
const issued: FlowEvent = { kind: 'issued', commandId: first, ticket };
const refused = (code: 'unreachable' | 'service_closed', commandId = first): FlowEvent => ({
  kind: 'refused',
  commandId,
  error: new DoorError(code),
});
const again: FlowEvent = { kind: 'tried_again', commandId: second };
const back: FlowEvent = { kind: 'went_back', only: null };
const run = (...events: FlowEvent[]): Flow => events.reduce(flowAfter, FLOW_AT_START);

describe('the way to a ticket', () => {
  it('takes three touches: start, priority, service', () => {
    expect(run(started, prioritised, chosen, issued)).toMatchObject({ step: 'ticket', ticket });
  });

  it('takes two where there is one priority class, and back leads to the first screen', () => {
    const services = run({ kind: 'started', only: priorityClassId });
    expect(services).toMatchObject({ step: 'services', priorityClassId });
    expect(flowAfter(services, { kind: 'went_back', only: priorityClassId })).toEqual(FLOW_AT_START);
  });

  it('goes back page by page, and not from what was asked for', () => {
    expect(run(started, back)).toEqual(FLOW_AT_START);
    expect(run(started, prioritised, back)).toEqual({ step: 'priority' });
    expect(run(started, prioritised, chosen, back)).toMatchObject({ step: 'issuing' });
    expect(run(started, prioritised, chosen, issued, back)).toMatchObject({ step: 'ticket' });
  });

  it('keeps the page of services that the customer had turned to', () => {
    const turned: FlowEvent = { kind: 'place_changed', place: { page: 2 } };
    expect(run(started, prioritised, turned, chosen, refused('service_closed'), back)).toMatchObject({
      step: 'services',
      place: { page: 2 },
    });
  });

  it('asks who they are and whether it is right only where there is something to decide', () => {
    const asked = choose({ identifies: true, confirms: true });
    const all = run(started, prioritised, asked, identified('52998224725'));
    expect(all).toMatchObject({ step: 'confirm', document: '52998224725' });
    expect(flowAfter(all, confirmed)).toMatchObject({
      step: 'issuing',
      wish: { document: '52998224725', commandId: first },
    });
    const skipped = run(started, prioritised, choose({ identifies: true }), identified(null));
    expect(skipped).toMatchObject({ step: 'issuing', wish: { document: null } });
  });

  it('takes digits, and no more than a CPF has', () => {
    const typed: FlowEvent = { kind: 'digits_typed', digits: '529.982.247-25999x' };
    expect(run(started, prioritised, choose({ identifies: true }), typed)).toMatchObject({
      digits: '52998224725',
    });
  });

  it('forgets who they are as soon as there is a ticket', () => {
    const asked = choose({ identifies: true });
    const flow = run(started, prioritised, asked, identified('52998224725'), issued);
    expect(flow.step).toBe('ticket');
    expect(JSON.stringify(flow)).not.toContain('52998224725');
  });

  it('goes back from a group or a search to all services, and from a question to where it came from', () => {
    const inGroup: FlowEvent = { kind: 'place_changed', place: { group: 1, page: 1 } };
    const at = run(started, prioritised, inGroup);
    expect(at).toMatchObject({ place: { group: 1, page: 1 } });
    expect(flowAfter(at, back)).toMatchObject({ step: 'services', place: { group: null, page: 0 } });
    const both = choose({ identifies: true, confirms: true });
    const confirming = run(started, prioritised, inGroup, both, identified('52998224725'));
    expect(flowAfter(confirming, back)).toMatchObject({ step: 'identify', digits: '52998224725' });
    expect(flowAfter(confirming, { kind: 'chose_other' })).toMatchObject({
      step: 'services',
      place: { group: 1 },
    });
  });
});

describe('asking again', () => {
  it('without an answer it is the same act, so one ticket at most', () => {
    expect(run(started, prioritised, chosen, refused('unreachable'), again)).toMatchObject({
      step: 'issuing',
      wish: { commandId: first },
    });
  });

  it('after a refusal it is a new act', () => {
    expect(run(started, prioritised, chosen, refused('service_closed'), again)).toMatchObject({
      step: 'issuing',
      wish: { commandId: second },
    });
  });

  it('the answer to an earlier act is not taken for the answer to this one', () => {
    const asked = run(started, prioritised, chosen, refused('service_closed'), again);
    expect(flowAfter(asked, issued)).toBe(asked);
    expect(flowAfter(asked, refused('unreachable'))).toBe(asked);
  });
});

describe('paying before the queue', () => {
  const toConfirm = [started, prioritised, choose({ confirms: true, pays: true })];
  const paying = [...toConfirm, confirmed, wantsPix, issued];

  it('asks how, gets a ticket at the price that was agreed to, pays it, and shows it', () => {
    expect(run(...toConfirm, confirmed)).toMatchObject({ step: 'method', ticket: null });
    expect(run(...toConfirm, confirmed, wantsPix)).toMatchObject({
      step: 'issuing',
      wish: { priceCents: 500, pay: byPix },
    });
    expect(run(...paying)).toMatchObject({ step: 'paying', pay: byPix, view: null });
    const paid = news({ state: 'paid', ticket: { ...ticket, state: 'waiting' } });
    expect(run(...paying, news({}), paid)).toMatchObject({ step: 'ticket', paid: { state: 'paid' } });
  });

  it('does not ask how where there is one way, and never of what is not paid here', () => {
    const only: FlowEvent = { kind: 'confirmed', commandId: first, priceCents: 500, only: byPix };
    expect(run(...toConfirm, only, issued)).toMatchObject({ step: 'paying', pay: byPix });
    const later = run(started, prioritised, choose({ confirms: true }), only, issued);
    expect(later).toMatchObject({ step: 'ticket', paid: null });
  });

  it('pays the same ticket another way while it is open, and another one when it is not', () => {
    const again = run(...paying, notPaid, { kind: 'pays_otherwise' });
    expect(again).toMatchObject({ step: 'method', ticket });
    expect(flowAfter(again, wantsCard)).toMatchObject({ step: 'paying', ticket, pay: byCard, view: null });
    const lost = run(...paying, news({ state: 'not_paid', isTicketOpen: false }), { kind: 'pays_otherwise' });
    expect(flowAfter(lost, wantsCard)).toMatchObject({ step: 'issuing', wish: { commandId: second } });
  });

  it.each(['asking', 'waiting', 'finishing'] as const)('leads nowhere but on while it is %s', (state) => {
    const flow = run(...paying, news({ state }));
    expect([canGoBack(flow), canStartOver(flow)]).toEqual([false, false]);
    for (const event of [back, { kind: 'pays_otherwise' }, { kind: 'chose_other' }] as FlowEvent[])
      expect(flowAfter(flow, event)).toBe(flow);
  });

  it('in doubt no other payment is offered, and the customer may go', () => {
    for (const event of [news({ state: 'unknown' }), silent('unreachable')]) {
      const flow = run(...paying, event);
      expect([canGoBack(flow), canStartOver(flow), isNotPaid(flow as never)]).toEqual([false, true, false]);
    }
    // In the middle of it, whatever the totem says of not knowing it leaves the customer in doubt.
    expect(isNotPaid(run(...paying, news({ state: 'waiting' }), silent('ticket_state')) as never)).toBe(
      false,
    );
    expect(isNotPaid(run(...paying, silent('ticket_state')) as never)).toBe(true);
  });

  it('what comes of an earlier try changes nothing of this one', () => {
    const second = run(...paying, notPaid, { kind: 'pays_otherwise' }, wantsCard);
    expect(flowAfter(second, news({ state: 'paid', ticket }))).toBe(second);
    expect(flowAfter(second, silent('unreachable'))).toBe(second);
  });

  it('a ticket is its customer’s to lose from the first try on', () => {
    expect(unpaidTicketOf(run(...toConfirm, confirmed))).toBeNull();
    expect(unpaidTicketOf(run(...paying))).toBe(ticket.id);
    expect(unpaidTicketOf(run(...paying, notPaid, { kind: 'pays_otherwise' }))).toBe(ticket.id);
    expect(unpaidTicketOf(run(started, prioritised, chosen, issued))).toBeNull();
  });
});

const anyEvent = fc.constantFrom<FlowEvent>(
  started,
  prioritised,
  { kind: 'place_changed', place: { page: 1 } },
  { kind: 'place_changed', place: { search: 'x' } },
  { kind: 'digits_typed', digits: '5' },
  chosen,
  choose({ identifies: true }),
  choose({ confirms: true }),
  { ...choose(), commandId: second } as FlowEvent,
  identified('52998224725'),
  confirmed,
  { kind: 'chose_other' },
  issued,
  { kind: 'issued', commandId: second, ticket },
  refused('unreachable'),
  refused('service_closed', second),
  again,
  back,
  choose({ confirms: true, pays: true }),
  wantsPix,
  wantsCard,
  news({}),
  news({ state: 'waiting' }),
  news({ state: 'paid', ticket }),
  notPaid,
  news({ state: 'unknown' }, byCard.id),
  silent('unreachable'),
  { kind: 'pays_otherwise' },
);

it('whatever happens in whatever order, a ticket on screen stays, and a command is never left behind', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
      let flow = FLOW_AT_START;
      for (const event of events) {
        const next = flowAfter(flow, event);
        if (flow.step === 'ticket') expect(next).toBe(flow);
        if (flow.step === 'issuing') expect(['issuing', 'ticket', 'paying', 'failed']).toContain(next.step);
        if (flow.step === 'paying' && isUnderWay(flow)) expect(['paying', 'ticket']).toContain(next.step);
        if (canGoBack(flow)) expect(flowAfter(flow, back)).not.toBe(flow);
        else expect(flowAfter(flow, back)).toBe(flow);
        if (flow.step === 'issuing') expect(canStartOver(flow)).toBe(false);
        flow = next;
      }
    }),
  );
});

describe('somebody with an appointment', () => {
  const booked: FlowEvent = { kind: 'booked' };
  const typed = (code: string): FlowEvent => ({ kind: 'code_typed', code });
  const given = (code: string, commandId = first): FlowEvent => ({ kind: 'code_given', code, commandId });
  const asking = run(started, prioritised, booked, given('abc-234'));

  it('gets a ticket for a code, typed or scanned', () => {
    expect(run(started, prioritised, booked, typed('ab')).step).toBe('check_in');
    expect(asking).toMatchObject({ step: 'check_in', code: 'ABC234', commandId: first });
    expect(flowAfter(asking, issued)).toMatchObject({
      step: 'ticket',
      ticket,
      paid: null,
      choice: { serviceId, priorityClassId },
    });
  });

  it('types nothing that no code is made of, and no more than a code', () => {
    expect(run(started, prioritised, booked, typed('a0 1-oibc2345678'))).toMatchObject({ code: 'ABC234' });
    expect(run(started, prioritised, booked, given(' - '))).toMatchObject({ commandId: null });
    const scanned = run(started, prioritised, booked, given('https://elsewhere.example/a/very/long/address'));
    expect(scanned).toMatchObject({ code: 'HTTPS://ELSEWHER' });
  });

  it('waits for the answer: neither back nor over, nor another code', () => {
    expect([canGoBack(asking), canStartOver(asking)]).toEqual([false, false]);
    for (const event of [back, typed('X'), given('XYZ234', second), { kind: 'chose_other' } as const])
      expect(flowAfter(asking, event)).toEqual(asking);
    expect(flowAfter(asking, { ...issued, commandId: second })).toEqual(asking);
  });

  it('asks again under the same id when nobody answered, and under a new one after a refusal', () => {
    const silent = flowAfter(asking, refused('unreachable'));
    expect(flowAfter(silent, again)).toEqual(asking);
    const no = flowAfter(asking, refused('service_closed'));
    expect(flowAfter(no, again)).toMatchObject({ commandId: second, error: null });
  });

  it('who is refused types again, goes back to the code, or takes a ticket like everyone', () => {
    const no = flowAfter(asking, refused('service_closed'));
    expect(flowAfter(no, typed(''))).toMatchObject({ step: 'check_in', code: '', error: null });
    expect(flowAfter(no, back)).toMatchObject({
      step: 'check_in',
      code: 'ABC234',
      error: null,
      commandId: null,
    });
    expect(flowAfter(no, { kind: 'chose_other' })).toMatchObject({ step: 'services', priorityClassId });
    expect(run(started, prioritised, booked, back)).toMatchObject({ step: 'services', priorityClassId });
  });
});
