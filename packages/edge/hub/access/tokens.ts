/**
 * Who is asking, at the hub: access tokens of the cloud's, known by its public key without asking it, and tokens of the hub's
 * own, which are good nowhere else. Whoever the cloud's last list does not name any more is nobody here.
 */
import {
  DEVICE_TYPES,
  type Env,
  idSchema,
  newId,
  type PrincipalOf,
  ProblemError,
  ROLES,
} from '@totem/domain';
import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Device } from '../../device.ts';
import { type DeviceKey, type PublicJwk, publicKeyOf } from '../../identity/device-key.ts';
import { readSetting } from '../../store/settings.ts';
import type { Store } from '../../store/store.ts';
import { deviceById } from '../devices.ts';
import { personById } from '../people.ts';

const CLOUD_ISSUER = 'totem-cloud';
const HUB_ISSUER = 'totem-hub';
const AUDIENCE = 'totem';
const TYPE = 'at+jwt';
/** A token longer than this is none of ours. */
const TOKEN_LENGTH_MAX = 16_384;
const FORM = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** The claims of `cloud/access/tokens.ts`, of those who have business at a site. */
const claimsSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('user'),
    sub: idSchema<'user'>(),
    tenant: idSchema<'tenant'>(),
    sid: idSchema<'session'>(),
    role: z.enum(ROLES),
    sites: z.array(idSchema<'site'>()).nullable(),
    services: z.array(idSchema<'service'>()).nullable(),
  }),
  z.object({
    kind: z.literal('device'),
    sub: idSchema<'equipment'>(),
    tenant: idSchema<'tenant'>(),
    type: z.enum(DEVICE_TYPES),
    site: idSchema<'site'>(),
  }),
]);

export type HubPrincipal = PrincipalOf<'user'> | PrincipalOf<'device'>;

export interface HubTokens {
  /** @throws ProblemError `unauthorized` for whatever is not a token that holds here now. */
  verify(token: string): Promise<HubPrincipal>;
  /** A token that only this hub takes. */
  mint(principal: HubPrincipal, lifeSeconds: number): Promise<string>;
}

export function createHubTokens(parts: {
  readonly store: Store;
  readonly device: Device;
  readonly key: DeviceKey;
  readonly env: Env;
}): HubTokens {
  const { store, device, key, env } = parts;
  const ownKey = publicKeyOf(key.publicJwk);
  const keyOf = (issuer: unknown) => {
    if (issuer === HUB_ISSUER) return ownKey;
    const tokenKey = store.read((db) => readSetting(db, 'hub_directory'))?.tokenKey;
    if (tokenKey === undefined) throw new RangeError('the key of the cloud is not known yet');
    const jwk: PublicJwk = { kty: 'OKP', crv: 'Ed25519', x: tokenKey };
    return publicKeyOf(jwk);
  };
  const isKnown = (principal: HubPrincipal): boolean =>
    principal.tenantId === device.tenantId &&
    store.read((db) =>
      principal.kind === 'user'
        ? personById(db, principal.userId) !== undefined
        : principal.siteId === device.siteId && deviceById(db, principal.equipmentId) !== undefined,
    );
  return {
    verify: async (token) => {
      try {
        if (token.length > TOKEN_LENGTH_MAX || !FORM.test(token))
          throw new RangeError('not the form of a token');
        const issuer = issuerOf(token);
        const { payload } = await jwtVerify(token, keyOf(issuer), {
          algorithms: ['EdDSA'],
          typ: TYPE,
          issuer: [CLOUD_ISSUER, HUB_ISSUER],
          audience: AUDIENCE,
          requiredClaims: ['sub', 'exp', 'iat', 'jti'],
          currentDate: new Date(env.now()),
        });
        // The key was chosen by what the token says of itself: what was signed with it must say the same.
        if (payload.iss !== issuer) throw new RangeError('two issuers');
        const principal = principalOf(claimsSchema.parse(payload));
        if (!isKnown(principal)) throw new RangeError('nobody of this site');
        return principal;
      } catch (cause) {
        if (cause instanceof ProblemError) throw cause;
        throw new ProblemError('unauthorized', { cause });
      }
    },
    mint: (principal, lifeSeconds) => {
      const issuedAt = Math.floor(env.now() / 1_000);
      return new SignJWT(claimsOf(principal))
        .setProtectedHeader({ alg: 'EdDSA', typ: TYPE })
        .setIssuer(HUB_ISSUER)
        .setAudience(AUDIENCE)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifeSeconds)
        .setJti(newId<'token'>(env))
        .sign(key.privateKey);
    },
  };
}

/** What the token says of its issuer; its word proves nothing yet. */
function issuerOf(token: string): unknown {
  const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
  return z.looseObject({ iss: z.string() }).parse(payload).iss;
}

function claimsOf(principal: HubPrincipal): JWTPayload {
  if (principal.kind === 'device') {
    const { equipmentId: sub, tenantId: tenant, type, siteId: site } = principal;
    return { kind: 'device', sub, tenant, type, site };
  }
  const { userId: sub, tenantId: tenant, sessionId: sid, role, siteIds, serviceIds } = principal;
  return {
    kind: 'user',
    sub,
    tenant,
    sid,
    role,
    sites: siteIds && [...siteIds],
    services: serviceIds && [...serviceIds],
  };
}

function principalOf(claims: z.output<typeof claimsSchema>): HubPrincipal {
  switch (claims.kind) {
    case 'user':
      return {
        kind: 'user',
        tenantId: claims.tenant,
        userId: claims.sub,
        sessionId: claims.sid,
        role: claims.role,
        siteIds: claims.sites,
        serviceIds: claims.services,
      };
    case 'device':
      return {
        kind: 'device',
        tenantId: claims.tenant,
        equipmentId: claims.sub,
        type: claims.type,
        siteId: claims.site,
      };
    default:
      return claims satisfies never;
  }
}
