/** The cloud's write door under the suite that a hub's passes too. */
import { describeWriteDoor } from '@totem/domain/conformance';
import { cloudDoorWorld } from '../testing/door-world.ts';

describeWriteDoor('the cloud', cloudDoorWorld);
