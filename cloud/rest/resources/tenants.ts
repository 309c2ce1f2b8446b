/**
 * Tenants: one's own, as an admin sees it, and all of them, as who runs the platform does. A change goes through the tenant's
 * own fence and into its own chain: the company can read who did what to it.
 */
import type { Routes } from '@totem/api';
import {
  BRAZILIAN_PRIORITY_CLASSES,
  instantText,
  newId,
  PLATFORM_TENANT_ID,
  ProblemError,
  QUEUE_RULES_DEFAULT,
  type TenantId,
} from '@totem/domain';
import { eq, isNotNull, isNull, ne } from 'drizzle-orm';
import { type Passwords, requireGoodPassword } from '../../access/password.ts';
import { appUser } from '../../db/schema/people.ts';
import { priorityClass, site, tenant } from '../../db/schema/tenancy.ts';
import type { ReadHandle, WriteHandle } from '../../db/with-tenant.ts';
import { changesOf } from '../changes.ts';
import { record } from '../entries.ts';
import { idOfKey } from '../idempotency.ts';
import { type Asked, type Handler, read, write, writeIn } from '../mount.ts';
import { every, pageClauses, pageOfRows } from '../page.ts';
import { explained } from '../resource.ts';

const CONSTRAINTS = { unique: { tenant_slug_key: 'slug', app_user_username_key: 'username' } };

type TenantRow = typeof tenant.$inferSelect;

export function tenantHandlers({ passwords }: { readonly passwords: Passwords }) {
  return {
    getTenant: read(async (tx) => answered(await tenantRow(tx, tx.tenantId))),
    updateTenant: write(async (tx, asked) => answered(await change(tx, asked, asked.body))),
    listTenants: read(async (tx, { query }) => {
      const clauses = pageClauses({ at: tenant.createdAt, id: tenant.id, direction: 'oldest first' }, query);
      const rows = await tx.orm
        .select()
        .from(tenant)
        .where(
          every(
            ne(tenant.id, PLATFORM_TENANT_ID),
            query.suspended === undefined
              ? undefined
              : query.suspended
                ? isNotNull(tenant.suspendedAt)
                : isNull(tenant.suspendedAt),
            clauses.after,
          ),
        )
        .orderBy(...clauses.orderBy)
        .limit(clauses.limit);
      return { body: pageOfRows(rows, query, (row) => ({ at: row.createdAt, id: row.id }), view) };
    }),
    getTenantById: read(async (tx, { params }) => answered(await companyRow(tx, params.id))),
    createTenant: writeIn(newTenantId, async (tx, asked) => {
      const row = await takeIn(tx, asked, passwords);
      return answered(row);
    }),
    updateTenantById: writeIn(ofCompany, async (tx, asked) => answered(await change(tx, asked, asked.body))),
    suspendTenant: writeIn(ofCompany, async (tx, asked) => {
      const row = await change(tx, asked, { suspendedAt: instantText(asked.env.now()) });
      const data = { reason: asked.body.reason };
      await record(tx, asked, { action: 'TENANT_SUSPENDED', ...company(tx), data });
      return answered(row);
    }),
    resumeTenant: writeIn(ofCompany, async (tx, asked) => {
      const row = await change(tx, asked, { suspendedAt: null });
      await record(tx, asked, { action: 'TENANT_RESUMED', ...company(tx) });
      return answered(row);
    }),
  } satisfies { [N in keyof Routes]?: Handler<Routes[N]> };
}

/** Of a repeated request the same: so its key finds the first one, in the tenant that it made. */
function newTenantId({ principal, vault }: Pick<Asked<never>, 'principal' | 'vault'>, key: string): TenantId {
  const owner = principal.kind === 'owner' ? principal.ownerId : '';
  return idOfKey<'tenant'>(vault, 'new tenant', owner, key);
}

/** @throws ProblemError `not_found` for the platform itself, which is no company. */
function ofCompany({ params }: { readonly params: { readonly id: TenantId } }): TenantId {
  if (params.id === PLATFORM_TENANT_ID) throw new ProblemError('not_found');
  return params.id;
}

async function tenantRow(tx: ReadHandle, id: TenantId): Promise<TenantRow> {
  const [row] = await tx.orm.select().from(tenant).where(eq(tenant.id, id));
  if (row === undefined) throw new ProblemError('not_found');
  return row;
}

async function companyRow(tx: ReadHandle, id: TenantId): Promise<TenantRow> {
  return tenantRow(tx, ofCompany({ params: { id } }));
}

function view({ settings: _, ...row }: TenantRow) {
  return row;
}

function answered(row: TenantRow) {
  return { body: view(row), version: row.version };
}

type TenantChanges = { readonly [F in keyof TenantRow]?: TenantRow[F] | undefined };

/** @throws ProblemError `not_found`, `version_conflict`. */
async function change(
  tx: WriteHandle,
  asked: Pick<Asked<never>, 'env' | 'principal' | 'version'>,
  changes: TenantChanges,
): Promise<TenantRow> {
  const [before] = await tx.orm.select().from(tenant).where(eq(tenant.id, tx.tenantId)).for('update');
  if (before === undefined) throw new ProblemError('not_found');
  if (before.version !== asked.version)
    throw new ProblemError('version_conflict', { extra: { version: before.version } });
  const changed = changesOf(before, changes);
  if (changed === undefined) return before;
  const [row] = await tx.orm
    .update(tenant)
    .set({ ...changes, version: before.version + 1 })
    .where(eq(tenant.id, tx.tenantId))
    .returning();
  if (row === undefined) throw new ProblemError('not_found');
  await record(tx, asked, { action: 'CONFIG_CHANGED', ...company(tx), data: changed });
  return row;
}

async function takeIn(
  tx: WriteHandle,
  asked: Asked<Routes['createTenant']>,
  passwords: Passwords,
): Promise<TenantRow> {
  const { env, body } = asked;
  const { site: firstSite, admin, ...fields } = body;
  requireGoodPassword(admin.password, [admin.username, admin.fullName, body.name]);
  const { tenantId } = tx;
  const createdAt = instantText(env.now());
  const [row] = await explained(CONSTRAINTS, () =>
    tx.orm
      .insert(tenant)
      .values({ ...fields, id: tenantId, createdAt, settings: {} })
      .returning(),
  );
  if (row === undefined) throw new Error('a tenant was inserted and is not there');
  const siteId = newId<'site'>(env);
  await tx.orm.insert(site).values({
    ...firstSite,
    tenantId,
    id: siteId,
    createdAt,
    rolloverHour: 0,
    currency: 'BRL',
    defaultLocale: body.locale,
    queueRules: QUEUE_RULES_DEFAULT,
  });
  await tx.orm.insert(priorityClass).values(
    BRAZILIAN_PRIORITY_CLASSES.map(({ key: _, ...preset }, sortOrder) => ({
      ...preset,
      tenantId,
      id: newId<'priority_class'>(env),
      createdAt,
      sortOrder,
      active: true,
    })),
  );
  const adminId = newId<'user'>(env);
  const hashedPassword = await passwords.hash(admin.password);
  const { username, fullName } = admin;
  const who = { username, fullName, role: 'admin' as const };
  await explained(CONSTRAINTS, () =>
    tx.orm
      .insert(appUser)
      .values({ ...who, tenantId, id: adminId, createdAt, hashedPassword, mustChangePassword: true }),
  );
  const action = 'CONFIG_CREATED';
  await record(
    tx,
    asked,
    { action, ...company(tx), data: { after: { name: body.name, slug: body.slug } } },
    { action, siteId, entity: 'site', entityId: siteId, data: { after: { ...firstSite } } },
    {
      action,
      entity: 'user',
      entityId: adminId,
      data: { after: { role: who.role } },
      private: { username, fullName },
    },
  );
  return row;
}

/** What an entry says of the company that it is about. */
function company({ tenantId }: ReadHandle) {
  return { entity: 'tenant', entityId: tenantId } as const;
}
