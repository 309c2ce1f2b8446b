/**
 * `npm run queue:replay`: a past day of a queue, told again from its ledger: whether every choice is what the rules make of it,
 * and what waits would have been under another policy. The exit code is 1 when a choice differs, 2 when it could not be asked.
 */
import { parseArgs } from 'node:util';
import { createDatabase, queueDay, queueDayLines } from '@totem/cloud';
import { idSchema, type QueuePolicy, queuePolicySchema } from '@totem/domain';
import { createLog } from '@totem/host';
import { openAuditPlace } from './audit/place.ts';

const USAGE = `npm run queue:replay -- --tenant ID --site ID --day YYYY-MM-DD [options]
  --try JSON    a policy to try on the day: '{"name":"ratio","preferential":1,"normal":2}'
  --json        one line of JSON
Environment: DATABASE_URL (as totem_api; without it, the demo's database).`;
const NOT_ASKED = 2;

function optionsOrExit() {
  try {
    const { values } = parseArgs({
      options: {
        tenant: { type: 'string' },
        site: { type: 'string' },
        day: { type: 'string' },
        try: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const tried: { readonly tried?: QueuePolicy } =
      values.try === undefined ? {} : { tried: queuePolicySchema.parse(JSON.parse(values.try)) };
    return {
      tenantId: idSchema<'tenant'>().parse(values.tenant),
      day: {
        siteId: idSchema<'site'>().parse(values.site),
        day: dayOf(values.day),
        ...tried,
      },
      json: values.json,
    };
  } catch (error) {
    console.error(`${messageOf(error)}\n${USAGE}`);
    process.exit(NOT_ASKED);
  }
}

/** @throws RangeError */
function dayOf(text = ''): string {
  return Temporal.PlainDate.from(text).toString();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const { tenantId, day, json } = optionsOrExit();
try {
  const { url, stop } = await openAuditPlace();
  const db = createDatabase({ api: url, tailer: url }, createLog('audit', { level: 'warn' }));
  try {
    const told = await queueDay(db, tenantId, day);
    for (const line of json ? [JSON.stringify(told)] : queueDayLines(told)) console.log(line);
    process.exitCode = told.calls.some(({ isSame }) => isSame === false) ? 1 : 0;
  } finally {
    await db.close();
    await stop();
  }
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = NOT_ASKED;
}
