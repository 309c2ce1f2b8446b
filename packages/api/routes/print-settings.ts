/** What is printed: the layout of tickets, receipts and reports, for the tenant or one of its sites. */
import { z } from 'zod';
import { configuredRoutes } from '../configured.ts';
import { id, instant, line, version } from '../schemas/fields.ts';

const PRINT_KINDS = ['ticket', 'receipt', 'report'] as const;
/** Lines above and below what every ticket says. */
const LINES_MAX = 8;

/** What a tenant may decide of a print; everything else is the print's own business. */
export const printLayoutSchema = z
  .strictObject({
    header: z.array(line(48)).max(LINES_MAX).default([]),
    footer: z.array(line(48)).max(LINES_MAX).default([]),
    showsWait: z.boolean().default(true),
    showsQr: z.boolean().default(true),
    copies: z.int().min(1).max(3).default(1),
    paperWidthMm: z.union([z.literal(58), z.literal(80)]).default(80),
  })
  .meta({ id: 'PrintLayout' });

const changeable = {
  name: line(60),
  layout: printLayoutSchema,
  active: z.boolean().default(true),
};

export const printSettingSchema = z
  .object({
    id: id<'config_print'>(),
    siteId: id<'site'>().nullable(),
    kind: z.enum(PRINT_KINDS),
    name: z.string(),
    layout: z.record(z.string(), z.unknown()),
    active: z.boolean(),
    createdAt: instant,
    deletedAt: instant.nullable(),
    version,
  })
  .meta({ id: 'PrintSetting' });

export const printSettingRoutes = configuredRoutes('config_print', {
  one: 'PrintSetting',
  many: 'PrintSettings',
  path: '/v1/settings/prints',
  tag: 'Configuration',
  reads: 'configuration.read',
  writes: 'configuration.write',
  create: {
    siteId: id<'site'>().nullable().default(null).describe('Null means every site that has none of its own.'),
    kind: z.enum(PRINT_KINDS),
    ...changeable,
  },
  change: changeable,
  filters: { siteId: id<'site'>().optional(), kind: z.enum(PRINT_KINDS).optional() },
  view: printSettingSchema,
  summaries: {
    list: 'Print settings, oldest first',
    create: 'Add a print setting',
    get: 'One print setting',
    update: 'Change what is given of a print setting',
    remove: 'Take a print setting out of use',
  },
  createErrors: ['reference_not_found', 'limit_reached'],
});
