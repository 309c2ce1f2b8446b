/** What a login and a refresh answer: an access token for ten minutes, the refresh token for the next, and who this is. */
import {
  type Env,
  epochMsOf,
  type Principal,
  type PrincipalOf,
  type SessionId,
  type TenantId,
} from '@totem/domain';
import type { MintedToken } from '@totem/host';
import type { ReadHandle } from '../db/with-tenant.ts';
import type { Account } from './holder.ts';
import { type NamedSite, principalOf, sitesOf } from './people.ts';
import type { RefreshTokens } from './refresh-token.ts';
import type { LiveSession } from './sessions.ts';
import type { AccessTokens } from './tokens.ts';

const ACCESS_SECONDS = 600;

export interface SessionParts {
  readonly tokens: AccessTokens;
  readonly refreshes: RefreshTokens;
}

export interface SessionAnswer extends MintedToken {
  /** Good for one use, and once more for a moment. */
  readonly refreshToken: string;
  readonly sessionId: SessionId;
  readonly tenantId: TenantId;
  readonly user: {
    readonly id: string;
    readonly fullName: string;
    readonly role: Account['role'];
  };
  readonly sites: readonly NamedSite[];
}

export interface Admitted {
  readonly account: Account;
  readonly session: LiveSession;
  readonly sites: readonly NamedSite[];
  readonly principal: PrincipalOf<'user' | 'owner'>;
}

/** What an account may do now, in one of its sessions. */
export async function admit(tx: ReadHandle, account: Account, session: LiveSession): Promise<Admitted> {
  const sites = await sitesOf(tx, account);
  return { account, session, sites, principal: await principalOf(tx, account, sites, session.id) };
}

/** The answer; its token ends no later than its session. */
export async function answerOf(parts: SessionParts, env: Env, admitted: Admitted): Promise<SessionAnswer> {
  const { account, session, sites, principal } = admitted;
  const { tenantId } = principal satisfies Principal;
  const left = Math.floor((epochMsOf(session.expiresAt) - env.now()) / 1_000);
  const minted = await parts.tokens.mint(principal, Math.max(1, Math.min(ACCESS_SECONDS, left)));
  const { id: sessionId, generation } = session;
  return {
    ...minted,
    refreshToken: parts.refreshes.make({ tenantId, sessionId, generation }),
    sessionId,
    tenantId,
    user: { id: account.holder.id, fullName: account.fullName, role: account.role },
    sites,
  };
}
