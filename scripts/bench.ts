/**
 * `npm run bench -- NAME [--json] [--rounds N]`: runs scripts/bench/NAME.bench.ts; without a name it lists them. With
 * --json the last line is the result as one object. A goal that does not hold is shown, and the exit code stays 0: a
 * bench measures, and the reader of its figures judges.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseBenchArguments } from './bench/arguments.ts';
import { type Bench, type BenchResult, runBench } from './bench/harness.ts';

const folder = join(import.meta.dirname, 'bench');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.slice(0, -'.bench.ts'.length))
  .sort();

try {
  const { name, json, rounds } = parseBenchArguments(process.argv.slice(2));
  if (name === undefined) await list();
  else await run(name, json, rounds);
} catch (error) {
  console.error(error instanceof RangeError || error instanceof TypeError ? error.message : error);
  process.exitCode = 2;
}

async function list(): Promise<void> {
  console.log('npm run bench -- NAME [--json] [--rounds N]');
  for (const name of names) console.log(`  ${name.padEnd(12)}${(await load(name)).about}`);
}

async function run(name: string, json: boolean, rounds: number | undefined): Promise<void> {
  if (!names.includes(name)) throw new RangeError(`no bench "${name}"; there is: ${names.join(', ')}`);
  const result = await runBench(await load(name), rounds);
  if (json) console.log(JSON.stringify(result));
  else for (const line of table(result)) console.log(line);
}

async function load(name: string): Promise<Bench> {
  const module: { readonly bench: Bench } = await import(join(folder, `${name}.bench.ts`));
  return module.bench;
}

function table({ bench, machine, figures, ratios, goals }: BenchResult): string[] {
  const row = ([name, value]: readonly [string, number]): string =>
    `  ${name.padEnd(36)}${value.toPrecision(4)}`;
  return [
    `${bench} on ${machine.cpus} x ${machine.model}, ${machine.platform}, kernel ${machine.kernel}, Node ${machine.node}`,
    ...Object.entries(figures).map(row),
    ...Object.entries(ratios).map(row),
    ...goals.map(
      ({ name, value, limit, holds }) =>
        `  ${holds ? 'holds ' : 'FAILS '} ${name}: ${value.toPrecision(4)} (limit ${limit})`,
    ),
  ];
}
