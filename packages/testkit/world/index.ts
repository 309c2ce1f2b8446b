/** The simulated world, by name. */
export { openWorldDatabase, type WorldDatabase } from './database.ts';
export { FAULT_POINTS, type FaultPoint, noFaults } from './fault-points.ts';
export { runFleet, type SeedJob, type SeedRun } from './fleet.ts';
export { keepSeeds, keptSeeds } from './kept.ts';
export { PLANTED } from './planted.ts';
export { runWorld, STEPS, type World, type WorldOptions, type WorldRun } from './world.ts';
