/** Arrivals of a span by the hour of the week: averages over the days of each weekday in it, and how strong each is drawn. */
import { daysBetween } from '../data/days.ts';
import type { QueueReport } from './queue-figures.ts';

/** Steps of colour; nobody came is none of them. */
export const LEVELS = 5;
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;

export interface WeekCell {
  /** Of ISO 8601: Monday is 1. */
  readonly weekday: number;
  /** Tickets in this hour, on average of the days of this weekday. */
  readonly average: number;
  /** 0 for nobody, to `LEVELS` for the busiest hour. */
  readonly level: number;
}

export interface WeekLine {
  readonly hour: number;
  /** Monday first. */
  readonly cells: readonly WeekCell[];
}

export interface Week {
  /** From the first hour in which anybody came to the last. */
  readonly lines: readonly WeekLine[];
  readonly busiest: (WeekCell & { readonly hour: number }) | undefined;
}

export function weekOf({ from, to, arrivals }: Pick<QueueReport, 'from' | 'to' | 'arrivals'>): Week {
  const days = Map.groupBy(daysBetween(from, to), (day) => Temporal.PlainDate.from(day).dayOfWeek);
  const averages = arrivals.map(({ weekday, hour, issued }) => ({
    weekday,
    hour,
    // What came after midnight may be of a weekday that the span has not.
    average: issued / Math.max(1, days.get(weekday)?.length ?? 0),
  }));
  const most = Math.max(0, ...averages.map(({ average }) => average));
  const at = new Map(averages.map(({ weekday, hour, average }) => [`${weekday} ${hour}`, average]));
  const hours = arrivals.map(({ hour }) => hour);
  const first = hours.length === 0 ? 0 : Math.min(...hours);
  const last = hours.length === 0 ? -1 : Math.max(...hours);
  const lines = Array.from({ length: last - first + 1 }, (_, index) => {
    const hour = first + index;
    const cells = WEEKDAYS.map((weekday) => {
      const average = at.get(`${weekday} ${hour}`) ?? 0;
      return { weekday, average, level: average === 0 ? 0 : Math.ceil((average / most) * LEVELS) };
    });
    return { hour, cells };
  });
  const all = lines.flatMap(({ hour, cells }) => cells.map((cell) => ({ ...cell, hour })));
  return { lines, busiest: all.find(({ average }) => average > 0 && average === most) };
}
