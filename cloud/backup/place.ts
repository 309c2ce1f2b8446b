/**
 * Where backups are kept, as a port: a folder of this machine, or a bucket elsewhere. Files are written once under a name and
 * never changed.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BackupError } from './faults.ts';

export interface KeptFile {
  readonly name: string;
  readonly bytes: number;
}

export interface Place {
  /** For messages. */
  readonly label: string;
  /** Writes a file; nobody sees a part of it. @throws BackupError `copy` when it is not there as it was sent. */
  put(name: string, bytes: AsyncIterable<Uint8Array>): Promise<KeptFile>;
  /** @throws BackupError `missing` */
  open(name: string): Promise<AsyncIterable<Uint8Array>>;
  /** All files, in the order of their names. */
  list(): Promise<readonly KeptFile[]>;
  remove(name: string): Promise<void>;
}

const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
const PART = '.part';

/** A folder that only this user can read. It is made when it is not there. */
export function folderPlace(folder: string): Place {
  const at = (name: string) => join(folder, name);
  return {
    label: folder,
    put: async (name, bytes) => {
      await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
      await chmod(folder, PRIVATE_FOLDER);
      const part = at(`${name}${PART}`);
      try {
        await pipeline(bytes, createWriteStream(part, { mode: PRIVATE_FILE, flush: true }));
        await rename(part, at(name));
      } catch (error) {
        await rm(part, { force: true });
        throw error;
      }
      await syncFolder(folder);
      return { name, bytes: (await stat(at(name))).size };
    },
    open: async (name) => {
      await stat(at(name)).catch(() => {
        throw new BackupError('missing', `${at(name)} is not there`);
      });
      return createReadStream(at(name));
    },
    list: async () => {
      const names = await readdir(folder).catch(() => []);
      const files = names.filter((name) => !name.endsWith(PART)).toSorted();
      return Promise.all(files.map(async (name) => ({ name, bytes: (await stat(at(name))).size })));
    },
    remove: (name) => rm(at(name), { force: true }),
  };
}

/** A new name is on the disk only when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
