/**
 * Every bound of the shape server, by name. Reaching one is reported through the server's events and never loses data:
 * the answer is shorter, or is a refusal that the client repeats later.
 */

export interface ShapeLimits {
  /** A chunk of the initial rows ends after this many bytes. */
  readonly snapshotChunkBytes: number;
  /** Initial rows of one shape; more is answered with 413, since serving them could push every other snapshot out. */
  readonly snapshotBytesMax: number;
  /** All snapshots kept for clients that have not read their last chunk. */
  readonly shelfBytesMax: number;
  /** A snapshot that nobody read for this long may make room for another: longer than a chunk takes on a slow link. */
  readonly shelfIdleMs: number;
  /** A snapshot that nobody read for this long is forgotten even where there is room. */
  readonly shelfKeepMs: number;
  /** A snapshot is given to further clients for this long, so that a crowd that starts over costs one read. */
  readonly snapshotReuseMs: number;
  readonly snapshotsAtOnceMax: number;
  /** Snapshots that wait for their turn; more are answered with 503. */
  readonly snapshotsQueuedMax: number;
  /** Changes asked of the log in one read. */
  readonly pageChangesMax: number;
  /** Reads of the log for one answer, when most changes concern other shapes. */
  readonly readsPerPageMax: number;
  /** An answer with changes ends at the first transaction boundary after this many bytes. */
  readonly pageBytes: number;
  /** And after this many bytes it ends in the middle of a transaction: a giant one must not need its size in memory. */
  readonly answerBytesMax: number;
  /** Requests on hold; more are answered with 503. */
  readonly holdsMax: number;
  /** A live request is held this long. Must stay under the client's watchdog (45 s) and every proxy's timeout. */
  readonly liveHoldMs: number;
  /** A request from beyond the newest position is held this long before it is refused. */
  readonly beyondHoldMs: number;
  /** Wake-ups of one hold before it is answered as if its time were over. */
  readonly wakesPerHoldMax: number;
  /** Longer handles are treated as unknown. */
  readonly handleCharsMax: number;
  /** Handles whose content is remembered. */
  readonly handlesKnownMax: number;
  /** Values frozen in a handle, as JSON. */
  readonly frozenCharsMax: number;
}

const KiB = 1024;
const MiB = 1024 * KiB;

export const defaultShapeLimits: ShapeLimits = {
  snapshotChunkBytes: 2 * MiB,
  snapshotBytesMax: 64 * MiB,
  shelfBytesMax: 256 * MiB,
  shelfIdleMs: 30_000,
  shelfKeepMs: 300_000,
  snapshotReuseMs: 1_000,
  snapshotsAtOnceMax: 8,
  snapshotsQueuedMax: 2_000,
  pageChangesMax: 2_000,
  readsPerPageMax: 20,
  pageBytes: 2 * MiB,
  answerBytesMax: 16 * MiB,
  holdsMax: 20_000,
  liveHoldMs: 20_000,
  beyondHoldMs: 10_000,
  wakesPerHoldMax: 100_000,
  handleCharsMax: 2_048,
  handlesKnownMax: 10_000,
  frozenCharsMax: 512,
};
