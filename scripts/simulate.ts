/**
 * `npm run simulate`: runs the simulated world from seeds, and says which of them break a promise. The exit code is 1 when one
 * did, and 2 when it could not be asked.
 */
import { parseArgs } from 'node:util';
import { openWorldDatabase, runWorld, STEPS, type WorldRun } from '@totem/testkit/world';

const USAGE = `npm run simulate -- [--seeds N] [--seed S] [--steps M] [--json] [--lines]
  --seeds N   how many seeds to run, 10 by default
  --seed S    the first of them, 1 by default; without --seeds this one only
  --steps M   steps of each, ${STEPS} by default
  --json      a line of JSON for each seed
  --lines     everything that happened`;
const NOT_ASKED = 2;

function optionsOrExit() {
  try {
    const { values } = parseArgs({
      options: {
        seeds: { type: 'string' },
        seed: { type: 'string' },
        steps: { type: 'string' },
        json: { type: 'boolean', default: false },
        lines: { type: 'boolean', default: false },
      },
    });
    const number = (text: string | undefined, otherwise: number): number => {
      const value = text === undefined ? otherwise : Number(text);
      if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`not a number of them: ${text}`);
      return value;
    };
    const seeds = number(values.seeds, values.seed === undefined ? 10 : 1);
    return { ...values, seeds, first: number(values.seed, 1), steps: number(values.steps, STEPS) };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(NOT_ASKED);
  }
}

const options = optionsOrExit();
const database = await openWorldDatabase();
const runs: WorldRun[] = [];
try {
  for (let seed = options.first; seed < options.first + options.seeds; seed += 1) {
    const startedAt = performance.now();
    const run = await runWorld({ urls: database.urls, seed, steps: options.steps });
    runs.push(run);
    const { lines, ...rest } = run;
    if (options.lines) for (const line of lines) console.log(line);
    const seconds = (performance.now() - startedAt) / 1_000;
    if (options.json) console.log(JSON.stringify({ ...rest, seconds }));
    else
      console.log(
        `seed ${seed}: ${run.tickets} tickets, ${run.commands} commands, ${run.requests} lines, ` +
          `${Math.round(run.virtualMs / 1_000)} s virtual, ${seconds.toFixed(2)} s, ${run.digest.slice(0, 12)} ${run.violation ?? 'holds'}`,
      );
  }
} finally {
  await database.close();
}
process.exitCode = runs.some(({ violation }) => violation !== undefined) ? 1 : 0;
