/** Sites: the branches of a tenant. */
import {
  IDENTIFICATIONS,
  KIOSK_SETTINGS_DEFAULT,
  QUEUE_RULES_DEFAULT,
  queueRulesSchema,
  SERVICE_GROUPS_MAX,
} from '@totem/domain';
import { z } from 'zod';
import { configuredRoutes } from '../configured.ts';
import { route } from '../route.ts';
import {
  count,
  id,
  idList,
  idParams,
  instant,
  line,
  locale,
  localText,
  openingHours,
  version,
} from '../schemas/fields.ts';

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

export const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/)
  .describe('Lower-case letters, digits and hyphens; unique within the tenant.');

/** How the site's kiosks present what it offers. */
const kiosk = z.strictObject({
  groups: z
    .array(
      z.strictObject({
        name: localText(40),
        icon: line(40).nullable().default(null),
        serviceIds: idList<'service'>(),
      }),
    )
    .max(SERVICE_GROUPS_MAX)
    .default([])
    .describe('Services that are shown together. Those in no group follow the groups.'),
  identification: z
    .enum(IDENTIFICATIONS)
    .default('off')
    .describe('Whether customers are asked for their CPF, which they may leave out.'),
  showsWait: z
    .boolean()
    .default(true)
    .describe('Whether the expected wait is told before a ticket is taken.'),
});

export const siteFields = {
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
  kiosk: kiosk.default({ ...KIOSK_SETTINGS_DEFAULT, groups: [] }),
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
    kiosk,
    hubEquipmentId: id<'equipment'>().nullable(),
    hubTerm: count,
    createdAt: instant,
    deletedAt: instant.nullable(),
    version,
  })
  .meta({ id: 'Site' });

export const siteRoutes = {
  ...configuredSites(),
  moveHub: route({
    tag: 'Devices',
    method: 'PUT',
    path: '/v1/sites/{id}/hub',
    summary: 'Make a totem the hub of its site, or none',
    description:
      'The hub serves the queue on the branch’s own network; the cloud then answers queue commands of the site with ' +
      '`hub_serves_site`. Each move begins a new term: a hub that comes back with an older one only hands over its entries.',
    access: 'equipment.write',
    params: idParams<'site'>(),
    body: z.strictObject({
      equipmentId: id<'equipment'>().nullable().describe('Null gives the queue back to the cloud.'),
    }),
    answer: { status: 200, schema: siteSchema },
    versioned: true,
    errors: ['reference_not_found'],
  }),
} as const;

function configuredSites() {
  return configuredRoutes('site', {
    one: 'Site',
    many: 'Sites',
    path: '/v1/sites',
    tag: 'Configuration',
    reads: 'configuration.read',
    writes: 'configuration.write',
    create: siteFields,
    change: siteFields,
    filters: { search: z.string().max(80).optional() },
    view: siteSchema,
    summaries: {
      list: 'Sites, oldest first',
      create: 'Open a site',
      get: 'One site',
      update: 'Change what is given of a site',
      remove: 'Close a site for good; its history stays',
    },
    createErrors: ['already_exists', 'limit_reached'],
    updateErrors: ['already_exists'],
    removeErrors: ['in_use'],
  });
}
