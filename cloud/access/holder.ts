/**
 * Who signs in: a person of a tenant, or an owner of the platform. They live in two tables and have the same needs: a
 * password, sessions, a second factor, entries in the ledger.
 */
import {
  type EntryDraft,
  type Env,
  instantText,
  type JsonObject,
  type OwnerId,
  PLATFORM_TENANT_ID,
  type Role,
  type TenantId,
  type UserId,
} from '@totem/domain';
import { and, eq, isNull, type SQL } from 'drizzle-orm';
import { lookupLogin } from '../db/lookups.ts';
import type { Database } from '../db/pool.ts';
import { appUser, platformOwner, type secondFactor, type userSession } from '../db/schema/people.ts';
import { tenant } from '../db/schema/tenancy.ts';
import { type ReadHandle, readTenant, type WriteHandle } from '../db/with-tenant.ts';

export type Holder =
  | { readonly kind: 'user'; readonly id: UserId }
  | { readonly kind: 'owner'; readonly id: OwnerId };

/** A holder as the doors need them. */
export interface Account {
  readonly holder: Holder;
  readonly username: string;
  readonly fullName: string;
  readonly role: Role | 'platform_owner';
  readonly active: boolean;
  readonly hashedPassword: string;
  readonly mustChangePassword: boolean;
  readonly tenantName: string;
  readonly tenantSuspended: boolean;
}

/**
 * Who a username names. An owner of the platform comes first: no tenant can take an owner's name to keep them out.
 */
export async function accountByName(
  db: Database,
  username: string,
): Promise<{ readonly tenantId: TenantId; readonly account: Account } | undefined> {
  const owner = await readTenant(db, PLATFORM_TENANT_ID, (tx) =>
    ownerWhere(tx, eq(platformOwner.username, username)),
  );
  if (owner !== undefined) return { tenantId: PLATFORM_TENANT_ID, account: owner };
  const found = await lookupLogin(db, username);
  if (found === undefined) return undefined;
  const { tenantId, userId } = found;
  const account = await readTenant(db, tenantId, (tx) => accountOf(tx, { kind: 'user', id: userId }));
  return account && { tenantId, account };
}

/** A holder of the handle's tenant who was not removed. */
export async function accountOf(tx: ReadHandle, holder: Holder): Promise<Account | undefined> {
  if (holder.kind === 'owner') return ownerWhere(tx, eq(platformOwner.id, holder.id));
  const [row] = await tx.orm
    .select({
      username: appUser.username,
      fullName: appUser.fullName,
      role: appUser.role,
      active: appUser.active,
      hashedPassword: appUser.hashedPassword,
      mustChangePassword: appUser.mustChangePassword,
      tenantName: tenant.name,
      suspendedAt: tenant.suspendedAt,
    })
    .from(appUser)
    .innerJoin(tenant, eq(tenant.id, appUser.tenantId))
    .where(and(eq(appUser.tenantId, tx.tenantId), eq(appUser.id, holder.id), isNull(appUser.deletedAt)));
  if (row === undefined) return undefined;
  const { suspendedAt, ...known } = row;
  return { ...known, holder, tenantSuspended: suspendedAt !== null };
}

async function ownerWhere(tx: ReadHandle, where: SQL): Promise<Account | undefined> {
  const [row] = await tx.orm
    .select({
      id: platformOwner.id,
      username: platformOwner.username,
      fullName: platformOwner.fullName,
      active: platformOwner.active,
      hashedPassword: platformOwner.hashedPassword,
    })
    .from(platformOwner)
    .where(and(eq(platformOwner.tenantId, tx.tenantId), where, isNull(platformOwner.deletedAt)));
  if (row === undefined) return undefined;
  const { id, ...known } = row;
  return {
    ...known,
    holder: { kind: 'owner', id },
    role: 'platform_owner',
    mustChangePassword: false,
    tenantName: 'Totem',
    tenantSuspended: false,
  };
}

export async function saveLogin(tx: WriteHandle, env: Env, holder: Holder): Promise<void> {
  const lastLogin = instantText(env.now());
  if (holder.kind === 'owner')
    await tx.orm.update(platformOwner).set({ lastLogin }).where(ownerIs(tx, holder));
  else await tx.orm.update(appUser).set({ lastLogin }).where(userIs(tx, holder));
}

/** The same password, hashed anew. */
export async function saveRehash(tx: WriteHandle, holder: Holder, hashedPassword: string): Promise<void> {
  if (holder.kind === 'owner')
    await tx.orm.update(platformOwner).set({ hashedPassword }).where(ownerIs(tx, holder));
  else await tx.orm.update(appUser).set({ hashedPassword }).where(userIs(tx, holder));
}

/** Another password. @param mustChange whether it holds only until its person has signed in with it. */
export async function savePassword(
  tx: WriteHandle,
  env: Env,
  holder: Holder,
  hashedPassword: string,
  mustChange: boolean,
): Promise<void> {
  if (holder.kind === 'owner') return saveRehash(tx, holder, hashedPassword);
  await tx.orm
    .update(appUser)
    .set({ hashedPassword, mustChangePassword: mustChange, passwordChangedAt: instantText(env.now()) })
    .where(userIs(tx, holder));
}

const userIs = (tx: ReadHandle, { id }: { readonly id: UserId }) =>
  and(eq(appUser.tenantId, tx.tenantId), eq(appUser.id, id));
const ownerIs = (tx: ReadHandle, { id }: { readonly id: OwnerId }) =>
  and(eq(platformOwner.tenantId, tx.tenantId), eq(platformOwner.id, id));

/** The rows of a holder, in a table that has both kinds. */
export function rowsOf(
  tx: ReadHandle,
  table: typeof userSession | typeof secondFactor,
  holder: Holder,
): SQL | undefined {
  return and(
    eq(table.tenantId, tx.tenantId),
    holder.kind === 'user' ? eq(table.userId, holder.id) : eq(table.ownerId, holder.id),
  );
}

/** The columns that say whose a new row is. */
export function columnsOf(holder: Holder) {
  return holder.kind === 'user' ? { userId: holder.id, ownerId: null } : { userId: null, ownerId: holder.id };
}

/** What is written down about a holder. @param by the person who did it, when it was somebody else. */
export function accessEntry(
  action: EntryDraft['action'],
  holder: Holder,
  data: JsonObject = {},
  by?: UserId,
): EntryDraft {
  const self = holder.kind === 'user' ? holder.id : null;
  return { siteId: null, userId: by ?? self, action, entity: holder.kind, entityId: holder.id, data };
}
