/** The file of kept seeds: what failed is added once, and what is there stays. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepSeeds, keptSeeds } from './kept.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'totem-kept-'));
  file = join(folder, 'kept.json');
  writeFileSync(file, '[\n  { "seed": 18, "steps": 60 }\n]\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (seed: number, steps: number, violation?: string) => ({ seed, steps, violation });

describe('kept seeds', () => {
  it('take in what broke a promise, in the order of seeds, one to a line', () => {
    expect(keepSeeds([run(40, 60, 'I-02: lost'), run(7, 25, 'I-09: stuck'), run(8, 60)], file)).toBe(2);
    expect(readFileSync(file, 'utf8')).toBe(
      '[\n  { "seed": 7, "steps": 25 },\n  { "seed": 18, "steps": 60 },\n  { "seed": 40, "steps": 60 }\n]\n',
    );
  });

  it('are not kept twice, except for a longer run', () => {
    expect(keepSeeds([run(18, 60, 'I-02: lost'), run(18, 25, 'I-02: lost')], file)).toBe(0);
    expect(keepSeeds([run(18, 90, 'I-02: lost')], file)).toBe(1);
    expect(keptSeeds(file)).toEqual([
      { seed: 18, steps: 60 },
      { seed: 18, steps: 90 },
    ]);
  });

  it('of a weather of their own are kept beside the same without it', () => {
    writeFileSync(file, '[\n  { "seed": 18, "steps": 60, "weather": { "nodes": 1, "pointDeaths": 0 } }\n]\n');
    expect(keepSeeds([run(18, 60, 'I-02: lost')], file)).toBe(1);
    expect(readFileSync(file, 'utf8')).toBe(
      '[\n  { "seed": 18, "steps": 60, "weather": { "nodes": 1, "pointDeaths": 0 } },\n  { "seed": 18, "steps": 60 }\n]\n',
    );
  });

  it('of the repository can be read', () => {
    expect(keptSeeds().length).toBeGreaterThan(0);
  });
});
