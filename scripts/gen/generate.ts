/** Writes what is generated, or says what of it is stale and how it differs. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GENERATED_FOLDER, type Generator } from './generator.ts';

/** A file that is not as its generator makes it. */
export interface Stale {
  readonly path: string;
  /** How it differs, in a line or a few. */
  readonly difference: string;
}

/** Lines that a summary shows of each side. */
const SHOWN_LINES_MAX = 3;
const SHOWN_COLUMNS_MAX = 160;

/** Compares all files with what their generators make. Writes nothing. */
export async function findStale(root: string, generators: readonly Generator[]): Promise<Stale[]> {
  const stale: Stale[] = [];
  for (const { path, make } of generators) {
    const file = join(root, path);
    const wanted = await make();
    const found = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    if (found === undefined) stale.push({ path, difference: 'is not there' });
    else if (found !== wanted) stale.push({ path, difference: differenceOf(found, wanted) });
  }
  return [...stale, ...strayFiles(root, generators)];
}

/** Makes every file anew and removes what nobody makes. @returns the paths that changed. */
export async function generateAll(root: string, generators: readonly Generator[]): Promise<string[]> {
  const stale = await findStale(root, generators);
  for (const { path } of stale) {
    const generator = generators.find((one) => one.path === path);
    const file = join(root, path);
    if (generator === undefined) rmSync(file);
    else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, await generator.make());
    }
  }
  return stale.map(({ path }) => path);
}

function strayFiles(root: string, generators: readonly Generator[]): Stale[] {
  const folder = join(root, GENERATED_FOLDER);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, '/').length))
    .filter((path) => !generators.some((one) => one.path === path))
    .map((path) => ({ path, difference: 'nothing makes it' }));
}

/** Where the two begin to differ, and how many lines each has between its first and last difference. */
function differenceOf(found: string, wanted: string): string {
  const [before, after] = [found.split('\n'), wanted.split('\n')];
  const start = before.findIndex((line, index) => line !== after[index]);
  const first = start === -1 ? before.length : start;
  let same = 0;
  while (
    same < Math.min(before.length, after.length) - first &&
    before.at(-1 - same) === after.at(-1 - same)
  ) {
    same += 1;
  }
  const removed = before.slice(first, before.length - same);
  const added = after.slice(first, after.length - same);
  const shown = (mark: string, lines: readonly string[]) =>
    lines.slice(0, SHOWN_LINES_MAX).map((line) => `  ${mark} ${line.slice(0, SHOWN_COLUMNS_MAX)}`);
  return [
    `differs from line ${first + 1}: ${removed.length} lines are there, ${added.length} are made`,
    ...shown('-', removed),
    ...shown('+', added),
  ].join('\n');
}
