/** Who is told of what happens at a site, by which channel. What must stay secret goes in and never comes out. */
import { z } from 'zod';
import { configuredRoutes } from '../configured.ts';
import { eventNames } from '../schemas/events.ts';
import { id, instant, line, locale, openingHours, version } from '../schemas/fields.ts';

const CHANNELS = ['slack', 'email', 'sms', 'whatsapp'] as const;

const changeable = {
  name: line(60),
  events: eventNames,
  target: z
    .strictObject({
      to: z.array(line(160)).min(1).max(20).describe('Addresses, numbers or channels.'),
      from: line(160).optional(),
    })
    .meta({ id: 'NotificationTarget' }),
  secret: z
    .string()
    .min(1)
    .max(2_000)
    .nullable()
    .default(null)
    .describe('A token of the channel. Kept encrypted, never answered.'),
  hours: openingHours.default(null).describe('When it may be told; null means always.'),
  locale: locale.default('pt-BR'),
  active: z.boolean().default(true),
};

export const notificationSchema = z
  .object({
    id: id<'config_notification'>(),
    siteId: id<'site'>().nullable(),
    channel: z.enum(CHANNELS),
    name: z.string(),
    events: z.array(z.string()),
    target: z.record(z.string(), z.unknown()),
    hasSecret: z.boolean(),
    hours: openingHours,
    locale: z.string(),
    active: z.boolean(),
    createdAt: instant,
    deletedAt: instant.nullable(),
    version,
  })
  .meta({ id: 'Notification' });

export const notificationRoutes = configuredRoutes('config_notification', {
  one: 'Notification',
  many: 'Notifications',
  path: '/v1/settings/notifications',
  tag: 'Configuration',
  reads: 'integration.read',
  writes: 'integration.write',
  create: { siteId: id<'site'>().nullable().default(null), channel: z.enum(CHANNELS), ...changeable },
  change: changeable,
  filters: { siteId: id<'site'>().optional(), channel: z.enum(CHANNELS).optional() },
  view: notificationSchema,
  summaries: {
    list: 'Notification settings, oldest first',
    create: 'Add a notification setting',
    get: 'One notification setting',
    update: 'Change what is given of a notification setting',
    remove: 'Take a notification setting out of use',
  },
  createErrors: ['reference_not_found', 'limit_reached'],
});
