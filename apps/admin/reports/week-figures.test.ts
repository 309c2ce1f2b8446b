/** The week of a span: averages over its weekdays, no hour between two lost, the busiest strongest. */
import { expect, it } from 'vitest';
import { LEVELS, weekOf } from './week-figures.ts';

/** Two Mondays and one of each other day. */
const span = { from: '2026-11-16', to: '2026-11-23' };

it('is drawn from its first hour to its last, hours without anybody included', () => {
  const { lines } = weekOf({
    ...span,
    arrivals: [
      { weekday: 2, hour: 9, issued: 5 },
      { weekday: 3, hour: 11, issued: 1 },
    ],
  });
  expect(lines.map(({ hour }) => hour)).toEqual([9, 10, 11]);
  expect(lines.map(({ cells }) => cells.map(({ level }) => level))).toEqual([
    [0, LEVELS, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0],
    [0, 0, 1, 0, 0, 0, 0],
  ]);
});

it('counts a weekday that came twice for half', () => {
  const { busiest, lines } = weekOf({
    ...span,
    arrivals: [
      { weekday: 1, hour: 9, issued: 8 },
      { weekday: 2, hour: 9, issued: 6 },
    ],
  });
  expect(lines[0]?.cells.slice(0, 2).map(({ average }) => average)).toEqual([4, 6]);
  expect(busiest).toMatchObject({ weekday: 2, hour: 9, average: 6 });
});

it('of nobody is empty', () => {
  expect(weekOf({ ...span, arrivals: [] })).toEqual({ lines: [], busiest: undefined });
});
