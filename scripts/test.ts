/**
 * `npm test`: the checks, then each tier of tests within its budget. `npm test -- unit pg` runs only these tiers;
 * `npm test -- unit -- machine -t paid` passes the rest to Vitest. The last line is the sum; the exit code is 0 only
 * when nothing failed and every tier ran something.
 */
import { join, resolve } from 'node:path';
import { endRecord, startRecord } from './proof/record.ts';
import { argumentsOrExit } from './run/arguments.ts';
import { stopChildren } from './run/child.ts';
import { lastLine, sum } from './run/report.ts';
import { runTiers, summarise } from './run/run-tiers.ts';
import { TEST_BUDGET_MS } from './run/tiers.ts';

const SKIPPED_SHOWN_MAX = 50;
/** 128 + SIGINT, as shells have it. */
const INTERRUPTED = 130;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stopChildren);

const { tiers, filters } = argumentsOrExit(process.argv.slice(2));
const root = resolve(import.meta.dirname, '..');
const recordFile = startRecord(join(root, '.cache', 'proof-share.jsonl'));
const results = await runTiers(tiers, {
  root,
  budgetsMs: TEST_BUDGET_MS,
  filters,
  env: { ...process.env, TOTEM_PROOF: 'share', TOTEM_PROOF_FILE: recordFile },
});
// With a filter, what it leaves out counts as skipped: naming it all would say nothing.
const skipped = filters.length > 0 ? [] : results.flatMap((result) => result.skippedNames);
for (const name of skipped.slice(0, SKIPPED_SHOWN_MAX)) console.log(`SKIPPED ${name}`);
if (skipped.length > SKIPPED_SHOWN_MAX) console.log(`SKIPPED ${skipped.length - SKIPPED_SHOWN_MAX} more`);
const { proofs, trouble } = endRecord(recordFile);
for (const { name, count, unit } of proofs) console.log(`PROOF ${name}: ${count} ${unit} (its share)`);
if (trouble !== undefined) console.log(`FAILED ${trouble}`);
for (const line of summarise(results)) console.log(line);
const total = sum([...results, { passed: 0, failed: trouble === undefined ? 0 : 1, skipped: 0 }]);
process.exitCode = results.some(({ interrupted }) => interrupted) ? INTERRUPTED : total.failed > 0 ? 1 : 0;
console.log(lastLine(total));
