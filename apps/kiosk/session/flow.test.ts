/** The way to a ticket, and everything that must not lead off it. */
import type { CommandId, PriorityClassId, ServiceId } from '@totem/domain';
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
  asks: { identifies: false, confirms: false, ...asks },
  commandId: first,
});
const chosen = choose();
const identified = (document: string | null): FlowEvent => ({
  kind: 'identified',
  document,
  commandId: first,
});
const confirmed: FlowEvent = { kind: 'confirmed', commandId: first };
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
);

it('whatever happens in whatever order, a ticket on screen stays, and a command is never left behind', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
      let flow = FLOW_AT_START;
      for (const event of events) {
        const next = flowAfter(flow, event);
        if (flow.step === 'ticket') expect(next).toBe(flow);
        if (flow.step === 'issuing') expect(['issuing', 'ticket', 'failed']).toContain(next.step);
        if (canGoBack(flow)) expect(flowAfter(flow, back)).not.toBe(flow);
        else expect(flowAfter(flow, back)).toBe(flow);
        if (flow.step === 'issuing') expect(canStartOver(flow)).toBe(false);
        flow = next;
      }
    }),
  );
});
