/** Seeds that once broke a promise: they are run again for ever, with as many steps as it took. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Weather } from './weather.ts';

const FILE = join(import.meta.dirname, 'kept-seeds.json');

export interface KeptSeed {
  readonly seed: number;
  readonly steps: number;
  /** In place of the seed's own: a seed that failed before some kind of weather was known is kept without it. */
  readonly weather?: Partial<Weather>;
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
    const isKept = kept.some((one) => one.seed === seed && one.steps >= steps && one.weather === undefined);
    if (violation !== undefined && !isKept) kept.push({ seed, steps });
  }
  if (kept.length === before) return 0;
  kept.sort((a, b) => a.seed - b.seed);
  const lines = kept.map(
    ({ seed, steps, weather }) =>
      `  { "seed": ${seed}, "steps": ${steps}${weather === undefined ? '' : `, "weather": ${weatherText(weather)}`} }`,
  );
  writeFileSync(file, `[\n${lines.join(',\n')}\n]\n`);
  return kept.length - before;
}

/** On one line, as the repository's formatter has it. */
function weatherText(weather: Partial<Weather>): string {
  const levels = Object.entries(weather).map(([kind, level]) => `"${kind}": ${level}`);
  return `{ ${levels.join(', ')} }`;
}
