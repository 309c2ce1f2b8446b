/**
 * Tokens whose signature was found good, until they end: a screen shows the same one with every change that it waited for,
 * and checking a signature costs more than all the rest of an answer. Whether the bearer is still in good standing is asked
 * elsewhere, each time.
 */
import type { Env } from '@totem/domain';
import type { TokenBearer } from '@totem/host';
import type { AccessTokens } from '../access/tokens.ts';

/** Tokens remembered; the oldest makes room. */
const REMEMBERED_MAX = 20_000;

export function rememberedTokens(tokens: AccessTokens, env: Env): Pick<AccessTokens, 'verify'> {
  const known = new Map<string, { readonly bearer: TokenBearer; readonly endsAt: number }>();
  return {
    verify: async (token) => {
      const remembered = known.get(token);
      if (remembered !== undefined && env.now() < remembered.endsAt) return remembered.bearer;
      known.delete(token);
      const bearer = await tokens.verify(token);
      if (known.size >= REMEMBERED_MAX) known.delete(known.keys().next().value ?? '');
      known.set(token, { bearer, endsAt: endOf(token) });
      return bearer;
    },
  };
}

/** When a token that was verified ends, in milliseconds since 1970. */
function endOf(token: string): number {
  const [, payload = ''] = token.split('.');
  const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { readonly exp?: number };
  return (exp ?? 0) * 1_000;
}
