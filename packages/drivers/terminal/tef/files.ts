/**
 * The two folders between a host and its payment manager. Renaming is what hands a request over; a file that the manager
 * writes is looked for whatever the case of its name. Everything here is small and synchronous: when `put` returns, the
 * request is on disk.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { decodeTef, encodeTef, type TefFields } from './fields.ts';

export interface TefFiles {
  /** Hands a request over. */
  put(fields: readonly (readonly [string, string])[]): void;
  /** Takes the own request back. @returns whether the manager had not taken it. */
  withdraw(): boolean;
  /** Whether the manager has said that it took a request; what it said of an older one is removed. */
  wasTaken(requestId: string): boolean;
  /** The answer that lies there, once it is whole. */
  answer(): TefFields | undefined;
  removeAnswer(): void;
}

const REQUEST = 'IntPos.001';
const BEING_WRITTEN = 'IntPos.tmp';
const TAKEN = 'intpos.sts';
const ANSWER = 'intpos.001';

export function openTefFiles(requestDir: string, responseDir: string): TefFiles {
  mkdirSync(requestDir, { recursive: true });
  mkdirSync(responseDir, { recursive: true });

  const find = (dir: string, name: string): string | undefined => {
    const found = readdirSync(dir).find((file) => file.toLowerCase() === name);
    return found === undefined ? undefined : join(dir, found);
  };
  const read = (name: string): TefFields | undefined => {
    const path = find(responseDir, name);
    if (path === undefined) return undefined;
    try {
      return decodeTef(readFileSync(path));
    } catch (error) {
      // The manager, or what looks for viruses, holds it: it is looked at again a moment later.
      if (error instanceof Error && 'code' in error) return undefined;
      throw error;
    }
  };
  const remove = (dir: string, name: string): boolean => {
    const path = find(dir, name);
    if (path !== undefined) rmSync(path, { force: true });
    return path !== undefined;
  };

  return {
    put(fields) {
      remove(responseDir, TAKEN);
      const path = join(requestDir, BEING_WRITTEN);
      const file = openSync(path, 'w');
      try {
        writeSync(file, encodeTef(fields));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(path, join(requestDir, REQUEST));
    },
    withdraw() {
      const wasWritten = remove(requestDir, BEING_WRITTEN.toLowerCase());
      return remove(requestDir, REQUEST.toLowerCase()) || wasWritten;
    },
    wasTaken(requestId) {
      const taken = read(TAKEN);
      if (taken === undefined) return false;
      remove(responseDir, TAKEN);
      return taken.get('001-000') === requestId;
    },
    answer: () => read(ANSWER),
    removeAnswer: () => void remove(responseDir, ANSWER),
  };
}
