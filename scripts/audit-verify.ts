/**
 * `npm run audit:verify`: whether the ledgers of a database are what was written. A line for each tenant and each origin, a
 * line for each fault; the exit code is 1 when there is one, and 2 when it could not be asked.
 */
import { createDatabase, reportLines, verifyLedgers } from '@totem/cloud';
import { createLog, systemEnv } from '@totem/host';
import { AUDIT_USAGE, type AuditOptions, parseAuditArguments } from './audit/options.ts';
import { openAuditPlace } from './audit/place.ts';

const NOT_ASKED = 2;

/** @returns how many faults there are. */
async function run({ tenantIds, statements, json }: AuditOptions): Promise<number> {
  const { url, keys, stop } = await openAuditPlace();
  const db = createDatabase({ api: url, tailer: url }, createLog('audit', { level: 'warn' }));
  let faults = 0;
  let entries = 0;
  let tenants = 0;
  try {
    for await (const report of verifyLedgers({ db, env: systemEnv, keys, statements }, tenantIds)) {
      for (const line of json ? [JSON.stringify(report)] : reportLines(report)) console.log(line);
      faults += report.faultCount;
      entries += report.entries;
      tenants += 1;
    }
  } finally {
    await db.close();
    await stop();
  }
  if (!json) console.log(`${tenants} tenants, ${entries} entries, ${faults} faults`);
  return faults;
}

function optionsOrExit(): AuditOptions {
  try {
    return parseAuditArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`${messageOf(error)}\n${AUDIT_USAGE}`);
    process.exit(NOT_ASKED);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const options = optionsOrExit();
try {
  process.exitCode = (await run(options)) === 0 ? 0 : 1;
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = NOT_ASKED;
}
