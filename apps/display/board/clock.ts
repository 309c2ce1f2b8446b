/** The time of day in the room: in the site's zone, whatever zone the television was set to. */
import { useEffect, useState } from 'react';

/** Hours and minutes of an instant in a zone. An unknown zone shows the screen's own. */
export function timeText(epochMs: number, locale: string, timezone: string): string {
  const form = { hour: '2-digit', minute: '2-digit' } as const;
  try {
    return new Intl.DateTimeFormat(locale, { ...form, timeZone: timezone }).format(epochMs);
  } catch {
    return new Intl.DateTimeFormat(locale, form).format(epochMs);
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
