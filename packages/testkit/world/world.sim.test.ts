/**
 * The whole world from seeds: totems, their hub, operators and the cloud under every fault that has a name. Seeds that once
 * failed are kept and run for ever; each planted defect must be found, by the promise that it breaks.
 */
import { describe, expect, it } from 'vitest';
import { proof, recordProof } from '../proof.ts';
import { FAULT_POINTS, noFaults } from './fault-points.ts';
import { runFleet, type SeedRun } from './fleet.ts';
import { keptSeeds } from './kept.ts';
import { PLANTED } from './planted.ts';
import { STEPS } from './world.ts';

const NAME = 'world/seeds of a branch';
const SEEDS = proof(NAME, { share: 4, full: 500, unit: 'seeds' });
const DEFECTS = 'world/planted defects';
const PLANTS = proof(DEFECTS, { share: 3, full: PLANTED.length, unit: 'defects' });
const IS_FULL = process.env.TOTEM_PROOF === 'full';
/** Under `npm test` a shorter life of each fresh one. */
const FRESH_STEPS = IS_FULL ? STEPS : 25;

/** Only ends what hangs: many worlds in a test, and on a machine that does other things too. */
const LIMIT = { timeout: IS_FULL ? 4 * 3_600_000 : 160_000 };

const violations = (runs: readonly SeedRun[]) =>
  runs.flatMap(({ seed, violation }) => (violation === undefined ? [] : [`seed ${seed}: ${violation}`]));

describe('the world', () => {
  it('every seed keeps every promise, and a healthy core converges', LIMIT, async () => {
    const fresh = Array.from({ length: SEEDS }, (_, at) => ({ seed: at + 1, steps: FRESH_STEPS }));
    const startedAt = performance.now();
    const runs = await runFleet([...keptSeeds(), ...fresh]);
    expect(violations(runs)).toEqual([]);
    const reached = noFaults();
    for (const { points } of runs) for (const point of FAULT_POINTS) reached[point] += points[point];
    const rarest = FAULT_POINTS.toSorted((a, b) => reached[a] - reached[b])[0] ?? 'request_lost';
    const sum = (of: (run: SeedRun) => number) => runs.reduce((total, run) => total + of(run), 0);
    expect(sum(({ tickets }) => tickets)).toBeGreaterThan(0);
    if (IS_FULL) expect(FAULT_POINTS.filter((point) => reached[point] === 0)).toEqual([]);
    recordProof(NAME, {
      kept_seeds_count: runs.length - fresh.length,
      tickets_count: sum(({ tickets }) => tickets),
      commands_count: sum(({ commands }) => commands),
      requests_count: sum(({ requests }) => requests),
      virtual_hours: Math.round(sum(({ virtualMs }) => virtualMs) / 360_000) / 10,
      fault_points_reached_count: FAULT_POINTS.filter((point) => reached[point] > 0).length,
      rarest_fault_point: rarest,
      rarest_fault_point_count: reached[rarest],
      seconds: (performance.now() - startedAt) / 1_000,
    });
  });

  it(
    'the same seed gives the same run, whatever process it runs in and whatever ran there before',
    LIMIT,
    async () => {
      const twice = (seed: number) => ({ seed, steps: 12, withLines: true });
      // A seed of a site with a hub, and one of a site without.
      const seeds = [7_007, 7_009];
      const runs = await runFleet([...seeds, ...seeds.toReversed()].map(twice), { workers: 2 });
      for (const seed of seeds) {
        const [first, again] = runs.filter((run) => run.seed === seed);
        expect(first?.lines.length).toBeGreaterThan(0);
        expect(again?.lines).toEqual(first?.lines);
        expect(again?.digest).toBe(first?.digest);
      }
    },
  );

  it('each planted defect is found, by the promise that it breaks', LIMIT, async () => {
    const jobs = PLANTED.slice(0, PLANTS).map(({ name, seed }) => ({ seed, steps: STEPS, planted: name }));
    const runs = await runFleet(jobs);
    const promises = runs.map(({ planted, violation }) => [planted, violation?.replace(/:.*/s, '')]);
    expect(promises).toEqual(PLANTED.slice(0, PLANTS).map(({ name, breaks }) => [name, breaks]));
    recordProof(DEFECTS, { found_count: runs.length });
  });

  it('a process that ends in the middle of a seed is a violation of that seed', async () => {
    const runs = await runFleet([{ seed: 1, steps: 1, planted: 'of which nobody knows' }]);
    expect(violations(runs)).toEqual(['seed 1: the process ended with 1']);
  });
});
