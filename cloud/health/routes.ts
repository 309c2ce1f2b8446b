/** Whether the process lives, whether it can serve, and the answer that clients of the shape protocol ask for. */
import { ProblemError } from '@totem/domain';
import { Hono } from 'hono';
import type { Database } from '../db/pool.ts';

export function healthRoutes(db: Database): Hono {
  return new Hono()
    .get('/health/live', (c) => c.json({ status: 'ok' }))
    .get('/health/ready', async (c) => {
      try {
        await Promise.all([db.api.query('SELECT 1'), db.tailer.query('SELECT 1')]);
      } catch (cause) {
        throw new ProblemError('unreachable', { cause });
      }
      return c.json({ status: 'ok' });
    })
    .get('/v1/health', (c) => c.json({ status: 'active' }));
}
