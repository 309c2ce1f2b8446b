/** Who may call whom: every reason for which a ticket may not be called, and that nothing else is one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CounterId, ServiceId, UserId } from '../ids/id.ts';
import { TICKET_STATES } from '../ticket/machine.ts';
import { type CallableTicket, callingPlace, inBoth, isCallable, whyNotCallable } from './callable.ts';

const SERVICES = ['s1', 's2', 's3'] as unknown as readonly ServiceId[];
const [one, two] = SERVICES as unknown as [ServiceId, ServiceId];
const me = 'me' as UserId;
const here = 'here' as CounterId;
const waiting: CallableTicket = {
  state: 'waiting',
  heldReason: null,
  serviceId: one,
  priority: 0,
  addressedOperatorId: null,
  addressedCounterId: null,
};
const counter = { id: here, serviceIds: null, priorityFrom: null };
const place = callingPlace({ id: me, serviceIds: null }, counter);

describe('a waiting ticket', () => {
  it('may be called by whoever serves everybody', () => {
    expect(whyNotCallable(waiting, place)).toBeUndefined();
  });

  it.each(TICKET_STATES.filter((state) => state !== 'waiting'))('is not one that is %s', (state) => {
    expect(whyNotCallable({ ...waiting, state }, place)).toBe('ticket_state');
  });

  it.each([
    ['on hold', { heldReason: 'documento' }, place, 'ticket_held'],
    ['sent on to somebody else', { addressedOperatorId: 'other' as UserId }, place, 'ticket_addressed'],
    ['sent on to another counter', { addressedCounterId: 'there' as CounterId }, place, 'ticket_addressed'],
    [
      'sent on to this operator, elsewhere',
      { addressedOperatorId: me, addressedCounterId: 'there' as CounterId },
      place,
      'ticket_addressed',
    ],
    [
      'of a service that the counter does not serve',
      {},
      callingPlace({ id: me, serviceIds: null }, { ...counter, serviceIds: [two] }),
      'service_not_served',
    ],
    [
      'of a service that the person does not serve',
      {},
      callingPlace({ id: me, serviceIds: [two] }, counter),
      'service_not_served',
    ],
    [
      'without priority, at a counter for those who have it',
      { priority: 1 },
      callingPlace({ id: me, serviceIds: null }, { ...counter, priorityFrom: 2 }),
      'counter_priority_only',
    ],
  ] as const)('that is %s may not be called', (_, over, from, code) => {
    expect(whyNotCallable({ ...waiting, ...over }, from)).toBe(code);
  });

  it('that was sent on to this operator and counter may be called', () => {
    expect(isCallable({ ...waiting, addressedOperatorId: me, addressedCounterId: here }, place)).toBe(true);
  });

  it('I-QUE-4: that was sent on is callable at one place at most, whatever is served anywhere', () => {
    const services = fc.option(fc.subarray([...SERVICES]));
    const somewhere = fc.record({
      operator: fc.record({
        id: fc.constantFrom('a', 'b', 'c').map((id) => id as UserId),
        serviceIds: services,
      }),
      counter: fc.record({
        id: fc.constantFrom('x', 'y', 'z').map((id) => id as CounterId),
        serviceIds: services,
        priorityFrom: fc.option(fc.nat(3)),
      }),
    });
    fc.assert(
      fc.property(somewhere, somewhere, fc.nat(3), (from, target, priority) => {
        const sent = { ...waiting, priority, addressedCounterId: target.counter.id };
        if (from.counter.id !== target.counter.id)
          expect(isCallable(sent, callingPlace(from.operator, from.counter))).toBe(false);
      }),
    );
  });
});

it('the services of two lists: null is every service, and none is none', () => {
  expect(inBoth(null, null)).toBeNull();
  expect(inBoth(['a', 'b'], null)).toEqual(['a', 'b']);
  expect(inBoth(null, ['b'])).toEqual(['b']);
  expect(inBoth(['a', 'b'], ['b', 'c'])).toEqual(['b']);
  expect(inBoth(['a'], [])).toEqual([]);
});
