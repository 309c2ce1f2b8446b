/** Going on with a session, and ending it. What a person may do is read anew at each refresh. */
import { type Env, type Principal, ProblemError, type SessionId } from '@totem/domain';
import type { Database } from '../db/pool.ts';
import { type WriteHandle, withTenant } from '../db/with-tenant.ts';
import { recordEntries } from '../ledger/commit.ts';
import { accessEntry, accountOf } from './holder.ts';
import type { RefreshPlace } from './refresh-token.ts';
import { admit, answerOf, type SessionAnswer, type SessionParts } from './session-answer.ts';
import { endSession, rotateSession } from './sessions.ts';
import type { Standings } from './standing.ts';

export interface RefreshParts extends SessionParts {
  readonly db: Database;
  readonly env: Env;
  readonly standings: Standings;
}

/**
 * A new access token and the next refresh token.
 * @throws ProblemError `unauthorized` for what is no token of ours, `session_ended`, `token_reused`, `tenant_suspended`.
 */
export async function refresh(parts: RefreshParts, refreshToken: string): Promise<SessionAnswer> {
  const place = parts.refreshes.read(refreshToken);
  if (place === undefined) throw new ProblemError('unauthorized');
  const outcome = await withTenant(parts.db, place.tenantId, (tx) => goOn(tx, parts.env, place));
  if (outcome.kind === 'admitted') return answerOf(parts, parts.env, outcome);
  parts.standings.forgetSession(place.sessionId);
  throw new ProblemError(outcome.kind);
}

async function goOn(tx: WriteHandle, env: Env, { sessionId, generation }: RefreshPlace) {
  const rotation = await rotateSession(tx, env, sessionId, generation);
  if (rotation.kind === 'ended') return { kind: 'session_ended' } as const;
  if (rotation.kind === 'reused') {
    const entry = accessEntry('TOKEN_REUSED', rotation.holder, { session: sessionId, generation });
    await recordEntries(tx, env, [entry]);
    return { kind: 'token_reused' } as const;
  }
  const { session } = rotation;
  const account = await accountOf(tx, session.holder);
  if (account?.active !== true) {
    await endSession(tx, env, sessionId, 'disabled');
    return { kind: 'session_ended' } as const;
  }
  // Thrown, so that the session stays where it is: the same token goes on once the company may.
  if (account.tenantSuspended) throw new ProblemError('tenant_suspended');
  return { kind: 'admitted', ...(await admit(tx, account, session)) } as const;
}

/** Ends the session of a refresh token, whatever its generation; one that has ended stays so. @throws ProblemError `unauthorized` */
export async function logout(parts: RefreshParts, refreshToken: string): Promise<void> {
  const place = parts.refreshes.read(refreshToken);
  if (place === undefined) throw new ProblemError('unauthorized');
  const { tenantId, sessionId } = place;
  await withTenant(parts.db, tenantId, async (tx) => {
    const holder = await endSession(tx, parts.env, sessionId, 'logout');
    if (holder === undefined) return;
    await recordEntries(tx, parts.env, [accessEntry('LOGOUT', holder, { session: sessionId })]);
  });
  parts.standings.forgetSession(sessionId);
}

/** Ends another session of one's own. @throws ProblemError `not_found` */
export async function revokeSession(
  tx: WriteHandle,
  env: Env,
  principal: Extract<Principal, { kind: 'user' | 'owner' }>,
  sessionId: SessionId,
): Promise<void> {
  const holder =
    principal.kind === 'user'
      ? ({ kind: 'user', id: principal.userId } as const)
      : ({ kind: 'owner', id: principal.ownerId } as const);
  const ended = await endSession(tx, env, sessionId, 'revoked', holder);
  if (ended === undefined) throw new ProblemError('not_found');
  await recordEntries(tx, env, [accessEntry('SESSION_REVOKED', holder, { session: sessionId })]);
}
