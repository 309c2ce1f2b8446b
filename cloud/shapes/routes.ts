/** `GET /v1/shape`: the read door. */
import { createBodyEncoder, plainTags } from '@totem/host';
import { Hono, type MiddlewareHandler } from 'hono';
import type { CloudEnv } from '../http/context.ts';
import type { ShapeDoor } from './door.ts';
import type { ShapeResolvers } from './resolve.ts';

export function shapeRoutes(
  parts: { readonly shapes: ShapeDoor; readonly resolvers: ShapeResolvers },
  authenticate: MiddlewareHandler<CloudEnv>,
): Hono<CloudEnv> {
  const encoder = createBodyEncoder();
  // Every method: the server refuses those that it does not serve in the protocol's own form.
  return new Hono<CloudEnv>().all('/shape', authenticate, async (c) => {
    const query = new URL(c.req.url).searchParams;
    const ifNoneMatch = c.req.header('if-none-match');
    const answer = await parts.shapes.handle({
      method: c.req.method,
      name: query.get('shape') ?? '',
      query,
      ifNoneMatch: plainTags(ifNoneMatch) ?? null,
      resolve: parts.resolvers(c.get('principal'), query),
      signal: c.req.raw.signal,
    });
    const { status, headers, body } = answer;
    if (body !== null && typeof body !== 'string') return new Response(body, { status, headers });
    const acceptEncoding = c.req.header('accept-encoding');
    const encoded = await encoder.encode({ status, headers, body }, { acceptEncoding, ifNoneMatch });
    return new Response(encoded.body, encoded);
  });
}
