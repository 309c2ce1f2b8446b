/** Counters: where people are served. */
import { z } from 'zod';
import { configuredRoutes } from '../configured.ts';
import { id, idList, instant, line, version } from '../schemas/fields.ts';

const changeable = {
  name: line(60),
  number: z.int().min(1).max(9_999).describe('Shown and spoken; unique within the site.'),
  serviceIds: idList<'service'>()
    .min(1)
    .nullable()
    .default(null)
    .describe('The services served at it; null means all.'),
  priorityFrom: z
    .int()
    .min(1)
    .max(9)
    .nullable()
    .default(null)
    .describe('The lowest tier that is called to it; null means everyone.'),
  active: z.boolean().default(true),
};

export const counterSchema = z
  .object({
    id: id<'counter'>(),
    siteId: id<'site'>(),
    name: z.string(),
    number: z.int(),
    serviceIds: z.array(id<'service'>()).nullable(),
    priorityFrom: z.int().nullable(),
    active: z.boolean(),
    createdAt: instant,
    deletedAt: instant.nullable(),
    version,
  })
  .meta({ id: 'Counter' });

export const counterRoutes = configuredRoutes('counter', {
  one: 'Counter',
  many: 'Counters',
  path: '/v1/counters',
  tag: 'Configuration',
  reads: 'configuration.read',
  writes: 'configuration.write',
  create: { siteId: id<'site'>(), ...changeable },
  change: changeable,
  filters: { siteId: id<'site'>().optional(), active: z.stringbool().optional() },
  view: counterSchema,
  summaries: {
    list: 'Counters, oldest first',
    create: 'Add a counter to a site',
    get: 'One counter',
    update: 'Change what is given of a counter',
    remove: 'Take a counter out of use; its history stays',
  },
  createErrors: ['already_exists', 'reference_not_found', 'limit_reached'],
  updateErrors: ['already_exists', 'reference_not_found'],
  removeErrors: ['in_use'],
});
