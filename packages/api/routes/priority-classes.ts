/** Priority classes: who goes first, and by which law. */
import { z } from 'zod';
import { configuredRoutes } from '../configured.ts';
import { count, id, instant, line, localText, version } from '../schemas/fields.ts';

const fields = {
  name: localText(60),
  legalBasis: line(120).nullable().default(null),
  tier: z.int().min(0).max(9).describe('Higher tiers are called first; 0 is everyone.'),
  weight: z.int().min(0).max(1_000).default(0),
  icon: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/)
    .nullable()
    .default(null),
  sortOrder: count.default(0),
  active: z.boolean().default(true),
};

export const priorityClassSchema = z
  .object({
    id: id<'priority_class'>(),
    name: z.record(z.string(), z.string()),
    legalBasis: z.string().nullable(),
    tier: count,
    weight: count,
    icon: z.string().nullable(),
    sortOrder: count,
    active: z.boolean(),
    createdAt: instant,
    deletedAt: instant.nullable(),
    version,
  })
  .meta({ id: 'PriorityClass' });

export const priorityClassRoutes = configuredRoutes('priority_class', {
  one: 'PriorityClass',
  many: 'PriorityClasses',
  path: '/v1/priority-classes',
  tag: 'Configuration',
  reads: 'configuration.read',
  writes: 'configuration.write',
  create: fields,
  change: fields,
  filters: { active: z.stringbool().optional() },
  view: priorityClassSchema,
  summaries: {
    list: 'Priority classes, oldest first',
    create: 'Add a priority class',
    get: 'One priority class',
    update: 'Change what is given of a priority class',
    remove: 'Take a priority class out of use; its history stays',
  },
  createErrors: ['limit_reached'],
  removeErrors: ['in_use'],
});
