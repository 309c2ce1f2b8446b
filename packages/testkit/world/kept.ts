/** Seeds that once broke a promise: they are run again for ever, with as many steps as it took. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = join(import.meta.dirname, 'kept-seeds.json');

export interface KeptSeed {
  readonly seed: number;
  readonly steps: number;
  /** Of the cloud; without it as the seed says. Those that failed before there were several are kept with one. */
  readonly nodes?: number;
}

export function keptSeeds(file: string = FILE): readonly KeptSeed[] {
  return JSON.parse(readFileSync(file, 'utf8')) as KeptSeed[];
}

/** Adds those of some runs that broke a promise. @returns how many are new. */
export function keepSeeds(
  runs: readonly (KeptSeed & { readonly violation: string | undefined })[],
  file: string = FILE,
): number {
  const kept = [...keptSeeds(file)];
  const before = kept.length;
  for (const { seed, steps, violation } of runs) {
    const isKept = kept.some((one) => one.seed === seed && one.steps >= steps && one.nodes === undefined);
    if (violation !== undefined && !isKept) kept.push({ seed, steps });
  }
  if (kept.length === before) return 0;
  kept.sort((a, b) => a.seed - b.seed);
  const lines = kept.map(
    ({ seed, steps, nodes }) =>
      `  { "seed": ${seed}, "steps": ${steps}${nodes === undefined ? '' : `, "nodes": ${nodes}`} }`,
  );
  writeFileSync(file, `[\n${lines.join(',\n')}\n]\n`);
  return kept.length - before;
}
