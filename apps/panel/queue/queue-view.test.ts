/** The list on the panel is the order in which the server will call. */
import { afterCall, nextTicket, POLICY_NAMES } from '@totem/domain';
import { anyBook, anyPlace, anyTicket } from '@totem/domain/conformance';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minutesBetween, type QueueTicket, queueView, waitLevel } from './queue-view.ts';

const instant = fc
  .integer({ min: 0, max: 50 })
  .map((second) => `2026-11-23T12:00:${String(second).padStart(2, '0')}.000Z`);
const ticket: fc.Arbitrary<QueueTicket> = fc
  .record({ queued: anyTicket, partySize: fc.integer({ min: 1, max: 5 }), issuedAt: instant })
  .map(({ queued, partySize, issuedAt }) => ({ ...queued, partySize, issuedAt, stageSince: issuedAt }));
const tickets = fc.uniqueArray(ticket, { selector: (one) => one.id, maxLength: 30 });
const placed = fc.option(anyPlace, { nil: undefined });

describe('the queue on the panel', () => {
  it('calling from the top is what the server does, until nobody is left', () => {
    fc.assert(
      fc.property(tickets, placed, anyBook(...POLICY_NAMES), (all, place, begin) => {
        let book = begin;
        let left: readonly QueueTicket[] = all;
        const called: string[] = [];
        for (;;) {
          const { next } = nextTicket(left, place, book);
          if (next === undefined) break;
          called.push(next.id);
          book = afterCall(book, next);
          left = left.filter((one) => one.id !== next.id);
        }
        const { entries } = queueView(all, place, begin);
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
    expect([0, 14, 15, 29, 30, 600].map((minutes) => waitLevel(minutes, 30))).toEqual([
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
