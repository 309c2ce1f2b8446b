/** What the routes share: who is asking. */
import { type Principal, ProblemError } from '@totem/domain';
import type { MiddlewareHandler } from 'hono';
import type { KeyBearers } from '../access/key-bearers.ts';
import type { Standings } from '../access/standing.ts';
import type { AccessTokens } from '../access/tokens.ts';

export interface CloudEnv {
  Variables: { principal: Principal };
}

const BEARER = /^Bearer ([\w.~+/-]+=*)$/i;
/** Ours are shorter, with every site and service of a large branch in them; longer ones are not looked at. */
const TOKEN_LENGTH_MAX = 12_000;

/**
 * Who sends this `Authorization` header.
 * @param beforeFactor lets in who has a second factor to set up first, too.
 * @throws ProblemError `unauthorized`, `device_suspended`, `tenant_suspended`, `second_factor_enrolment_required`.
 */
export type Authenticate = (authorization: string | undefined, beforeFactor?: boolean) => Promise<Principal>;

/** Knows who has a token that holds and is in good standing, or a key. */
export function authenticator(
  tokens: Pick<AccessTokens, 'verify'>,
  standings: Standings,
  keys: KeyBearers,
): Authenticate {
  return async (authorization, beforeFactor) => {
    const token = BEARER.exec(authorization ?? '')?.[1];
    if (token === undefined || token.length > TOKEN_LENGTH_MAX) throw new ProblemError('unauthorized');
    if (keys.isKey(token)) return keys.require(token);
    const principal = await tokens.verify(token);
    await standings.require(principal, beforeFactor);
    return principal;
  };
}

/** Lets in whom an authenticator knows. @throws ProblemError as it does. */
export function authenticated(authenticate: Authenticate, beforeFactor = false): MiddlewareHandler<CloudEnv> {
  return async (c, next) => {
    c.set('principal', await authenticate(c.req.header('authorization'), beforeFactor));
    await next();
  };
}
