/** The raw commit: one duration for each commit asked for, and nothing left on the disk. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { measureFsync } from './fsync.ts';

test('each commit gives its duration, and the file is gone afterwards', () => {
  const folder = mkdtempSync(join(tmpdir(), 'totem-fsync-'));
  try {
    const durations = measureFsync({ folder, commits: 5 });
    expect(durations).toHaveLength(5);
    expect(durations.every((ms) => Number.isFinite(ms) && ms >= 0)).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
