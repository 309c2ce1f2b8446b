/**
 * Looks at what the backup program leaves for Prometheus: a program that does not run any more cannot say so itself. Whoever runs
 * the platform is told once when the newest backup that counts is too old, and once when there is one again.
 */
import { readFile } from 'node:fs/promises';
import { type Env, epochMsOf, instantText, PLATFORM_TENANT_ID } from '@totem/domain';
import type { Database } from '../db/pool.ts';
import { type Statement, type WriteHandle, withTenant } from '../db/with-tenant.ts';
import { toldEvents } from '../events/event.ts';
import { clear, raise } from './alerts.ts';

export const WATCH_BACKUP_EVERY_MS = 10 * 60_000;
/** A backup is made each day; two hours more are for one that takes long. */
export const BACKUP_MS_MAX = 26 * 3_600_000;

const VERIFIED = /^totem_backup_verified_timestamp_seconds (\S+)$/m;
const OPEN: Statement = {
  name: 'watch-backup-open',
  text: `SELECT since FROM alert WHERE tenant_id = $1 AND kind = 'backup' AND cleared_at IS NULL`,
};
const subject = { kind: 'backup', siteId: null, entityId: PLATFORM_TENANT_ID } as const;

interface WatchParts {
  readonly db: Database;
  readonly env: Env;
  /** What `npm run backup` writes with `BACKUP_METRICS_FILE`. */
  readonly file: string;
}

export async function watchBackup({ db, env, file }: WatchParts): Promise<void> {
  const verifiedAt = await verifiedIn(file);
  await withTenant(db, PLATFORM_TENANT_ID, async (tx) => {
    const told = await toldEvents(tx);
    if (verifiedAt !== undefined && env.now() - verifiedAt <= BACKUP_MS_MAX) {
      await clear(tx, env, told, [{ ...subject, data: {} }]);
      return;
    }
    // Where nobody ever said when, it counts from the first look that found nothing.
    const since = verifiedAt ?? (await openSince(tx)) ?? env.now();
    await raise(tx, env, told, [{ ...subject, since: instantText(since), data: {} }]);
  });
}

async function openSince(tx: WriteHandle): Promise<number | undefined> {
  const since = (await tx.one(OPEN, [tx.tenantId]))?.since;
  return since === null || since === undefined ? undefined : epochMsOf(since);
}

/** @returns milliseconds; undefined where the program has left nothing that says so. */
async function verifiedIn(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const seconds = Number(VERIFIED.exec(text)?.[1] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : undefined;
}
