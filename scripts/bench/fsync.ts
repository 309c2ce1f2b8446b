/**
 * The raw commit of a disk: what any durable write must wait for. A frame of SQLite's write-ahead log (a page of 4 KiB
 * and its header of 24 bytes) is written into a file that already has its full size, and fdatasync waits until the
 * disk has it. A file that grows would also pay for its metadata, which a log in steady state does not.
 */
import { closeSync, fdatasyncSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** https://www.sqlite.org/fileformat2.html#the_write_ahead_log: a 24-byte frame header, then one page. */
export const WAL_FRAME_BYTES = 24 + 4_096;
const FILE_BYTES = 4 * 1024 * 1024;
const WARM_UP_COMMITS = 20;

export interface FsyncRequest {
  /** On the disk in question: the folder of the database. */
  readonly folder: string;
  readonly commits: number;
  /** Bytes written before each fdatasync. */
  readonly bytes?: number;
}

/** Milliseconds of each commit, in order. The file is removed afterwards. @throws the file system's error. */
export function measureFsync({ folder, commits, bytes = WAL_FRAME_BYTES }: FsyncRequest): number[] {
  const path = join(folder, `fsync-${process.pid}.bin`);
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, Buffer.alloc(FILE_BYTES, 1), 0, FILE_BYTES, 0);
    fsyncSync(file);
    const frame = Buffer.alloc(bytes, 2);
    const places = Math.floor(FILE_BYTES / bytes);
    const commit = (number: number): number => {
      // A counter in each frame, so that no layer below can see that nothing has changed.
      frame.writeUInt32LE(number);
      const start = performance.now();
      writeSync(file, frame, 0, bytes, (number % places) * bytes);
      fdatasyncSync(file);
      return performance.now() - start;
    };
    for (let number = 0; number < WARM_UP_COMMITS; number += 1) commit(number);
    return Array.from({ length: commits }, (_, number) => commit(WARM_UP_COMMITS + number));
  } finally {
    closeSync(file);
    rmSync(path);
  }
}
