/** Notifications: which people are told of what, through which channel, and when. */
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { DeliveriesCard } from '../company/deliveries-card.tsx';
import { choicesOf, eventChoices, languageChoices, siteChoices } from './choices.ts';
import type { ResourceSpec } from './resource.ts';
import { usedColumn } from './used-column.tsx';

type Notification = AnswerOf<Routes['getNotification']>;

const channelChoices = choicesOf(['email', 'slack', 'sms', 'whatsapp'], 'notification.channel');

export const NOTIFICATIONS: ResourceSpec<Notification> = {
  form: 'notification',
  path: '/notifications',
  routes: {
    list: ROUTES.listNotifications,
    create: ROUTES.createNotification,
    get: ROUTES.getNotification,
    update: ROUTES.updateNotification,
    remove: ROUTES.deleteNotification,
  },
  writes: 'integration.write',
  isOfSite: true,
  nameOf: ({ name }) => name,
  columns: ({ t, siteName }) => [
    { name: 'name', label: t('notification.field.name'), cell: ({ name }) => name },
    {
      name: 'channel',
      label: t('notification.field.channel'),
      cell: ({ channel }) => t(`notification.channel.${channel}`),
    },
    {
      name: 'site',
      label: t('list.site'),
      cell: ({ siteId }) => (siteId === null ? t('shell.allSites') : siteName(siteId)),
      isSecondary: true,
    },
    usedColumn({ t }),
  ],
  filters: (sight) => [
    {
      kind: 'choice',
      name: 'channel',
      label: sight.t('notification.field.channel'),
      choices: channelChoices(sight),
    },
  ],
  start: (siteId) => ({
    siteId: siteId ?? null,
    channel: 'email',
    name: '',
    events: [],
    target: { to: [] },
    secret: null,
    hours: null,
    locale: 'pt-BR',
    active: true,
  }),
  after: ({ id }) => <DeliveriesCard receiverId={id} kind="notification" />,
  sections: [
    {
      name: 'what',
      fields: [
        { path: 'name', kind: 'text' },
        { path: 'active', kind: 'switch' },
        { path: 'channel', kind: 'choice', isOnlyNew: true, choices: channelChoices },
        {
          path: 'siteId',
          kind: 'choice',
          isOnlyNew: true,
          isNullable: true,
          choices: siteChoices,
          allLabel: 'shell.allSites',
        },
        { path: 'events', kind: 'many', choices: eventChoices },
      ],
    },
    {
      name: 'whom',
      fields: [
        { path: 'target.to', kind: 'lines' },
        { path: 'target.from', kind: 'text', isOptional: true },
        { path: 'locale', kind: 'choice', choices: languageChoices },
        { path: 'secret', kind: 'password', isNullable: true },
      ],
    },
    { name: 'when', fields: [{ path: 'hours', kind: 'hours', isNullable: true }] },
  ],
};
