/**
 * The ballast: a file that holds the last room of the disk. When room is short, new sales stop first and the file is given up,
 * so that what has begun can be ended and written down; when there is room again the file is made anew and sales go on.
 */
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '@totem/host';

export const BALLAST_FILE = 'ballast';
/** What the product holds. */
export const BALLAST_BYTES = 64 * 1024 * 1024;
const PIECE_BYTES = 1024 * 1024;
const FILE_MODE = 0o600;

export interface Ballast {
  /** Whether there is room for what has not begun yet. */
  hasRoom(): boolean;
  /** Gives the room up: the disk has refused for want of it. */
  release(): void;
  /** Looks at the disk: gives the room up before the disk refuses, and takes it again when there is enough. */
  look(): void;
}

/** @param bytes that are held; 0 holds nothing, and there is always room. */
export function createBallast(parts: {
  readonly dir: string;
  readonly bytes: number;
  readonly log: Log;
}): Ballast {
  const { dir, bytes, log } = parts;
  const path = join(dir, BALLAST_FILE);
  /** Less than this besides the ballast is short. */
  const shortBytes = bytes / 2;
  let isHeld = bytes === 0 || sizeOf(path) === bytes;

  const giveBack = (): void => {
    try {
      rmSync(path, { force: true });
    } catch (error) {
      log.warn({ err: error }, 'the ballast could not be given back');
    }
  };
  const release = (): void => {
    if (bytes === 0) return;
    if (isHeld)
      log.error({ freeBytes: freeIn(dir) }, 'the disk is full: nothing new is sold until there is room');
    isHeld = false;
    giveBack();
  };
  const take = (): void => {
    try {
      fill(path, bytes);
      isHeld = true;
      log.info('there is room on the disk');
    } catch {
      // Less room than it said.
      giveBack();
    }
  };
  const look = (): void => {
    if (bytes === 0) return;
    const free = freeIn(dir);
    if (isHeld && free < shortBytes) release();
    // More than what made it short, so that it does not go back and forth.
    else if (!isHeld && free >= bytes + 2 * shortBytes) take();
  };
  look();
  return { hasRoom: () => isHeld, release, look };
}

function fill(path: string, bytes: number): void {
  const piece = new Uint8Array(Math.min(PIECE_BYTES, bytes));
  const fd = openSync(path, 'w', FILE_MODE);
  try {
    for (let left = bytes; left > 0; ) left -= writeSync(fd, piece, 0, Math.min(left, piece.length));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Room for a process without privileges, in bytes; none where the disk does not say. */
function freeIn(dir: string): number {
  try {
    const { bavail, bsize } = statfsSync(dir);
    return bavail * bsize;
  } catch {
    return 0;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
