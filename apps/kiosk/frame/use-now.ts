/** The time on screen: now, and again every few seconds, for clocks and opening hours. */
import { useEffect, useState } from 'react';

/** A clock without seconds is never further behind than this. */
const STEP_MS = 5_000;

/** Milliseconds since the Unix epoch. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), STEP_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
