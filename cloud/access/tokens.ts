/** The cloud's own access tokens: what it signs, and what it takes, which is nothing else. */
import type { Env } from '@totem/domain';
import { type MintedToken, mintAccessToken, type TokenBearer, verifyAccessToken } from '@totem/host';
import type { Keys } from './signing-key.ts';

export interface AccessTokens {
  mint(principal: TokenBearer, lifeSeconds: number): Promise<MintedToken>;
  /** @throws ProblemError `unauthorized` for whatever is not a token of ours that holds now. */
  verify(token: string): Promise<TokenBearer>;
}

export function createAccessTokens(keys: Keys, env: Env): AccessTokens {
  const by = { issuer: 'totem-cloud', key: keys.privateKey, env } as const;
  return {
    mint: (principal, lifeSeconds) => mintAccessToken(by, principal, lifeSeconds),
    verify: (token) => verifyAccessToken({ 'totem-cloud': () => keys.publicKey }, env, token),
  };
}
