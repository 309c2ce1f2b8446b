/** The list on the panel is the order in which the server will call. */
import {
  type CallingPlace,
  type CounterId,
  nextTicket,
  type ServiceId,
  TICKET_STATES,
  type TicketId,
  type UserId,
} from '@totem/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minutesBetween, type QueueTicket, queueView, waitLevel } from './queue-view.ts';

const SERVICES = ['s1', 's2', 's3'] as unknown as readonly ServiceId[];
const instant = fc
  .integer({ min: 0, max: 50 })
  .map((second) => `2026-11-23T12:00:${String(second).padStart(2, '0')}.000Z`);
const ticket: fc.Arbitrary<QueueTicket> = fc.record({
  id: fc.uuid({ version: 7 }).map((id) => id as TicketId),
  state: fc.constantFrom(...TICKET_STATES),
  heldReason: fc.option(fc.constant('documento'), { freq: 3 }),
  serviceId: fc.constantFrom(...SERVICES),
  priority: fc.nat(3),
  addressedOperatorId: fc.option(
    fc.constantFrom('me', 'other').map((id) => id as UserId),
    { freq: 4 },
  ),
  addressedCounterId: fc.option(
    fc.constantFrom('here', 'there').map((id) => id as CounterId),
    { freq: 4 },
  ),
  waitingSince: fc.option(instant, { freq: 9 }),
  partySize: fc.integer({ min: 1, max: 5 }),
  issuedAt: instant,
});
const tickets = fc.uniqueArray(ticket, { selector: (one) => one.id, maxLength: 30 });
const placed: fc.Arbitrary<CallingPlace | undefined> = fc.option(
  fc.record({
    operatorId: fc.constant('me' as UserId),
    counterId: fc.constant('here' as CounterId),
    serviceIds: fc.option(fc.subarray([...SERVICES])),
    priorityFrom: fc.option(fc.integer({ min: 1, max: 3 }), { freq: 2 }),
  }),
  { nil: undefined },
);

describe('the queue on the panel', () => {
  it('calling from the top is what the server does, until nobody is left', () => {
    fc.assert(
      fc.property(tickets, placed, (all, place) => {
        let left: readonly QueueTicket[] = all;
        const called: string[] = [];
        for (;;) {
          const { next } = nextTicket(left, place);
          if (next === undefined) break;
          called.push(next.id);
          left = left.filter((one) => one.id !== next.id);
        }
        const { entries } = queueView(all, place);
        const callable = entries.filter((entry) => entry.position !== null);
        expect(callable.map((entry) => entry.ticket.id)).toEqual(called);
        expect(callable.map((entry) => entry.position)).toEqual(called.map((_, index) => index + 1));
      }),
    );
  });

  it('counts each person once, and held tickets apart', () => {
    fc.assert(
      fc.property(tickets, placed, (all, place) => {
        const view = queueView(all, place);
        const callable = view.entries.filter((entry) => entry.position !== null);
        expect(view.tickets + view.held).toBe(view.entries.length);
        expect(view.people).toBe(callable.reduce((sum, { ticket: { partySize } }) => sum + partySize, 0));
        expect([...view.peopleByService.values()].reduce((sum, people) => sum + people, 0)).toBe(view.people);
        expect(view.longestSince === null).toBe(view.tickets === 0);
      }),
    );
  });

  it('marks long waits, and a lagging clock shows none', () => {
    expect([0, 14, 15, 29, 30, 600].map(waitLevel)).toEqual([
      'usual',
      'usual',
      'long',
      'long',
      'very_long',
      'very_long',
    ]);
    const since = '2026-11-23T12:00:00.000Z';
    expect(minutesBetween(since, Date.parse(since) + 119_999)).toBe(1);
    expect(minutesBetween(since, Date.parse(since) - 1)).toBe(0);
  });
});
