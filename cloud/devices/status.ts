/** `POST /v1/device/status`: a totem or a display says how it is, and by saying so that it is there. */
import { type Env, instantText, type PrincipalOf, ProblemError } from '@totem/domain';
import { type DeviceStatus, deviceStatusSchema } from '@totem/sync/device';
import { Hono, type MiddlewareHandler } from 'hono';
import type { Database } from '../db/pool.ts';
import { type Statement, type WriteHandle, withTenant } from '../db/with-tenant.ts';
import { boundedBody, JSON_BODY } from '../http/body.ts';
import type { CloudEnv } from '../http/context.ts';

/** A program that does not know its version leaves the one that was said before. */
const KEEP: Statement = {
  name: 'equipment-status',
  text: `UPDATE equipment SET last_seen = $3, app_version = coalesce($4, app_version),
      telemetry = telemetry || jsonb_build_object('parts', $5::jsonb)
    WHERE tenant_id = $1 AND id = $2`,
};

export function deviceStatusRoutes(
  parts: { readonly db: Database; readonly env: Env },
  authenticate: MiddlewareHandler<CloudEnv>,
): Hono<CloudEnv> {
  const { db, env } = parts;
  return new Hono<CloudEnv>().post('/device/status', authenticate, boundedBody(JSON_BODY), async (c) => {
    const principal = c.get('principal');
    if (principal.kind !== 'device' || principal.type === 'panel') throw new ProblemError('forbidden');
    const status = deviceStatusSchema.parse(await c.req.json());
    await withTenant(db, principal.tenantId, (tx) => keepStatus(tx, env, principal, status));
    return c.body(null, 204);
  });
}

/** Keeps the newest: how a device was before is in no table. */
async function keepStatus(
  tx: WriteHandle,
  env: Env,
  { equipmentId }: PrincipalOf<'device'>,
  { appVersion, parts }: DeviceStatus,
): Promise<void> {
  const byPart = Object.fromEntries(parts.map(({ part, state, detail }) => [part, { state, detail }]));
  await tx.run(KEEP, [tx.tenantId, equipmentId, instantText(env.now()), appVersion, JSON.stringify(byPart)]);
}
