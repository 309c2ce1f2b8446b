/** One suite for every write door: the cloud over PostgreSQL and the hub over SQLite judge by the same rules, and write the same. */
import { afterAll, beforeAll, describe } from 'vitest';
import { describeCheckIn } from './door-check-in.ts';
import { describeCommands, describeDesks } from './door-desks.ts';
import { describeMatrix } from './door-matrix.ts';
import { describeQueue } from './door-queue.ts';
import { type Stage, stageOf } from './door-stage.ts';
import type { DoorSetup, DoorWorld } from './door-world.ts';

/** Declares the whole suite for a door. `setup` opens a world, which all tests share. */
export function describeWriteDoor(name: string, setup: DoorSetup): void {
  describe(`the write door of ${name}`, () => {
    let world: DoorWorld | undefined;
    let stage: Stage | undefined;
    beforeAll(async () => {
      world = await setup();
      stage = stageOf(world);
    });
    afterAll(() => world?.close());
    const now = (): Stage => {
      if (stage === undefined) throw new Error('the world has not been opened');
      return stage;
    };
    describeMatrix(now);
    describeQueue(now);
    describeCheckIn(now);
    describeDesks(now);
    describeCommands(now);
  });
}
