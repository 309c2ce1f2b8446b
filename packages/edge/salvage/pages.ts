/**
 * The pages of a database file that SQLite may refuse to open, as they lie on the disk: each page of the file, and each
 * version of a page in the write-ahead log that belongs to a commit. Formats: sqlite.org/fileformat2.html and
 * sqlite.org/walformat.html. Nothing is believed here; whoever reads rows from these bytes checks them.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** What this build of SQLite makes; the agent never sets another. */
export const PAGE_BYTES = 4_096;
const WAL_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

export interface DamagedPages {
  /** Every version of every page that was committed; those of the file first. */
  versions(): Iterable<Buffer>;
  /** The pages as of the last commit. */
  latest(): Iterable<Buffer>;
  /** One page as of the last commit; undefined past the end. */
  page(number: number): Buffer | undefined;
  close(): void;
}

/** @param path of the database; its log is beside it. A missing file has no pages. */
export function openPages(path: string): DamagedPages {
  const file = openFile(path);
  const frames = readFrames(`${path}-wal`);
  const newest = new Map(frames.map(({ number, bytes }) => [number, bytes]));
  const count = Math.max(Math.ceil(file.size / PAGE_BYTES), ...newest.keys());
  const onDisk = (number: number) => file.read((number - 1) * PAGE_BYTES, PAGE_BYTES);
  const page = (number: number) => newest.get(number) ?? onDisk(number);
  const each = function* (read: (number: number) => Buffer | undefined): Iterable<Buffer> {
    for (let number = 1; number <= count; number += 1) {
      const bytes = read(number);
      if (bytes !== undefined) yield bytes;
    }
  };
  return {
    *versions() {
      yield* each(onDisk);
      for (const { bytes } of frames) yield bytes;
    },
    latest: () => each(page),
    page,
    close: () => file.close(),
  };
}

interface Frame {
  readonly number: number;
  readonly bytes: Buffer;
}

/** The frames of the log up to its last commit. A frame may be bytes of a bad sector; those after it are still read. */
function readFrames(path: string): Frame[] {
  const file = openFile(path);
  try {
    const header = file.read(0, WAL_HEADER_BYTES);
    const first = file.read(WAL_HEADER_BYTES, FRAME_HEADER_BYTES);
    if (header === undefined || first === undefined) return [];
    // Frames of an earlier round of the log carry other salts. The header's own may be what is damaged.
    const salts = [header.subarray(16, 24), first.subarray(8, 16)];
    const found: Frame[] = [];
    let committed = 0;
    const frameBytes = FRAME_HEADER_BYTES + PAGE_BYTES;
    for (let at = WAL_HEADER_BYTES; ; at += frameBytes) {
      const frame = file.read(at, frameBytes);
      if (frame === undefined) break;
      if (!salts.some((salt) => salt.equals(frame.subarray(8, 16)))) continue;
      found.push({ number: frame.readUInt32BE(0), bytes: frame.subarray(FRAME_HEADER_BYTES) });
      if (frame.readUInt32BE(4) > 0) committed = found.length;
    }
    return found.slice(0, committed);
  } finally {
    file.close();
  }
}

/** Reads of a file that may be missing, short, or unreadable in places: what cannot be had whole is undefined. */
function openFile(path: string): {
  readonly size: number;
  read(at: number, count: number): Buffer | undefined;
  close(): void;
} {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return { size: 0, read: () => undefined, close: () => undefined };
  }
  return {
    size: fstatSync(fd).size,
    read(at, count) {
      const bytes = Buffer.alloc(count);
      try {
        return readSync(fd, bytes, 0, count, at) === count ? bytes : undefined;
      } catch {
        return undefined;
      }
    },
    close: () => closeSync(fd),
  };
}
