/**
 * Owners of the platform: who runs it for all tenants. The first one is named by whoever installs it, because nobody is there
 * yet who could add them; named again, nothing changes, so that an old password in a configuration opens nothing.
 */
import { type Env, instantText, newId, type OwnerId, PLATFORM_TENANT_ID } from '@totem/domain';
import { and, eq, isNull } from 'drizzle-orm';
import { lookupLogin } from '../db/lookups.ts';
import type { Database } from '../db/pool.ts';
import { platformOwner } from '../db/schema/people.ts';
import { withTenant } from '../db/with-tenant.ts';
import { usernameOf } from './login.ts';
import { type Passwords, requireGoodPassword } from './password.ts';

export interface FirstOwner {
  readonly username: string;
  readonly fullName: string;
  readonly password: string;
}

/**
 * Makes an owner unless one has that name.
 * @throws ProblemError `password_too_short`, `password_common`; Error when a person of a tenant has that name.
 */
export async function ensureOwner(
  parts: { readonly db: Database; readonly env: Env; readonly hashing: Passwords },
  { username: typed, fullName, password }: FirstOwner,
): Promise<OwnerId> {
  const { db, env, hashing } = parts;
  const username = usernameOf(typed);
  const named = and(
    eq(platformOwner.tenantId, PLATFORM_TENANT_ID),
    eq(platformOwner.username, username),
    isNull(platformOwner.deletedAt),
  );
  const known = await withTenant(db, PLATFORM_TENANT_ID, (tx) =>
    tx.orm.select({ id: platformOwner.id }).from(platformOwner).where(named),
  );
  if (known[0] !== undefined) return known[0].id;
  if ((await lookupLogin(db, username)) !== undefined)
    throw new Error(`a person of a tenant is called ${username} already`);
  requireGoodPassword(password, [username, fullName]);
  const hashedPassword = await hashing.hash(password);
  return withTenant(db, PLATFORM_TENANT_ID, async (tx) => {
    const [there] = await tx.orm.select({ id: platformOwner.id }).from(platformOwner).where(named);
    if (there !== undefined) return there.id;
    const id = newId<'owner'>(env);
    const createdAt = instantText(env.now());
    await tx.orm
      .insert(platformOwner)
      .values({ tenantId: tx.tenantId, id, createdAt, username, fullName, hashedPassword });
    return id;
  });
}
