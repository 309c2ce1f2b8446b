/**
 * `npm run bench -- backup`: a whole backup (dumped, sealed, restored, compared, its ledgers walked) and a rehearsal of it,
 * against the bare dump of the same database to nowhere, which is the least that any backup takes.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sealVerifierOf, startEmbeddedPostgres } from '@totem/cloud';
import {
  type BackupReport,
  backUp,
  createSealer,
  folderPlace,
  newBackupKeys,
  rehearse,
} from '@totem/cloud/backup';
import { createLog, systemEnv, systemTimers } from '@totem/host';
import { migratePostgres } from '@totem/migrations';
import { hasOldest } from '@totem/testkit/oldest';
import { fillAtSize } from '@totem/testkit/size';
import type { Bench } from './harness.ts';

/** The embedded PostgreSQL brings no tools; Debian's has them. */
const PROGRAMS = '/usr/lib/postgresql/15';
const SIZE = { tenants: 20, tickets: 20_000, seed: 1 } as const;
const BYTES_OF_OUTPUT_MAX = 1_000_000;

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = systemTimers.monotonicMs();
  await work();
  return (systemTimers.monotonicMs() - startedAt) / 1_000;
}

/** The bare dump: compressed as always, and thrown away. */
function dumpToNowhere(url: string): Promise<void> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const env = {
    PGHOST: hostname,
    PGPORT: port,
    PGUSER: username,
    PGPASSWORD: password,
    PGDATABASE: pathname.slice(1),
  };
  const options = { env, maxBuffer: BYTES_OF_OUTPUT_MAX };
  return new Promise((resolve, reject) => {
    execFile(
      join(PROGRAMS, 'bin', 'pg_dump'),
      ['--format=custom', '--no-sync', '--file=/dev/null'],
      options,
      (error) => (error === null ? resolve() : reject(error)),
    );
  });
}

export const bench: Bench = {
  name: 'backup',
  about: 'a backup that counts, and its rehearsal, over the bare dump of 20,000 tickets',
  physicalLimit: 'bare_dump_s',
  rounds: 3,
  goals: [
    { name: 'a backup is the same after its restore', of: 'verified_count', limit: 1, must: 'be at least' },
    {
      name: 'all of it takes no more than 20 bare dumps',
      of: 'backup_over_bare_dump',
      limit: 15,
      must: 'be at most',
    },
  ],
  round: async () => {
    if (!hasOldest()) throw new RangeError('this bench needs PostgreSQL 15 with its tools');
    const folder = mkdtempSync(join(tmpdir(), 'totem-bench-backup-'));
    const dataDir = join(folder, 'postgres');
    const postgres = await startEmbeddedPostgres({
      dataDir,
      env: systemEnv,
      timers: systemTimers,
      programs: PROGRAMS,
    });
    try {
      await migratePostgres(postgres.urls.owner, systemTimers);
      await fillAtSize(postgres.urls.owner, SIZE);
      const url = postgres.urls.superuser;
      const bare = await seconds(() => dumpToNowhere(url));
      const place = folderPlace(join(folder, 'kept'));
      const parts = {
        env: systemEnv,
        log: createLog('bench', { level: 'error' }),
        sealKeys: sealVerifierOf([]),
        sealer: createSealer(newBackupKeys(systemEnv), systemEnv),
      };
      const made: BackupReport[] = [];
      const whole = await seconds(async () => {
        made.push(await backUp({ ...parts, databaseUrl: url, scratchUrl: url, local: place, localDays: 7 }));
      });
      const rehearsal = await seconds(() => rehearse({ ...parts, place }, url));
      const [report] = made;
      return {
        bare_dump_s: bare,
        backup_s: whole,
        rehearsal_s: rehearsal,
        rows_count: report?.rows ?? 0,
        sealed_bytes: report?.manifest.bytes ?? 0,
        rows_backed_up_per_s: (report?.rows ?? 0) / whole,
        verified_count: made.length,
      };
    } finally {
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  ratios: ({ bare_dump_s: bare = 0, backup_s: whole = 0, rehearsal_s: rehearsal = 0 }) => ({
    backup_over_bare_dump: whole / bare,
    rehearsal_over_bare_dump: rehearsal / bare,
  }),
};
