/** Card terminals: payment managers that speak by files, and Stone's service that is spoken to by REST. */
export { type AutoTefConfig, createAutoTefPort } from './autotef/adapter.ts';
export { type AutoTefHolder, type AutoTefSimulator, openAutoTefSimulator } from './autotef/simulator.ts';
export { createTefPort } from './tef/adapter.ts';
export { genericProfile, multiplusProfile, payGoProfile, type TefProfile } from './tef/profile.ts';
export { type CardHolder, openTefSimulator, type TefSimulator } from './tef/simulator.ts';
