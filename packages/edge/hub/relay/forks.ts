/** Second histories of an origin, on their way to the cloud: it keeps them aside, suspends their device and tells people. */
import type { InstantText, OriginId } from '@totem/domain';
import type { ReadHandle, WriteHandle } from '../../store/connection.ts';

export interface RelayFork {
  readonly origin: OriginId;
  /** The batch as it came: compressed JSON. */
  readonly body: Uint8Array;
}

/** Keeps a batch that contradicts what is held of its origin; one that waits already says as much. */
export function keepRelayFork(db: WriteHandle, { origin, body }: RelayFork, takenAt: InstantText): void {
  db.run(
    'INSERT INTO relay_fork (origin, body, taken_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    origin,
    body,
    takenAt,
  );
}

export function relayForks(db: ReadHandle): RelayFork[] {
  return db.all('SELECT origin, body FROM relay_fork ORDER BY taken_at, origin').map((row) => ({
    origin: row.origin as OriginId,
    body: row.body as Uint8Array,
  }));
}

/** The cloud has judged it. */
export function dropRelayFork(db: WriteHandle, origin: OriginId): void {
  db.run('DELETE FROM relay_fork WHERE origin = ?', origin);
}
