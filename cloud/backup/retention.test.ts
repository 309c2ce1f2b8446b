/** What is removed when: by virtual days, and never what may be the last good one. */
import { epochMsOf } from '@totem/domain';
import { systemEnv } from '@totem/host';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backupName, dumpFile, type KeptBackup, keptBackups, manifestFile, timeOfName } from './manifest.ts';
import type { Place } from './place.ts';
import { isShrunk, outlived, removeOutlived } from './retention.ts';

const DAY_MS = 86_400_000;
const NOW = epochMsOf('2026-11-28T03:15:00.000Z');

/** A place in memory. */
function memoryPlace(names: readonly string[]): Place & { readonly removed: string[] } {
  const files = new Set(names);
  const removed: string[] = [];
  return {
    label: 'memory',
    removed,
    put: async (name) => ({ name, bytes: 1 }),
    open: async () => (async function* () {})(),
    list: async () => [...files].toSorted().map((name) => ({ name, bytes: 1_000 })),
    remove: async (name) => {
      files.delete(name);
      removed.push(name);
    },
  };
}

const nameAt = (daysAgo: number) => backupName({ ...systemEnv, now: () => NOW - daysAgo * DAY_MS });
const both = (daysAgo: number) => [dumpFile(nameAt(daysAgo)), manifestFile(nameAt(daysAgo))];

describe('names', () => {
  test('say when, to the millisecond, and sort by it', () => {
    expect(nameAt(0)).toBe('totem-20261128T031500000Z');
    expect(timeOfName(nameAt(3))).toBe(NOW - 3 * DAY_MS);
    for (const other of ['erasures.list', 'totem-2026', 'totem-20261128T031500000Z.dump'])
      expect(timeOfName(other)).toBeUndefined();
  });
});

describe('what has had its days', () => {
  test('goes, a manifest before its dump, and nothing else of the folder', async () => {
    const place = memoryPlace([...both(9), ...both(8), ...both(6), ...both(1), 'erasures.list']);
    expect(await removeOutlived(place, NOW, 7)).toEqual([nameAt(9), nameAt(8)]);
    expect(place.removed).toEqual([9, 8].flatMap((days) => both(days).toReversed()));
    expect((await keptBackups(place)).map(({ name }) => name)).toEqual([nameAt(6), nameAt(1)]);
  });

  test('stays when it is the newest that counts: dumps without a manifest do not replace it', async () => {
    const place = memoryPlace([...both(40), ...both(20), dumpFile(nameAt(15)), dumpFile(nameAt(2))]);
    expect(await removeOutlived(place, NOW, 7)).toEqual([nameAt(40), nameAt(15)]);
  });

  test('whatever is kept, the newest that counts is never among what goes, and what is young never is', () => {
    const kept = fc.record({ days: fc.nat(400), hasManifest: fc.boolean() });
    fc.assert(
      fc.property(fc.array(kept, { maxLength: 30 }), fc.integer({ min: 0, max: 60 }), (list, days) => {
        const backups: KeptBackup[] = list
          .toSorted((a, b) => b.days - a.days)
          .map((one, index) => ({
            name: `${index}`,
            takenAt: NOW - one.days * DAY_MS,
            dumpBytes: 1,
            hasManifest: one.hasManifest,
          }));
        const gone = outlived(backups, NOW, days);
        const newest = backups.findLast(({ hasManifest }) => hasManifest);
        if (newest !== undefined) expect(gone).not.toContain(newest);
        for (const one of gone) expect(NOW - one.takenAt).toBeGreaterThan(days * DAY_MS);
      }),
    );
  });
});

test.each([
  [499, [1_000], true],
  [500, [1_000], false],
  [10, [], false],
  [300, [10, 1_000, 1_000], true],
  [300, [10, 20, 1_000], false],
])('%i bytes after %j is a shrunk dump: %s', (bytes, before, is) => {
  expect(isShrunk(bytes, before)).toBe(is);
});
