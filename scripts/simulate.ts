/**
 * `npm run simulate`: runs the simulated world from seeds, in as many processes as there are cores, and says which of them
 * break a promise and which faults came. A seed that breaks one is kept, and run again by `npm test` for ever. The exit code
 * is 1 when one did, and 2 when it could not be asked.
 */
import { parseArgs } from 'node:util';
import {
  FAULT_POINTS,
  keepSeeds,
  noFaults,
  PLANTED,
  runFleet,
  type SeedJob,
  type SeedRun,
  STEPS,
} from '@totem/testkit/world';

const USAGE = `npm run simulate -- [--seeds N] [--seed S] [--steps M] [--workers N] [--planted NAME] [--json] [--lines]
  --seeds N       how many seeds to run, 10 by default
  --seed S        the first of them, 1 by default; without --seeds this one only
                  (a planted defect has a seed of its own, which is taken when neither is given)
  --steps M       steps of each, ${STEPS} by default
  --workers N     processes, as many as cores by default
  --planted NAME  with a planted defect, or "all" of them in turn; such seeds are not kept
  --json          a line of JSON for each seed, and one for all of them
  --lines         everything that happened`;
const NOT_ASKED = 2;

type Options = ReturnType<typeof optionsOrExit>;

function optionsOrExit() {
  try {
    const { values } = parseArgs({
      options: {
        seeds: { type: 'string' },
        seed: { type: 'string' },
        steps: { type: 'string' },
        workers: { type: 'string' },
        planted: { type: 'string' },
        json: { type: 'boolean', default: false },
        lines: { type: 'boolean', default: false },
      },
    });
    const number = (text: string | undefined, otherwise: number): number => {
      const value = text === undefined ? otherwise : Number(text);
      if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`not a number of them: ${text}`);
      return value;
    };
    const names = PLANTED.map(({ name }) => name);
    if (values.planted !== undefined && values.planted !== 'all' && !names.includes(values.planted))
      throw new RangeError(`planted can be: ${names.join('; ')}`);
    return {
      ...values,
      seeds: number(values.seeds, values.seed === undefined ? 10 : 1),
      first: number(values.seed, 1),
      steps: number(values.steps, STEPS),
      workers: values.workers === undefined ? {} : { workers: number(values.workers, 1) },
      isGiven: values.seed !== undefined || values.seeds !== undefined,
      planted: values.planted === 'all' ? names : values.planted === undefined ? [] : [values.planted],
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(NOT_ASKED);
  }
}

function tell(run: SeedRun): void {
  const { lines, ...rest } = run;
  for (const line of lines) console.log(line);
  if (options.json) {
    console.log(JSON.stringify(rest));
    return;
  }
  const planted = run.planted === undefined ? '' : ` (${run.planted})`;
  console.log(
    `seed ${run.seed}${planted}: ${run.tickets} tickets, ${run.commands} commands, ${run.requests} lines, ` +
      `${Math.round(run.virtualMs / 1_000)} s virtual, ${run.seconds.toFixed(2)} s, ${run.digest.slice(0, 12)} ${run.violation ?? 'holds'}`,
  );
}

function summary(runs: readonly SeedRun[], seconds: number) {
  const points = noFaults();
  const seeds = noFaults();
  for (const run of runs)
    for (const point of FAULT_POINTS) {
      points[point] += run.points[point];
      if (run.points[point] > 0) seeds[point] += 1;
    }
  const each = runs.map((run) => run.seconds).sort((a, b) => a - b);
  const quantile = (share: number) => each[Math.min(each.length - 1, Math.floor(share * each.length))] ?? 0;
  return {
    seeds: runs.length,
    violations: runs.filter(({ violation }) => violation !== undefined).map(({ seed }) => seed),
    seconds,
    secondsOfSeed: { p50: quantile(0.5), p90: quantile(0.9), most: quantile(1) },
    tickets: runs.reduce((sum, run) => sum + run.tickets, 0),
    commands: runs.reduce((sum, run) => sum + run.commands, 0),
    points,
    seedsWithPoint: seeds,
  };
}

/** A planted defect is looked for in its own seed, unless others are asked for. */
function jobsOf({ seeds, first, isGiven, steps, lines, planted }: Options): SeedJob[] {
  const job = { steps, withLines: lines };
  const asked = Array.from({ length: seeds }, (_, at) => ({ ...job, seed: first + at }));
  if (planted.length === 0) return asked;
  const defects = PLANTED.filter(({ name }) => planted.includes(name));
  if (!isGiven) return defects.map(({ name, seed }) => ({ ...job, seed, planted: name }));
  return asked.flatMap((one) => defects.map(({ name }) => ({ ...one, planted: name })));
}

const options = optionsOrExit();
const startedAt = performance.now();
const runs = await runFleet(jobsOf(options), { ...options.workers, onRun: tell });
const all = summary(runs, (performance.now() - startedAt) / 1_000);
if (options.json) console.log(JSON.stringify(all));
else {
  const { points, seedsWithPoint } = all;
  for (const point of FAULT_POINTS)
    console.log(
      `${point.padEnd(26)} ${String(points[point]).padStart(7)} times in ${seedsWithPoint[point]} seeds`,
    );
  console.log(
    `${all.seeds} seeds in ${all.seconds.toFixed(0)} s (p50 ${all.secondsOfSeed.p50.toFixed(2)} s, ` +
      `most ${all.secondsOfSeed.most.toFixed(2)} s): ${all.tickets} tickets, ${all.violations.length} violations`,
  );
}
if (options.planted.length === 0) {
  const kept = keepSeeds(runs);
  if (kept > 0) console.error(`${kept} seeds are kept from now on`);
}
process.exitCode = all.violations.length > 0 ? 1 : 0;
