/** Opening hours as an editor changes them, and as a reader is told of them. */
import type { OpeningHours } from '@totem/domain';

export type Interval = [from: string, until: string];
export const WEEKDAYS = ['1', '2', '3', '4', '5', '6', '7'] as const;
export type Weekday = (typeof WEEKDAYS)[number];
export const WORKING_DAYS = ['1', '2', '3', '4', '5'] as const;

/** The hours with other intervals on a day; a day without any is closed, and is not named. */
export function withDay(
  hours: NonNullable<OpeningHours>,
  day: Weekday,
  intervals: readonly Interval[],
): NonNullable<OpeningHours> {
  const { [day]: _, ...others } = hours;
  return intervals.length === 0 ? others : { ...others, [day]: intervals.map(([a, b]): Interval => [a, b]) };
}

/** The hours in a line: `mon 08:00–12:00, 13:00–17:00; …`. @param nameOf a weekday's short name. */
export function hoursLine(hours: NonNullable<OpeningHours>, nameOf: (day: Weekday) => string): string {
  return WEEKDAYS.flatMap((day) => {
    const intervals = hours[day] ?? [];
    const times = intervals.map(([from, until]) => `${from}–${until}`).join(', ');
    return times === '' ? [] : [`${nameOf(day)} ${times}`];
  }).join('; ');
}
