/** `POST /v1/device/status`: a totem or a display says how it is, and by saying so that it is there; the answer is what it has to do. */
import { type Env, instantText, type PrincipalOf, ProblemError } from '@totem/domain';
import { type DeviceAnswer, deviceStatusSchema } from '@totem/sync/device';
import { Hono, type MiddlewareHandler } from 'hono';
import type { z } from 'zod';
import type { Database } from '../db/pool.ts';
import { type Statement, type WriteHandle, withTenant } from '../db/with-tenant.ts';
import { boundedBody, JSON_BODY } from '../http/body.ts';
import type { CloudEnv } from '../http/context.ts';
import { erasuresAfter } from '../privacy/for-devices.ts';
import { toldCommands } from './commands.ts';
import { settingsVersion } from './settings.ts';

/** A program that does not know its version leaves the one that was said before. */
const KEEP: Statement = {
  name: 'equipment-status',
  text: `UPDATE equipment SET last_seen = $3, app_version = coalesce($4, app_version),
      telemetry = telemetry || jsonb_strip_nulls(jsonb_build_object('parts', $5::jsonb, 'settingsVersion', $6::int4))
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
    const answer = await withTenant(db, principal.tenantId, async (tx) => {
      const kept = keepStatus(tx, env, principal, status);
      const asked = answerTo(tx, env, principal, status);
      await kept;
      return asked;
    });
    return c.json(answer);
  });
}

type Status = z.output<typeof deviceStatusSchema>;

/** What it has to do. A program that does not say how far it has erased is told of no erasures; it passes over what it does not know. */
async function answerTo(
  tx: WriteHandle,
  env: Env,
  { siteId, equipmentId, type }: PrincipalOf<'device'>,
  { erasedUpTo }: Status,
): Promise<DeviceAnswer> {
  return {
    ...(erasedUpTo === undefined ? {} : { erased: await erasuresAfter(tx, siteId, erasedUpTo) }),
    settingsVersion: type === 'display' ? await settingsVersion(tx, equipmentId) : 0,
    commands: await toldCommands(tx, env, equipmentId),
  };
}

/** Keeps the newest: how a device was before is in no table. */
async function keepStatus(
  tx: WriteHandle,
  env: Env,
  { equipmentId }: PrincipalOf<'device'>,
  { appVersion, parts, settingsVersion: shown }: Status,
): Promise<void> {
  const byPart = Object.fromEntries(parts.map(({ part, state, detail }) => [part, { state, detail }]));
  await tx.run(KEEP, [
    tx.tenantId,
    equipmentId,
    instantText(env.now()),
    appVersion,
    JSON.stringify(byPart),
    shown,
  ]);
}
