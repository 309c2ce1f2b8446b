/** Sites: the branches of a tenant. */
import { QUEUE_RULES_DEFAULT, queueRulesSchema } from '@totem/domain';
import { z } from 'zod';
import { route } from '../route.ts';
import {
  count,
  id,
  idParams,
  instant,
  line,
  locale,
  openingHours,
  pageOf,
  pageQuery,
  version,
  withDeleted,
} from '../schemas/fields.ts';
import { partial } from '../schemas/patch.ts';

/** Any day: a zone is known when a day has a beginning in it. */
const SOME_DAY = Temporal.PlainDate.from('2026-01-01');

/** An IANA zone that this program knows. */
const timezone = z
  .string()
  .max(64)
  .refine((name) => {
    try {
      return SOME_DAY.toZonedDateTime(name).timeZoneId.length > 0;
    } catch {
      return false;
    }
  }, 'not a known time zone')
  .meta({ type: 'string', example: 'America/Sao_Paulo' });

const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/)
  .describe('Lower-case letters, digits and hyphens; unique within the tenant.');

const fields = {
  name: line(80),
  slug,
  address: line(200).nullable().default(null),
  timezone,
  rolloverHour: z.int().min(0).max(23).default(0).describe('The hour at which a new business day begins.'),
  openingHours: openingHours.default(null),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('BRL'),
  defaultLocale: locale.default('pt-BR'),
  queueRules: queueRulesSchema.default(QUEUE_RULES_DEFAULT),
};

export const siteSchema = z
  .object({
    id: id<'site'>(),
    name: z.string(),
    slug: z.string(),
    address: z.string().nullable(),
    timezone: z.string(),
    rolloverHour: count,
    openingHours,
    currency: z.string(),
    defaultLocale: locale,
    queueRules: queueRulesSchema,
    hubEquipmentId: id<'equipment'>().nullable(),
    hubTerm: count,
    createdAt: instant,
    deletedAt: instant.nullable(),
    version,
  })
  .meta({ id: 'Site' });

const shared = { tag: 'Configuration' } as const;

export const siteRoutes = {
  listSites: route({
    ...shared,
    method: 'GET',
    path: '/v1/sites',
    summary: 'Sites, oldest first',
    access: 'configuration.read',
    query: pageQuery.extend({ deleted: withDeleted, search: z.string().max(80).optional() }),
    answer: { status: 200, schema: pageOf(siteSchema) },
  }),
  createSite: route({
    ...shared,
    method: 'POST',
    path: '/v1/sites',
    summary: 'Open a site',
    access: 'configuration.write',
    body: z.strictObject(fields),
    answer: { status: 201, schema: siteSchema },
    versioned: true,
    errors: ['already_exists', 'limit_reached'],
  }),
  getSite: route({
    ...shared,
    method: 'GET',
    path: '/v1/sites/{id}',
    summary: 'One site',
    access: 'configuration.read',
    params: idParams<'site'>(),
    answer: { status: 200, schema: siteSchema },
    versioned: true,
  }),
  updateSite: route({
    ...shared,
    method: 'PATCH',
    path: '/v1/sites/{id}',
    summary: 'Change what is given of a site',
    access: 'configuration.write',
    params: idParams<'site'>(),
    body: partial(fields),
    answer: { status: 200, schema: siteSchema },
    versioned: true,
    errors: ['already_exists'],
  }),
  deleteSite: route({
    ...shared,
    method: 'DELETE',
    path: '/v1/sites/{id}',
    summary: 'Close a site for good; its history stays',
    access: 'configuration.write',
    params: idParams<'site'>(),
    answer: { status: 204 },
    versioned: true,
    errors: ['in_use'],
  }),
} as const;
