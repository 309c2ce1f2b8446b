/** Counters: where people are served, what for, and whether only those with priority. */
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { activeFilter, serviceChoices, siteChoices } from './choices.ts';
import type { ResourceSpec } from './resource.ts';
import { usedColumn } from './used-column.tsx';

type Counter = AnswerOf<Routes['getCounter']>;

export const COUNTERS: ResourceSpec<Counter> = {
  form: 'counter',
  path: '/counters',
  routes: {
    list: ROUTES.listCounters,
    create: ROUTES.createCounter,
    get: ROUTES.getCounter,
    update: ROUTES.updateCounter,
    remove: ROUTES.deleteCounter,
  },
  writes: 'configuration.write',
  isOfSite: true,
  nameOf: ({ name }) => name,
  columns: ({ t, siteName, serviceName }) => [
    { name: 'name', label: t('counter.field.name'), cell: ({ name }) => name },
    { name: 'site', label: t('list.site'), cell: ({ siteId }) => siteName(siteId), isSecondary: true },
    {
      name: 'services',
      label: t('counter.field.serviceIds'),
      cell: ({ serviceIds }) =>
        serviceIds === null
          ? t('list.allServices')
          : serviceIds.length === 1
            ? serviceName(serviceIds[0])
            : t('list.services', { count: serviceIds.length }),
      isSecondary: true,
    },
    { name: 'number', label: t('counter.field.number'), cell: ({ number }) => number, isNumeric: true },
    usedColumn({ t }),
  ],
  filters: (sight) => [activeFilter(sight)],
  start: (siteId) => ({
    siteId: siteId ?? '',
    name: '',
    number: null,
    serviceIds: null,
    priorityFrom: null,
    active: true,
  }),
  sections: [
    {
      name: 'what',
      fields: [
        { path: 'siteId', kind: 'choice', isOnlyNew: true, choices: siteChoices },
        { path: 'number', kind: 'number' },
        { path: 'name', kind: 'text' },
        { path: 'active', kind: 'switch' },
      ],
    },
    {
      name: 'serves',
      fields: [
        { path: 'priorityFrom', kind: 'number', isNullable: true },
        {
          path: 'serviceIds',
          kind: 'many',
          isNullable: true,
          choices: serviceChoices,
          allLabel: 'list.allServices',
        },
      ],
    },
  ],
};
