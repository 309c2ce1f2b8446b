/** How long backups are kept. Nothing that may be the last good one is ever removed. */
import { dumpFile, type KeptBackup, keptBackups, manifestFile } from './manifest.ts';
import type { Place } from './place.ts';

const DAY_MS = 86_400_000;

/** Those that have had their days. The newest that counts stays, however old it is. */
export function outlived(kept: readonly KeptBackup[], now: number, days: number): KeptBackup[] {
  const newest = kept.findLast(({ hasManifest }) => hasManifest);
  return kept.filter((one) => one !== newest && now - one.takenAt > days * DAY_MS);
}

/** Removes what has had its days. The manifest goes first: what is half removed does not count. @returns the names. */
export async function removeOutlived(place: Place, now: number, days: number): Promise<string[]> {
  const removed: string[] = [];
  for (const { name } of outlived(await keptBackups(place), now, days)) {
    await place.remove(manifestFile(name));
    await place.remove(dumpFile(name));
    removed.push(name);
  }
  return removed;
}

/** Whether a dump is less than half of what those before it usually were: then somebody should look before anything is removed. */
export function isShrunk(bytes: number, before: readonly number[]): boolean {
  const sorted = before.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  return middle !== undefined && bytes < middle / 2;
}
