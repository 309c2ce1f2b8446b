/** Waits between attempts: exponential with full jitter, so that a thousand totems do not come back in one second. */
import type { Env } from '@totem/domain';

export interface BackoffLimits {
  readonly firstMs: number;
  readonly mostMs: number;
}

/**
 * The wait before attempt `failures + 1`.
 * @param atLeastMs what the server asked for (`Retry-After`); the jitter comes on top of it.
 */
export function backoffMs(env: Env, limits: BackoffLimits, failures: number, atLeastMs = 0): number {
  const ceiling = Math.min(limits.mostMs, limits.firstMs * 2 ** Math.min(failures, 30));
  return atLeastMs + Math.floor(randomFraction(env) * ceiling);
}

/** Uniform in [0, 1). */
function randomFraction(env: Env): number {
  const bytes = env.randomBytes(4);
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) / 2 ** 32;
}
