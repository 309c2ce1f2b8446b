/** Tokens for devices at the hub: for the same signed assertion as at the cloud, checked with the key that the cloud has told. */
import { type Env, instantText, ProblemError, type Timers } from '@totem/domain';
import { decodeJwt, jwtVerify } from 'jose';
import type { Device } from '../../device.ts';
import { publicKeyOf } from '../../identity/device-key.ts';
import { ASSERTION_AUDIENCE } from '../../identity/tokens.ts';
import type { Store } from '../../store/store.ts';
import { deviceById } from '../devices.ts';
import type { HubTokens } from './tokens.ts';

export const HUB_DEVICE_TOKEN_SECONDS = 600;
const ASSERTION_LENGTH_MAX = 4_096;
const ASSERTION_LIFE_SECONDS_MAX = 300;
/** How far a device's clock may be off from the hub's. */
const CLOCK_TOLERANCE_SECONDS = 60;
/** Assertions remembered against a second use: far more than the devices of a site make in their two minutes. */
const USED_MAX = 5_000;

export interface HubDeviceTokens {
  /** @throws ProblemError `unauthorized`, with the hub's time for a device whose clock is wrong. */
  exchange(assertion: string): Promise<string>;
}

export function createHubDeviceTokens(parts: {
  readonly store: Store;
  readonly device: Device;
  readonly env: Env;
  readonly timers: Timers;
  readonly tokens: HubTokens;
}): HubDeviceTokens {
  const { store, device, env, timers, tokens } = parts;
  const used = new Map<string, number>();
  const take = (id: string): void => {
    const now = timers.monotonicMs();
    const keptMs = (ASSERTION_LIFE_SECONDS_MAX + 2 * CLOCK_TOLERANCE_SECONDS) * 1_000;
    for (const [old, at] of used) {
      if (now - at <= keptMs && used.size < USED_MAX) break;
      used.delete(old);
    }
    if (used.has(id)) throw new RangeError('the assertion was used before');
    used.set(id, now);
  };
  return {
    exchange: async (assertion) => {
      try {
        if (assertion.length > ASSERTION_LENGTH_MAX) throw new RangeError('too long');
        const claimed = String(decodeJwt(assertion).sub);
        const known = store.read((db) => deviceById(db, claimed));
        if (known?.publicKey == null) throw new RangeError('no device of this site with a key');
        const key = publicKeyOf({ kty: 'OKP', crv: 'Ed25519', x: known.publicKey });
        const { payload } = await jwtVerify(assertion, key, {
          algorithms: ['EdDSA'],
          issuer: known.equipmentId,
          subject: known.equipmentId,
          audience: ASSERTION_AUDIENCE,
          requiredClaims: ['exp', 'iat', 'jti'],
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
          currentDate: new Date(env.now()),
        });
        const { exp = 0, iat = 0, jti = '' } = payload;
        if (exp - iat > ASSERTION_LIFE_SECONDS_MAX) throw new RangeError('the assertion lives too long');
        take(`${known.equipmentId} ${jti}`);
        const { tenantId, siteId } = device;
        const { equipmentId, type } = known;
        const principal = { kind: 'device', tenantId, siteId, equipmentId, type } as const;
        return await tokens.mint(principal, HUB_DEVICE_TOKEN_SECONDS);
      } catch (cause) {
        throw new ProblemError('unauthorized', { cause, extra: { serverTime: instantText(env.now()) } });
      }
    },
  };
}
