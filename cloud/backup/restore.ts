/** A kept backup becomes a database: for a rehearsal in a scratch database that goes again, or in earnest in a new one. */
import { createHash } from 'node:crypto';
import { rowsOf } from './census.ts';
import {
  type CopyParts,
  inScratch,
  type LedgerVerdict,
  makeTarget,
  restoreAndCompare,
} from './database-copy.ts';
import { BackupError } from './faults.ts';
import { dumpFile, type Manifest, readBackupManifest } from './manifest.ts';
import type { Place } from './place.ts';
import type { Sealer } from './sealed-stream.ts';

export interface RestoreParts extends CopyParts {
  readonly sealer: Sealer;
  readonly place: Place;
}

export interface RestoreReport {
  readonly manifest: Manifest;
  readonly rows: number;
  readonly ledgers: LedgerVerdict;
}

/**
 * Restores a backup into a scratch database, compares it, and removes it again.
 * @param name undefined takes the newest that counts.
 * @throws BackupError
 */
export async function rehearse(
  parts: RestoreParts,
  scratchUrl: string,
  name?: string,
): Promise<RestoreReport> {
  const manifest = await readBackupManifest(parts.place, parts.sealer, name);
  return inScratch(scratchUrl, manifest.census, parts.env, (url) => restoreTo(parts, url, manifest));
}

/**
 * Restores a backup into a database that is made for it, or is empty.
 * @param url of that database, as a superuser.
 * @throws BackupError
 */
export async function restoreInto(parts: RestoreParts, url: string, name?: string): Promise<RestoreReport> {
  const manifest = await readBackupManifest(parts.place, parts.sealer, name);
  await makeTarget(url, manifest.census);
  return restoreTo(parts, url, manifest);
}

async function restoreTo(parts: RestoreParts, url: string, manifest: Manifest): Promise<RestoreReport> {
  const { place, sealer } = parts;
  const hash = createHash('sha256');
  const sealed = await place.open(dumpFile(manifest.name));
  async function* hashed() {
    for await (const part of sealed) {
      hash.update(part);
      yield part;
    }
  }
  async function* plain() {
    yield* sealer.open(hashed());
    // A whole backup in the place of another opens well.
    if (hash.digest('hex') !== manifest.sha256)
      throw new BackupError('altered', `${dumpFile(manifest.name)} is not the file that was verified`);
  }
  const ledgers = await restoreAndCompare(parts, url, plain(), manifest.census);
  return { manifest, rows: rowsOf(manifest.census), ledgers };
}
