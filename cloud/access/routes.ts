/** `POST /v1/token`: access for devices, in the form that RFC 7523 gives it; the routes of people are in `handlers.ts`. */
import { Hono } from 'hono';
import { boundedBody, FORM_BODY } from '../http/body.ts';
import type { CloudEnv } from '../http/context.ts';
import { type DeviceTokens, tokenRequestSchema } from './device-token.ts';

export function tokenRoutes(devices: DeviceTokens): Hono<CloudEnv> {
  return new Hono<CloudEnv>().post('/token', boundedBody(FORM_BODY), async (c) => {
    const { assertion } = tokenRequestSchema.parse(await c.req.parseBody());
    return c.json(await devices.exchange(assertion));
  });
}
