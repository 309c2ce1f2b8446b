/** The running clock of the page, and how waits are written. */
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

const SECOND_MS = 1_000;
const HOUR_MINUTES = 60;

/** The instant now in milliseconds, renewed each second. */
export function useNow(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}

/** Writes whole minutes: `< 1 min`, `12 min`, `1 h 05 min`. */
export function useMinutesText(): (minutes: number) => string {
  const { t } = useTranslation();
  return (minutes) => {
    if (minutes < 1) return t('duration.now');
    if (minutes < HOUR_MINUTES) return t('duration.minutes', { minutes });
    return t('duration.hours', {
      hours: Math.floor(minutes / HOUR_MINUTES),
      minutes: String(minutes % HOUR_MINUTES).padStart(2, '0'),
    });
  };
}

/** A running time as `4:07` or `1:04:07`; a clock that lags shows `0:00`. */
export function stopwatchText(sinceMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((nowMs - sinceMs) / SECOND_MS));
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
