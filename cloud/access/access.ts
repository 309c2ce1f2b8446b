/** Everything of access that one node has, put together once: who may sign in, who is known, and who is asked for a token. */
import type { Env, Timers } from '@totem/domain';
import type { Database } from '../db/pool.ts';
import { type Authenticate, authenticator } from '../http/context.ts';
import { rememberedTokens } from '../http/remembered-tokens.ts';
import type { Vault } from '../secrets/vault.ts';
import { createDeviceTokens, type DeviceTokens } from './device-token.ts';
import type { AccessParts } from './handlers.ts';
import { createHubGrants } from './hub-grant.ts';
import { createKeyBearers } from './key-bearers.ts';
import { createKnownDevices } from './known-device.ts';
import type { LoginLimits } from './login-limits.ts';
import { createPasswords } from './password.ts';
import { createRefreshTokens } from './refresh-token.ts';
import type { Keys } from './signing-key.ts';
import { createStandings } from './standing.ts';
import { createAccessTokens } from './tokens.ts';

export interface Access {
  readonly parts: AccessParts;
  readonly devices: DeviceTokens;
  /** Checks each token anew. */
  readonly authenticate: Authenticate;
  /** Checks a signature once; for those who show the same token with everything that they wait for. */
  readonly authenticateFollower: Authenticate;
}

export function createAccess(given: {
  readonly db: Database;
  readonly env: Env;
  readonly timers: Timers;
  readonly vault: Vault;
  readonly limits: LoginLimits;
  readonly keys: Keys;
}): Access {
  const { db, env, timers, vault, limits, keys } = given;
  const tokens = createAccessTokens(keys, env);
  const standings = createStandings(db, timers);
  const bearers = createKeyBearers({ db, env, timers });
  return {
    parts: {
      db,
      env,
      vault,
      limits,
      tokens,
      standings,
      passwords: createPasswords(),
      grants: createHubGrants(keys, env),
      refreshes: createRefreshTokens(keys.refreshKey),
      knownDevices: createKnownDevices(keys.knownDeviceKey, env),
    },
    devices: createDeviceTokens({ db, env, timers, tokens }),
    authenticate: authenticator(tokens, standings, bearers),
    authenticateFollower: authenticator(rememberedTokens(tokens, env), standings, bearers),
  };
}
