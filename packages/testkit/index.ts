/**
 * The test kit, by name. A test imports the part that it needs by its own path (`@totem/testkit/virtual`): loading all of it
 * would load a browser's driver and a database's for a test of a pure function.
 */
export { findChromium, launchBrowser } from './browser.ts';
export { buildOrigin, buildPriorityClass, buildService, buildSite, draft } from './builders.ts';
export { type Cable, type CableOptions, layCable } from './cable.ts';
export { type History, histories, received } from './histories.ts';
export {
  TEST_PASSWORDS,
  type TestCloud,
  type TestCloudOptions,
  type TestDatabase,
  testCloud,
  testDatabase,
} from './postgres.ts';
export { type ProofFigures, type ProofLine, type ProofSize, proof, recordProof } from './proof.ts';
export { NOON_MONDAY, seededRandom, type VirtualWorld, virtualWorld } from './virtual.ts';
