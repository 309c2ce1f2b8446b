/** The cloud, by name: the server, the PostgreSQL that can run beside it, and the demo's data. */
export { ensureOwner, type FirstOwner } from './access/owners.ts';
export { createPasswords, type Passwords } from './access/password.ts';
export { newSigningKey, type SigningKey, signingKeySchema } from './access/signing-key.ts';
export { reportLines, verifyLedgers } from './audit/ledgers.ts';
export { type QueueDay, queueDay, queueDayLines } from './audit/queue-day.ts';
export { type ReplayReport, replayLedgers, replayLines } from './audit/replay.ts';
export { publicSealKeySchema, type SealVerifier, sealKeysOf, sealVerifierOf } from './audit/seal-keys.ts';
export { type SignedSeal, signedSealSchema } from './audit/statement.ts';
export type { TenantReport } from './audit/verify.ts';
export { type DatabaseUrls, type EmbeddedPostgres, startEmbeddedPostgres } from './db/embedded.ts';
export { createDatabase, type Database, type ServingUrls } from './db/pool.ts';
export { readTenant } from './db/with-tenant.ts';
export { entriesOfOrigin } from './ledger/entries.ts';
export { openApiDocument } from './rest/openapi.ts';
export { type DataKeys, dataKeysSchema, newDataKeys } from './secrets/vault.ts';
export { DEMO_PEOPLE, type DemoUsername } from './seed/demo-data.ts';
export { type DemoSeed, registerDeviceKey, seedDemo } from './seed/seed.ts';
export { type Cloud, type CloudOptions, createCloud } from './server.ts';
