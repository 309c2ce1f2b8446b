/**
 * Several batches of one origin on their way at once, so that a long outbox is not bound by round trips. They are sent in
 * order; one that overtakes its predecessor waits for it at the cloud. After a failure nothing more is sent, and what is
 * still on its way is waited for: where to go on is known only when nothing is.
 */
import type { LedgerBatch } from '@totem/sync/push';

/** As many as the cloud lets wait for each other. */
export const IN_FLIGHT_MAX = 4;

export interface WindowParts {
  /** The batch after a seq; undefined when there is nothing after it. */
  next(after: number): LedgerBatch | undefined;
  send(batch: LedgerBatch): Promise<void>;
  /** How many may be on their way now; `IN_FLIGHT_MAX` at most. */
  room(): number;
  /** A batch has been acknowledged. */
  onProgress(): void;
}

/** Sends everything after a seq. @throws what the first failed batch threw, when all others have ended. */
export async function sendAll(after: number, parts: WindowParts): Promise<void> {
  const inFlight = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let sent = after;
  const fill = (): void => {
    while (failures.length === 0 && inFlight.size < Math.min(parts.room(), IN_FLIGHT_MAX)) {
      const batch = parts.next(sent);
      if (batch === undefined) return;
      sent = batch.seal.seq;
      const one: Promise<void> = parts
        .send(batch)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => inFlight.delete(one));
      inFlight.add(one);
    }
  };
  fill();
  while (inFlight.size > 0) {
    await Promise.race(inFlight);
    if (failures.length === 0) parts.onProgress();
    fill();
  }
  if (failures.length > 0) throw failures[0];
}
