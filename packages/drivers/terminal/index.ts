/** Card terminals. So far: payment managers that speak by files. */
export { createTefPort } from './tef/adapter.ts';
export { genericProfile, multiplusProfile, payGoProfile, type TefProfile } from './tef/profile.ts';
export { type CardHolder, openTefSimulator, type TefSimulator } from './tef/simulator.ts';
