/**
 * Displays that are opened at the hub's own address come to be known through it: what they ask of the cloud before they are
 * anybody's is carried there as it is, and so is the answer. Nothing of it is the hub's, and nothing else is carried.
 */
import type { Hono, MiddlewareHandler } from 'hono';
import type { CloudLink } from '../../link/cloud-link.ts';
import type { HubEnv } from './app.ts';

const PATHS = ['/v1/pairings', '/v1/pairings/outcome'] as const;

export function carryPairing(
  app: Hono<HubEnv>,
  link: Pick<CloudLink, 'request'>,
  bounded: MiddlewareHandler,
): void {
  for (const path of PATHS)
    app.post(path, bounded, async (c) => {
      const answer = await link.request({
        method: 'POST',
        path,
        body: await c.req.text(),
        headers: { 'content-type': 'application/json' },
        signal: c.req.raw.signal,
      });
      const type = answer.headers.get('content-type') ?? 'application/json';
      return new Response(await answer.text(), { status: answer.status, headers: { 'content-type': type } });
    });
}
