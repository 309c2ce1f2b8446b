/** What a device says to the cloud of itself: how it is, and which key is its own. */
import type { Env } from '@totem/domain';
import { Hono, type MiddlewareHandler } from 'hono';
import type { Database } from '../db/pool.ts';
import type { CloudEnv } from '../http/context.ts';
import { deviceKeyRoutes } from './key.ts';
import { deviceStatusRoutes } from './status.ts';

export function deviceRoutes(
  parts: { readonly db: Database; readonly env: Env },
  authenticate: MiddlewareHandler<CloudEnv>,
): Hono<CloudEnv> {
  return new Hono<CloudEnv>()
    .route('/', deviceStatusRoutes(parts, authenticate))
    .route('/', deviceKeyRoutes(parts, authenticate));
}
