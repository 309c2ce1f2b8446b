/** Days as people pick them, and the instants that lists are narrowed by: from the beginning of one, to the end of another. */

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The first instant of a day in this browser's zone; undefined for what is no day. */
export function startOfDay(day: string | undefined): string | undefined {
  return instantOf(day, 0);
}

/** The first instant after a day in this browser's zone. */
export function endOfDay(day: string | undefined): string | undefined {
  return instantOf(day, 1);
}

function instantOf(day: string | undefined, later: number): string | undefined {
  if (day === undefined || !DAY.test(day)) return undefined;
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const at = new Date(year, month - 1, date + later);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** A day of this browser's zone as `2026-11-28`, so many days ago. */
export function dayAgo(days: number, now = new Date()): string {
  const at = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** Every day from one to another, both included. */
export function daysBetween(from: string, to: string): readonly string[] {
  const days: string[] = [];
  const last = Temporal.PlainDate.from(to);
  for (
    let day = Temporal.PlainDate.from(from);
    Temporal.PlainDate.compare(day, last) <= 0;
    day = day.add({ days: 1 })
  )
    days.push(day.toString());
  return days;
}

/** A day as `2026-11-23` in the reader's way: `23/11/2026`. */
export function dayText(locale: string, day: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeZone: 'UTC' }).format(Date.parse(day));
}
