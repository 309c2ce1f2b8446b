/** The push over a bad network, from seeds: every run prints its seed when it fails, and the same seed gives the same run. */
import { proof, recordProof } from '@totem/testkit/proof';
import { runPushWorld } from '@totem/testkit/push-world';
import { describe, expect, it } from 'vitest';

const NAME = 'push/seeds of a bad network';
const SEEDS = proof(NAME, { share: 300, full: 10_000, unit: 'seeds' });

describe('the push over a bad network', () => {
  it('I-PSH-4: whatever is lost, repeated or late, each entry arrives once and rows are the replay of entries', () => {
    let written = 0;
    let deliveries = 0;
    let faults = 0;
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      try {
        const run = runPushWorld(seed);
        written += run.written;
        deliveries += run.deliveries;
        faults += run.faults;
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error });
      }
    }
    expect(faults).toBeGreaterThan(SEEDS);
    recordProof(NAME, { entries_count: written, deliveries_count: deliveries, faults_count: faults });
  });

  it('the same seed gives the same run', () => {
    for (const seed of [1, 7, 42]) expect(runPushWorld(seed)).toEqual(runPushWorld(seed));
    expect(runPushWorld(1).digest).not.toBe(runPushWorld(2).digest);
  });
});
