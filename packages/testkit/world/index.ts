/** The simulated world, by name. */
export { openWorldDatabase, type WorldDatabase } from './database.ts';
export { FAULT_POINTS, type FaultPoint, noFaults } from './fault-points.ts';
export { runWorld, STEPS, type World, type WorldOptions, type WorldRun } from './world.ts';
