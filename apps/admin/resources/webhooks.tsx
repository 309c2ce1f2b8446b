/** Webhooks: where the company's own systems are told of what happens. */
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { DeliveriesCard } from '../company/deliveries-card.tsx';
import { WebhookSecret } from '../company/webhook-secret.tsx';
import { Status } from '../parts/status.tsx';
import { eventChoices } from './choices.ts';
import type { ResourceSpec } from './resource.ts';
import { usedColumn } from './used-column.tsx';

type Webhook = AnswerOf<Routes['getWebhook']>;

export const WEBHOOKS: ResourceSpec<Webhook> = {
  form: 'webhook',
  path: '/webhooks',
  routes: {
    list: ROUTES.listWebhooks,
    create: ROUTES.createWebhook,
    get: ROUTES.getWebhook,
    update: ROUTES.updateWebhook,
    remove: ROUTES.deleteWebhook,
  },
  writes: 'integration.write',
  isOfSite: false,
  nameOf: ({ name }) => name,
  columns: ({ t, instant }) => [
    { name: 'name', label: t('webhook.field.name'), cell: ({ name }) => name },
    { name: 'url', label: t('webhook.field.url'), cell: ({ url }) => url, isSecondary: true },
    {
      name: 'events',
      label: t('webhook.field.events'),
      cell: ({ events }) => events.length,
      isNumeric: true,
      isSecondary: true,
    },
    {
      name: 'disabled',
      label: t('webhook.delivery'),
      cell: ({ disabledAt, disabledReason }) =>
        disabledAt === null ? (
          <Status tone="good">{t('webhook.delivers')}</Status>
        ) : (
          <Status tone="danger">{`${t('webhook.stopped')} ${instant(disabledAt)} ${disabledReason ?? ''}`}</Status>
        ),
    },
    usedColumn({ t }),
  ],
  filters: () => [],
  start: () => ({ name: '', url: 'https://', events: [], active: true }),
  after: (webhook) => (
    <>
      <WebhookSecret webhook={webhook} />
      <DeliveriesCard receiverId={webhook.id} kind="webhook" />
    </>
  ),
  sections: [
    {
      name: 'what',
      fields: [
        { path: 'name', kind: 'text' },
        { path: 'active', kind: 'switch' },
        { path: 'url', kind: 'text', isWide: true },
        { path: 'events', kind: 'many', choices: eventChoices },
      ],
    },
  ],
};
