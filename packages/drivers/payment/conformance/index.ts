/** What other packages may use of the suite: the provider in memory, and time that goes on by itself. */
export { type DriveClock, driveClock } from './drive-clock.ts';
export { memoryRig } from './memory-provider.ts';
export type { Rig } from './rig.ts';
