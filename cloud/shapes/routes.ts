/** `GET /v1/shape`: the read door. */
import type { Env } from '@totem/domain';
import type { ShapeServer } from '@totem/sync';
import { Hono, type MiddlewareHandler } from 'hono';
import type { Database } from '../db/pool.ts';
import type { CloudEnv } from '../http/context.ts';
import { shapeResolver } from './resolve.ts';

export function shapeRoutes(
  parts: {
    readonly db: Database;
    readonly env: Env;
    readonly shapes: ShapeServer;
    readonly stopping: AbortSignal;
  },
  authenticate: MiddlewareHandler<CloudEnv>,
): Hono<CloudEnv> {
  // Every method: the server refuses those that it does not serve in the protocol's own form.
  return new Hono<CloudEnv>().all('/shape', authenticate, async (c) => {
    const query = new URL(c.req.url).searchParams;
    const answer = await parts.shapes.handle({
      method: c.req.raw.method,
      name: query.get('shape') ?? '',
      query,
      ifNoneMatch: c.req.header('if-none-match') ?? null,
      resolve: shapeResolver(parts, c.get('principal'), query),
      signal: AbortSignal.any([c.req.raw.signal, parts.stopping]),
    });
    return new Response(answer.body, { status: answer.status, headers: answer.headers });
  });
}
