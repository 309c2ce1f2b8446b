/** Notification settings, as resources. Their secret is sealed before it is written, and never answered. */
import { eq } from 'drizzle-orm';
import { configNotification } from '../../db/schema/configuration.ts';
import { sealNotificationSecret } from '../../notify/secret.ts';
import { configuredHandlers, mayWriteAt, ownOrShared, requireOpenSites } from '../configured.ts';
import type { ResourceSpec } from '../resource.ts';

/** Notification settings of one tenant. */
const SETTINGS_MAX = 200;

type NotificationRow = typeof configNotification.$inferSelect;

const NOTIFICATIONS: ResourceSpec<typeof configNotification, ReturnType<typeof view>> = {
  entity: 'config_notification',
  table: configNotification,
  view,
  sitesFilter: ownOrShared(configNotification.siteId),
  mayWrite: (principal, { siteId }) => mayWriteAt(principal, siteId),
  siteOf: ({ siteId }) => siteId,
  max: SETTINGS_MAX,
  hidden: ['secret'],
};

export const notificationHandlers = configuredHandlers('Notification', 'Notifications', NOTIFICATIONS, {
  where: ({ siteId, channel }) => [
    siteId === undefined ? undefined : eq(configNotification.siteId, siteId),
    channel === undefined ? undefined : eq(configNotification.channel, channel),
  ],
  checkNew: (tx, { principal, body }) =>
    requireOpenSites(tx, principal, 'siteId', body.siteId === null ? [] : [body.siteId]),
  newValues: async ({ body: { secret, ...body }, vault }, tx) => ({
    ...body,
    secret: secret === null ? null : sealNotificationSecret(vault, tx.tenantId, secret),
  }),
  changes: async ({ body: { secret, ...body }, vault }, tx) => ({
    ...body,
    ...(secret === undefined
      ? {}
      : { secret: secret === null ? null : sealNotificationSecret(vault, tx.tenantId, secret) }),
  }),
});

function view({ tenantId: _, secret, ...row }: NotificationRow) {
  return { ...row, hasSecret: secret !== null };
}
