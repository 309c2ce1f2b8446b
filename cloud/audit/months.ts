/** Months of the ledger, as `2026-11` in UTC: it is partitioned, sealed and one day forgotten by them. */

/** Months of entries that are kept at least; younger ones that are gone were not removed by retention. */
export const MONTHS_KEPT_MIN = 6;

const MONTH = /^(\d{4})-(0[1-9]|1[0-2])$/;
const MONTHS_OF_YEAR = 12;

/** The month of an instant or a day, in any form that begins with it. */
export function monthOf(text: string): string {
  return text.slice(0, 7);
}

/** Whether a text names a month. */
export function isMonth(text: string): boolean {
  return MONTH.test(text);
}

/** The month after, or `months` later. @throws RangeError when it is none. */
export function laterMonth(month: string, months = 1): string {
  const [, year, number] = MONTH.exec(month) ?? [];
  if (year === undefined || number === undefined) throw new RangeError(`not a month: ${month}`);
  const count = Number(year) * MONTHS_OF_YEAR + Number(number) - 1 + months;
  const later = String((count % MONTHS_OF_YEAR) + 1).padStart(2, '0');
  return `${String(Math.floor(count / MONTHS_OF_YEAR)).padStart(4, '0')}-${later}`;
}

/** The first instant of a month. */
export function startOf(month: string): string {
  return `${month}-01T00:00:00.000Z`;
}

/** The instant at which a month is over. */
export function endOf(month: string): string {
  return startOf(laterMonth(month));
}
