/** A process with an embedded PostgreSQL, for the test that kills it: tells its parent the URL, then waits for its end. */
import { systemEnv, systemTimers } from '@totem/host';
import { startEmbeddedPostgres } from '../db/embedded.ts';

const dataDir = process.argv[2];
if (dataDir === undefined) throw new Error('which folder?');
const server = await startEmbeddedPostgres({ dataDir, env: systemEnv, timers: systemTimers, durable: false });
process.send?.(server.urls.owner);
