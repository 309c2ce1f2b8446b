/** The cloud as benches run it: a process of its own, over a PostgreSQL that is there already. */
import { join } from 'node:path';
import { type EmbeddedPostgres, newDataKeys, newSigningKey } from '@totem/cloud';
import { systemEnv } from '@totem/host';
import { type Child, childProcess } from '../demo/child.ts';
import { anyFreePort } from '../demo/ports.ts';

const CLOUD = join(import.meta.dirname, '..', '..', 'cloud', 'main.ts');

/** What a bench has to end, the last first. */
export type Stops = (() => Promise<void> | void)[];

/** Starts the cloud. @returns the port on the loopback that it listens at. */
export async function startCloudProcess(
  folder: string,
  postgres: EmbeddedPostgres,
  stops: Stops,
  more: Readonly<Record<string, string>> = {},
): Promise<number> {
  const port = await anyFreePort();
  const cloud: Child = childProcess({
    name: 'The cloud',
    entry: CLOUD,
    logFile: join(folder, 'cloud.log'),
    env: {
      DATABASE_URL: postgres.urls.api,
      DATABASE_TAILER_URL: postgres.urls.tailer,
      SIGNING_KEY: JSON.stringify(newSigningKey()),
      DATA_KEYS: JSON.stringify(newDataKeys(systemEnv)),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      HOST: '127.0.0.1',
      PORT: String(port),
      LOG_LEVEL: 'warn',
      ...more,
    },
  });
  await cloud.start();
  stops.push(() => cloud.stop());
  return port;
}
