/** Services: what people queue for. */
import { PAYMENT_POLICIES, queuePolicySchema } from '@totem/domain';
import { z } from 'zod';
import { configuredRoutes } from '../configured.ts';
import {
  amountCents,
  count,
  id,
  idList,
  instant,
  localText,
  openingHours,
  version,
} from '../schemas/fields.ts';

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
  queuePolicy: queuePolicySchema
    .nullable()
    .default(null)
    .describe('In which order those who wait for it are called; null leaves it to the site.'),
  slotCapacity: z
    .int()
    .min(1)
    .max(1_000)
    .nullable()
    .default(null)
    .describe('Appointments at the same time at each site; null takes none.'),
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
    queuePolicy: queuePolicySchema.nullable(),
    slotCapacity: count.nullable(),
    createdAt: instant,
    deletedAt: instant.nullable(),
    version,
  })
  .meta({ id: 'Service' });

export const serviceRoutes = configuredRoutes('service', {
  one: 'Service',
  many: 'Services',
  path: '/v1/services',
  tag: 'Configuration',
  reads: 'configuration.read',
  writes: 'configuration.write',
  create: fields,
  change: fields,
  filters: { siteId: id<'site'>().optional(), active: z.stringbool().optional() },
  view: serviceSchema,
  summaries: {
    list: 'Services, oldest first',
    create: 'Offer a service',
    get: 'One service',
    update: 'Change what is given of a service',
    remove: 'Stop offering a service; its history stays',
  },
  createErrors: ['reference_not_found', 'limit_reached'],
  updateErrors: ['reference_not_found'],
  removeErrors: ['in_use'],
});
