/** Tenants, for who runs the platform: the companies as such, and nothing that is inside them. */
import { z } from 'zod';
import { route } from '../route.ts';
import { idParams, line, pageOf, pageQuery } from '../schemas/fields.ts';
import { partial } from '../schemas/patch.ts';
import { siteFields, slug } from './sites.ts';
import { platformTenantFields, tenantSchema } from './tenant.ts';
import { newPassword, username } from './users.ts';

const shared = { tag: 'Platform' } as const;
const row = { ...shared, params: idParams<'tenant'>(), versioned: true } as const;
const answer = { status: 200, schema: tenantSchema } as const;

export const platformRoutes = {
  listTenants: route({
    ...shared,
    method: 'GET',
    path: '/v1/tenants',
    summary: 'Tenants, oldest first',
    access: 'platform.read',
    query: pageQuery.extend({ suspended: z.stringbool().optional() }),
    answer: { status: 200, schema: pageOf(tenantSchema) },
  }),
  createTenant: route({
    ...shared,
    method: 'POST',
    path: '/v1/tenants',
    summary: 'Take in a tenant, with its first site and its first admin',
    access: 'platform.write',
    body: z.strictObject({
      ...platformTenantFields,
      slug,
      site: z.strictObject({ name: siteFields.name, slug: siteFields.slug, timezone: siteFields.timezone }),
      admin: z.strictObject({ username, fullName: line(120), password: newPassword }),
    }),
    answer: { status: 201, schema: tenantSchema },
    versioned: true,
    errors: ['already_exists', 'password_too_short', 'password_common'],
  }),
  getTenantById: route({
    ...row,
    method: 'GET',
    path: '/v1/tenants/{id}',
    summary: 'One tenant',
    access: 'platform.read',
    answer,
  }),
  updateTenantById: route({
    ...row,
    method: 'PATCH',
    path: '/v1/tenants/{id}',
    summary: 'Change what is given of a tenant',
    access: 'platform.write',
    body: partial(platformTenantFields),
    answer,
  }),
  suspendTenant: route({
    ...row,
    method: 'PUT',
    path: '/v1/tenants/{id}/suspension',
    summary: 'Suspend a tenant: nobody of it comes in until it is resumed; acts within a minute',
    access: 'platform.write',
    body: z.strictObject({ reason: line(200) }),
    answer,
  }),
  resumeTenant: route({
    ...row,
    method: 'DELETE',
    path: '/v1/tenants/{id}/suspension',
    summary: 'Let a suspended tenant in again',
    access: 'platform.write',
    answer,
  }),
} as const;
