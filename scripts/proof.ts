/**
 * `npm run proof`: every proof in full, hours if need be, and the result in docs/proof.json with its date, commit and
 * machine. Only a whole run without a failure is written: figures of half a proof are no figures. Tiers can be named
 * (`npm run proof -- sim`); what they found is then printed and the file is left as it is.
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describeCommit, describeMachine } from './machine.ts';
import { endRecord, startRecord } from './proof/record.ts';
import { argumentsOrExit } from './run/arguments.ts';
import { stopChildren } from './run/child.ts';
import { lastLine, sum } from './run/report.ts';
import { runTiers, summarise } from './run/run-tiers.ts';
import { PROOF_BUDGET_MS, TIER_NAMES } from './run/tiers.ts';

const root = resolve(import.meta.dirname, '..');
const resultFile = join(root, 'docs', 'proof.json');

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stopChildren);

const { tiers, filters } = argumentsOrExit(process.argv.slice(2));
const recordFile = startRecord(join(root, '.cache', 'proof.jsonl'));
// Read before the run: what is committed or edited during these hours was not what ran.
const commit = describeCommit(root);
const results = await runTiers(tiers, {
  root,
  budgetsMs: PROOF_BUDGET_MS,
  filters,
  env: { ...process.env, TOTEM_PROOF: 'full', TOTEM_PROOF_FILE: recordFile },
});
const { proofs, trouble } = endRecord(recordFile);
if (trouble !== undefined) console.log(`FAILED ${trouble}`);
const total = sum([...results, { passed: 0, failed: trouble === undefined ? 0 : 1, skipped: 0 }]);
const skipped = filters.length > 0 ? [] : results.flatMap((result) => result.skippedNames);
const result = {
  date: new Date().toISOString(),
  commit,
  machine: describeMachine(),
  proofs,
  tests: { ...total, skippedNames: skipped },
};
const isWhole =
  tiers.length === TIER_NAMES.length && filters.length === 0 && total.failed === 0 && proofs.length > 0;
if (isWhole) writeFileSync(resultFile, `${JSON.stringify(result, null, 2)}\n`);
else console.log(JSON.stringify(result, null, 2));
console.log(
  isWhole ? 'Written to docs/proof.json.' : 'Not written to docs/proof.json: the run was not whole.',
);
if (skipped.length > 0) console.log(`NOT PROVED, ${skipped.length} skipped:`);
for (const name of skipped) console.log(`SKIPPED ${name}`);
for (const line of summarise(results)) console.log(line);
process.exitCode = total.failed > 0 ? 1 : 0;
console.log(lastLine(total));
