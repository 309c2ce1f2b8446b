/** The routes of access: what they are given, which limits stand before them, and which transaction they run in. */

import type { Routes } from '@totem/api';
import {
  type EquipmentId,
  mayAt,
  type Principal,
  type PrincipalOf,
  ProblemError,
  type SessionId,
  type UserId,
} from '@totem/domain';
import { siteById } from '../commands/queries.ts';
import { type ReadHandle, readTenant, type WriteHandle } from '../db/with-tenant.ts';
import type { ClientAddress } from '../http/client-address.ts';
import { recordEntries } from '../ledger/commit.ts';
import { type Handler, own, read, write } from '../rest/mount.ts';
import { equipmentById } from './device-token.ts';
import { type Account, accessEntry, accountOf, type Holder } from './holder.ts';
import type { HubGrants } from './hub-grant.ts';
import { type LoginParts, login } from './login.ts';
import { changePassword, confirm, enrol, type OwnParts, remove } from './own-access.ts';
import { sitesOf } from './people.ts';
import { logout, type RefreshParts, refresh, revokeSession } from './refresh.ts';
import { hasFactor, removeFactor } from './second-factor.ts';
import { endSessionsOf, liveSessionsOf } from './sessions.ts';

export type AccessParts = LoginParts & RefreshParts & OwnParts & { readonly grants: HubGrants };

export function accessHandlers(parts: AccessParts & { readonly addressOf: ClientAddress }) {
  return {
    signIn: own(async (c, { body }) => {
      const from = { address: parts.addressOf(c), userAgent: c.req.header('user-agent') };
      return c.json(await login(parts, body, from));
    }),
    refreshSession: own(async (c, { body }) => c.json(await refresh(parts, body.refreshToken))),
    signOut: own(async (c, { body }) => {
      await logout(parts, body.refreshToken);
      return c.body(null, 204);
    }),
    getMe: read(async (tx, { principal }) => ({ body: await describe(tx, principal) })),
    listMySessions: read(async (tx, { principal, env }) => {
      const { holder, sessionId } = holderOf(principal);
      const sessions = await liveSessionsOf(tx, env, holder);
      return { body: { items: sessions.map((one) => ({ ...one, current: one.id === sessionId })) } };
    }),
    endMySession: write(async (tx, { principal, params, env }) => {
      holderOf(principal);
      await revokeSession(tx, env, principal as PrincipalOf<'user' | 'owner'>, params.id);
      return { body: undefined };
    }),
    changeMyPassword: own(async (c, { principal, body }) => {
      await changePassword(parts, principal.tenantId, holderOf(principal), body);
      return c.body(null, 204);
    }),
    enrolSecondFactor: own(async (c, { principal, body }) =>
      c.json(await enrol(parts, principal.tenantId, holderOf(principal).holder, body.password)),
    ),
    grantHub: own(async (c, { principal, body }) => {
      // Who works elsewhere hears what anybody hears of a site that is not there.
      if (principal.kind !== 'user' || !mayAt(principal, body.siteId)) throw new ProblemError('not_found');
      const site = await readTenant(parts.db, principal.tenantId, (tx) => siteById(tx, body.siteId));
      if (site === undefined) throw new ProblemError('not_found');
      return c.json(await parts.grants.sign(principal, body.siteId));
    }),
    confirmSecondFactor: own(async (c, { principal, body }) => {
      const { holder } = holderOf(principal);
      const recoveryCodes = await confirm(parts, principal.tenantId, holder, body.code);
      // Who had to have one may do everything from now on.
      parts.standings.forget(principal);
      return c.json({ recoveryCodes });
    }),
    removeMySecondFactor: own(async (c, { principal, body }) => {
      await remove(parts, principal.tenantId, holderOf(principal).holder, body);
      parts.standings.forget(principal);
      return c.body(null, 204);
    }),
    removeUserSecondFactor: write(async (tx, { principal, params, env }) => {
      const holder = await personOf(tx, params.id);
      if (!(await removeFactor(tx, holder))) throw new ProblemError('second_factor_missing');
      await endSessionsOf(tx, env, holder, 'revoked');
      const by = adminOf(principal);
      await recordEntries(tx, env, [
        accessEntry('SECOND_FACTOR_DISABLED', holder, { by: principal.kind }, by),
      ]);
      return { body: undefined };
    }),
    endUserSessions: write(async (tx, { principal, params, env }) => {
      const holder = await personOf(tx, params.id);
      const sessions = await endSessionsOf(tx, env, holder, 'revoked');
      const data = { by: principal.kind, sessions };
      if (sessions > 0)
        await recordEntries(tx, env, [accessEntry('SESSION_REVOKED', holder, data, adminOf(principal))]);
      return { body: undefined };
    }),
  } satisfies { [N in keyof Routes]?: Handler<Routes[N]> };
}

/** @throws ProblemError `forbidden` for devices and keys, which have no sessions. */
function holderOf(principal: Principal): { readonly holder: Holder; readonly sessionId: SessionId } {
  switch (principal.kind) {
    case 'user':
      return { holder: { kind: 'user', id: principal.userId }, sessionId: principal.sessionId };
    case 'owner':
      return { holder: { kind: 'owner', id: principal.ownerId }, sessionId: principal.sessionId };
    case 'device':
    case 'key':
      throw new ProblemError('forbidden');
    default:
      return principal satisfies never;
  }
}

function adminOf(principal: Principal): UserId | undefined {
  return principal.kind === 'user' ? principal.userId : undefined;
}

/** @throws ProblemError `not_found` */
async function personOf(tx: ReadHandle | WriteHandle, id: UserId): Promise<Holder> {
  const holder = { kind: 'user', id } as const;
  if ((await accountOf(tx, holder)) === undefined) throw new ProblemError('not_found');
  return holder;
}

/** Who is asking, in words for a screen. */
async function describe(tx: ReadHandle, principal: Principal) {
  switch (principal.kind) {
    case 'user': {
      const account = await requireAccount(tx, { kind: 'user', id: principal.userId });
      const sites = await sitesOf(tx, account);
      return {
        kind: 'user' as const,
        tenantId: tx.tenantId,
        siteId: sites.length === 1 ? (sites[0]?.id ?? null) : null,
        user: userOf(account),
        sites,
        secondFactor: await hasFactor(tx, account.holder),
      };
    }
    case 'owner': {
      const account = await requireAccount(tx, { kind: 'owner', id: principal.ownerId });
      const secondFactor = await hasFactor(tx, account.holder);
      return { kind: 'owner' as const, tenantId: tx.tenantId, user: userOf(account), secondFactor };
    }
    case 'device':
      return describeDevice(tx, principal.equipmentId, principal.type);
    case 'key': {
      const { keyId, scopes, siteIds } = principal;
      return { kind: 'key' as const, tenantId: tx.tenantId, keyId, scopes, siteIds };
    }
    default:
      return principal satisfies never;
  }
}

async function requireAccount(tx: ReadHandle, holder: Holder): Promise<Account> {
  const account = await accountOf(tx, holder);
  if (account === undefined) throw new ProblemError('unauthorized');
  return account;
}

function userOf({ holder, fullName, role }: Account) {
  return { id: holder.id as string as UserId, fullName, role };
}

async function describeDevice(tx: ReadHandle, id: EquipmentId, type: PrincipalOf<'device'>['type']) {
  const device = await equipmentById(tx, id);
  if (device === undefined) throw new ProblemError('unauthorized');
  const { identifier, lane, siteId } = device;
  return {
    kind: 'device' as const,
    tenantId: tx.tenantId,
    siteId,
    equipment: { id, type, identifier, lane },
  };
}
