/** The totem of benches that need a cloud: the demo's first, with its key, a folder of its own and a catalogue. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  createDatabase,
  createPasswords,
  type EmbeddedPostgres,
  registerDeviceKey,
  seedDemo,
} from '@totem/cloud';
import { ensureDeviceKey } from '@totem/edge';
import { type TestPlace, testPlace } from '@totem/edge/testing';
import { createLog, systemEnv } from '@totem/host';
import type { Stops } from './cloud-process.ts';

/** Fills a migrated database with the demo and enrols its first totem. */
export async function enrolledTotem(
  folder: string,
  postgres: EmbeddedPostgres,
  stops: Stops,
): Promise<TestPlace> {
  const log = createLog('bench', { level: 'silent' });
  const db = createDatabase({ api: postgres.urls.owner, tailer: postgres.urls.tailer }, log);
  const password = 'senha-de-bancada-1';
  const seed = await seedDemo(
    { db, env: systemEnv, hashing: createPasswords() },
    { admin: password, operador: password, operador2: password },
  );
  const [totem] = seed.totems;
  if (totem === undefined) throw new Error('the demo has no totem');
  const place = testPlace({ lane: totem.lane, now: systemEnv.now() });
  stops.push(() => place.remove());
  const { tenantId, siteId } = seed;
  const dataDir = join(folder, 'totem');
  mkdirSync(dataDir, { mode: 0o700 });
  await registerDeviceKey(db, {
    tenantId,
    equipmentId: totem.equipmentId,
    publicKey: ensureDeviceKey(dataDir).x,
  });
  await db.close();
  const { site, service, priorityClass } = place.catalogue;
  return {
    ...place,
    dataDir,
    device: { tenantId, siteId, equipmentId: totem.equipmentId, lane: totem.lane },
    catalogue: {
      site: { ...site, tenantId, id: siteId },
      service: { ...service, tenantId },
      priorityClass: { ...priorityClass, tenantId },
    },
  };
}
