/**
 * Keeps the chunks of initial rows until their clients have read them. All chunks of a copy must come from one read of
 * the data, and a stateless node cannot repeat that read, so this is the one thing a node remembers (I-SHP-3). A client
 * whose chunk is gone starts over.
 *
 * One snapshot serves everybody who asks for the same shape while it is being read and shortly after: it is followed by
 * the log from its position, so that it is older than the request costs nothing (I-SHP-19).
 */
import type { Env } from '@totem/domain';
import type { ShapeLimits } from './limits.ts';

/** Initial rows cut into bodies. Never empty: a shape without rows has one empty chunk. */
export interface ShelvedSnapshot {
  readonly handle: string;
  readonly chunks: readonly string[];
  readonly rows: number;
  readonly bytes: number;
}

export type ShelfAnswer =
  | { readonly kind: 'taken'; readonly snapshot: ShelvedSnapshot; readonly shared: boolean }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'busy'; readonly limit: 'snapshotsQueuedMax' | 'shelfBytesMax' };

export interface SnapshotShelf {
  /** The snapshot under `key`, or the one that `read` makes. `read` returns undefined when it exceeds the size allowed. */
  take(key: string, read: () => Promise<ShelvedSnapshot | undefined> | undefined): Promise<ShelfAnswer>;
  /** Body of a chunk, or undefined when it is gone. */
  chunk(handle: string, index: number): string | undefined;
  /** Forgets a snapshot, so that its handle is not given out any more. */
  drop(handle: string): void;
}

interface Entry {
  readonly key: string;
  readonly snapshot: ShelvedSnapshot;
  readonly madeAt: number;
  readonly usedAt: number;
}

export function createSnapshotShelf(env: Env, limits: ShapeLimits): SnapshotShelf {
  const kept = createKeptSnapshots(env, limits);
  const reading = new Map<string, Promise<ShelfAnswer>>();

  const make = async (key: string, pending: Promise<ShelvedSnapshot | undefined>): Promise<ShelfAnswer> => {
    try {
      const snapshot = await pending;
      if (snapshot === undefined) return { kind: 'too_large' };
      const isKept = kept.keep(key, snapshot);
      // A snapshot of one chunk is complete in its first answer: it does not need a place.
      if (!isKept && snapshot.chunks.length > 1) return { kind: 'busy', limit: 'shelfBytesMax' };
      return { kind: 'taken', snapshot, shared: false };
    } finally {
      reading.delete(key);
    }
  };

  return {
    take: async (key, read) => {
      const recent = kept.recent(key);
      if (recent !== undefined) return { kind: 'taken', snapshot: recent, shared: true };
      const joined = reading.get(key);
      if (joined !== undefined) {
        const answer = await joined;
        return answer.kind === 'taken' ? { ...answer, shared: true } : answer;
      }
      const pending = read();
      if (pending === undefined) return { kind: 'busy', limit: 'snapshotsQueuedMax' };
      const made = make(key, pending);
      reading.set(key, made);
      return made;
    },
    chunk: (handle, index) => kept.read(handle)?.chunks[index],
    drop: kept.drop,
  };
}

/** Snapshots by handle within `shelfBytesMax`, the least recently used ones leaving first. */
interface KeptSnapshots {
  /** False when there is no room. */
  keep(key: string, snapshot: ShelvedSnapshot): boolean;
  /** The newest snapshot under `key`, if it is fresh enough to be given to others. */
  recent(key: string): ShelvedSnapshot | undefined;
  read(handle: string): ShelvedSnapshot | undefined;
  drop(handle: string): void;
}

function createKeptSnapshots(env: Env, limits: ShapeLimits): KeptSnapshots {
  const entries = new Map<string, Entry>();
  const newest = new Map<string, string>();
  let bytesKept = 0;

  const drop = (handle: string): void => {
    const entry = entries.get(handle);
    if (entry === undefined) return;
    entries.delete(handle);
    bytesKept -= entry.snapshot.bytes;
    if (newest.get(entry.key) === handle) newest.delete(entry.key);
  };

  /** Moves the entry to the end of the map, which is the order of use. */
  const used = (entry: Entry): ShelvedSnapshot => {
    const { handle } = entry.snapshot;
    entries.delete(handle);
    entries.set(handle, { ...entry, usedAt: env.now() });
    return entry.snapshot;
  };

  /** Forgets what is too old, then as much of what nobody reads as the newcomer needs. */
  const hasRoomFor = (bytes: number): boolean => {
    const now = env.now();
    for (const [handle, { usedAt }] of entries) {
      const hasRoom = bytesKept + bytes <= limits.shelfBytesMax;
      if (now - usedAt <= (hasRoom ? limits.shelfKeepMs : limits.shelfIdleMs)) break;
      drop(handle);
    }
    return bytesKept + bytes <= limits.shelfBytesMax;
  };

  return {
    drop,
    keep: (key, snapshot) => {
      if (!hasRoomFor(snapshot.bytes)) return false;
      const now = env.now();
      entries.set(snapshot.handle, { key, snapshot, madeAt: now, usedAt: now });
      newest.set(key, snapshot.handle);
      bytesKept += snapshot.bytes;
      return true;
    },
    recent: (key) => {
      const entry = entries.get(newest.get(key) ?? '');
      const isFresh = entry !== undefined && env.now() - entry.madeAt <= limits.snapshotReuseMs;
      return isFresh ? used(entry) : undefined;
    },
    read: (handle) => {
      const entry = entries.get(handle);
      return entry === undefined ? undefined : used(entry);
    },
  };
}
