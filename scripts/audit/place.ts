/** Which database an audit looks at: that of the environment, or the demo's, which is started when it does not run. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type SealVerifier, startEmbeddedPostgres } from '@totem/cloud';
import { systemEnv, systemTimers } from '@totem/host';
import { auditPlaceOf, demoSealKeys } from './options.ts';

const DEMO_DIR = process.env.TOTEM_DEMO_DIR ?? join(import.meta.dirname, '..', '..', '.data', 'demo');

export interface OpenedPlace {
  readonly url: string;
  readonly keys: SealVerifier;
  stop(): Promise<void>;
}

/** @throws Error where there is neither. */
export async function openAuditPlace(): Promise<OpenedPlace> {
  const { databaseUrl, keys } = auditPlaceOf(process.env);
  if (databaseUrl !== undefined) return { url: databaseUrl, keys, stop: async () => {} };
  const dataDir = join(DEMO_DIR, 'postgres');
  if (!existsSync(dataDir))
    throw new Error(`DATABASE_URL is not set, and there is no demo in ${DEMO_DIR}: npm start makes one`);
  const postgres = await startEmbeddedPostgres({ dataDir, env: systemEnv, timers: systemTimers, join: true });
  return { url: postgres.urls.api, keys: demoSealKeys(DEMO_DIR), stop: postgres.stop };
}
