/**
 * A totem that issues as fast as it can and says each ticket once it is on disk: what `power.sim.test.ts` cuts the power of. Its
 * device and catalogue come as JSON in the environment, and its disk is whatever is mounted there.
 */
import { writeSync } from 'node:fs';
import { issueOne, openTotem, stockUp, type TestPlace } from '@totem/edge/testing';
import { systemEnv, systemTimers } from '@totem/host';

const STDOUT = 1;
const given = JSON.parse(process.env.TOTEM_PLACE ?? '{}') as Pick<
  TestPlace,
  'device' | 'catalogue' | 'dataDir'
>;
const world = { env: systemEnv, timers: systemTimers, advance: () => {} };
const place = { ...given, world, remove: () => {} } as unknown as TestPlace;

const parts = openTotem(place);
stockUp(parts, place.catalogue);
for (;;) {
  const { id } = issueOne(parts, place);
  // Only now is it acknowledged: whoever reads the line may print it.
  writeSync(STDOUT, `${id}\n`);
}
