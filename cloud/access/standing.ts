/**
 * Whether a person or device may still use their token: asked of the database and remembered for a while, so that the end of
 * a session, a suspension, a removal, or a change of role or place acts within a minute without a query for each request.
 */
import { type Principal, ProblemError, type SessionId, type Timers } from '@totem/domain';
import type { Database } from '../db/pool.ts';
import { readTenant, type Statement } from '../db/with-tenant.ts';
import { lacksFactor } from './second-factor.ts';

export const STANDINGS = ['good', 'factor_due', 'suspended', 'tenant_suspended', 'gone'] as const;
export type Standing = (typeof STANDINGS)[number];

/** With the longest hold of a shape request (20 s) it stays under a minute. */
const REMEMBERED_MS = 30_000;
/** Principals remembered at once; the oldest makes room. */
const REMEMBERED_MAX = 20_000;

const USER: Statement = {
  name: 'standing-user',
  text: `SELECT u.active AND u.deleted_at IS NULL AND u.role = $3 AND NOT EXISTS (
      SELECT FROM unnest($4::uuid[]) AS claimed(site_id) WHERE NOT EXISTS (
        SELECT FROM user_site s WHERE s.tenant_id = $1 AND s.user_id = $2 AND s.site_id = claimed.site_id)
    ) AND CASE WHEN $5::uuid[] IS NULL
      THEN NOT EXISTS (SELECT FROM user_service s WHERE s.tenant_id = $1 AND s.user_id = $2)
      ELSE NOT EXISTS (SELECT FROM unnest($5::uuid[]) AS claimed(service_id) WHERE NOT EXISTS (
        SELECT FROM user_service s
        WHERE s.tenant_id = $1 AND s.user_id = $2 AND s.service_id = claimed.service_id))
    END AND EXISTS (
      SELECT FROM user_session o
      WHERE o.tenant_id = $1 AND o.id = $6 AND o.user_id = $2 AND o.ended_at IS NULL
    ) AS good, false AS suspended, t.suspended_at IS NOT NULL AS tenant_suspended, ${lacksFactor('u', 't')} AS factor_due
    FROM app_user u JOIN tenant t ON t.id = u.tenant_id WHERE u.tenant_id = $1 AND u.id = $2`,
};
const OWNER: Statement = {
  name: 'standing-owner',
  text: `SELECT o.active AND o.deleted_at IS NULL AND EXISTS (
      SELECT FROM user_session s
      WHERE s.tenant_id = $1 AND s.id = $3 AND s.owner_id = $2 AND s.ended_at IS NULL
    ) AS good, false AS suspended, false AS tenant_suspended, false AS factor_due
    FROM platform_owner o WHERE o.tenant_id = $1 AND o.id = $2`,
};
const EQUIPMENT: Statement = {
  name: 'standing-equipment',
  text: `SELECT deleted_at IS NULL AND type = $3 AND site_id = $4 AS good, suspended_at IS NOT NULL AS suspended,
      false AS tenant_suspended, false AS factor_due
    FROM equipment WHERE tenant_id = $1 AND id = $2`,
};

export interface Standings {
  /**
   * @param beforeFactor lets in who has a second factor to set up, too.
   * @throws ProblemError `unauthorized` for who is gone or is no longer what the token says; `device_suspended`,
   * `tenant_suspended`, `second_factor_enrolment_required`.
   */
  require(principal: Principal, beforeFactor?: boolean): Promise<void>;
  /** Asks anew next time. */
  forget(principal: Principal): void;
  /** The same for whoever has a token of a session. */
  forgetSession(sessionId: SessionId): void;
}

export function createStandings(db: Database, timers: Timers): Standings {
  const known = new Map<string, { readonly standing: Promise<Standing>; readonly until: number }>();
  const standingOf = (principal: Principal): Promise<Standing> => {
    const key = keyOf(principal);
    const now = timers.monotonicMs();
    const remembered = known.get(key);
    if (remembered !== undefined && now < remembered.until) return remembered.standing;
    known.delete(key);
    if (known.size >= REMEMBERED_MAX) known.delete(known.keys().next().value ?? '');
    const standing = readStanding(db, principal);
    known.set(key, { standing, until: now + REMEMBERED_MS });
    // A failure to read says nothing about the principal.
    standing.catch(() => known.delete(key));
    return standing;
  };
  return {
    forget: (principal) => void known.delete(keyOf(principal)),
    forgetSession: (sessionId) => {
      for (const key of known.keys()) if (key.endsWith(` ${sessionId}`)) known.delete(key);
    },
    require: async (principal, beforeFactor = false) => {
      const standing = await standingOf(principal);
      switch (standing) {
        case 'good':
          return;
        case 'factor_due':
          if (beforeFactor) return;
          throw new ProblemError('second_factor_enrolment_required');
        case 'suspended':
          throw new ProblemError('device_suspended');
        case 'tenant_suspended':
          throw new ProblemError('tenant_suspended');
        case 'gone':
          throw new ProblemError('unauthorized');
        default:
          return standing satisfies never;
      }
    },
  };
}

/** Names a principal with what its token claims: an older token of the same person may claim more. A session comes last. */
function keyOf(principal: Principal): string {
  return [principal.tenantId, ...(claimsOf(principal)?.values ?? [])].map(String).join(' ');
}

function claimsOf(principal: Principal) {
  switch (principal.kind) {
    case 'user':
      return {
        statement: USER,
        values: [
          principal.userId,
          principal.role,
          principal.siteIds ?? [],
          principal.serviceIds,
          principal.sessionId,
        ],
      };
    case 'device':
      return { statement: EQUIPMENT, values: [principal.equipmentId, principal.type, principal.siteId] };
    case 'owner':
      return { statement: OWNER, values: [principal.ownerId, principal.sessionId] };
    // A key is looked at as a whole, where it is found.
    case 'key':
      return undefined;
    default:
      return principal satisfies never;
  }
}

async function readStanding(db: Database, principal: Principal): Promise<Standing> {
  const claims = claimsOf(principal);
  if (claims === undefined) return 'gone';
  const { statement, values } = claims;
  const row = await readTenant(db, principal.tenantId, (tx) => tx.one(statement, [tx.tenantId, ...values]));
  if (row?.good !== 't') return 'gone';
  if (row.tenant_suspended === 't') return 'tenant_suspended';
  if (row.suspended === 't') return 'suspended';
  return row.factor_due === 't' ? 'factor_due' : 'good';
}
