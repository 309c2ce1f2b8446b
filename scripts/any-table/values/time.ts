/**
 * Dates, times and intervals as the server prints them under `DateStyle = ISO`, `TimeZone = UTC` and
 * `IntervalStyle = iso_8601`, and arithmetic on them. Instants and times are microseconds, dates days, all since 1970.
 */
import { ConditionFault } from './fault.ts';

export interface Interval {
  readonly months: number;
  readonly days: number;
  readonly micros: bigint;
}

export const MICROS_PER_DAY = 86_400_000_000n;
const MICROS_PER_SECOND = 1_000_000n;
const DAYS_PER_MONTH = 30n;
/** Beyond every instant that the server has. */
const INFINITE = 1n << 80n;
/** 4713-01-01 BC to the end of the server's range. */
const INSTANT_MIN = -210_866_803_200_000_000n;
const INSTANT_MAX = 9_224_318_016_000_000_000n;
const DAY_MIN = -2_440_588;
const DAY_MAX = 2_145_031_948;

const DATE = /^(\d{4,7})-(\d\d)-(\d\d)( BC)?$/;
const INSTANT = /^(\d{4,7}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,6})?)(?:[+-]\d\d)?( BC)?$/;
const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/;
const PERIOD =
  /^P(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)W)?(?:(-?\d+)D)?(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?)(\d+)(?:\.(\d{1,6}))?S)?)?$/;

/** Days since 1970; infinite ones are beyond all others. */
export function dayOf(text: string): number {
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  if (text === '-infinity') return Number.NEGATIVE_INFINITY;
  const [, year = '', month = '', day = '', era] = matched(DATE, text);
  return daysFromCivil(era === undefined ? Number(year) : 1 - Number(year), Number(month), Number(day));
}

/** Microseconds since 1970 of a timestamp with or without zone; the zone is always UTC. */
export function instantOf(text: string): bigint {
  if (text === 'infinity') return INFINITE;
  if (text === '-infinity') return -INFINITE;
  const [, date = '', time = '', era = ''] = matched(INSTANT, text);
  return BigInt(dayOf(date + era)) * MICROS_PER_DAY + timeOf(time);
}

export function timeOf(text: string): bigint {
  const [, hour = '', minute = '', second = '', fraction = ''] = matched(TIME, text);
  const seconds = BigInt(Number(hour) * 3_600 + Number(minute) * 60 + Number(second));
  return seconds * MICROS_PER_SECOND + BigInt(fraction.padEnd(6, '0'));
}

export function intervalOf(text: string): Interval {
  if (text === 'infinity') return infiniteInterval(1n);
  if (text === '-infinity') return infiniteInterval(-1n);
  const [
    ,
    years = '0',
    months = '0',
    weeks = '0',
    days = '0',
    hours = '0',
    minutes = '0',
    sign = '',
    seconds = '0',
    fraction = '',
  ] = matched(PERIOD, text);
  const second = BigInt(seconds) * MICROS_PER_SECOND + BigInt(fraction.padEnd(6, '0'));
  return {
    months: Number(years) * 12 + Number(months),
    days: Number(weeks) * 7 + Number(days),
    micros:
      (BigInt(hours) * 3_600n + BigInt(minutes) * 60n) * MICROS_PER_SECOND +
      (sign === '-' ? -second : second),
  };
}

/** Since PostgreSQL 17 there are infinite spans, for example between an infinite moment and another. */
function infiniteInterval(sign: bigint): Interval {
  return { months: 0, days: 0, micros: sign * INFINITE };
}

/** A month counts 30 days and a day 24 hours, as the server compares. */
export function intervalLength({ months, days, micros }: Interval): bigint {
  return (BigInt(months) * DAYS_PER_MONTH + BigInt(days)) * MICROS_PER_DAY + micros;
}

export function addIntervals(left: Interval, right: Interval): Interval {
  const infinite = infiniteSum(left.micros, right.micros, 'interval out of range');
  if (infinite !== undefined) return { months: 0, days: 0, micros: infinite };
  return {
    months: left.months + right.months,
    days: left.days + right.days,
    micros: left.micros + right.micros,
  };
}

export function negateInterval({ months, days, micros }: Interval): Interval {
  return { months: -months, days: -days, micros: -micros };
}

/** The sum of two of which one is infinite; undefined when none is. @throws ConditionFault when they are opposite. */
function infiniteSum(left: bigint, right: bigint, fault: string): bigint | undefined {
  if (!isInfinite(left) && !isInfinite(right)) return undefined;
  if (left === -right) throw new ConditionFault(fault);
  return isInfinite(left) ? left : right;
}

/** Months first, where a day beyond the month's end becomes its last; then days; then time. */
export function addToInstant(instant: bigint, { months, days, micros }: Interval): bigint {
  const infinite = infiniteSum(instant, micros, 'timestamp out of range');
  if (infinite !== undefined) return infinite;
  const day = floorDivide(instant, MICROS_PER_DAY);
  const time = instant - day * MICROS_PER_DAY;
  const moved = months === 0 ? Number(day) : addMonths(Number(day), months);
  return instantInRange(BigInt(moved + days) * MICROS_PER_DAY + time + micros);
}

export function addToDay(day: number, days: bigint): number {
  if (!Number.isFinite(day)) return day;
  const sum = day + Number(days);
  if (sum < DAY_MIN || sum > DAY_MAX) throw new ConditionFault('date out of range');
  return sum;
}

export function dayToInstant(day: number): bigint {
  if (!Number.isFinite(day)) return day > 0 ? INFINITE : -INFINITE;
  return instantInRange(BigInt(day) * MICROS_PER_DAY);
}

/** A day with a time of day. */
export function dayAtTime(day: number, time: bigint): bigint {
  const midnight = dayToInstant(day);
  return isInfinite(midnight) ? midnight : midnight + time;
}

export function instantToDay(instant: bigint): number {
  if (isInfinite(instant)) return instant > 0n ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  return Number(floorDivide(instant, MICROS_PER_DAY));
}

/** What lies between two instants, in days and time. */
export function betweenInstants(left: bigint, right: bigint): Interval {
  const infinite = infiniteSum(left, -right, 'interval out of range');
  if (infinite !== undefined) return { months: 0, days: 0, micros: infinite };
  const difference = left - right;
  const days = difference / MICROS_PER_DAY;
  return { months: 0, days: Number(days), micros: difference - days * MICROS_PER_DAY };
}

/** A time of day moved by the time part of an interval, around midnight. */
export function addToTime(time: bigint, { micros }: Interval): bigint {
  if (isInfinite(micros)) throw new ConditionFault('cannot add infinite interval to time');
  const sum = (time + micros) % MICROS_PER_DAY;
  return sum < 0n ? sum + MICROS_PER_DAY : sum;
}

function isInfinite(instant: bigint): boolean {
  return instant === INFINITE || instant === -INFINITE;
}

function instantInRange(instant: bigint): bigint {
  if (instant < INSTANT_MIN || instant >= INSTANT_MAX) throw new ConditionFault('timestamp out of range');
  return instant;
}

function addMonths(day: number, months: number): number {
  const { year, month, dayOfMonth } = civilFromDays(day);
  const count = year * 12 + (month - 1) + months;
  const [newYear, newMonth] = [Math.floor(count / 12), (((count % 12) + 12) % 12) + 1];
  return daysFromCivil(newYear, newMonth, Math.min(dayOfMonth, daysInMonth(newYear, newMonth)));
}

function daysInMonth(year: number, month: number): number {
  return daysFromCivil(month === 12 ? year + 1 : year, (month % 12) + 1, 1) - daysFromCivil(year, month, 1);
}

/** Days of the proleptic Gregorian calendar, counted in years that begin in March so that a leap day is the last. */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function civilFromDays(days: number): {
  readonly year: number;
  readonly month: number;
  readonly dayOfMonth: number;
} {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted + (shifted < 10 ? 3 : -9);
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    dayOfMonth: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
  };
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

function matched(pattern: RegExp, text: string): RegExpExecArray {
  const found = pattern.exec(text);
  if (found === null) throw new ConditionFault(`no value that is understood: ${text}`);
  return found;
}
