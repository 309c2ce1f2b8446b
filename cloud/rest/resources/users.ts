/** People, as resources: who they are, what they may do and where, and the password that another gives them. */
import type { Routes } from '@totem/api';
import { type JsonObject, type Principal, ProblemError, type SiteId, type UserId } from '@totem/domain';
import { and, count, eq, exists, ilike, inArray, isNull, or, type SQL } from 'drizzle-orm';
import { type Passwords, requireGoodPassword } from '../../access/password.ts';
import { endSessionsOf } from '../../access/sessions.ts';
import { appUser, userSite } from '../../db/schema/people.ts';
import { service } from '../../db/schema/tenancy.ts';
import type { ReadHandle, WriteHandle } from '../../db/with-tenant.ts';
import { requireInUse, requireOpenSites } from '../configured.ts';
import { record } from '../entries.ts';
import { type Asked, type Handler, read, write } from '../mount.ts';
import { createRow, deleteRow, getRow, listRows, type ResourceSpec, updateRow } from '../resource.ts';
import { containing } from '../search-text.ts';
import { type Grants, grantsOf, saveGrants } from './user-grants.ts';

/** People of one tenant. */
const USERS_MAX = 10_000;

type UserRow = typeof appUser.$inferSelect;

const USERS: ResourceSpec<typeof appUser, UserRow> = {
  entity: 'user',
  table: appUser,
  view: (row) => row,
  unique: { app_user_username_key: 'username' },
  max: USERS_MAX,
  hidden: ['hashedPassword'],
  personal: ['username', 'fullName', 'email'],
};

export function userHandlers({ passwords }: { readonly passwords: Passwords }) {
  return {
    listUsers: read(listUsers),
    createUser: write(async (tx, asked) => {
      const { password, siteIds, serviceIds, ...body } = asked.body;
      requireGoodPassword(password, [body.username, body.fullName]);
      await requireGrants(tx, asked.principal, { siteIds, serviceIds });
      const row = await createRow(tx, USERS, asked, {
        ...body,
        hashedPassword: await passwords.hash(password),
        mustChangePassword: true,
      });
      await saveGrants(tx, row.id, { siteIds, serviceIds });
      await recordPermissions(tx, asked, row.id, NOTHING, { role: row.role, siteIds, serviceIds });
      return { body: view(row, { siteIds, serviceIds }), version: row.version };
    }),
    getUser: read(async (tx, { principal, params }) =>
      answered(tx, await visibleUser(tx, principal, params.id)),
    ),
    updateUser: write(changeUser),
    deleteUser: write(async (tx, asked) => {
      const { id } = asked.params;
      await visibleUser(tx, asked.principal, id);
      await lockAdmins(tx);
      await deleteRow(tx, USERS, asked, id);
      await keepAnAdmin(tx);
      await endSessionsOf(tx, asked.env, { kind: 'user', id }, 'disabled');
      return { body: undefined };
    }),
    setUserPassword: write(async (tx, asked) => {
      const { id } = asked.params;
      const { username, fullName } = await visibleUser(tx, asked.principal, id);
      requireGoodPassword(asked.body.password, [username, fullName]);
      const row = await updateRow(tx, USERS, asked, id, {
        hashedPassword: await passwords.hash(asked.body.password),
        mustChangePassword: true,
      });
      await endSessionsOf(tx, asked.env, { kind: 'user', id }, 'password_changed');
      await record(tx, asked, { action: 'PASSWORD_CHANGED', entity: 'user', entityId: id });
      return answered(tx, row);
    }),
  } satisfies { [N in keyof Routes]?: Handler<Routes[N]> };
}

async function listUsers(tx: ReadHandle, { principal, query }: Asked<Routes['listUsers']>) {
  const { role, siteId, active, search } = query;
  const { items, next } = await listRows(
    tx,
    USERS,
    principal,
    query,
    seen(tx, principal),
    role === undefined ? undefined : eq(appUser.role, role),
    active === undefined ? undefined : eq(appUser.active, active),
    siteId === undefined ? undefined : or(eq(appUser.role, 'admin'), worksAt(tx, [siteId])),
    search === undefined
      ? undefined
      : or(ilike(appUser.fullName, containing(search)), ilike(appUser.username, containing(search))),
  );
  const grants = await grantsOf(
    tx,
    items.map(({ id }) => id),
  );
  return { body: { items: items.map((row) => view(row, grants.get(row.id))), next } };
}

async function changeUser(tx: WriteHandle, asked: Asked<Routes['updateUser']>) {
  const { siteIds, serviceIds, ...body } = asked.body;
  const { id } = asked.params;
  await visibleUser(tx, asked.principal, id);
  await requireGrants(tx, asked.principal, { siteIds: siteIds ?? [], serviceIds: serviceIds ?? [] });
  await lockAdmins(tx);
  const before = { ...(await getRow(tx, USERS, asked.principal, id)), ...(await grantsOfOne(tx, id)) };
  const wanted = { siteIds: siteIds ?? before.siteIds, serviceIds: serviceIds ?? before.serviceIds };
  const isRegranted = !sameIds(wanted, before);
  // Places are in tables of their own; whoever looks at the person must see that something changed.
  const row = await updateRow(tx, USERS, asked, id, body, isRegranted);
  if (isRegranted) await saveGrants(tx, id, wanted);
  await keepAnAdmin(tx);
  const after = { role: row.role, ...wanted };
  if (isRegranted || row.role !== before.role) await recordPermissions(tx, asked, id, before, after);
  if (before.active && !row.active) await endSessionsOf(tx, asked.env, { kind: 'user', id }, 'disabled');
  return { body: view(row, wanted), version: row.version };
}

function view({ tenantId: _, hashedPassword: __, passwordChangedAt: ___, ...row }: UserRow, grants?: Grants) {
  return { ...row, siteIds: grants?.siteIds ?? [], serviceIds: grants?.serviceIds ?? [] };
}

async function answered(tx: ReadHandle, row: UserRow) {
  return { body: view(row, await grantsOfOne(tx, row.id)), version: row.version };
}

async function grantsOfOne(tx: ReadHandle, id: UserId): Promise<Grants> {
  return (await grantsOf(tx, [id])).get(id) ?? { siteIds: [], serviceIds: [] };
}

/** Who acts at some sites sees who works at one of them. */
function seen(tx: ReadHandle, principal: Principal): SQL | undefined {
  const sites = principal.kind === 'user' || principal.kind === 'key' ? principal.siteIds : [];
  return sites === null ? undefined : worksAt(tx, sites);
}

function worksAt(tx: ReadHandle, siteIds: readonly SiteId[]): SQL {
  const place = tx.orm
    .select({ id: userSite.siteId })
    .from(userSite)
    .where(
      and(
        eq(userSite.tenantId, tx.tenantId),
        eq(userSite.userId, appUser.id),
        inArray(userSite.siteId, [...siteIds]),
      ),
    );
  return exists(place);
}

/** @throws ProblemError `not_found` */
async function visibleUser(tx: ReadHandle, principal: Principal, id: UserId): Promise<UserRow> {
  const [row] = await tx.orm
    .select()
    .from(appUser)
    .where(and(eq(appUser.tenantId, tx.tenantId), eq(appUser.id, id), seen(tx, principal)));
  if (row === undefined) throw new ProblemError('not_found');
  return row;
}

/** @throws ProblemError `reference_not_found` */
async function requireGrants(tx: ReadHandle, principal: Principal, grants: Grants): Promise<void> {
  await requireOpenSites(tx, principal, 'siteIds', grants.siteIds);
  await requireInUse(tx, service, 'serviceIds', grants.serviceIds);
}

const activeAdmins = (tx: ReadHandle) =>
  and(
    eq(appUser.tenantId, tx.tenantId),
    eq(appUser.role, 'admin'),
    eq(appUser.active, true),
    isNull(appUser.deletedAt),
  );

/** Two admins who take each other's role at one time must not both succeed: whoever changes people locks all admins first. */
async function lockAdmins(tx: WriteHandle): Promise<void> {
  await tx.orm
    .select({ id: appUser.id })
    .from(appUser)
    .where(activeAdmins(tx))
    .orderBy(appUser.id)
    .for('update');
}

/** @throws ProblemError `last_admin` when nobody would be left who can let people in. */
async function keepAnAdmin(tx: ReadHandle): Promise<void> {
  const [row] = await tx.orm.select({ admins: count() }).from(appUser).where(activeAdmins(tx));
  if ((row?.admins ?? 0) === 0) throw new ProblemError('last_admin');
}

const NOTHING = { role: null, siteIds: [], serviceIds: [] };
type Permissions = Grants & { readonly role: string | null };

function sameIds(a: Grants, b: Grants): boolean {
  const text = ({ siteIds, serviceIds }: Grants) =>
    JSON.stringify([siteIds.toSorted(), serviceIds.toSorted()]);
  return text(a) === text(b);
}

async function recordPermissions(
  tx: WriteHandle,
  asked: Pick<Asked<never>, 'env' | 'principal'>,
  id: UserId,
  before: Permissions,
  after: Permissions,
): Promise<void> {
  const said = ({ role, siteIds, serviceIds }: Permissions): JsonObject => ({
    role,
    siteIds: [...siteIds],
    serviceIds: [...serviceIds],
  });
  const data = { before: said(before), after: said(after) };
  await record(tx, asked, { action: 'PERMISSION_CHANGED', entity: 'user', entityId: id, data });
}
