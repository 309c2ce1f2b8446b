/**
 * Access tokens, for whoever mints and verifies them: JWTs (RFC 7519) in the profile of RFC 9068, signed with EdDSA and nothing
 * else; algorithm, type and audience are fixed here, and nothing is read from a token but what its key has signed (RFC 8725).
 */
import type { KeyObject } from 'node:crypto';
import {
  DEVICE_TYPES,
  type Env,
  idSchema,
  instantText,
  newId,
  PLATFORM_TENANT_ID,
  type Principal,
  ProblemError,
  ROLES,
} from '@totem/domain';
import { decodeJwt, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';

/** Who signs: the cloud, or a hub for itself alone. */
export type TokenIssuer = 'totem-cloud' | 'totem-hub';

const ALGORITHM = 'EdDSA';
const TYPE = 'at+jwt';
const AUDIENCE = 'totem';
/** A token longer than this is none of ours. */
const TOKEN_LENGTH_MAX = 16_384;
/** Base64url without padding (RFC 7515), which decoders are lenient about. */
const FORM = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** `alg` and `typ`. */
const HEADER_MEMBERS = 2;
/** How far the clocks of two nodes may be apart. */
const CLOCK_TOLERANCE_SECONDS = 60;

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
    kind: z.literal('owner'),
    sub: idSchema<'owner'>(),
    sid: idSchema<'session'>(),
  }),
  z.object({
    kind: z.literal('device'),
    sub: idSchema<'equipment'>(),
    tenant: idSchema<'tenant'>(),
    type: z.enum(DEVICE_TYPES),
    site: idSchema<'site'>(),
  }),
]);

/** Who gets a token: everyone but keys, which are their own. */
export type TokenBearer = Exclude<Principal, { kind: 'key' }>;

export interface MintedToken {
  readonly accessToken: string;
  readonly expiresAt: string;
}

export async function mintAccessToken(
  by: { readonly issuer: TokenIssuer; readonly key: KeyObject; readonly env: Env },
  principal: TokenBearer,
  lifeSeconds: number,
): Promise<MintedToken> {
  const issuedAt = Math.floor(by.env.now() / 1_000);
  const expires = issuedAt + lifeSeconds;
  const accessToken = await new SignJWT(claimsOf(principal))
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
    .setIssuer(by.issuer)
    .setAudience(AUDIENCE)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expires)
    .setJti(newId<'token'>(by.env))
    .sign(by.key);
  return { accessToken, expiresAt: instantText(expires * 1_000) };
}

/**
 * Who a token is of. The key is chosen by the issuer that the token names, and what was signed with it must name the same.
 * @param keys of the issuers whose tokens are taken; one that throws knows no key now.
 * @throws ProblemError `unauthorized` for whatever is not such a token that holds now.
 */
export async function verifyAccessToken(
  keys: Readonly<Partial<Record<TokenIssuer, () => KeyObject>>>,
  env: Env,
  token: string,
): Promise<TokenBearer> {
  try {
    if (token.length > TOKEN_LENGTH_MAX || !FORM.test(token)) throw new RangeError('not the form of a token');
    const issuer = Object.keys(keys).find((one) => one === decodeJwt(token).iss) as TokenIssuer | undefined;
    const key = issuer && keys[issuer];
    if (issuer === undefined || key === undefined) throw new RangeError('nobody whose tokens are taken');
    const { payload, protectedHeader } = await jwtVerify(token, key(), {
      algorithms: [ALGORITHM],
      typ: TYPE,
      issuer,
      audience: AUDIENCE,
      requiredClaims: ['sub', 'exp', 'iat', 'jti'],
      currentDate: new Date(env.now()),
    });
    // Ours name no key and bring none: whatever else a header says is somebody's attempt.
    if (Object.keys(protectedHeader).length !== HEADER_MEMBERS) throw new RangeError('a foreign header');
    if ((payload.iat ?? 0) > env.now() / 1_000 + CLOCK_TOLERANCE_SECONDS)
      throw new RangeError('made in the future');
    return principalOf(claimsSchema.parse(payload));
  } catch (cause) {
    // A disk that does not give the key says nothing about the token.
    if (cause instanceof ProblemError) throw cause;
    throw new ProblemError('unauthorized', { cause });
  }
}

function claimsOf(principal: TokenBearer): JWTPayload {
  switch (principal.kind) {
    case 'user':
      return {
        kind: 'user',
        sub: principal.userId,
        tenant: principal.tenantId,
        sid: principal.sessionId,
        role: principal.role,
        sites: principal.siteIds && [...principal.siteIds],
        services: principal.serviceIds && [...principal.serviceIds],
      };
    case 'device':
      return {
        kind: 'device',
        sub: principal.equipmentId,
        tenant: principal.tenantId,
        type: principal.type,
        site: principal.siteId,
      };
    case 'owner':
      return { kind: 'owner', sub: principal.ownerId, sid: principal.sessionId };
    default:
      return principal satisfies never;
  }
}

function principalOf(claims: z.output<typeof claimsSchema>): TokenBearer {
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
    case 'owner':
      return { kind: 'owner', tenantId: PLATFORM_TENANT_ID, ownerId: claims.sub, sessionId: claims.sid };
    default:
      return claims satisfies never;
  }
}
