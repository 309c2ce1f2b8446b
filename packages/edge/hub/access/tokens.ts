/**
 * Who is asking, at the hub: access tokens of the cloud's, known by its public key without asking it, and tokens of the hub's
 * own, which are good nowhere else. Whoever the cloud's last list does not name any more is nobody here.
 */
import { type Env, type PrincipalOf, ProblemError } from '@totem/domain';
import { mintAccessToken, verifyAccessToken } from '@totem/host';
import type { Device } from '../../device.ts';
import { type DeviceKey, publicKeyOf } from '../../identity/device-key.ts';
import { readSetting } from '../../store/settings.ts';
import type { Store } from '../../store/store.ts';
import { deviceById } from '../devices.ts';
import { personById } from '../people.ts';

/** Of those who get tokens, who has business at a site. */
export type HubPrincipal = PrincipalOf<'user'> | PrincipalOf<'device'>;

export interface HubTokens {
  /** @throws ProblemError `unauthorized` for whatever is not a token that holds here now. */
  verify(token: string): Promise<HubPrincipal>;
  /** Whether the cloud's last list still names them. */
  isKnown(principal: HubPrincipal): boolean;
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
  const cloudKey = () => {
    const tokenKey = store.read((db) => readSetting(db, 'hub_directory'))?.tokenKey;
    if (tokenKey === undefined) throw new RangeError('the key of the cloud is not known yet');
    return publicKeyOf({ kty: 'OKP', crv: 'Ed25519', x: tokenKey });
  };
  const keys = { 'totem-cloud': cloudKey, 'totem-hub': () => publicKeyOf(key.publicJwk) };
  const isKnown = (principal: HubPrincipal): boolean =>
    principal.tenantId === device.tenantId &&
    store.read((db) =>
      principal.kind === 'user'
        ? personById(db, principal.userId) !== undefined
        : principal.siteId === device.siteId && deviceById(db, principal.equipmentId) !== undefined,
    );
  return {
    isKnown,
    verify: async (token) => {
      const principal = await verifyAccessToken(keys, env, token);
      if (principal.kind === 'owner' || !isKnown(principal)) throw new ProblemError('unauthorized');
      return principal;
    },
    mint: async (principal, lifeSeconds) => {
      const by = { issuer: 'totem-hub', key: key.privateKey, env } as const;
      return (await mintAccessToken(by, principal, lifeSeconds)).accessToken;
    },
  };
}
