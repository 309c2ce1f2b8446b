/** The caller's own tenant: its name, its language, how it looks. */
import { queuePolicySchema } from '@totem/domain';
import { z } from 'zod';
import { route } from '../route.ts';
import { colour, id, instant, line, locale, version } from '../schemas/fields.ts';
import { partial } from '../schemas/patch.ts';

const COLOURS_MAX = 20;
/** Colours of the screens by their name in the theme. */
const theme = z
  .record(z.string().regex(/^[a-z][a-z0-9-]{0,30}$/), colour)
  .refine((colours) => Object.keys(colours).length <= COLOURS_MAX, 'names too many colours')
  .meta({ example: { primary: '#0b5fff' } });

/** What a tenant's admin may change of it. */
export const tenantFields = {
  name: line(80),
  logoUrl: z
    .url({ protocol: /^https$/ })
    .max(500)
    .nullable()
    .default(null),
  contactEmail: z.email().max(254).nullable().default(null),
  locale: locale.default('pt-BR'),
  theme: theme.default({}),
  queuePolicy: queuePolicySchema
    .nullable()
    .default(null)
    .describe('In which order people are called where neither site nor service says; null: `strict`.'),
  requireSecondFactorForAdmins: z
    .boolean()
    .default(false)
    .describe('Admins without a second factor may then do nothing but set one up; acts within a minute.'),
  refundApprovalFromCents: z
    .int()
    .min(1)
    .max(1_000_000_000_000)
    .nullable()
    .default(null)
    .describe('From this sum on a refund needs a second person; null: never.'),
  peopleKeptDays: z
    .int()
    .min(1)
    .max(180)
    .default(30)
    .describe('Who somebody is, is forgotten so many days after their day; what they did stays.'),
  ticketsKeptDays: z
    .int()
    .min(366)
    .max(3_650)
    .default(400)
    .describe('Tickets, calls and receipts go after so many days; what their days came to stays.'),
};

/** What only the platform may say of it. */
export const platformTenantFields = {
  ...tenantFields,
  platformRequiresSecondFactor: z
    .boolean()
    .default(false)
    .describe('The same, whatever the tenant itself says.'),
};

export const tenantSchema = z
  .object({
    id: id<'tenant'>(),
    name: z.string(),
    slug: z.string(),
    logoUrl: z.string().nullable(),
    contactEmail: z.string().nullable(),
    locale: z.string(),
    theme: z.record(z.string(), z.string()),
    queuePolicy: queuePolicySchema.nullable(),
    requireSecondFactorForAdmins: z.boolean(),
    refundApprovalFromCents: z.int().nullable(),
    platformRequiresSecondFactor: z.boolean(),
    peopleKeptDays: z.int(),
    ticketsKeptDays: z.int(),
    createdAt: instant,
    suspendedAt: instant.nullable(),
    deletedAt: instant.nullable(),
    version,
  })
  .meta({ id: 'Tenant' });

export const tenantRoutes = {
  getTenant: route({
    tag: 'Tenant',
    method: 'GET',
    path: '/v1/tenant',
    summary: "The caller's tenant",
    access: 'tenant.read',
    answer: { status: 200, schema: tenantSchema },
    versioned: true,
  }),
  updateTenant: route({
    tag: 'Tenant',
    method: 'PATCH',
    path: '/v1/tenant',
    summary: "Change what is given of the caller's tenant",
    access: 'tenant.write',
    body: partial(tenantFields),
    answer: { status: 200, schema: tenantSchema },
    versioned: true,
  }),
} as const;
