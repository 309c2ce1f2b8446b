/**
 * `POST /v1/device/key`: a device replaces its own key. Asked again it is told again that it is so, whichever of the two keys its
 * token came from: the answer may have been lost, and the device its power.
 */
import {
  type Env,
  instantText,
  KEY_OVERLAP_MS,
  keyFingerprint,
  keyRotationText,
  type PrincipalOf,
  ProblemError,
} from '@totem/domain';
import { type KeyRotation, keyRotationSchema } from '@totem/sync/device';
import { Hono, type MiddlewareHandler } from 'hono';
import type { Database } from '../db/pool.ts';
import { type Statement, type WriteHandle, withTenant } from '../db/with-tenant.ts';
import { isSigned } from '../enrolment/enrolment.ts';
import { boundedBody, JSON_BODY } from '../http/body.ts';
import type { CloudEnv } from '../http/context.ts';
import { recordEntries } from '../ledger/commit.ts';

const LOCK: Statement = {
  name: 'equipment-key-lock',
  text: `SELECT site_id, public_key, suspended_at FROM equipment
    WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL FOR UPDATE`,
};
const KEY_IN_USE: Statement = {
  name: 'equipment-key-in-use',
  text: `SELECT 1 FROM equipment WHERE tenant_id = $1 AND id <> $2 AND deleted_at IS NULL
    AND (public_key = $3 OR previous_key = $3) LIMIT 1`,
};
const REPLACE: Statement = {
  name: 'equipment-key-replace',
  text: `UPDATE equipment SET public_key = $3, previous_key = $4, previous_key_until = $5, version = version + 1
    WHERE tenant_id = $1 AND id = $2`,
};

export function deviceKeyRoutes(
  parts: { readonly db: Database; readonly env: Env },
  authenticate: MiddlewareHandler<CloudEnv>,
): Hono<CloudEnv> {
  const { db, env } = parts;
  return new Hono<CloudEnv>().post('/device/key', authenticate, boundedBody(JSON_BODY), async (c) => {
    const principal = c.get('principal');
    if (principal.kind !== 'device' || principal.type !== 'totem') throw new ProblemError('forbidden');
    const asked = keyRotationSchema.parse(await c.req.json());
    await withTenant(db, principal.tenantId, (tx) => replaceKey(tx, env, principal, asked));
    return c.body(null, 204);
  });
}

/** @throws ProblemError `device_key_unproven`, `unauthorized`, `device_suspended`, `device_key_not_current`, `enrolment_key_known`. */
async function replaceKey(
  tx: WriteHandle,
  env: Env,
  { tenantId, equipmentId }: PrincipalOf<'device'>,
  { from, fromSignature, to, toSignature }: KeyRotation,
): Promise<void> {
  const text = keyRotationText(tenantId, equipmentId, { from, to });
  const isProven =
    from !== to &&
    isSigned(text, { publicKey: from, signature: fromSignature }) &&
    isSigned(text, { publicKey: to, signature: toSignature });
  if (!isProven) throw new ProblemError('device_key_unproven');
  const device = await tx.one(LOCK, [tenantId, equipmentId]);
  if (device === undefined) throw new ProblemError('unauthorized');
  if (device.suspended_at !== null) throw new ProblemError('device_suspended');
  if (device.public_key === to) return;
  if (device.public_key !== from) throw new ProblemError('device_key_not_current');
  if ((await tx.one(KEY_IN_USE, [tenantId, equipmentId, to])) !== undefined)
    throw new ProblemError('enrolment_key_known');
  const until = instantText(env.now() + KEY_OVERLAP_MS);
  tx.send(REPLACE, [tenantId, equipmentId, to, from, until]);
  await recordEntries(tx, env, [
    {
      siteId: device.site_id as never,
      userId: null,
      action: 'DEVICE_KEY_REPLACED',
      entity: 'equipment',
      entityId: equipmentId,
      data: { by: 'device', from: keyFingerprint(from), to: keyFingerprint(to), until },
    },
  ]);
}
