/** Whether the process lives, whether it can serve, what it is, and the answer that clients of the shape protocol ask for. */
import type { Env } from '@totem/domain';
import { PROTOCOL_FLOOR, PROTOCOL_VERSION } from '@totem/sync/push';
import { Hono } from 'hono';
import type { Database } from '../db/pool.ts';
import manifest from '../package.json' with { type: 'json' };
import type { Readiness } from './readiness.ts';
import { compareTimeZones, type TimeZones } from './time-zones.ts';

export function healthRoutes(parts: {
  readonly db: Database;
  readonly env: Env;
  readonly readiness: Readiness;
}): Hono {
  const { db, env, readiness } = parts;
  let timeZones: TimeZones | undefined;
  return new Hono()
    .get('/health/live', (c) => c.json({ status: 'ok' }))
    .get('/health/ready', async (c) => {
      await readiness.check();
      return c.json({ status: 'ok' });
    })
    .get('/health/info', async (c) => {
      timeZones ??= await compareTimeZones(db, env);
      return c.json({
        version: manifest.version,
        protocol: { version: PROTOCOL_VERSION, floor: PROTOCOL_FLOOR },
        timeZones,
      });
    })
    .get('/v1/health', (c) => c.json({ status: 'active' }));
}
