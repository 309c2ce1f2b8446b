/** `POST /v1/token`: access for devices, in the form that RFC 7523 gives it; the routes of people are in `handlers.ts`. */
import { type ErrorCode, ProblemError } from '@totem/domain';
import { type Log, onProblem } from '@totem/host';
import { Hono } from 'hono';
import { boundedBody, FORM_BODY } from '../http/body.ts';
import type { CloudEnv } from '../http/context.ts';
import { type DeviceTokens, JWT_BEARER_GRANT, type OAuthError, tokenRequestSchema } from './device-token.ts';

/** RFC 6749 section 5.2 and RFC 7523 section 3.1. What is not here has no name there. */
const OAUTH_ERRORS: Readonly<Partial<Record<ErrorCode, OAuthError>>> = {
  invalid_request: 'invalid_request',
  body_too_large: 'invalid_request',
  media_type_unsupported: 'invalid_request',
  unauthorized: 'invalid_grant',
  forbidden: 'unauthorized_client',
  device_suspended: 'unauthorized_client',
};

export function tokenRoutes(devices: DeviceTokens, log: Log): Hono<CloudEnv> {
  const routes = new Hono<CloudEnv>();
  routes.onError(onProblem(log, (code) => ({ error: OAUTH_ERRORS[code] })));
  return routes.post('/token', boundedBody(FORM_BODY), async (c) => {
    const form = await c.req.parseBody();
    const { grant_type: grant = JWT_BEARER_GRANT } = form;
    if (grant !== JWT_BEARER_GRANT) throw otherGrant();
    const { assertion } = tokenRequestSchema.parse(form);
    return c.json(await devices.exchange(assertion));
  });
}

function otherGrant(): ProblemError {
  return new ProblemError('invalid_request', {
    extra: { error: 'unsupported_grant_type' satisfies OAuthError },
  });
}
