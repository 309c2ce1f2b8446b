/**
 * What lets somebody sign in at the hub of a site while it has no link: the cloud's signed word that they work there, good for
 * two weeks. At the hub it is bound to a PIN; whoever is removed or switched off is out of the hub's list, and the grant is worth
 * nothing.
 */
import { type Env, instantText, newId, type PrincipalOf, type SiteId } from '@totem/domain';
import { SignJWT } from 'jose';
import type { Keys } from './signing-key.ts';

export const HUB_GRANT_TYPE = 'hub-grant+jwt';
export const HUB_GRANT_AUDIENCE = 'totem-hub';
const GRANT_SECONDS = 14 * 86_400;

export interface HubGrants {
  sign(
    person: PrincipalOf<'user'>,
    siteId: SiteId,
  ): Promise<{ readonly grant: string; readonly expiresAt: string }>;
}

export function createHubGrants(keys: Keys, env: Env): HubGrants {
  return {
    sign: async ({ userId, tenantId }, siteId) => {
      const issuedAt = Math.floor(env.now() / 1_000);
      const grant = await new SignJWT({ tenant: tenantId, site: siteId })
        .setProtectedHeader({ alg: 'EdDSA', typ: HUB_GRANT_TYPE })
        .setIssuer('totem-cloud')
        .setAudience(HUB_GRANT_AUDIENCE)
        .setSubject(userId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + GRANT_SECONDS)
        .setJti(newId<'grant'>(env))
        .sign(keys.privateKey);
      return { grant, expiresAt: instantText((issuedAt + GRANT_SECONDS) * 1_000) };
    },
  };
}
