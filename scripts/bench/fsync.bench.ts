/** `npm run bench -- fsync`: the raw commit of the disk that holds temporary files, the floor under every durable commit. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureFsync } from './fsync.ts';
import { type Bench, quantiles } from './harness.ts';

const COMMITS = 300;

export const bench: Bench = {
  name: 'fsync',
  about: 'raw commit of the disk: one 4 KiB log frame and fdatasync',
  physicalLimit: 'fsync_ms_p50',
  rounds: 5,
  goals: [],
  round: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'totem-bench-'));
    try {
      return quantiles('fsync_ms', measureFsync({ folder, commits: COMMITS }));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  ratios: (figures) => ({ fsync_p99_over_p50: (figures.fsync_ms_p99 ?? 0) / (figures.fsync_ms_p50 ?? 1) }),
};
