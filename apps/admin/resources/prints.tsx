/** Print settings: what tickets and receipts say besides what they must, for all sites or one. */
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { PrintPreview } from '../company/print-preview.tsx';
import { choicesOf, siteChoices } from './choices.ts';
import type { ResourceSpec } from './resource.ts';
import { usedColumn } from './used-column.tsx';

type Print = AnswerOf<Routes['getPrintSetting']>;

const kindChoices = choicesOf(['ticket', 'receipt', 'report'], 'print.kind');
const LAYOUT_DEFAULT = {
  header: [],
  footer: [],
  showsWait: true,
  showsQr: true,
  copies: 1,
  paperWidthMm: 80,
};

export const PRINTS: ResourceSpec<Print> = {
  form: 'print',
  path: '/prints',
  routes: {
    list: ROUTES.listPrintSettings,
    create: ROUTES.createPrintSetting,
    get: ROUTES.getPrintSetting,
    update: ROUTES.updatePrintSetting,
    remove: ROUTES.deletePrintSetting,
  },
  writes: 'configuration.write',
  isOfSite: true,
  nameOf: ({ name }) => name,
  columns: ({ t, siteName }) => [
    { name: 'name', label: t('print.field.name'), cell: ({ name }) => name },
    { name: 'kind', label: t('print.field.kind'), cell: ({ kind }) => t(`print.kind.${kind}`) },
    {
      name: 'site',
      label: t('list.site'),
      cell: ({ siteId }) => (siteId === null ? t('shell.allSites') : siteName(siteId)),
      isSecondary: true,
    },
    usedColumn({ t }),
  ],
  filters: (sight) => [
    { kind: 'choice', name: 'kind', label: sight.t('print.field.kind'), choices: kindChoices(sight) },
  ],
  start: (siteId) => ({
    siteId: siteId ?? null,
    kind: 'ticket',
    name: '',
    layout: LAYOUT_DEFAULT,
    active: true,
  }),
  valuesOf: (print) => ({ ...print, layout: { ...LAYOUT_DEFAULT, ...print.layout } }),
  preview: (draft) => <PrintPreview draft={draft} />,
  sections: [
    {
      name: 'what',
      fields: [
        { path: 'name', kind: 'text' },
        { path: 'kind', kind: 'choice', isOnlyNew: true, choices: kindChoices },
        {
          path: 'siteId',
          kind: 'choice',
          isOnlyNew: true,
          isNullable: true,
          choices: siteChoices,
          allLabel: 'shell.allSites',
        },
        { path: 'active', kind: 'switch' },
      ],
    },
    {
      name: 'layout',
      fields: [
        { path: 'layout.header', kind: 'lines' },
        { path: 'layout.footer', kind: 'lines' },
        {
          path: 'layout.paperWidthMm',
          kind: 'choice',
          isNumber: true,
          choices: () => [80, 58].map((width) => ({ value: String(width), label: `${width} mm` })),
        },
        { path: 'layout.copies', kind: 'number' },
        { path: 'layout.showsWait', kind: 'switch' },
        { path: 'layout.showsQr', kind: 'switch' },
      ],
    },
  ],
};
