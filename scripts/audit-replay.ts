/**
 * `npm run audit:replay`: whether the rows of a database are what its entries say, for as far back as entries are kept. A line
 * for each tenant and each difference; the exit code is 1 when there is one, and 2 when it could not be asked.
 */
import { parseArgs } from 'node:util';
import { createDatabase, replayLedgers, replayLines } from '@totem/cloud';
import { idSchema, type TenantId } from '@totem/domain';
import { createLog } from '@totem/host';
import { openAuditPlace } from './audit/place.ts';

const USAGE = `npm run audit:replay [-- options]
  --tenant ID   this tenant only; may be given several times
  --json        a line of JSON for each tenant
Environment: DATABASE_URL (as totem_api; without it, the demo's database).`;
const NOT_ASKED = 2;

interface ReplayOptions {
  readonly tenantIds: readonly TenantId[] | undefined;
  readonly json: boolean;
}

function optionsOrExit(): ReplayOptions {
  try {
    const { values } = parseArgs({
      options: { tenant: { type: 'string', multiple: true }, json: { type: 'boolean', default: false } },
    });
    return {
      tenantIds: values.tenant?.map((text) => idSchema<'tenant'>().parse(text)),
      json: values.json,
    };
  } catch (error) {
    console.error(`${messageOf(error)}\n${USAGE}`);
    process.exit(NOT_ASKED);
  }
}

/** @returns how many differences there are. */
async function run({ tenantIds, json }: ReplayOptions): Promise<number> {
  const { url, stop } = await openAuditPlace();
  const db = createDatabase({ api: url, tailer: url }, createLog('audit', { level: 'warn' }));
  const totals = { tenants: 0, rows: 0, differences: 0 };
  try {
    for await (const report of replayLedgers(db, tenantIds)) {
      for (const line of json ? [JSON.stringify(report)] : replayLines(report)) console.log(line);
      totals.tenants += 1;
      totals.rows += report.rows;
      totals.differences += report.differenceCount;
    }
  } finally {
    await db.close();
    await stop();
  }
  if (!json) console.log(`${totals.tenants} tenants, ${totals.rows} rows, ${totals.differences} differences`);
  return totals.differences;
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
