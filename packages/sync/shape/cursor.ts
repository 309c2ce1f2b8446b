/**
 * The live cursor: a text that changes with time so that a cache cannot answer a client twice with the same page. It
 * means nothing for the data (I-SHP-12).
 */
import type { Env } from '@totem/domain';

/** Random distance past a cursor that is not older than the present slot; Electric's value. */
const jumpMax = 3_600;
/** Longer cursors are none of ours. */
const cursorPattern = /^\d{1,15}$/;

/** Seconds since the epoch rounded up to the poll period; past `given` if that is already there. */
export function nextCursor(env: Env, periodMs: number, given: string): string {
  const periodSeconds = Math.max(1, Math.floor(periodMs / 1_000));
  const slot = Math.ceil(env.now() / 1_000 / periodSeconds) * periodSeconds;
  const last = cursorPattern.test(given) ? Number(given) : -1;
  if (slot > last) return `${slot}`;
  const [high = 0, low = 0] = env.randomBytes(2);
  return `${last + 1 + ((high * 256 + low) % jumpMax)}`;
}
