/** Priority classes: who goes first, and by which law. */
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { ServiceIcon } from '@totem/ui';
import { activeFilter } from './choices.ts';
import { LawPresets } from './law-presets.tsx';
import type { ResourceSpec } from './resource.ts';
import { usedColumn } from './used-column.tsx';

type PriorityClass = AnswerOf<Routes['getPriorityClass']>;

export const PRIORITIES: ResourceSpec<PriorityClass> = {
  form: 'priority',
  path: '/priorities',
  routes: {
    list: ROUTES.listPriorityClasses,
    create: ROUTES.createPriorityClass,
    get: ROUTES.getPriorityClass,
    update: ROUTES.updatePriorityClass,
    remove: ROUTES.deletePriorityClass,
  },
  writes: 'configuration.write',
  isOfSite: false,
  nameOf: ({ name }, { format }) => format.local(name),
  columns: ({ t, format }) => [
    {
      name: 'name',
      label: t('priority.column.name'),
      cell: ({ name, icon }) => (
        <>
          {icon !== null && <ServiceIcon name={icon} size={22} />}
          {format.local(name)}
        </>
      ),
    },
    {
      name: 'law',
      label: t('priority.field.legalBasis'),
      cell: ({ legalBasis }) => legalBasis ?? '—',
      isSecondary: true,
    },
    { name: 'tier', label: t('priority.field.tier'), cell: ({ tier }) => tier, isNumeric: true },
    {
      name: 'weight',
      label: t('priority.field.weight'),
      cell: ({ weight }) => weight,
      isNumeric: true,
      isSecondary: true,
    },
    usedColumn({ t }),
  ],
  filters: (sight) => [activeFilter(sight)],
  start: () => ({ name: {}, legalBasis: null, tier: 2, weight: 20, icon: null, sortOrder: 0, active: true }),
  emptyAction: () => <LawPresets />,
  sections: [
    {
      name: 'what',
      fields: [
        { path: 'name', kind: 'texts' },
        { path: 'legalBasis', kind: 'text', isNullable: true },
        { path: 'active', kind: 'switch' },
        { path: 'icon', kind: 'icon', isNullable: true },
      ],
    },
    {
      name: 'order',
      fields: [
        { path: 'tier', kind: 'number' },
        { path: 'weight', kind: 'number' },
        { path: 'sortOrder', kind: 'number' },
      ],
    },
  ],
};
