/** The agent of a totem, by name. */
export { type Agent, type AgentOptions, type AgentStatus, createAgent } from './agent.ts';
export type { Device } from './device.ts';
export { createHubFetch, type HubFetch } from './hub/client/hub-fetch.ts';
export type { BranchNetwork } from './hub/lan/branch-network.ts';
export type { HubOptions } from './hub/service.ts';
export { ensureDeviceKey, type PublicJwk } from './identity/device-key.ts';
export { ASSERTION_AUDIENCE, JWT_BEARER_GRANT } from './identity/tokens.ts';
export type { LinkState } from './link/cloud-link.ts';
export type { PartReport } from './status/board.ts';
