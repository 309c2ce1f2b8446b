/** Reads the initial rows of a shape and cuts them into the bodies that are answered. */
import { byteLength } from './byte-length.ts';
import type { ChangeLog, ShapeDefinition } from './change-log.ts';
import type { ShapeLimits } from './limits.ts';
import { rowMessage, snapshotEndMessage } from './messages.ts';

/** Initial rows as bodies, and the position they are true at. */
export interface SnapshotChunks {
  readonly position: bigint;
  readonly rows: number;
  readonly bytes: number;
  readonly chunks: readonly string[];
}

/** Undefined when the rows exceed `snapshotBytesMax`. */
export async function readSnapshotChunks(
  log: ChangeLog,
  shape: ShapeDefinition,
  limits: ShapeLimits,
): Promise<SnapshotChunks | undefined> {
  const snapshot = await log.snapshot(shape, limits.snapshotBytesMax);
  if (snapshot === null) return undefined;
  const { position, rows, transactions } = snapshot;
  const chunks: string[] = [];
  let pending: string[] = [];
  let pendingBytes = 0;
  let bytes = 0;
  const cut = (): void => {
    chunks.push(`[${pending.join(',')}]`);
    bytes += pendingBytes;
    pending = [];
    pendingBytes = 0;
  };
  for (const row of rows) {
    // Cut before the next row and not after this one, so that the end of the rows shares the last one's chunk.
    if (pendingBytes >= limits.snapshotChunkBytes) cut();
    const message = rowMessage(shape, row);
    pending.push(message);
    pendingBytes += byteLength(message) + 1;
    if (bytes + pendingBytes > limits.snapshotBytesMax) return undefined;
  }
  pending.push(snapshotEndMessage(transactions));
  cut();
  return { position, rows: rows.length, bytes, chunks };
}
