/** When people may be told: at once within their hours, else when these begin. */
import { isOpen, type OpeningHours } from '@totem/domain';

const STEP_MS = 5 * 60_000;
const STEPS_MAX = (8 * 24 * 3_600_000) / STEP_MS;

/** @returns `now` when it may be told at once; else the first five minutes of the hours, or a week on where there are none. */
export function tellableAt(hours: OpeningHours, now: number, timezone: string): number {
  if (isOpen(hours, now, timezone)) return now;
  const next = Math.ceil((now + 1) / STEP_MS) * STEP_MS;
  for (let step = 0; step < STEPS_MAX; step += 1)
    if (isOpen(hours, next + step * STEP_MS, timezone)) return next + step * STEP_MS;
  return now + STEPS_MAX * STEP_MS;
}
