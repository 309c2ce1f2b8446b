/**
 * `GET /v1/hub` and `POST /v1/hub`: what totems ask about the hub of their site, and what the hub says of itself.
 * `GET /v1/desk`: what panels and displays ask.
 */
import {
  type Env,
  idSchema,
  may,
  mayAt,
  type Principal,
  type PrincipalOf,
  ProblemError,
} from '@totem/domain';
import { hubAnnouncementSchema } from '@totem/sync/hub';
import { Hono, type MiddlewareHandler } from 'hono';
import type { Database } from '../db/pool.ts';
import { readTenant, withTenant } from '../db/with-tenant.ts';
import { boundedBody, JSON_BODY } from '../http/body.ts';
import type { CloudEnv } from '../http/context.ts';
import { announceHub, deskOf, directoryOf } from './directory.ts';

export function hubRoutes(
  parts: { readonly db: Database; readonly env: Env; readonly tokenKey: string },
  authenticate: MiddlewareHandler<CloudEnv>,
): Hono<CloudEnv> {
  const { db, env, tokenKey } = parts;
  return new Hono<CloudEnv>()
    .get('/hub', authenticate, async (c) => {
      const { tenantId, siteId } = totemOf(c.get('principal'));
      return c.json(await readTenant(db, tenantId, (tx) => directoryOf(tx, env, siteId, tokenKey)));
    })
    .get('/desk', authenticate, async (c) => {
      const principal = c.get('principal');
      const isPerson = principal.kind === 'user' && may(principal, 'queue.serve');
      if (!isPerson && principal.kind !== 'device') throw new ProblemError('forbidden');
      const siteId = idSchema<'site'>().parse(c.req.query('site'));
      if (!mayAt(principal, siteId)) throw new ProblemError('not_found');
      return c.json(await readTenant(db, principal.tenantId, (tx) => deskOf(tx, siteId, isPerson)));
    })
    .post('/hub', authenticate, boundedBody(JSON_BODY), async (c) => {
      const totem = totemOf(c.get('principal'));
      const announcement = hubAnnouncementSchema.parse(await c.req.json());
      await withTenant(db, totem.tenantId, (tx) => announceHub(tx, env, totem, announcement));
      return c.body(null, 204);
    });
}

function totemOf(principal: Principal): PrincipalOf<'device'> {
  if (principal.kind !== 'device' || principal.type !== 'totem') throw new ProblemError('forbidden');
  return principal;
}
