/** Free, mine, or somebody else's: a counter is exactly one of them. */
import type { CounterRow, OperatorSessionRow } from '@totem/domain';
import { describe, expect, it } from 'vitest';
import { counterPlaces, mySession } from './occupancy.ts';

const counter = (number: number, over: Partial<CounterRow> = {}): CounterRow =>
  ({
    id: `c${number}`,
    number,
    name: `Guichê ${number}`,
    active: true,
    deletedAt: null,
    ...over,
  }) as CounterRow;
const session = (counterId: string, userId: string, since: string, until: string | null = null) =>
  ({ id: since, counterId, userId, since, until }) as OperatorSessionRow;

describe('counters', () => {
  it('are shown by number; those out of use are not', () => {
    const rows = [counter(3), counter(1), counter(2, { active: false }), counter(4, { deletedAt: 'x' })];
    expect(counterPlaces(rows, [], 'me').map((place) => place.counter.number)).toEqual([1, 3]);
  });

  it('are taken by whoever has an open session there', () => {
    const sessions = [
      session('c1', 'me', '09:00'),
      session('c2', 'you', '09:30'),
      session('c3', 'you', '08:00', '09:00'),
    ];
    const places = counterPlaces([counter(1), counter(2), counter(3)], sessions, 'me');
    expect(places.map(({ taken, since }) => [taken, since])).toEqual([
      ['by_me', '09:00'],
      ['by_other', '09:30'],
      ['free', null],
    ]);
  });

  it("an operator's place is the newest open session, and none after it was closed", () => {
    expect(mySession([session('c1', 'me', '08:00'), session('c2', 'me', '09:00')], 'me')?.counterId).toBe(
      'c2',
    );
    expect(mySession([session('c1', 'me', '08:00', '10:00')], 'me')?.counterId).toBeUndefined();
    expect(mySession([session('c1', 'you', '08:00')], 'me')?.counterId).toBeUndefined();
  });
});
