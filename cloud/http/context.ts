/** What the routes share: who is asking, and the address a request came from. */
import { getConnInfo } from '@hono/node-server/conninfo';
import { type Principal, ProblemError } from '@totem/domain';
import type { Context, MiddlewareHandler } from 'hono';
import type { Standings } from '../access/standing.ts';
import type { AccessTokens } from '../access/tokens.ts';

export interface CloudEnv {
  Variables: { principal: Principal };
}

const BEARER = /^Bearer ([\w.~+/-]+=*)$/i;

/** Who sends this `Authorization` header. @throws ProblemError `unauthorized`, `device_suspended`. */
export type Authenticate = (authorization: string | undefined) => Promise<Principal>;

/** Knows who has a token that holds and is in good standing. */
export function authenticator(tokens: Pick<AccessTokens, 'verify'>, standings: Standings): Authenticate {
  return async (authorization) => {
    const token = BEARER.exec(authorization ?? '')?.[1];
    if (token === undefined) throw new ProblemError('unauthorized');
    const principal = await tokens.verify(token);
    await standings.require(principal);
    return principal;
  };
}

/** Lets in who has a token that holds and is in good standing. @throws ProblemError `unauthorized`, `device_suspended`. */
export function authenticated(tokens: AccessTokens, standings: Standings): MiddlewareHandler<CloudEnv> {
  const authenticate = authenticator(tokens, standings);
  return async (c, next) => {
    c.set('principal', await authenticate(c.req.header('authorization')));
    await next();
  };
}

/** The address of the other end; one name for all where there is no connection to ask. */
export function remoteAddress(c: Context): string {
  try {
    return getConnInfo(c).remote.address ?? 'unknown';
  } catch {
    return 'unknown';
  }
}
