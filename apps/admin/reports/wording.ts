/** How reports write days, lengths of time and shares. */
import type { Format } from '@totem/ui';

/** Seconds as people read them; a dash for none. */
export function seconds(format: Format, value: number | null | undefined): string {
  return value === null || value === undefined ? '—' : format.minutes(value * 1_000);
}

/** `23/11`, of a business day. */
export function dayNamer({ locale }: Format): (day: string) => string {
  const name = new Intl.DateTimeFormat(locale, { day: '2-digit', month: '2-digit', timeZone: 'UTC' });
  return (day) => name.format(Date.parse(day));
}

/** `97,4 %` of those who were served; a dash when nobody was. Rounded down: a share that is not whole is not said to be. */
export function inTime({ locale }: Format, served: number, overTarget: number): string {
  if (served === 0) return '—';
  const percent = new Intl.NumberFormat(locale, {
    style: 'percent',
    maximumFractionDigits: 1,
    roundingMode: 'floor',
  });
  return percent.format((served - overTarget) / served);
}
