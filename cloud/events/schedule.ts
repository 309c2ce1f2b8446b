/** When a delivery is tried again: by its kind, with some chance in it, so that what failed together does not come back together. */
import type { Env } from '@totem/domain';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Pauses before each attempt. Webhooks: the schedule that Standard Webhooks 1.0 recommends, 75 h 35 min in all. */
export const SCHEDULES = {
  webhook: [
    0,
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
  ],
  /** People are told while it still matters. */
  notification: [0, 15 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR],
} as const;
export type ReceiverKind = keyof typeof SCHEDULES;

/** How far a pause may differ from the schedule, in parts of it. */
const JITTER = 0.1;
/** A receiver may ask for a pause, and not for ever. */
export const RETRY_AFTER_MS_MAX = 24 * HOUR;

/** The pause after a failed attempt. @param step attempts of this schedule that were made. @returns undefined when it is through. */
export function pauseAfter(kind: ReceiverKind, step: number, env: Env): number | undefined {
  const pause = SCHEDULES[kind][step];
  if (pause === undefined) return undefined;
  const [high = 0, low = 0] = env.randomBytes(2);
  return Math.round(pause * (1 - JITTER + (2 * JITTER * (high * 256 + low)) / 65_535));
}

/** `Retry-After` (RFC 9110, 10.2.3): seconds or a date. @returns milliseconds from now, bounded. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const seconds = /^\d{1,9}$/.test(header.trim()) ? Number(header) * SECOND : Date.parse(header) - now;
  return Number.isNaN(seconds) ? undefined : Math.min(RETRY_AFTER_MS_MAX, Math.max(0, seconds));
}
