/** What other packages may use of the suite: providers that are simulated, and time that goes on by itself. */
export { type AutoTefRig, openAutoTefRig } from '../../terminal/autotef/conformance/autotef-rig.ts';
export { type DriveClock, type Driven, driveClock } from './drive-clock.ts';
export { happenings, live } from './interleavings.ts';
export { memoryRig } from './memory-provider.ts';
export { type Conformance, describePaymentPort, inShop } from './payment-conformance.ts';
export type { Rig } from './rig.ts';
