/** Separates failures of the change log, which pass and are answered with 503, from mistakes in the code, which must not hide. */
import type { ChangeLog } from './change-log.ts';

/** The change log could not answer; `cause` says why. */
export class ChangeLogFault extends Error {
  override readonly name = 'ChangeLogFault';
}

/** The same log, whose failures are all `ChangeLogFault`. */
export function withFaults(log: ChangeLog): ChangeLog {
  return {
    epoch: (tenantId) => faulted(() => log.epoch(tenantId)),
    snapshot: (shape, bytesMax) => faulted(() => log.snapshot(shape, bytesMax)),
    changes: (tenantId, table, after, limit) => faulted(() => log.changes(tenantId, table, after, limit)),
    waitPast: (tenantId, position, signal) => faulted(() => log.waitPast(tenantId, position, signal)),
  };
}

async function faulted<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw new ChangeLogFault('the change log failed', { cause });
  }
}
