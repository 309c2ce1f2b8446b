/** Services: what people queue for, where and when, and what it costs. */
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { cents, formatMoney } from '@totem/domain';
import { ServiceIcon } from '@totem/ui';
import { activeFilter, policyChoices, siteChoices } from './choices.ts';
import { PolicyEditor } from './policy-editor.tsx';
import type { ResourceSpec } from './resource.ts';
import { usedColumn } from './used-column.tsx';

type Service = AnswerOf<Routes['getService']>;

export const SERVICES: ResourceSpec<Service> = {
  form: 'service',
  path: '/services',
  routes: {
    list: ROUTES.listServices,
    create: ROUTES.createService,
    get: ROUTES.getService,
    update: ROUTES.updateService,
    remove: ROUTES.deleteService,
  },
  writes: 'configuration.write',
  isOfSite: true,
  nameOf: ({ name }, { format }) => format.local(name),
  columns: ({ t, format, siteName }) => [
    {
      name: 'name',
      label: t('service.column.name'),
      cell: ({ name, icon }) => (
        <>
          {icon !== null && <ServiceIcon name={icon} size={22} />}
          {format.local(name)}
        </>
      ),
    },
    { name: 'prefix', label: t('service.column.prefix'), cell: ({ prefix }) => prefix, isSecondary: true },
    {
      name: 'sites',
      label: t('service.column.sites'),
      cell: ({ siteIds }) =>
        siteIds === null
          ? t('shell.allSites')
          : siteIds.length === 1
            ? siteName(siteIds[0])
            : t('list.sites', { count: siteIds.length }),
      isSecondary: true,
    },
    {
      name: 'price',
      label: t('service.column.price'),
      cell: ({ priceCents, paymentPolicy }) =>
        paymentPolicy === 'free' || priceCents === 0
          ? t('paymentPolicy.free')
          : formatMoney(cents(priceCents), 'BRL', format.locale),
      isNumeric: true,
    },
    usedColumn({ t }),
  ],
  filters: (sight) => [activeFilter(sight)],
  start: (siteId) => ({
    siteIds: siteId === undefined ? null : [siteId],
    name: {},
    description: null,
    prefix: '',
    priceCents: 0,
    durationMinutes: 10,
    active: true,
    icon: null,
    sortOrder: 0,
    paymentPolicy: 'free',
    openingHours: null,
    dailyQuota: null,
    slotCapacity: null,
    queuePolicy: null,
  }),
  sections: [
    {
      name: 'what',
      fields: [
        { path: 'name', kind: 'texts' },
        { path: 'description', kind: 'texts', isNullable: true, isLong: true },
        { path: 'prefix', kind: 'text' },
        { path: 'durationMinutes', kind: 'number', unit: 'minutes' },
        { path: 'sortOrder', kind: 'number' },
        { path: 'active', kind: 'switch' },
        { path: 'icon', kind: 'icon', isNullable: true },
      ],
    },
    {
      name: 'where',
      fields: [
        { path: 'siteIds', kind: 'many', isNullable: true, choices: siteChoices, allLabel: 'shell.allSites' },
      ],
    },
    {
      name: 'price',
      fields: [
        { path: 'paymentPolicy', kind: 'choice', choices: policyChoices },
        { path: 'priceCents', kind: 'money', isShown: ({ paymentPolicy }) => paymentPolicy !== 'free' },
      ],
    },
    {
      name: 'limits',
      fields: [
        { path: 'dailyQuota', kind: 'number', isNullable: true },
        { path: 'slotCapacity', kind: 'number', isNullable: true },
        { path: 'openingHours', kind: 'hours', isNullable: true },
      ],
    },
    {
      name: 'queue',
      fields: [
        {
          path: 'queuePolicy',
          kind: 'own',
          isNullable: true,
          isWide: true,
          render: (props) => <PolicyEditor {...props} inherited="ofSite" />,
        },
      ],
    },
  ],
};
