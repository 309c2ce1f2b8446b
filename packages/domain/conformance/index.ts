/** The conformance suites for places of command, and what one needs to be put under them. */

export { anyBook, anyOrder, anyPlace, anyTicket } from '../testing/queue.ts';
export type { DoorSetup, DoorWorld, GivenRows, WrittenEntry } from './door-world.ts';
export { type QueueEyes, type QueueWorld, testQueueOrder } from './queue-order.ts';
export { describeWriteDoor } from './write-door.ts';
