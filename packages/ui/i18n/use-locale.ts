/** The reader's language in a component, and dates, numbers and ages written in it. */
import { inLocale, LOCALES, type Locale, type LocalText } from '@totem/domain';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { KIT_NAMESPACE, localeOf } from './i18n.ts';

/** The language that the screen speaks now, and the way to change it. */
export function useLocale(): { locale: Locale; setLocale(locale: Locale): void; locales: readonly Locale[] } {
  const { i18n } = useTranslation(KIT_NAMESPACE);
  return {
    locale: localeOf(i18n),
    setLocale: (locale) => {
      void i18n.changeLanguage(locale);
    },
    locales: LOCALES,
  };
}

export interface Format {
  /** The language, for formats that are not here. */
  readonly locale: Locale;
  /** A text that a tenant wrote, in the reader's language if there is one. */
  local(text: LocalText): string;
  /** `14:05`, in a zone; without one, the browser's. */
  time(epochMs: number, timezone?: string): string;
  /** `segunda-feira, 23 de novembro`, in a zone. */
  date(epochMs: number, timezone?: string): string;
  /** `segunda-feira`, in a zone. */
  weekday(epochMs: number, timezone?: string): string;
  number(value: number): string;
  /** `3 min`, `2 h`: a length of time at a glance, for people who wait. Under a minute it counts as one. */
  minutes(milliseconds: number): string;
  /** `há 2 minutos`: how long ago. */
  ago(milliseconds: number): string;
}

const MINUTE_MS = 60_000;

/** Formats for the reader's language. Kept from render to render, because making them is slow. */
export function useFormat(): Format {
  const { locale } = useLocale();
  return useMemo(() => formatFor(locale), [locale]);
}

/** Formats for a language. */
export function formatFor(locale: Locale): Format {
  const number = new Intl.NumberFormat(locale);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always' });
  const unit = (name: 'minute' | 'hour') =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short' });
  const inMinutes = unit('minute');
  const inHours = unit('hour');
  const zoned = (options: Intl.DateTimeFormatOptions, timezone: string | undefined) =>
    new Intl.DateTimeFormat(locale, timezone === undefined ? options : { ...options, timeZone: timezone });
  return {
    locale,
    local: (text) => inLocale(text, locale),
    time: (epochMs, timezone) =>
      zoned({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, timezone).format(epochMs),
    date: (epochMs, timezone) =>
      zoned({ weekday: 'long', day: 'numeric', month: 'long' }, timezone).format(epochMs),
    weekday: (epochMs, timezone) => zoned({ weekday: 'long' }, timezone).format(epochMs),
    number: (value) => number.format(value),
    minutes: (milliseconds) => {
      const minutes = Math.max(1, Math.round(milliseconds / MINUTE_MS));
      return minutes < 120 ? inMinutes.format(minutes) : inHours.format(Math.round(minutes / 60));
    },
    ago: (milliseconds) => {
      const seconds = Math.max(0, Math.round(milliseconds / 1000));
      if (seconds < 60) return relative.format(-seconds, 'second');
      const minutes = Math.round(seconds / 60);
      return minutes < 120
        ? relative.format(-minutes, 'minute')
        : relative.format(-Math.round(minutes / 60), 'hour');
    },
  };
}
