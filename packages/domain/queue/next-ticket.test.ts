/** Who is next, under every policy: a total order without inversions, and everybody's turn comes once. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyBook, anyOrder, anyPlace, anyQueue, anyTicket, SERVICES } from '../testing/queue.ts';
import { isCallable } from './callable.ts';
import { afterCall, inOrder, nextTicket, peopleAhead, whyOf } from './next-ticket.ts';
import { compareQueued, orderFor, type QueueBook } from './order.ts';
import { POLICY_NAMES } from './policy.ts';

describe.each(POLICY_NAMES)('who is next (%s)', (name) => {
  it('I-QUE-1: the order is total: antisymmetric, transitive, and equal only for one ticket', () => {
    fc.assert(
      fc.property(anyTicket, anyTicket, anyTicket, anyOrder(name), (a, b, c, order) => {
        expect(Math.sign(compareQueued(a, b, order))).toBe(-Math.sign(compareQueued(b, a, order)) || 0);
        expect(compareQueued(a, b, order) === 0).toBe(a.id === b.id);
        if (compareQueued(a, b, order) <= 0 && compareQueued(b, c, order) <= 0)
          expect(compareQueued(a, c, order)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 1_000 },
    );
  });

  it('I-QUE-2: nobody who may be called ranks before the one who is called, nor before the one after it', () => {
    fc.assert(
      fc.property(
        anyQueue,
        fc.option(anyPlace, { nil: undefined }),
        anyOrder(name),
        (tickets, place, site) => {
          const { next, runnerUp, candidates } = nextTicket(tickets, place, { site, services: {} });
          const callable = tickets.filter((one) => isCallable(one, place));
          expect(candidates).toBe(callable.length);
          expect(next === undefined).toBe(callable.length === 0);
          expect(runnerUp === undefined).toBe(callable.length < 2);
          for (const other of callable) {
            if (next === undefined || other.id === next.id) continue;
            expect(compareQueued(next, other, site)).toBeLessThan(0);
            if (runnerUp !== undefined && other.id !== runnerUp.id)
              expect(compareQueued(runnerUp, other, site)).toBeLessThan(0);
          }
        },
      ),
    );
  });

  it('calling until the queue is empty calls each exactly once, and people ahead counts down', () => {
    fc.assert(
      fc.property(anyQueue, anyOrder(name), (tickets, order) => {
        const one = tickets.filter((each) => each.serviceId === SERVICES[0] && isCallable(each, undefined));
        const begin: QueueBook = { site: order, services: {} };
        let [left, book] = [one, begin];
        const called: string[] = [];
        for (;;) {
          const { next } = nextTicket(left, undefined, book);
          if (next === undefined) break;
          expect(peopleAhead(left, next, book)).toBe(0);
          expect(peopleAhead(one, next, begin)).toBe(called.length);
          called.push(next.id);
          left = left.filter((each) => each.id !== next.id);
          book = afterCall(book, next);
        }
        expect(called.toSorted()).toEqual(one.map((each) => each.id as string).toSorted());
      }),
    );
  });
});

describe('services with policies of their own', () => {
  it('I-QUE-2: the list is the order of the calls, turns included, until nobody is left', () => {
    fc.assert(
      fc.property(anyQueue, anyPlace, anyBook(...POLICY_NAMES), (tickets, place, begin) => {
        let [left, book] = [tickets.filter((one) => isCallable(one, place)), begin];
        const listed = inOrder(left, book).map(({ id }) => id);
        const called: string[] = [];
        for (;;) {
          const { next } = nextTicket(left, place, book);
          if (next === undefined) break;
          called.push(next.id);
          left = left.filter(({ id }) => id !== next.id);
          book = afterCall(book, next);
        }
        expect(listed).toEqual(called);
      }),
    );
  });

  it('I-QUE-2: inside a service its own order holds: its first comes before its others', () => {
    fc.assert(
      fc.property(anyQueue, anyBook(...POLICY_NAMES), (tickets, book) => {
        const callable = tickets.filter((one) => isCallable(one, undefined));
        const { next } = nextTicket(callable, undefined, book);
        for (const other of callable)
          if (next !== undefined && other.id !== next.id && other.serviceId === next.serviceId)
            expect(compareQueued(next, other, orderFor(next, book))).toBeLessThan(0);
      }),
    );
  });

  it('who is called is who comes first of all, and so is the one after it', () => {
    fc.assert(
      fc.property(anyQueue, anyPlace, anyBook(...POLICY_NAMES), (tickets, place, book) => {
        const { next, runnerUp, candidates } = nextTicket(tickets, place, book);
        if (next === undefined) return;
        const rest = tickets.filter(({ id }) => id !== next.id);
        expect(nextTicket(rest, place, book).next).toBe(runnerUp);
        expect(whyOf(next, runnerUp, candidates, book)).toMatchObject({
          policy: orderFor(next, book).policy.name,
          candidates,
          runnerUp: runnerUp?.id ?? null,
        });
      }),
    );
  });
});
