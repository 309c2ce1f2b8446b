/**
 * Tokens for devices: a short one for an assertion that the device signs with its own key (RFC 7523 section 2.1). Nothing
 * secret is ever typed or sent.
 */
import {
  DEVICE_TYPES,
  type DeviceType,
  type Env,
  type EquipmentId,
  idSchema,
  instantText,
  type PrincipalOf,
  ProblemError,
  type SiteId,
  type TenantId,
  type Timers,
} from '@totem/domain';
import { decodeJwt, importJWK, jwtVerify } from 'jose';
import { z } from 'zod';
import { lookupDevice } from '../db/lookups.ts';
import type { Database } from '../db/pool.ts';
import { type ReadHandle, readTenant, type Statement } from '../db/with-tenant.ts';
import type { AccessTokens } from './tokens.ts';

export const JWT_BEARER_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** The name of the service, whatever address it is reached by. */
export const ASSERTION_AUDIENCE = 'totem-cloud';
const DEVICE_TOKEN_SECONDS = 600;
/** From the assertion's making to its end. */
const ASSERTION_LIFE_SECONDS_MAX = 300;
/** How far a device's clock may be off. */
const CLOCK_TOLERANCE_SECONDS = 60;
const ASSERTION_LENGTH_MAX = 4_096;
/** Assertions remembered against a second use; the oldest makes room, and by then has ended at any sane pace. */
const USED_MAX = 50_000;

export const tokenRequestSchema = z
  .object({
    grant_type: z.literal(JWT_BEARER_GRANT),
    assertion: z
      .string()
      .min(1)
      .max(ASSERTION_LENGTH_MAX)
      .describe(
        'A JWT signed with EdDSA by the device’s key: `iss` and `sub` its id, `aud` `totem-cloud`, `iat`, `exp` at most ' +
          'five minutes later, and a `jti` that counts once.',
      ),
  })
  .meta({ id: 'TokenRequest' });

/** RFC 6749 section 5.1. */
export const tokenAnswerSchema = z
  .object({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int().describe('Seconds.'),
  })
  .meta({ id: 'TokenAnswer' });
export type TokenAnswer = z.infer<typeof tokenAnswerSchema>;

/** What the token endpoint calls its refusals, beside their own codes: RFC 6749 section 5.2. */
export const OAUTH_ERROR_NAMES = [
  'invalid_request',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
] as const;
export type OAuthError = (typeof OAUTH_ERROR_NAMES)[number];

export interface EquipmentRecord {
  readonly id: EquipmentId;
  readonly siteId: SiteId;
  readonly type: string;
  readonly identifier: string;
  readonly lane: string | null;
  /** Those that count: none before enrolment, and two for a while after one was replaced. */
  readonly publicKeys: readonly string[];
  readonly suspended: boolean;
}

const EQUIPMENT: Statement = {
  name: 'equipment',
  text: `SELECT id, site_id, type, identifier, lane, public_key, suspended_at,
      CASE WHEN previous_key_until > now() THEN previous_key END AS previous_key FROM equipment
    WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL`,
};

export async function equipmentById(tx: ReadHandle, id: EquipmentId): Promise<EquipmentRecord | undefined> {
  const row = await tx.one(EQUIPMENT, [tx.tenantId, id]);
  return (
    row && {
      id,
      siteId: row.site_id as SiteId,
      type: String(row.type),
      identifier: String(row.identifier),
      lane: row.lane ?? null,
      publicKeys: [row.public_key, row.previous_key].filter((key) => key != null),
      suspended: (row.suspended_at ?? null) !== null,
    }
  );
}

export interface DeviceTokens {
  /** @throws ProblemError `unauthorized`, `device_suspended`. */
  exchange(assertion: string): Promise<TokenAnswer>;
  /** A token for a device that has no key, such as a display that is opened by its link. @throws ProblemError `not_found`, `device_suspended`. */
  mintFor(tenantId: TenantId, equipmentId: EquipmentId, lifeSeconds: number): Promise<string>;
}

export function createDeviceTokens(parts: {
  readonly db: Database;
  readonly env: Env;
  readonly timers: Timers;
  readonly tokens: AccessTokens;
}): DeviceTokens {
  const { db, env, tokens } = parts;
  const used = createUsed(parts.timers);
  return {
    exchange: async (assertion) => {
      const refused = (cause?: unknown) =>
        new ProblemError('unauthorized', { cause, extra: { serverTime: instantText(env.now()) } });
      const claimed = claimedDevice(assertion);
      const found = claimed && (await lookupDevice(db, claimed));
      if (found === undefined) throw refused();
      const device = await readTenant(db, found.tenantId, (tx) => equipmentById(tx, found.equipmentId));
      if (device === undefined || device.publicKeys.length === 0) throw refused();
      try {
        used.take(await verifiedByAny(assertion, device, env));
      } catch (cause) {
        throw refused(cause);
      }
      if (device.suspended) throw new ProblemError('device_suspended');
      const { accessToken } = await tokens.mint(
        principalOfDevice(found.tenantId, device),
        DEVICE_TOKEN_SECONDS,
      );
      return { access_token: accessToken, token_type: 'Bearer', expires_in: DEVICE_TOKEN_SECONDS };
    },
    mintFor: async (tenantId, equipmentId, lifeSeconds) => {
      const device = await readTenant(db, tenantId, (tx) => equipmentById(tx, equipmentId));
      if (device === undefined) throw new ProblemError('not_found');
      if (device.suspended) throw new ProblemError('device_suspended');
      return (await tokens.mint(principalOfDevice(tenantId, device), lifeSeconds)).accessToken;
    },
  };
}

/** The device that an assertion speaks of; its word proves nothing yet. */
function claimedDevice(assertion: string): EquipmentId | undefined {
  try {
    return idSchema<'equipment'>().parse(decodeJwt(assertion).sub);
  } catch {
    return undefined;
  }
}

/** Checks an assertion by the device's keys, the newest first. @returns its own id. @throws when none of them has signed it. */
async function verifiedByAny(assertion: string, device: EquipmentRecord, env: Env): Promise<string> {
  const tries = await Promise.allSettled(
    device.publicKeys.map((publicKey) => verified(assertion, device, publicKey, env)),
  );
  const good = tries.find((one) => one.status === 'fulfilled');
  if (good !== undefined) return good.value;
  const [first] = tries;
  throw first?.status === 'rejected' ? first.reason : new RangeError('the device has no key');
}

/** Checks an assertion. @returns its own id. @throws when it does not hold. */
async function verified(
  assertion: string,
  device: EquipmentRecord,
  publicKey: string,
  env: Env,
): Promise<string> {
  const key = await importJWK({ kty: 'OKP', crv: 'Ed25519', x: publicKey }, 'EdDSA');
  const { payload } = await jwtVerify(assertion, key, {
    algorithms: ['EdDSA'],
    issuer: device.id,
    subject: device.id,
    audience: ASSERTION_AUDIENCE,
    requiredClaims: ['exp', 'iat', 'jti'],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    currentDate: new Date(env.now()),
  });
  const { exp = 0, iat = 0, jti = '' } = payload;
  if (exp - iat > ASSERTION_LIFE_SECONDS_MAX) throw new RangeError('the assertion lives too long');
  return `${device.id} ${jti}`;
}

function principalOfDevice(tenantId: TenantId, device: EquipmentRecord): PrincipalOf<'device'> {
  const type = DEVICE_TYPES.find((known) => known === device.type) satisfies DeviceType | undefined;
  // Printers and terminals speak through their totem and never by themselves.
  if (type === undefined) throw new ProblemError('forbidden');
  return { kind: 'device', tenantId, equipmentId: device.id, type, siteId: device.siteId };
}

/** Lets each assertion pass once. On several nodes that is once for each, within its two minutes. */
function createUsed(timers: Timers): { take(id: string): void } {
  const used = new Map<string, number>();
  const keptMs = (ASSERTION_LIFE_SECONDS_MAX + 2 * CLOCK_TOLERANCE_SECONDS) * 1_000;
  return {
    take(id) {
      const now = timers.monotonicMs();
      for (const [old, at] of used) {
        if (now - at <= keptMs && used.size < USED_MAX) break;
        used.delete(old);
      }
      if (used.has(id)) throw new RangeError('the assertion was used before');
      used.set(id, now);
    },
  };
}
