/** Who is next: a total order without inversions. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CounterId, ServiceId, TicketId, UserId } from '../ids/id.ts';
import { TICKET_STATES } from '../ticket/machine.ts';
import { type CallingPlace, isCallable } from './callable.ts';
import { compareQueued, nextTicket, peopleAhead, type QueuedTicket } from './next-ticket.ts';

const SERVICES = ['s1', 's2', 's3'] as unknown as readonly ServiceId[];
const ticket: fc.Arbitrary<QueuedTicket> = fc.record({
  id: fc.uuid({ version: 7 }).map((id) => id as TicketId),
  state: fc.constantFrom(...TICKET_STATES),
  heldReason: fc.option(fc.constant('documents'), { freq: 3 }),
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
  waitingSince: fc.option(
    fc.integer({ min: 0, max: 50 }).map((s) => `2026-11-23T12:00:${String(s).padStart(2, '0')}.000Z`),
    { freq: 9 },
  ),
});
const placed: fc.Arbitrary<CallingPlace | undefined> = fc.option(
  fc.record({
    operatorId: fc.constant('me' as UserId),
    counterId: fc.constant('here' as CounterId),
    serviceIds: fc.option(fc.subarray([...SERVICES])),
    priorityFrom: fc.option(fc.integer({ min: 1, max: 3 }), { freq: 2 }),
  }),
  { nil: undefined },
);
const queue = fc.uniqueArray(ticket, { selector: (one) => one.id, maxLength: 30 });

describe('who is next (strict)', () => {
  it('I-QUE-1: the order is total: antisymmetric, transitive, and equal only for one ticket', () => {
    fc.assert(
      fc.property(ticket, ticket, ticket, (a, b, c) => {
        expect(Math.sign(compareQueued(a, b))).toBe(-Math.sign(compareQueued(b, a)) || 0);
        expect(compareQueued(a, b) === 0).toBe(a.id === b.id);
        if (compareQueued(a, b) <= 0 && compareQueued(b, c) <= 0)
          expect(compareQueued(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('I-QUE-2: nobody callable ranks before the one who is called; tier first, then arrival', () => {
    fc.assert(
      fc.property(queue, placed, (tickets, place) => {
        const { next, runnerUp, candidates } = nextTicket(tickets, place);
        const callable = tickets.filter((one) => isCallable(one, place));
        expect(candidates).toBe(callable.length);
        expect(next === undefined).toBe(callable.length === 0);
        for (const other of callable) {
          if (next === undefined || other.id === next.id) continue;
          expect(other.priority).toBeLessThanOrEqual(next.priority);
          if (other.priority === next.priority) {
            expect((next.waitingSince ?? '~') <= (other.waitingSince ?? '~')).toBe(true);
          }
          if (runnerUp !== undefined && other.id !== runnerUp.id)
            expect(compareQueued(runnerUp, other)).toBeLessThan(0);
        }
      }),
    );
  });

  it('calling until the queue is empty calls each exactly once, and people ahead counts down', () => {
    fc.assert(
      fc.property(queue, (tickets) => {
        const one = tickets.filter((each) => each.serviceId === SERVICES[0] && isCallable(each, undefined));
        let left = one;
        const called: string[] = [];
        for (;;) {
          const { next } = nextTicket(left);
          if (next === undefined) break;
          expect(peopleAhead(left, next)).toBe(0);
          expect(peopleAhead(one, next)).toBe(called.length);
          called.push(next.id);
          left = left.filter((each) => each.id !== next.id);
        }
        expect(called.toSorted()).toEqual(one.map((each) => each.id as string).toSorted());
      }),
    );
  });
});
