/** `POST /v1/login`, `POST /v1/token`, `GET /v1/me`. */
import { type Principal, ProblemError, type Timers } from '@totem/domain';
import { Hono, type MiddlewareHandler } from 'hono';
import type { Database } from '../db/pool.ts';
import { readTenant } from '../db/with-tenant.ts';
import { boundedBody, FORM_BODY, TYPED_BODY } from '../http/body.ts';
import { type CloudEnv, remoteAddress } from '../http/context.ts';
import { type DeviceTokens, equipmentById, tokenRequestSchema } from './device-token.ts';
import { type LoginParts, login, loginSchema } from './login.ts';
import { personById, sitesOf } from './people.ts';
import { createRateLimit } from './rate-limit.ts';

export interface AccessParts extends LoginParts {
  readonly timers: Timers;
  readonly devices: DeviceTokens;
  readonly loginsPerAddress: number;
}

export function accessRoutes(parts: AccessParts, authenticate: MiddlewareHandler<CloudEnv>): Hono<CloudEnv> {
  const addresses = createRateLimit(parts.timers, parts.loginsPerAddress);
  return new Hono<CloudEnv>()
    .post('/login', boundedBody(TYPED_BODY), async (c) => {
      addresses.take(remoteAddress(c));
      return c.json(await login(parts, loginSchema.parse(await c.req.json())));
    })
    .post('/token', boundedBody(FORM_BODY), async (c) => {
      const { assertion } = tokenRequestSchema.parse(await c.req.parseBody());
      return c.json(await parts.devices.exchange(assertion));
    })
    .get('/me', authenticate, async (c) => c.json(await describe(parts.db, c.get('principal'))));
}

/** Who is asking, in words for a screen. `siteId` is the place, where there is only one. */
async function describe(db: Database, principal: Principal) {
  return readTenant(db, principal.tenantId, async (tx) => {
    if (principal.kind === 'user') {
      const person = await personById(tx, principal.userId);
      if (person === undefined) throw new ProblemError('unauthorized');
      const { id, fullName, role } = person;
      const sites = await sitesOf(tx, person);
      return {
        kind: 'user' as const,
        tenantId: tx.tenantId,
        siteId: sites.length === 1 ? (sites[0]?.id ?? null) : null,
        user: { id, fullName, role },
        sites,
      };
    }
    if (principal.kind !== 'device') throw new ProblemError('forbidden');
    const device = await equipmentById(tx, principal.equipmentId);
    if (device === undefined) throw new ProblemError('unauthorized');
    const { id, type, identifier, lane, siteId } = device;
    return {
      kind: 'device' as const,
      tenantId: tx.tenantId,
      siteId,
      equipment: { id, type, identifier, lane },
    };
  });
}
