/**
 * The whole world from seeds: totems, operators and the cloud under every fault that has a name. Seeds that once failed are
 * kept and run for ever; each planted defect must be found.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../postgres.ts';
import { proof, recordProof } from '../proof.ts';
import { FAULT_POINTS, noFaults } from './fault-points.ts';
import { PLANTED, PLANTED_WEATHER } from './planted.ts';
import { runWorld } from './world.ts';

const NAME = 'world/seeds of a branch';
const SEEDS = proof(NAME, { share: 2, full: 500, unit: 'seeds' });
const DEFECTS = 'world/planted defects';
const PLANTS = proof(DEFECTS, { share: 2, full: PLANTED.length, unit: 'defects' });
const KEPT = JSON.parse(readFileSync(join(import.meta.dirname, 'kept-seeds.json'), 'utf8')) as number[];
const IS_FULL = process.env.TOTEM_PROOF === 'full';
/** Under `npm test` a shorter life of each. */
const STEPS = IS_FULL ? 60 : 25;
/** A seed whose weather does not bring a defect out is followed by another. */
const TRIES = 6;
const PLANTED_WORLD = { steps: 60, weather: PLANTED_WEATHER, convergedMsMax: 3 * 60_000 } as const;

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

describe('the world', () => {
  it('every seed keeps every promise, and a healthy core converges', async () => {
    const points = noFaults();
    let tickets = 0;
    let requests = 0;
    for (const seed of [
      ...(IS_FULL ? KEPT : KEPT.slice(0, 1)),
      ...Array.from({ length: SEEDS }, (_, at) => 1_000 + at),
    ]) {
      const run = await runWorld({ urls: database.urls, seed, steps: STEPS });
      if (run.violation !== undefined) throw new Error(`seed ${seed}: ${run.violation}`);
      for (const point of FAULT_POINTS) points[point] += run.points[point];
      tickets += run.tickets;
      requests += run.requests;
    }
    expect(tickets).toBeGreaterThan(0);
    if (IS_FULL) expect(FAULT_POINTS.filter((point) => points[point] === 0)).toEqual([]);
    recordProof(NAME, {
      tickets_count: tickets,
      lines_count: requests,
      fault_points_reached_count: FAULT_POINTS.filter((point) => points[point] > 0).length,
    });
  });

  it('the same seed gives the same run', async () => {
    const other = await testDatabase();
    try {
      const again = await runWorld({ urls: other.urls, seed: 7_007, steps: 10 });
      const first = await runWorld({ urls: database.urls, seed: 7_007, steps: 10 });
      expect(first.lines).toEqual(again.lines);
      expect(first.digest).toBe(again.digest);
    } finally {
      await other.drop();
    }
  });

  it('each planted defect is found', async () => {
    let tried = 0;
    for (const [index, { name, plant }] of PLANTED.slice(0, PLANTS).entries()) {
      let found: string | undefined;
      for (let attempt = 0; found === undefined && attempt < TRIES; attempt += 1) {
        tried += 1;
        const seed = 8_000 + index * TRIES + attempt;
        const run = await runWorld({ urls: database.urls, seed, ...PLANTED_WORLD, plant });
        found = run.violation;
      }
      expect(found, name).toMatch(/^(I-\d+|replay):/);
    }
    recordProof(DEFECTS, { seeds_count: tried });
  });
});
