/** `npm run audit:verify` from its words to its exit code: 0 when all is whole, 1 when there is a fault, 2 when it could not be asked. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createDatabase, reportLines, startEmbeddedPostgres, verifyLedgers } from '@totem/cloud';
import { createLog, systemEnv, systemTimers } from '@totem/host';
import {
  AUDIT_USAGE,
  type AuditOptions,
  auditPlaceOf,
  demoSealKeys,
  parseAuditArguments,
} from './options.ts';

export interface AuditWorld {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where the demo keeps its data. */
  readonly demoDir: string;
  say(line: string): void;
  complain(line: string): void;
}

const NOT_ASKED = 2;

/** Verifies as it is asked. @returns the exit code. */
export async function auditVerify(words: readonly string[], world: AuditWorld): Promise<number> {
  let options: AuditOptions;
  try {
    options = parseAuditArguments(words);
  } catch (error) {
    world.complain(`${messageOf(error)}\n${AUDIT_USAGE}`);
    return NOT_ASKED;
  }
  try {
    return (await faultsOf(options, world)) === 0 ? 0 : 1;
  } catch (error) {
    world.complain(messageOf(error));
    return NOT_ASKED;
  }
}

async function faultsOf({ tenantIds, statements, json }: AuditOptions, world: AuditWorld): Promise<number> {
  const { url, keys, stop } = await placeOf(world);
  const db = createDatabase({ api: url, tailer: url }, createLog('audit', { level: 'warn' }));
  const sum = { tenants: 0, entries: 0, faults: 0 };
  try {
    for await (const report of verifyLedgers({ db, env: systemEnv, keys, statements }, tenantIds)) {
      for (const line of json ? [JSON.stringify(report)] : reportLines(report)) world.say(line);
      sum.tenants += 1;
      sum.entries += report.entries;
      sum.faults += report.faultCount;
    }
  } finally {
    await db.close();
    await stop();
  }
  if (!json) world.say(`${sum.tenants} tenants, ${sum.entries} entries, ${sum.faults} faults`);
  return sum.faults;
}

/** The database of the environment, or the demo's, which is started when it does not run. */
async function placeOf({ environment, demoDir }: AuditWorld) {
  const { databaseUrl, keys } = auditPlaceOf(environment);
  if (databaseUrl !== undefined) return { url: databaseUrl, keys, stop: async () => {} };
  const dataDir = join(demoDir, 'postgres');
  if (!existsSync(dataDir))
    throw new Error(`DATABASE_URL is not set, and there is no demo in ${demoDir}: npm start makes one`);
  const postgres = await startEmbeddedPostgres({ dataDir, env: systemEnv, timers: systemTimers, join: true });
  return { url: postgres.urls.api, keys: demoSealKeys(demoDir), stop: postgres.stop };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
