/** The time of day in the room: in the site's zone, whatever zone the television was set to. */
import type { Locale } from '@totem/domain';
import { formatFor } from '@totem/ui';
import { useEffect, useState } from 'react';

/** Hours and minutes of an instant in a zone; an empty or unknown zone shows the screen's own. */
export function timeText(epochMs: number, locale: Locale, timezone: string): string {
  const format = formatFor(locale);
  try {
    return format.time(epochMs, timezone === '' ? undefined : timezone);
  } catch {
    return format.time(epochMs);
  }
}

const SECOND_MS = 1_000;

/** The instant now, renewed each second. */
export function useNow(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}
