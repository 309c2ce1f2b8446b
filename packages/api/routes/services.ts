/** Services: what people queue for. */
import { PAYMENT_POLICIES } from '@totem/domain';
import { z } from 'zod';
import { route } from '../route.ts';
import {
  amountCents,
  count,
  id,
  idList,
  idParams,
  instant,
  localText,
  openingHours,
  pageOf,
  pageQuery,
  version,
  withDeleted,
} from '../schemas/fields.ts';
import { partial } from '../schemas/patch.ts';

const fields = {
  siteIds: idList<'site'>()
    .min(1)
    .nullable()
    .default(null)
    .describe('The sites that offer it; null means all.'),
  name: localText(60),
  description: localText(160).nullable().default(null),
  prefix: z
    .string()
    .regex(/^[A-Z]{1,3}$/)
    .describe('Begins the codes of its tickets.'),
  priceCents: amountCents.default(0),
  durationMinutes: z.int().min(1).max(1_440).default(10),
  active: z.boolean().default(true),
  icon: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/)
    .nullable()
    .default(null),
  sortOrder: count.default(0),
  paymentPolicy: z.enum(PAYMENT_POLICIES).default('free'),
  openingHours: openingHours.default(null),
  dailyQuota: z.int().min(1).max(100_000).nullable().default(null).describe('Tickets of a day at each site.'),
};

export const serviceSchema = z
  .object({
    id: id<'service'>(),
    siteIds: z.array(id<'site'>()).nullable(),
    name: z.record(z.string(), z.string()),
    description: z.record(z.string(), z.string()).nullable(),
    prefix: z.string(),
    priceCents: amountCents,
    durationMinutes: count,
    active: z.boolean(),
    icon: z.string().nullable(),
    sortOrder: count,
    paymentPolicy: z.enum(PAYMENT_POLICIES),
    openingHours,
    dailyQuota: count.nullable(),
    createdAt: instant,
    deletedAt: instant.nullable(),
    version,
  })
  .meta({ id: 'Service' });

const shared = { tag: 'Configuration' } as const;

export const serviceRoutes = {
  listServices: route({
    ...shared,
    method: 'GET',
    path: '/v1/services',
    summary: 'Services, oldest first',
    access: 'configuration.read',
    query: pageQuery.extend({
      deleted: withDeleted,
      siteId: id<'site'>().optional(),
      active: z.stringbool().optional(),
    }),
    answer: { status: 200, schema: pageOf(serviceSchema) },
  }),
  createService: route({
    ...shared,
    method: 'POST',
    path: '/v1/services',
    summary: 'Offer a service',
    access: 'configuration.write',
    body: z.strictObject(fields),
    answer: { status: 201, schema: serviceSchema },
    versioned: true,
    errors: ['reference_not_found', 'limit_reached'],
  }),
  getService: route({
    ...shared,
    method: 'GET',
    path: '/v1/services/{id}',
    summary: 'One service',
    access: 'configuration.read',
    params: idParams<'service'>(),
    answer: { status: 200, schema: serviceSchema },
    versioned: true,
  }),
  updateService: route({
    ...shared,
    method: 'PATCH',
    path: '/v1/services/{id}',
    summary: 'Change what is given of a service',
    access: 'configuration.write',
    params: idParams<'service'>(),
    body: partial(fields),
    answer: { status: 200, schema: serviceSchema },
    versioned: true,
    errors: ['reference_not_found'],
  }),
  deleteService: route({
    ...shared,
    method: 'DELETE',
    path: '/v1/services/{id}',
    summary: 'Stop offering a service; its history stays',
    access: 'configuration.write',
    params: idParams<'service'>(),
    answer: { status: 204 },
    versioned: true,
    errors: ['in_use'],
  }),
} as const;
