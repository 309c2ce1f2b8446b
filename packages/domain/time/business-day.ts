/**
 * Days and opening hours, in the site's zone, in this one module (JavaScript and PostgreSQL disagree on ambiguous local
 * times, so nothing else converts). Instants go in, calendar days come out.
 */
import '../zod-setup.ts';
import { z } from 'zod';

/** A calendar day of a site, `2026-11-23`. Chosen once, when a ticket is born, and stored. */
export type BusinessDay = string;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A day that exists, from the year 1 on: PostgreSQL has no year 0. */
export const businessDaySchema = z.string().refine((text) => {
  if (!DAY.test(text) || text.startsWith('0000')) return false;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text;
  } catch {
    return false;
  }
}, 'not a day');

/** How a site counts its days. */
export interface SiteCalendar {
  /** IANA zone, for instance `America/Sao_Paulo`. */
  readonly timezone: string;
  /** The hour of local time (0 to 23) at which a new business day begins. */
  readonly rolloverHour: number;
}

/** Opening hours: for each ISO weekday (1 is Monday) the intervals of local time; no value means always open. */
export const openingHoursSchema = z
  .partialRecord(
    z.enum(['1', '2', '3', '4', '5', '6', '7']),
    z.array(z.tuple([z.string().regex(/^\d{2}:\d{2}$/), z.string().regex(/^\d{2}:\d{2}$/)])).max(6),
  )
  .nullable();
export type OpeningHours = z.infer<typeof openingHoursSchema>;

/**
 * The business day of an instant. With `notBefore` (the last day this totem has used) the answer never goes back:
 * a clock that was set back does not reopen a closed day.
 */
export function businessDay(epochMs: number, calendar: SiteCalendar, notBefore?: BusinessDay): BusinessDay {
  const local = Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(calendar.timezone);
  // By wall clock, not by subtracting hours of time: on a day of 23 or 25 hours those differ.
  const date = local.toPlainDate();
  const day = (local.hour < calendar.rolloverHour ? date.subtract({ days: 1 }) : date).toString();
  return notBefore !== undefined && notBefore > day ? notBefore : day;
}

/** An hour of the week: the ISO weekday, Monday is 1, and the hour, 0 to 23. */
export interface WeekHour {
  readonly weekday: number;
  readonly hour: number;
}

/** The hour of the week, in local time, that an instant falls into. */
export function weekHourOf(epochMs: number, timezone: string): WeekHour {
  const { dayOfWeek, hour } = Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(timezone);
  return { weekday: dayOfWeek, hour };
}

/**
 * When a place has closed for a business day, in milliseconds since the epoch: the end of its last interval in that day. A
 * place that is always open, or has no hours that day, closes with the day itself.
 */
export function closingOf(hours: OpeningHours, day: BusinessDay, calendar: SiteCalendar): number {
  const date = Temporal.PlainDate.from(day);
  const time = Temporal.PlainTime.from({ hour: calendar.rolloverHour });
  const at = (on: Temporal.PlainDate, clock: Temporal.PlainTime) =>
    on.toZonedDateTime({ timeZone: calendar.timezone, plainTime: clock }).epochMilliseconds;
  const begins = at(date, time);
  const ends = at(date.add({ days: 1 }), time);
  // A business day that begins at four in the morning has hours of two calendar days.
  const closings = [date, date.add({ days: 1 })].flatMap((on) =>
    (hours?.[String(on.dayOfWeek) as '1'] ?? []).map(([from, until]) => ({
      from: at(on, Temporal.PlainTime.from(from)),
      until:
        until === '24:00'
          ? at(on.add({ days: 1 }), new Temporal.PlainTime())
          : at(on, Temporal.PlainTime.from(until)),
    })),
  );
  const ofDay = closings.filter(({ from, until }) => from < ends && until > begins);
  return ofDay.length === 0 ? ends : Math.min(ends, Math.max(...ofDay.map(({ until }) => until)));
}

/** Whether an instant falls within the opening hours of a place in that zone. An interval may end at `24:00`. */
export function isOpen(hours: OpeningHours, epochMs: number, timezone: string): boolean {
  if (hours === null) return true;
  const local = Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(timezone);
  const weekday = String(local.dayOfWeek) as '1';
  const time = local.toPlainTime().toString({ smallestUnit: 'minute' });
  return (hours[weekday] ?? []).some(([from, until]) => from <= time && time < until);
}
