/**
 * A cloud with a sealed ledger on a PostgreSQL that has its tools, and what backups of it need: the role that reads past every
 * fence, folders, keys, and tools that do wrong things on purpose.
 */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Env } from '@totem/domain';
import { createLog, systemEnv } from '@totem/host';
import pg from 'pg';
import type { BackupParts } from '../backup/back-up.ts';
import { BackupError } from '../backup/faults.ts';
import { folderPlace, type Place } from '../backup/place.ts';
import { createSealer, newBackupKeys, type Sealer } from '../backup/sealed-stream.ts';
import { type SealedLedger, sealedLedger } from './sealed-ledger.ts';

export interface BackupWorld {
  readonly ledger: SealedLedger;
  readonly folder: string;
  readonly local: Place;
  readonly sealer: Sealer;
  readonly parts: BackupParts;
  /** The beginning of all that is made by chance here, by which scratch databases of this test are told from those of others. */
  readonly mark: string;
  /** As the cluster's superuser, in the database that is backed up or another one. */
  sql(text: string, url?: string): Promise<readonly Record<string, unknown>[]>;
  /** A folder with tools of this name and these lines of shell; `$REAL` is the folder of the real ones. */
  tools(name: string, dump: string, restore?: string): string;
  close(): Promise<void>;
}

const ROLES = new URL('../../deploy/postgres/roles.sql', import.meta.url);
const REAL_TOOLS = '/usr/lib/postgresql/15/bin';
const BACKUP_PASSWORD = 'backup-in-tests';
const MODE_RUNS = 0o755;
const MARK_BYTES = 3;

/** The system's, but for the first bytes of all chance, which are these. */
function markedEnv(mark: Uint8Array): Env {
  return {
    now: systemEnv.now,
    randomBytes: (count) => {
      const bytes = systemEnv.randomBytes(count);
      bytes.set(mark.subarray(0, count));
      return bytes;
    },
  };
}

export async function backupWorld(): Promise<BackupWorld> {
  const ledger = await sealedLedger();
  const { superuser } = ledger.cloud.urls;
  const sql = async (text: string, url = superuser) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  };
  await sql(readFileSync(ROLES, 'utf8'));
  await sql(`ALTER ROLE totem_backup PASSWORD '${BACKUP_PASSWORD}'`);
  const databaseUrl = new URL(superuser);
  databaseUrl.username = 'totem_backup';
  databaseUrl.password = BACKUP_PASSWORD;
  const folder = mkdtempSync(join(tmpdir(), 'totem-backup-'));
  const local = folderPlace(join(folder, 'kept'));
  const sealer = createSealer(newBackupKeys(systemEnv), systemEnv);
  const mark = systemEnv.randomBytes(MARK_BYTES);
  return {
    ledger,
    mark: mark.toHex(),
    folder,
    local,
    sealer,
    sql,
    parts: {
      env: markedEnv(mark),
      log: createLog('backup', { level: 'silent' }),
      sealKeys: ledger.keys,
      sealer,
      databaseUrl: databaseUrl.href,
      scratchUrl: superuser,
      local,
      localDays: 7,
    },
    tools: (name, dump, restore = 'exec "$REAL/pg_restore" "$@"') => {
      const at = join(folder, `tools-${name}`);
      mkdirSync(at, { recursive: true });
      for (const [tool, lines] of [
        ['pg_dump', dump],
        ['pg_restore', restore],
      ] as const) {
        const version = `case "$1" in --version) exec "$REAL/${tool}" --version;; esac`;
        writeFileSync(join(at, tool), `#!/bin/sh\nREAL=${REAL_TOOLS}\n${version}\n${lines}\n`);
        chmodSync(join(at, tool), MODE_RUNS);
      }
      return at;
    },
    close: async () => {
      rmSync(folder, { recursive: true, force: true });
      await ledger.close();
    },
  };
}

/** What a backup or a restore fails with. */
export async function faultOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    if (error instanceof BackupError) return error.fault;
    throw error;
  }
}
